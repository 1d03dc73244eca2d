using System.Buffers;
using System.Text.Json;
using Hub.Formats.Fhir.Validation;

namespace Hub.Formats.Fhir.Outcomes;

// What a server writes into diagnostics and details.text may be a value of the resource, and so a patient's. What is read here goes into
// reasons that people see in lists and logs: codes, places and severities alone, and of those only what looks like one.

/// <summary>Writes and reads <c>OperationOutcome</c> (FHIR R4 §2.31.5).</summary>
public static class FhirOutcome
{
    private const int MostIssues = 5;

    private static readonly SearchValues<char> s_codeLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz-");
    private static readonly SearchValues<char> s_placeLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.[]:()/");

    /// <summary>Writes problems as an outcome.</summary>
    /// <param name="problems">What was found, at least one.</param>
    /// <returns>JSON in UTF-8, a valid OperationOutcome.</returns>
    public static byte[] Write(IEnumerable<FhirProblem> problems)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType", "OperationOutcome");
            writer.WriteStartArray("issue");
            foreach (FhirProblem problem in problems)
                Write(writer, problem);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>What an outcome says, without what may be a patient's: <c>error required at Patient.name[0]; error code-invalid</c>.</summary>
    /// <param name="json">An answer.</param>
    /// <returns>Null when it is no outcome.</returns>
    public static string? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The same of an outcome that stands in another resource.</summary>
    /// <param name="outcome">The resource.</param>
    /// <returns>Null when it is no outcome.</returns>
    public static string? Read(JsonElement outcome)
    {
        if (outcome.ValueKind != JsonValueKind.Object || TextOf(outcome, "resourceType") != "OperationOutcome" || !outcome.TryGetProperty("issue", out JsonElement issues) || issues.ValueKind != JsonValueKind.Array)
            return null;
        string[] words = [.. issues.EnumerateArray().Take(MostIssues).Select(Words)];
        int more = issues.GetArrayLength() - words.Length;
        return string.Join("; ", words) + (more > 0 ? $"; {more} more" : "");
    }

    private static void Write(Utf8JsonWriter writer, FhirProblem problem)
    {
        writer.WriteStartObject();
        writer.WriteString("severity", problem.Severity switch { FhirSeverity.Error => "error", FhirSeverity.Warning => "warning", _ => "information" });
        writer.WriteString("code", problem.Code);
        writer.WriteStartObject("details");
        writer.WriteString("text", problem.Rule > 0 ? $"HUB{problem.Rule} {problem.Text}" : problem.Text);
        writer.WriteEndObject();
        if (problem.Remedy.Length > 0)
            writer.WriteString("diagnostics", problem.Remedy);
        if (problem.Location.Length > 0)
        {
            writer.WriteStartArray("expression");
            writer.WriteStringValue(problem.Location);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static string Words(JsonElement issue)
    {
        string severity = CodeOf(issue, "severity") ?? "issue";
        string code = CodeOf(issue, "code") is { } known ? $" {known}" : "";
        string place = PlaceOf(issue, "expression") ?? PlaceOf(issue, "location") ?? "";
        return $"{severity}{code}{place}";
    }

    private static string? CodeOf(JsonElement issue, string name) =>
        TextOf(issue, name) is { Length: > 0 and <= 40 } code && !code.AsSpan().ContainsAnyExcept(s_codeLetters) ? code : null;

    private static string? PlaceOf(JsonElement issue, string name)
    {
        if (issue.ValueKind != JsonValueKind.Object || !issue.TryGetProperty(name, out JsonElement places) || places.ValueKind != JsonValueKind.Array || places.GetArrayLength() == 0)
            return null;
        return places[0].ValueKind == JsonValueKind.String && places[0].GetString() is { Length: > 0 and <= 200 } place && !place.AsSpan().ContainsAnyExcept(s_placeLetters)
            ? $" at {place}"
            : " at a place that is not shown";
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
