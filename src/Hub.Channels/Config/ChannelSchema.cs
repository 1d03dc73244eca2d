using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>
/// Writes the JSON Schema of channel files for editors. It is made from the same shapes that the binder goes by; what a member means comes from its documentation.
/// Each record is one entry of <c>$defs</c>; a kind whose <c>type</c> picks a component is a choice among its components.
/// </summary>
public static class ChannelSchema
{
    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the schema (JSON Schema draft 2020-12).</summary>
    /// <param name="catalog">The components that files can name.</param>
    /// <returns>The text of <c>channel.schema.json</c>.</returns>
    public static string Write(ComponentCatalog catalog)
    {
        SchemaParts parts = new(catalog);
        JsonObject schema = new() { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = "Channel of the Hub" };
        foreach ((string keyword, JsonNode? value) in parts.OfRecord(typeof(ChannelConfig)).ToArray())
            schema[keyword] = value?.DeepClone();
        schema["$defs"] = parts.Definitions();
        return schema.ToJsonString(s_readable) + "\n";
    }
}
