using System.Text.Json;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Validation;
using Hub.Testing;

namespace Hub.Formats.Tests.Hl7V2.Validation;

/// <summary>Published messages whose makers say whether they are valid, and of what they are not.</summary>
public sealed class ValidationCorpusTests
{
    [SkippableFact]
    public void The_messages_that_NIST_certifies_with_are_valid()
    {
        string[] files = Directory.GetFiles(Corpus.Need("hl7v2/nist-syndromic-surveillance"), "*.hl7");
        Assert.Equal(15, files.Length);
        Assert.All(files, file => Assert.Empty(Checked.Errors(Read(file), Checked.Standard)));
    }

    [SkippableTheory]
    [InlineData("VALID_MESSAGE", true)]
    [InlineData("TWO_OBX_WITH_SAME_OBX3_DIFF_OBX4", true)]
    [InlineData("NO_MSH10", true, "E 3100 MSH-10")]
    [InlineData("NO_MSH11", true, "E 3100 MSH-11")]
    [InlineData("NO_MSH5", true, "E 3125 MSH-5.2")]
    [InlineData("NO_MSH6", false, "E 3160 MSH-6")]
    [InlineData("NO_MSH21", false, "E 3160 MSH-21")]
    [InlineData("NO_PROFILE_IDENTIFIER", false, "E 3160 MSH-21[2].2")]
    [InlineData("OBX2CWE_OBX5ST", false, "E 3164 OBX-5.3")]
    [InlineData("DUPLICATE_OBX1", false, "E 3166 OBX[2]-1", "E 3166 OBX[2]-3.1")]
    public void Each_PHLIP_message_is_refused_for_the_defect_in_its_name(string name, bool isOfStandard, params string[] errors)
    {
        Hl7Message message = Read(Path.Combine(Corpus.Need("hl7v2/cdc-data-exchange-hl7/phlip-flu-defects"), $"PHLIP_FLU_2.5.1_{name}.hl7"));
        Assert.Equal(isOfStandard ? errors : [], Checked.Errors(message, Checked.Standard));
        Assert.Equal(errors, Checked.Errors(message, new(ValidationLevel.Profile, Checked.ProfileIn(Path.Combine(Repository.Root, "channels", "examples", "profiles", "phlip-flu.json")))));
    }

    [SkippableFact]
    public void The_rules_of_published_flows_are_profiles()
    {
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Corpus.Need("hl7v2/dhcw-style-flows-synthetic"), "validation-cases.json")));
        Assert.Equal(26, cases.RootElement.GetArrayLength());
        foreach (JsonElement one in cases.RootElement.EnumerateArray())
        {
            Hl7Message message = Hl7Samples.Parse(one.GetProperty("message").GetString()!);
            string[] errors = Checked.Errors(message, new(ValidationLevel.Profile, FlowProfile(one.GetProperty("rules"))));
            string[] expected = one.GetProperty("failed_rule").GetString() switch
            {
                null => [],
                "version" => ["E 3151 MSH-12"],
                "sending-app" => ["E 3164 MSH-3"],
                "trigger" => ["E 3150 MSH-9"],
                "pid2-authority" => ["E 3160 PID-2.4"],
                _ => [errors.FirstOrDefault() is "E 3160 PID-7" ? "E 3160 PID-7" : "E 3165 PID-7"],
            };
            Assert.True(expected.SequenceEqual(errors), $"{one.GetProperty("id").GetString()}: {string.Join(", ", errors)}");
        }
    }

    [SkippableFact]
    public void Every_published_message_is_checked_with_paths_that_lead_to_what_they_tell_of()
    {
        Skip.If(Corpus.Root is null, Corpus.Missing);
        int told = 0;
        foreach (Hl7Message message in Corpus.Hl7Files().Select(file => Hl7Message.Parse(File.ReadAllBytes(file), out _)).OfType<Hl7Message>())
        {
            foreach (Hl7Problem problem in Checked.Standard.Check(message).Where(problem => problem.Rule is >= 3130 and < 3140))
            {
                Assert.True(message.Exists(FieldPath.Parse(problem.Path!)), $"{problem.Rule} {problem.Path}");
                told++;
            }
        }

        Assert.True(told > 500, $"Only {told} problems of values were told.");
    }

    private static Hl7Profile FlowProfile(JsonElement rules)
    {
        string extra = rules.GetProperty("extra").GetString() ?? "";
        List<ProfileField> fields = [new() { Path = "MSH-3", Values = [.. rules.GetProperty("MSH-3 one of").EnumerateArray().Select(value => value.GetString()!)] }];
        if (extra.Contains("PID-7", StringComparison.Ordinal))
            fields.Add(new() { Path = "PID-7", Usage = ProfileUsage.Required, Pattern = "^(1[89]|[2-9][0-9])[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$" });
        if (extra.Contains("PID-2", StringComparison.Ordinal))
            fields.AddRange([new() { Path = "PID-2", Usage = ProfileUsage.Required }, new() { Path = "PID-2.4", Usage = ProfileUsage.Required }, new() { Path = "PID-2.4.1", Usage = ProfileUsage.Required }]);
        return new()
        {
            Name = "flow",
            Versions = [rules.GetProperty("MSH-12").GetString()!],
            Messages = extra.Contains("A28", StringComparison.Ordinal) ? ["ADT^A28", "ADT^A31", "ADT^A40"] : [],
            Fields = fields,
            // A40 comes with the segments of A31; and what only the flow's own rules judge.
            Rules = [new() { Rule = 3110, Severity = ProfileSeverity.Off }],
        };
    }

    private static Hl7Message Read(string file) => Hl7Samples.Parse(File.ReadAllBytes(file));
}
