using Hub.Formats.Fhir.Validation;
using static Hub.Formats.Tests.Fhir.Validation.Resources;

namespace Hub.Formats.Tests.Fhir.Validation;

/// <summary>The invariants that the standard gives as expressions.</summary>
public sealed class FhirInvariantTests
{
    /// <summary>Numbers that people are told: a change of either is one of what the validator does.</summary>
    [Fact]
    public void Every_invariant_of_R4_is_checked()
    {
        IReadOnlyList<FhirInvariantStatus> all = FhirInvariants.List();
        Assert.Equal([], all.Where(invariant => invariant.NotCheckedBecause is not null).Select(invariant => $"{invariant.Key}: {invariant.NotCheckedBecause}"));
        Assert.Equal((240, 206), (all.Count, all.Count(invariant => invariant.IsError)));
    }

    [Theory]
    [InlineData("obs-6", "\"valueString\":\"x\",\"dataAbsentReason\":{\"text\":\"x\"}", "Observation")]
    [InlineData("obs-3", "\"referenceRange\":[{\"age\":{\"low\":{\"value\":1}}}]", "Observation.referenceRange[0]")]
    [InlineData("obs-7", "\"valueString\":\"x\",\"code\":{\"coding\":[{\"code\":\"c\"}]},\"component\":[{\"code\":{\"coding\":[{\"code\":\"c\"}]}}]", "Observation")]
    [InlineData("per-1", "\"effectivePeriod\":{\"start\":\"2026-03-02\",\"end\":\"2026-03-01\"}", "Observation.effective")]
    [InlineData("per-1", "\"effectivePeriod\":{\"start\":\"2026-03-01T12:00:00+02:00\",\"end\":\"2026-03-01T09:59:59Z\"}", "Observation.effective")]
    [InlineData("qty-3", "\"valueQuantity\":{\"value\":1,\"code\":\"mg\"}", "Observation.value")]
    [InlineData("rat-1", "\"valueRatio\":{\"numerator\":{\"value\":1}}", "Observation.value")]
    [InlineData("rng-2", "\"valueRange\":{\"low\":{\"value\":10},\"high\":{\"value\":9}}", "Observation.value")]
    [InlineData("ref-1", "\"subject\":{\"reference\":\"#p\"}", "Observation.subject")]
    [InlineData("dom-3", "\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"p\"}]", "Observation")]
    [InlineData("dom-2", "\"subject\":{\"reference\":\"#p\"},\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"p\",\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"q\"}],\"link\":[{\"type\":\"refer\",\"other\":{\"reference\":\"#q\"}}]}]", "Observation")]
    [InlineData("dom-4", "\"subject\":{\"reference\":\"#p\"},\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"p\",\"meta\":{\"versionId\":\"1\"}}]", "Observation")]
    [InlineData("dom-5", "\"subject\":{\"reference\":\"#p\"},\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"p\",\"meta\":{\"security\":[{\"code\":\"R\"}]}}]", "Observation")]
    [InlineData("tim-1", "\"effectiveTiming\":{\"repeat\":{\"duration\":1}}", "Observation.effective.repeat")]
    [InlineData("tim-5", "\"effectiveTiming\":{\"repeat\":{\"period\":-1,\"periodUnit\":\"d\"}}", "Observation.effective.repeat")]
    public void A_rule_that_is_broken_is_told_by_its_key(string key, string members, string location)
    {
        string json = members.Contains("\"code\":{\"coding\":[{\"code\":\"c\"}]},", StringComparison.Ordinal) ? $"{{\"resourceType\":\"Observation\",\"status\":\"final\",{members}}}" : Observation(members);
        FhirProblem[] problems = [.. Check(json).Where(problem => problem.Rule == 3257 && problem.Text.StartsWith($"{key}:", StringComparison.Ordinal))];
        Assert.Equal([location], problems.Select(problem => problem.Location));
        Assert.All(problems, problem => Assert.Equal(("invariant", FhirSeverity.Error), (problem.Code, problem.Severity)));
    }

