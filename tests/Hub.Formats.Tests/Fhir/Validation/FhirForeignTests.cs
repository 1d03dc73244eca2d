using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Hub.Formats.Fhir.Mapping;
using Hub.Formats.Fhir.Validation;
using Hub.Formats.Hl7V2;
using Hub.Testing;

namespace Hub.Formats.Tests.Fhir.Validation;

/// <summary>Published bundles and our own, judged by this validator and by three that others made. docs/how-to/validate-fhir.md tells the numbers and the blind spots.</summary>
public sealed class FhirForeignTests
{
    private static readonly string s_peers = Path.Combine(Repository.Root, "tests", "peers");

    [SkippableTheory]
    [InlineData("microsoft-fhir-converter", 88, 79)]
    [InlineData("google-healthcare-data-harmonization", 9, 6)]
    [InlineData("cdc-prime-reportstream", 175, 0)]
    public void Of_the_published_bundles_so_many_are_valid(string folder, int count, int valid)
    {
        FhirValidator validator = new();
        string[] files = Bundles(folder);
        Assert.Equal((count, valid), (files.Length, files.Count(file => IsValid(validator, file))));
    }

    /// <summary>What is valid here is valid there, but for one blind spot; the other way round their blind spots are more.</summary>
    [SkippableFact]
    public async Task What_is_valid_here_is_valid_for_three_validators_of_others()
    {
        FhirValidator validator = new();
        string[] files = [.. Bundles("microsoft-fhir-converter"), .. Bundles("google-healthcare-data-harmonization")];
        Dictionary<string, JsonElement> theirs = await JudgeAsync(files);
        List<string> disagreements = [.. files.Where(file => IsValid(validator, file)).SelectMany(file => Disagreements(file, theirs[file]))];
        Assert.Equal([], disagreements);
    }

    [SkippableTheory]
    [InlineData(FhirBundleKind.Message, 0)]
    [InlineData(FhirBundleKind.Transaction, 36)]
    [InlineData(FhirBundleKind.Collection, 36)]
    public async Task What_is_made_of_the_corpus_is_valid_for_three_validators_of_others(FhirBundleKind kind, int headersAlone)
    {
        _ = Corpus.Need("v2-to-fhir");
        using TestFolder folder = new();
        List<string> files = [];
        int made = 0;
        foreach (Hl7Message message in Corpus.Hl7Files().Select(file => Hl7Message.Parse(File.ReadAllBytes(file), out _)).OfType<Hl7Message>())
        {
            made++;
            if (FhirMapping.Guide.Convert(message, new() { Bundle = kind }).Bundle is { } bundle)
                files.Add(folder.Write($"{made}.json", Encoding.UTF8.GetString(bundle.Span)));
        }

        Assert.Equal(headersAlone, made - files.Count);
        Dictionary<string, JsonElement> theirs = await JudgeAsync(files);
        Assert.Equal([], files.SelectMany(file => Disagreements(file, theirs[file])));
    }

    private static async Task<Dictionary<string, JsonElement>> JudgeAsync(IReadOnlyCollection<string> files)
    {
        Skip.IfNot(Directory.Exists(Path.Combine(s_peers, "node_modules", "@medplum", "core")), "the npm packages of tests/peers are not installed; tests/run.sh installs them");
        using Process node = Process.Start(new ProcessStartInfo("node", [Path.Combine(s_peers, "fhir-validators.mjs")]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Task<string> output = node.StandardOutput.ReadToEndAsync();
        await node.StandardInput.WriteAsync(string.Join('\n', files) + "\n");
        node.StandardInput.Close();
        Dictionary<string, JsonElement> theirs = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(line => line.GetProperty("file").GetString()!);
        Assert.Equal(files.Count, theirs.Count);
        return theirs;
    }

    private static IEnumerable<string> Disagreements(string file, JsonElement theirs)
    {
        using JsonDocument bundle = JsonDocument.Parse(File.ReadAllBytes(file));
        foreach (string other in (string[])["medplum", "fhir", "asymmetrik"])
        {
            foreach (string problem in theirs.GetProperty(other).EnumerateArray().Select(problem => problem.GetString()!))
            {
                if (!IsBlindSpot(other, problem, bundle.RootElement))
                    yield return $"{Path.GetFileName(file)} {other} {problem}";
            }
        }
    }

    // A required value that is absent with an extension that says why (_endpoint with data-absent-reason) is missing for it.
    private static bool IsBlindSpot(string validator, string problem, JsonElement bundle)
    {
        if (validator != "fhir" || !problem.EndsWith(": Missing property", StringComparison.Ordinal))
            return false;
        string[] path = problem.Split(':')[0].Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.');
        // It names the resource by its type, not by its entry, and an element of several types without the type.
        return bundle.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource"))
            .Where(resource => Mapping.Bundles.At(resource, "resourceType") == path[0])
            .Select(resource => path[1..^1].Aggregate((JsonElement?)resource, Step))
            .Any(parent => parent?.EnumerateObject().Any(member => member.Name.StartsWith($"_{path[^1]}", StringComparison.Ordinal) && member.Value.TryGetProperty("extension", out _)) == true);

        static JsonElement? Step(JsonElement? element, string step) =>
            int.TryParse(step, out int index) ? element is { ValueKind: JsonValueKind.Array } list && index < list.GetArrayLength() ? list[index] : null
            : element is { ValueKind: JsonValueKind.Object } && element.Value.TryGetProperty(step, out JsonElement found) ? found : null;
    }

    private static bool IsValid(FhirValidator validator, string file) => validator.Validate(File.ReadAllBytes(file)).All(problem => problem.Severity != FhirSeverity.Error);

    private static string[] Bundles(string folder) =>
        [.. Directory.EnumerateFiles(Corpus.Need($"v2-to-fhir/{folder}"), "*.fhir.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
