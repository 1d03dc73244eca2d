using System.Text;
using System.Text.Json;
using Hub.Formats.Fhir.Mapping;
using Hub.Formats.Fhir.Validation;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Fhir.Mapping;

/// <summary>Invented messages, and what they become.</summary>
internal static class Bundles
{
    public const string Header = "MSH|^~\\&|WARD|NORTH|LAB|SOUTH|20260301101500+0100||ADT^A01^ADT_A01|C1|P|2.5.1";

    public const string Result = "MSH|^~\\&|LAB|SOUTH|WARD|NORTH|20260301101500+0100||ORU^R01^ORU_R01|R1|P|2.5.1";

    public static Hl7Message Message(params string[] segments) =>
        Hl7Message.Parse(Encoding.UTF8.GetBytes(string.Join('\r', segments) + "\r"), out Hl7Fault? fault, "UNICODE UTF-8") ?? throw new InvalidOperationException(fault!.Text);

    public static FhirConversion Convert(FhirMappingOptions? options, params string[] segments) => FhirMapping.Guide.Convert(Message(segments), options ?? new());

    /// <summary>The bundle of a message that has to become a valid one.</summary>
    public static JsonElement Bundle(params string[] segments) => Parse(Convert(null, segments));

    /// <summary>The same as a transaction.</summary>
    public static JsonElement Transaction(params string[] segments) => Parse(Convert(new() { Bundle = FhirBundleKind.Transaction }, segments));

    public static JsonElement Parse(FhirConversion conversion)
    {
        Assert.True(conversion.Bundle is not null, conversion.Reason);
        IReadOnlyList<FhirProblem> problems = new FhirValidator().Validate(conversion.Bundle!.Value);
        Assert.DoesNotContain(problems, problem => problem.Severity == FhirSeverity.Error);
        return JsonDocument.Parse(conversion.Bundle.Value).RootElement;
    }

    public static IEnumerable<JsonElement> All(JsonElement bundle, string type) =>
        bundle.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource")).Where(resource => resource.GetProperty("resourceType").GetString() == type);

    public static JsonElement One(JsonElement bundle, string type) => All(bundle, type).First();

    /// <summary>The resource that a reference names.</summary>
    public static JsonElement Resource(JsonElement bundle, string url) => bundle.GetProperty("entry").EnumerateArray().Single(entry => At(entry, "fullUrl") == url).GetProperty("resource");

    /// <summary>The codings of a concept, each its code and its system.</summary>
    public static IEnumerable<string> Codings(JsonElement concept) => concept.GetProperty("coding").EnumerateArray().Select(coding => $"{At(coding, "code")} {At(coding, "system")}");

    /// <summary>The text at a path, <c>name.0.family</c>; empty when nothing is there.</summary>
    public static string At(JsonElement element, string path)
    {
        foreach (string step in path.Split('.'))
        {
            bool found = element.ValueKind == JsonValueKind.Array
                ? int.Parse(step, System.Globalization.CultureInfo.InvariantCulture) is var index && index < element.GetArrayLength()
                : element.ValueKind == JsonValueKind.Object && element.TryGetProperty(step, out _);
            if (!found)
                return "";
            element = element.ValueKind == JsonValueKind.Array ? element[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : element.GetProperty(step);
        }

        return element.ToString();
    }
}
