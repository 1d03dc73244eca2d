using System.Diagnostics;
using System.Text.Json;
using Hub.Formats.Fhir.Validation;
using Hub.Testing;

namespace Hub.Formats.Tests.Fhir.Validation;

/// <summary>Published bundles, judged by this validator and by three that others made. docs/how-to/validate-fhir.md tells the numbers and the blind spots.</summary>
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
        Skip.IfNot(Directory.Exists(Path.Combine(s_peers, "node_modules", "@medplum", "core")), "the npm packages of tests/peers are not installed; tests/run.sh installs them");
        FhirValidator validator = new();
        string[] files = [.. Bundles("microsoft-fhir-converter"), .. Bundles("google-healthcare-data-harmonization")];
        using Process node = Process.Start(new ProcessStartInfo("node", [Path.Combine(s_peers, "fhir-validators.mjs")]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Task<string> output = node.StandardOutput.ReadToEndAsync();
        await node.StandardInput.WriteAsync(string.Join('\n', files) + "\n");
        node.StandardInput.Close();
        Dictionary<string, JsonElement> theirs = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(line => line.GetProperty("file").GetString()!);
        Assert.Equal(files.Length, theirs.Count);

        List<string> disagreements = [];
        foreach (string file in files.Where(file => IsValid(validator, file)))
        {
            foreach (string other in (string[])["medplum", "fhir", "asymmetrik"])
                disagreements.AddRange(theirs[file].GetProperty(other).EnumerateArray().Select(problem => problem.GetString()!).Where(problem => !IsBlindSpot(other, problem)).Select(problem => $"{Path.GetFileName(file)} {other} {problem}"));
        }

        Assert.Equal([], disagreements);
    }

    // A required value that is absent with an extension that says why (_endpoint with data-absent-reason) is missing for it.
    private static bool IsBlindSpot(string validator, string problem) => validator == "fhir" && problem.EndsWith("endpoint: Missing property", StringComparison.Ordinal);

    private static bool IsValid(FhirValidator validator, string file) => validator.Validate(File.ReadAllBytes(file)).All(problem => problem.Severity != FhirSeverity.Error);

    private static string[] Bundles(string folder) =>
        [.. Directory.EnumerateFiles(Corpus.Need($"v2-to-fhir/{folder}"), "*.fhir.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
