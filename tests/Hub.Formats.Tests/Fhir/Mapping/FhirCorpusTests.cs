using System.Text.Json;
using Hub.Formats.Fhir.Mapping;
using Hub.Formats.Fhir.Validation;
using Hub.Formats.Hl7V2;
using Hub.Testing;

namespace Hub.Formats.Tests.Fhir.Mapping;

/// <summary>Published messages: each becomes a bundle, each bundle is valid, and what the published bundles say is found again, by source, as often as before.</summary>
public sealed class FhirCorpusTests
{
    private static readonly HashSet<string> s_left = ["id", "fullUrl", "meta", "text", "display", "timestamp", "div"];

    [SkippableTheory]
    [InlineData("cdc-prime-reportstream", 0.89)]
    [InlineData("microsoft-fhir-converter", 0.725)]
    [InlineData("google-healthcare-data-harmonization", 0.65)]
    public void Elements_of_published_bundles_are_found_again(string source, double floor)
    {
        string folder = Corpus.Need(Path.Combine("v2-to-fhir", source));
        (int expected, int found) = (0, 0);
        foreach (string file in Directory.EnumerateFiles(folder, "*.hl7", SearchOption.AllDirectories).Where(file => File.Exists(Published(file))))
        {
            Dictionary<string, int> wanted = Leaves(JsonDocument.Parse(File.ReadAllText(Published(file))).RootElement);
            Dictionary<string, int> produced = Leaves(JsonDocument.Parse(Convert(file).Bundle!.Value).RootElement);
            expected += wanted.Values.Sum();
            found += wanted.Sum(leaf => Math.Min(leaf.Value, produced.GetValueOrDefault(leaf.Key)));
        }

        Assert.True(found >= expected * floor, $"{found} of {expected}");
    }

    [SkippableTheory]
    [InlineData(FhirBundleKind.Message, 0)]
    [InlineData(FhirBundleKind.Transaction, 36)]
    [InlineData(FhirBundleKind.Collection, 36)]
    public void Every_message_of_the_corpus_becomes_a_valid_bundle_or_a_reason(FhirBundleKind kind, int headersAlone)
    {
        _ = Corpus.Need("v2-to-fhir");
        FhirValidator validator = new();
        List<string> wrong = [];
        (int unread, int alone) = (0, 0);
        foreach (string file in Corpus.Hl7Files())
        {
            if (Hl7Message.Parse(File.ReadAllBytes(file), out _) is not { } message)
            {
                unread++;
                continue;
            }

            FhirConversion conversion = FhirMapping.Guide.Convert(message, new() { Bundle = kind });
            if (conversion.Bundle is not null)
                wrong.AddRange(validator.Validate(conversion.Bundle.Value).Where(problem => problem.Severity == FhirSeverity.Error).Take(2).Select(problem => $"{Path.GetFileName(file)}: {problem.Location}: {problem.Text}"));
            else if (conversion.Reason!.Contains("says nothing", StringComparison.Ordinal))
                alone++;
            else
                wrong.Add($"{file}: {conversion.Reason}");
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count}\n{string.Join('\n', wrong.Take(40))}");
        // Files that hold batches, or no message at all, are read by nobody here.
        Assert.Equal((28, headersAlone), (unread, alone));
    }

    private static string Published(string file) => Path.ChangeExtension(file, null) + ".fhir.json";

    private static FhirConversion Convert(string file)
    {
        Hl7Message message = Hl7Message.Parse(File.ReadAllBytes(file), out Hl7Fault? fault) ?? throw new InvalidOperationException($"{file}: {fault!.Text}");
        FhirConversion conversion = FhirMapping.Guide.Convert(message, new());
        Assert.True(conversion.Bundle is not null, $"{file}: {conversion.Reason}");
        return conversion;
    }

    // As ../shared/tools/fhir_score.py: resource, path without places, value; a reference by what it names.
    private static Dictionary<string, int> Leaves(JsonElement bundle)
    {
        Dictionary<string, int> leaves = [];
        Dictionary<string, string> types = [];
        List<JsonElement> resources = [.. bundle.GetProperty("entry").EnumerateArray().Where(entry => entry.TryGetProperty("resource", out _)).Select(entry => entry.GetProperty("resource"))];
        foreach (JsonElement resource in resources.Where(resource => resource.TryGetProperty("id", out _)))
        {
            (string type, string id) = (Bundles.At(resource, "resourceType"), Bundles.At(resource, "id"));
            types[$"{type}/{id}"] = types[$"urn:uuid:{id}"] = type;
        }

        foreach (JsonElement resource in resources.Where(resource => Bundles.At(resource, "resourceType") is not ("Provenance" or "")))
        {
            foreach (JsonProperty member in resource.EnumerateObject().Where(member => member.Name != "resourceType"))
                Add(leaves, types, Bundles.At(resource, "resourceType"), member);
        }

        return leaves;
    }

    private static void Add(Dictionary<string, int> leaves, Dictionary<string, string> types, string path, JsonProperty member)
    {
        if (!s_left.Contains(member.Name) && !member.Name.StartsWith('_'))
            Add(leaves, types, $"{path}.{member.Name}", member.Value);
    }

    private static void Add(Dictionary<string, int> leaves, Dictionary<string, string> types, string path, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in value.EnumerateArray())
                Add(leaves, types, path, item);
        }
        else if (value.ValueKind != JsonValueKind.Object)
        {
            string leaf = $"{path} {value}";
            leaves[leaf] = leaves.GetValueOrDefault(leaf) + 1;
        }
        else if (value.TryGetProperty("reference", out JsonElement reference))
        {
            string leaf = $"{path} -> {types.GetValueOrDefault(reference.ToString(), reference.ToString().Split('/')[0])}";
            leaves[leaf] = leaves.GetValueOrDefault(leaf) + 1;
        }
        else if (!IsOfTheHouse(Bundles.At(value, "url")))
        {
            foreach (JsonProperty member in value.EnumerateObject())
                Add(leaves, types, path, member);
        }
    }

    private static bool IsOfTheHouse(string url) =>
        url.Contains("reportstream.cdc.gov", StringComparison.Ordinal) || url.Contains("healthcare-data-harmonization", StringComparison.Ordinal) || url.Contains("microsoft.com", StringComparison.Ordinal);
}
