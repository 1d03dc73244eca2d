using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Dashboard.Api;

/// <summary>How the JSON of the API is written and read: as channel files are, so that a misspelt member is told and not left out.</summary>
internal static class ApiJson
{
    /// <summary>How deep a request may be nested. None of ours is deeper than four.</summary>
    public const int MostDepth = 16;

    /// <summary>Writes answers; what is not known is left out.</summary>
    public static JsonSerializerOptions Writing { get; } = Configure(new(JsonSerializerDefaults.Web));

    /// <summary>Reads requests: unknown, doubled, missing and null members are mistakes.</summary>
    public static JsonSerializerOptions Reading { get; } = Strict();

    /// <summary>Makes options write and describe as the API does.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        // Nobody puts it into a page: it is JSON, and told to be nothing else.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
        return options;
    }

    private static JsonSerializerOptions Strict()
    {
        JsonSerializerOptions options = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, MaxDepth = MostDepth };
        options.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
        options.TypeInfoResolver = JsonSerializerOptions.Default.TypeInfoResolver;
        options.MakeReadOnly();
        return options;
    }
}
