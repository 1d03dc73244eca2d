using System.Collections.Concurrent;
using System.Text;
using Hub.Formats.Fhir.Mapping.Back;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Validation;
using Hub.Testing;

namespace Hub.Formats.Tests.Fhir.Mapping.Back;

/// <summary>What comes of published bundles passes our own check of HL7 v2, at the level of the standard.</summary>
public sealed class FhirBackValidityTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 10, 15, 0, TimeSpan.Zero);

    // Required fields of which the bundles say nothing, and values that are wrong in the bundle already, by rule: how many there are at most. Each is told.
    private static readonly Dictionary<string, int> s_known = new()
    {
        // OBR-4 and PID-3 of minimal bundles, SFT-1 and SFT-4 (FHIR has neither), IN1-3, GT1-3, PR1-5, SCH-6, 16 and 20, AIS-3, RXA-3 to RXA-5…
        // OBX-11 of observations whose status is unknown: 77.
        ["HUB3120"] = 484,
        // Identifiers without a value.
        ["HUB3123"] = 24,
        // Check digits that are no number, and codes that the tables do not have, as the bundles say them.
        ["HUB3132"] = 11,
        ["HUB3135"] = 113,
    };

    [SkippableFact]
    public void Messages_of_published_bundles_have_no_error_of_the_standard()
    {
        string folder = Corpus.Need("v2-to-fhir");
        Hl7Validator validator = new(ValidationLevel.Standard);
        ConcurrentDictionary<string, ConcurrentBag<string>> errors = new();
        ConcurrentBag<string> untold = [];
        int count = 0;
        string[] files = Directory.GetFiles(folder, "*.fhir.json", SearchOption.AllDirectories);
        _ = Parallel.ForEach(files, new() { MaxDegreeOfParallelism = 2 }, file =>
        {
            byte[] json = File.ReadAllBytes(file);
            json = json.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? json[3..] : json;
            FhirBackConversion conversion = FhirBackMapping.Guide.Convert(json, new() { Now = s_now });
            foreach (FhirBackMessage made in conversion.Messages)
            {
                _ = Interlocked.Increment(ref count);
                foreach (Hl7Problem problem in validator.Check(Hl7Message.Parse(made.Bytes, out _)!).Where(problem => problem.Severity == Hl7Severity.Error))
                {
                    errors.GetOrAdd(Place(problem), _ => []).Add($"{Path.GetFileName(file)}: {problem.Text}");
                    if (conversion.Notes.Count < 200 && !conversion.Notes.Any(note => note.Location == problem.Path))
                        untold.Add($"{Path.GetFileName(file)}: {problem.Path}");
                }
            }
        });

        Assert.True(count >= files.Length, $"{count} messages of {files.Length} bundles");
        string report = $"{count} messages\n{string.Join('\n', errors.OrderByDescending(error => error.Value.Count).Select(error => $"{error.Value.Count} × {error.Key}: {error.Value.First()}"))}";
        Assert.True(untold.IsEmpty, string.Join('\n', untold));
        foreach (IGrouping<string, KeyValuePair<string, ConcurrentBag<string>>> rule in errors.GroupBy(error => error.Key.Split(' ')[0]))
            Assert.True(rule.Sum(error => error.Value.Count) <= s_known.GetValueOrDefault(rule.Key), report);
    }

    // The place in the standard, without occurrences.
    private static string Place(Hl7Problem problem) => $"HUB{problem.Rule} {System.Text.RegularExpressions.Regex.Replace(problem.Path ?? "", "\\[[0-9]+\\]", "")}";
}
