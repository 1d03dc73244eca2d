using FsCheck.Fluent;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Validation;
using Hub.Testing;

namespace Hub.Formats.Tests.Hl7V2.Validation;

/// <summary>A starting profile from traffic.</summary>
public sealed class ProfileLearnerTests
{
    [Fact]
    public void What_all_messages_have_is_required_and_what_some_have_is_not()
    {
        Hl7Profile profile = ProfileLearner.Learn([Hl7Samples.Parse(Checked.Admit), Hl7Samples.Parse(Checked.With(Checked.With(Checked.Admit, "PID-8", ""), "PID-4", "1~2") + "NK1|1\rNK1|2\r")]);
        Assert.Equal(["ADT^A01"], profile.Messages);
        Assert.Equal(["2.5"], profile.Versions);
        Assert.Equal(["MSH", "EVN", "NK1", "PID", "PV1"], profile.Segments.Select(segment => segment.Segment));
        Assert.Equal((ProfileUsage.RequiredOrEmpty, 2), Segment("NK1"));
        Assert.Equal((ProfileUsage.Required, 1), Segment("PV1"));
        Assert.Equal(ProfileUsage.Required, Field("PID-3").Usage);
        Assert.Equal(ProfileUsage.RequiredOrEmpty, Field("PID-8").Usage);
        Assert.Equal(2, Field("PID-4").Max);
        Assert.Equal(ProfileUsage.Required, Field("PID-3.4").Usage);
        Assert.Equal("EXAMPLE^ANNA^B".Length, Field("PID-5").MaxLength);

        (ProfileUsage?, int?) Segment(string name) => profile.Segments.Where(segment => segment.Segment == name).Select(segment => (segment.Usage, segment.Max)).Single();
        ProfileField Field(string path) => profile.Fields.Single(field => field.Path == path);
    }

    [Fact]
    public void Only_small_sets_of_codes_seen_often_are_written_down()
    {
        string[] sexes = ["F", "M", "F", "M", "F", "M"];
        Hl7Profile profile = ProfileLearner.Learn(sexes.Select(sex => Hl7Samples.Parse(Checked.With(Checked.Admit, "PID-8", sex))));
        Assert.Equal(["F", "M"], Assert.Single(profile.Fields, field => field.Path == "PID-8").Values!);
        Assert.Null(Assert.Single(ProfileLearner.Learn(sexes.Take(4).Select(sex => Hl7Samples.Parse(Checked.With(Checked.Admit, "PID-8", sex)))).Fields, field => field.Path == "PID-8").Values);
        Assert.Null(Assert.Single(ProfileLearner.Learn(Enumerable.Range(0, 50).Select(number => Hl7Samples.Parse(Checked.With(Checked.Admit, "PID-8", $"{number}")))).Fields, field => field.Path == "PID-8").Values);
    }

    [Fact]
    public void No_value_of_a_patient_is_written_down()
    {
        string message = Checked.Admit.Replace("|F\r", "|ANNA EXAMPLE\r", StringComparison.Ordinal) + "ZPI|EXAMPLE|ANNA\rEXAMPLE was here\r";
        Hl7Profile profile = ProfileLearner.Learn(Enumerable.Repeat(0, 10).Select(_ => Hl7Samples.Parse(message)));
        string written = System.Text.Json.JsonSerializer.Serialize(profile);
        Assert.All(new[] { "EXAMPLE", "ANNA", "4857773456", "19700203" }, secret => Assert.DoesNotContain(secret, written, StringComparison.Ordinal));
        Assert.Empty(profile.Check());
    }

    [Fact]
    public void Nothing_teaches_nothing()
    {
        Hl7Profile profile = ProfileLearner.Learn([]);
        Assert.Empty(profile.Segments);
        Assert.Empty(profile.Check());
    }

    [Fact]
    public void Every_message_passes_the_rules_that_were_learned_from_it() =>
        Generated.ForAll(Generated.AnyBytes, bytes =>
        {
            if (Hl7Message.Parse(bytes, out _) is { } message)
                AssertPass([message]);
        });

    [SkippableFact]
    public void Every_published_message_passes_the_rules_that_were_learned_from_all_of_its_folder()
    {
        Skip.If(Corpus.Root is null, Corpus.Missing);
        foreach (IGrouping<string?, string> folder in Corpus.Hl7Files().GroupBy(Path.GetDirectoryName))
            AssertPass([.. folder.Select(file => Hl7Message.Parse(File.ReadAllBytes(file), out _)).OfType<Hl7Message>()]);
    }

    [Fact]
    public void Messages_of_several_versions_and_senders_pass_what_was_learned_from_all_of_them() =>
        Generated.ForAll(LearnedMessages.Several, texts => AssertPass([.. texts.Select(text => Hl7Samples.Parse(text))]));

    [Fact]
    public void Codes_that_only_one_version_knows_to_be_codes_are_not_asked_of_the_others()
    {
        // PID-3.5 is a code from 2.2 on; CK of 2.1 ends before it.
        string[] of25 = [.. Enumerable.Repeat(Checked.With(Checked.Admit, "PID-3", "1^^^X^MR"), 6)];
        string of21 = Checked.With(Checked.With(Checked.Admit, "MSH-12", "2.1"), "PID-3", "1^^^X^ZZ");
        AssertPass([.. of25.Append(of21).Select(text => Hl7Samples.Parse(text))]);
    }

    [Fact]
    public void What_no_version_has_is_not_written_down()
    {
        Hl7Profile profile = ProfileLearner.Learn([Hl7Samples.Parse(Checked.With(Checked.Admit, "PID-60", "x") + "XYZ|1\rZXY|1\r")]);
        Assert.Equal(["MSH", "EVN", "PID", "PV1", "ZXY"], profile.Segments.Select(segment => segment.Segment));
        Assert.DoesNotContain(profile.Fields, field => field.Path is "PID-60" or "XYZ-1");
        Assert.Empty(profile.Check());
    }

    private static void AssertPass(Hl7Message[] messages)
    {
        Hl7Profile profile = ProfileLearner.Learn(messages);
        Assert.Empty(profile.Check());
        Hl7Validator validator = new(ValidationLevel.Profile, profile);
        // Bytes that are no text cannot pass a rule about text.
        Assert.All(messages, message => Assert.DoesNotContain(validator.Check(message), problem => problem.Rule is >= 3150 and < 3168));
    }
}