    [Theory]
    [InlineData("\"valueString\":\"x\"")]
    [InlineData("\"dataAbsentReason\":{\"text\":\"x\"}")]
    [InlineData("\"effectivePeriod\":{\"start\":\"2026-03-01\",\"end\":\"2026-03-01\"}")]
    [InlineData("\"effectivePeriod\":{\"start\":\"2026-03-01\",\"end\":\"2026\"}")]
    [InlineData("\"effectivePeriod\":{\"start\":\"2026-03-02\",\"end\":\"2026-03-01T23:00:00-05:00\"}")]
    [InlineData("\"effectivePeriod\":{\"start\":\"2026-03-01T12:00:00+02:00\",\"end\":\"2026-03-01T10:00:00Z\"}")]
    [InlineData("\"valueRange\":{\"low\":{\"value\":10,\"unit\":\"mg\"},\"high\":{\"value\":9,\"unit\":\"g\"}}")]
    [InlineData("\"valueQuantity\":{\"value\":1,\"system\":\"http://unitsofmeasure.org\",\"code\":\"mg\"}")]
    [InlineData("\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"p\"}],\"subject\":{\"reference\":\"#p\"}")]
    [InlineData("\"contained\":[{\"resourceType\":\"Provenance\",\"id\":\"p\",\"target\":[{\"reference\":\"#\"}],\"recorded\":\"2026-03-01T12:30:00Z\",\"agent\":[{\"who\":{\"display\":\"x\"}}]}]")]
    public void What_keeps_the_rules_or_cannot_be_judged_is_valid(string members) => Assert.Equal("", Told(Observation(members)));

    [Theory]
    [InlineData("bdl-1", "\"type\":\"collection\",\"total\":1")]
    [InlineData("bdl-2", "\"type\":\"collection\",\"entry\":[{\"search\":{\"mode\":\"match\"},\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\"}}]")]
    [InlineData("bdl-3", "\"type\":\"transaction\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\"}}]")]
    [InlineData("bdl-3", "\"type\":\"collection\",\"entry\":[{\"request\":{\"method\":\"POST\",\"url\":\"Patient\"},\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\"}}]")]
    [InlineData("bdl-4", "\"type\":\"batch-response\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\"}}]")]
    [InlineData("bdl-5", "\"type\":\"collection\",\"entry\":[{\"fullUrl\":\"http://a.example/Patient/1\"}]")]
    [InlineData("bdl-7", "\"type\":\"collection\",\"entry\":[{\"fullUrl\":\"http://a.example/Patient/1\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\"}},{\"fullUrl\":\"http://a.example/Patient/1\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\"}}]")]
    [InlineData("bdl-8", "\"type\":\"collection\",\"entry\":[{\"fullUrl\":\"http://a.example/Patient/1/_history/2\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\"}}]")]
    [InlineData("bdl-9", "\"type\":\"document\"")]
    [InlineData("bdl-10", "\"type\":\"document\"")]
    [InlineData("bdl-11", "\"type\":\"document\",\"entry\":[{\"fullUrl\":\"http://a.example/Patient/1\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\"}}]")]
    [InlineData("bdl-12", "\"type\":\"message\",\"entry\":[{\"fullUrl\":\"http://a.example/Patient/1\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\"}}]")]
    public void Rules_of_bundles_hold(string key, string members) =>
        Assert.Contains(Check($"{{\"resourceType\":\"Bundle\",{members}}}"), problem => problem.Text.StartsWith($"{key}:", StringComparison.Ordinal));

    [Fact]
    public void Advice_is_a_warning_and_narrative_is_asked_for_on_request_alone()
    {
        const string json = """{"resourceType":"ValueSet","status":"draft","name":"not a name"}""";
        Assert.Equal("?3257 ValueSet", Told(json));
        Assert.Equal("?3257 ValueSet; ?3257 ValueSet", Told(new FhirValidator(new() { TellsBestPractice = true }).Validate(System.Text.Encoding.UTF8.GetBytes(json))));
    }
}
