using System.Text.Json;

namespace Hub.Formats.Fhir.Outcomes;

/// <summary>What has to be known of a resource to send or take it.</summary>
/// <param name="Type">Its <c>resourceType</c>.</param>
/// <param name="Id">Its id; null when it has none.</param>
/// <param name="BundleType">Of a bundle, its type.</param>
/// <param name="BareCreates">Of a transaction or batch, how many entries create a resource without <c>ifNoneExist</c>, so that sending it twice makes two.</param>
public sealed record FhirHead(string Type, string? Id, string? BundleType, int BareCreates)
{
    /// <summary>Reads it.</summary>
    /// <param name="json">The resource.</param>
    /// <returns>Null when it is no resource in JSON.</returns>
    public static FhirHead? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            ReadOnlyMemory<byte> text = json.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? json[3..] : json;
            using JsonDocument document = JsonDocument.Parse(text);
            return Text(document.RootElement, "resourceType") is { Length: > 0 } type && type.All(char.IsAsciiLetter)
                ? new(type, Text(document.RootElement, "id"), type == "Bundle" ? Text(document.RootElement, "type") : null, type == "Bundle" ? CountBareCreates(document.RootElement) : 0)
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is half a character in a text.
            return null;
        }
    }

    private static int CountBareCreates(JsonElement bundle) => bundle.TryGetProperty("entry", out JsonElement entries) && entries.ValueKind == JsonValueKind.Array
        ? entries.EnumerateArray().Count(IsBareCreate)
        : 0;

    private static bool IsBareCreate(JsonElement entry) => entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("request", out JsonElement request)
        && Text(request, "method") == "POST" && Text(request, "ifNoneExist") is null && Text(request, "url")?.Contains('$', StringComparison.Ordinal) == false;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
