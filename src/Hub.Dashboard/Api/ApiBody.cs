using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Hub.Dashboard.Api;

/// <summary>
/// Reads the body of a request. The platform's reader stops at the first mistake; here all of them are told, by a walk over the JSON beside the type
/// that it is to become.
/// </summary>
internal static class ApiBody
{
    private const int MostFaults = 50;

    /// <summary>Reads it.</summary>
    /// <exception cref="ApiException">It is no JSON, or not of this shape.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context)
    {
        // A form of another site cannot send this type without being asked (CORS), so that nobody's session is used behind their back.
        if (!context.Request.HasJsonContentType())
            throw new ApiException(StatusCodes.Status415UnsupportedMediaType, ApiCodes.MediaType, "Send JSON, with Content-Type: application/json.");
        using JsonDocument document = await ParseAsync(context);
        List<ApiFault> faults = [];
        Look(document.RootElement, ApiJson.Reading.GetTypeInfo(typeof(T)), "$", faults);
        if (faults.Count > 0)
            throw ApiException.Wrong(faults);
        try
        {
            return document.Deserialize<T>(ApiJson.Reading)!;
        }
        catch (JsonException exception)
        {
            throw ApiException.Wrong([new(exception.Path ?? "$", "This is not understood.")]);
        }
    }

    private static async Task<JsonDocument> ParseAsync(HttpContext context)
    {
        try
        {
            return await JsonDocument.ParseAsync(context.Request.Body, new() { MaxDepth = ApiJson.MostDepth, AllowDuplicateProperties = false }, context.RequestAborted);
        }
        catch (JsonException exception)
        {
            // Not the text of the exception, which repeats what was sent.
            string place = exception.LineNumber is { } line ? $" in line {line + 1}" : "";
            throw ApiException.Wrong([new("$", $"This is no JSON{place}: a sign is missing or too much, a member is there twice, or it is nested deeper than {ApiJson.MostDepth}.")]);
        }
    }

    private static void Look(JsonElement value, JsonTypeInfo type, string path, List<ApiFault> faults)
    {
        if (faults.Count >= MostFaults)
            return;
        if (type.Kind == JsonTypeInfoKind.Object)
            LookInto(value, type, path, faults);
        else if (type.Kind == JsonTypeInfoKind.Enumerable && value.ValueKind == JsonValueKind.Array)
            LookThrough(value, ApiJson.Reading.GetTypeInfo(type.ElementType!), path, faults);
        else if (!Fits(value, type))
            faults.Add(new(path, $"This has to be {Wanted(type.Type)}."));
    }

    private static void LookInto(JsonElement value, JsonTypeInfo type, string path, List<ApiFault> faults)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            faults.Add(new(path, "This has to be an object: { … }."));
            return;
        }

        Dictionary<string, JsonPropertyInfo> known = type.Properties.ToDictionary(property => property.Name, StringComparer.Ordinal);
        foreach (JsonProperty member in value.EnumerateObject())
        {
            string place = $"{path}.{member.Name}";
            if (!known.TryGetValue(member.Name, out JsonPropertyInfo? property))
                faults.Add(new(path, $"There is no member \"{member.Name}\" here. {(known.Count == 0 ? "It takes none." : $"There are: {string.Join(", ", known.Keys)}.")}"));
            else if (member.Value.ValueKind == JsonValueKind.Null)
                CheckNull(property, place, faults);
            else
                Look(member.Value, ApiJson.Reading.GetTypeInfo(property.PropertyType), place, faults);
        }

        foreach (JsonPropertyInfo missing in known.Values.Where(property => property.IsRequired && !value.TryGetProperty(property.Name, out _)))
            faults.Add(new($"{path}.{missing.Name}", $"This has to be there: {Wanted(missing.PropertyType)}."));
    }

    private static void CheckNull(JsonPropertyInfo property, string place, List<ApiFault> faults)
    {
        if (!property.IsSetNullable || (property.PropertyType.IsValueType && Nullable.GetUnderlyingType(property.PropertyType) is null))
            faults.Add(new(place, $"This cannot be null. Give {Wanted(property.PropertyType)}, or leave it out if it need not be there."));
    }

    private static void LookThrough(JsonElement list, JsonTypeInfo item, string path, List<ApiFault> faults)
    {
        int place = 0;
        foreach (JsonElement value in list.EnumerateArray())
            Look(value, item, $"{path}[{place++}]", faults);
    }

    private static bool Fits(JsonElement value, JsonTypeInfo type)
    {
        try
        {
            return value.ValueKind != JsonValueKind.Null && value.Deserialize(type) is not null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            return false;
        }
    }

    private static string Wanted(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain switch
        {
            { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(plain))}",
            _ when plain == typeof(string) => "a text",
            _ when plain == typeof(bool) => "true or false",
            _ when plain == typeof(int) || plain == typeof(long) => "a whole number",
            _ when plain == typeof(double) => "a number",
            _ when plain == typeof(byte[]) => "bytes in base64",
            _ when plain == typeof(DateTimeOffset) => "a time with its zone, 2026-03-01T08:00:00Z",
            _ when plain.IsAssignableTo(typeof(System.Collections.IEnumerable)) => "a list: [ … ]",
            _ => "an object: { … }",
        };
    }
}
