using Hub.Formats.Hl7V2.Validation;

namespace Hub.Formats.Tests.Hl7V2.Validation;

/// <summary>Profiles tighten and loosen the standard.</summary>
public sealed class ProfileTests
{
    private static readonly Hl7Profile s_empty = new() { Name = "test" };

    [Fact]
    public void An_empty_profile_is_the_standard() =>
        Assert.Equal(["E 3120 PID-3"], Checked.Of(Checked.With(Checked.Admit, "PID-3", ""), s_empty));

    [Theory]
    [InlineData(ProfileUsage.Required, "", "E 3160 PID-4")]
    [InlineData(ProfileUsage.Required, "1")]
    [InlineData(ProfileUsage.Required, "\"\"")]
    [InlineData(ProfileUsage.RequiredOrEmpty, "")]
    [InlineData(ProfileUsage.Optional, "")]
    [InlineData(ProfileUsage.NotSupported, "")]
    [InlineData(ProfileUsage.NotSupported, "1", "E 3161 PID-4")]
    public void Usage_says_whether_a_field_is_populated(ProfileUsage usage, string raw, params string[] problems) =>
        Assert.Equal(problems, Checked.Of(Checked.With(Checked.Admit, "PID-4", raw), s_empty with { Fields = [new() { Path = "PID-4", Usage = usage }] }));

    [Theory]
    [InlineData("F", "", "E 3160 PID-4")]
    [InlineData("F", "1")]
    [InlineData("M", "")]
    [InlineData("M", "1", "E 3161 PID-4")]
    public void Conditional_usage_goes_by_its_condition(string sex, string raw, params string[] problems)
    {
        ProfileField rule = new()
        {
            Path = "PID-4",
            Usage = ProfileUsage.Conditional,
            Condition = new() { Path = "PID-8", EqualTo = "F" },
            Otherwise = ProfileUsage.NotSupported,
        };
        Assert.Equal(problems, Checked.Of(Checked.With(Checked.With(Checked.Admit, "PID-8", sex), "PID-4", raw), s_empty with { Fields = [rule] }));
    }

    [Theory]
    [InlineData("1^^^^NH", "PID-3.4", "E 3160 PID-3.4")]
    [InlineData("1^^^NHS^NH~2", "PID-3.4", "E 3160 PID-3[2].4")]
    [InlineData("1^^^&1.2&ISO^NH", "PID-3.4.1", "E 3160 PID-3.4.1")]
    [InlineData("1^^^^NH", "PID-3.4.1")]
    [InlineData("1~2^^^NHS", "PID-3[1].4", "E 3160 PID-3[1].4")]
    [InlineData("1^^^NHS~2", "PID-3[1].4")]
    [InlineData("1", "PID-3[2]", "E 3160 PID-3[2]")]
    public void A_component_is_asked_for_where_its_field_is_populated(string raw, string path, params string[] problems) =>
        Assert.Equal(problems, Checked.Of(Checked.With(Checked.Admit, "PID-3", raw), s_empty with { Fields = [new() { Path = path, Usage = ProfileUsage.Required }] }));

    [Theory]
    [InlineData("AB", "E 3163 PID-4")]
    [InlineData("ABC")]
    [InlineData("ABCDE")]
    [InlineData("ABCDEF", "E 3163 PID-4")]
    [InlineData("ABC\\T\\E")]
    [InlineData("\"\"")]
    [InlineData("")]
    public void Lengths_are_of_values_without_escapes(string raw, params string[] problems) =>
        Assert.Equal(problems, Checked.Of(Checked.With(Checked.Admit, "PID-2", raw), s_empty with { Fields = [new() { Path = "PID-2", MinLength = 3, MaxLength = 5 }] }).Select(problem => problem.Replace("PID-2", "PID-4", StringComparison.Ordinal)));

    [Fact]
    public void Repetitions_are_counted()
    {
        Hl7Profile profile = s_empty with { Fields = [new() { Path = "PID-3", Min = 2, Max = 3 }] };
        Assert.Equal(["E 3162 PID-3"], Checked.Of(Checked.Admit, profile));
        Assert.Empty(Checked.Of(Checked.With(Checked.Admit, "PID-3", "1~2"), profile));
        Assert.Equal(["E 3162 PID-3"], Checked.Of(Checked.With(Checked.Admit, "PID-3", "1~2~3~4"), profile));
    }

    [Fact]
    public void Values_are_fixed_listed_named_or_match_a_pattern()
    {
        Hl7Profile profile = s_empty with
        {
            ValueSets = [new() { Name = "wards", Codes = ["W1", "W2"] }],
            Fields =
            [
                new() { Path = "MSH-3", FixedValue = "PAS" },
                new() { Path = "PV1-2", Values = ["I", "O"] },
                new() { Path = "PV1-3.1", ValueSet = "wards" },
                new() { Path = "PID-7", Pattern = "^[0-9]{8}$" },
            ],
        };
        Assert.Empty(Checked.Of(Checked.Admit, profile));
        Assert.Equal(["E 3164 MSH-3"], Checked.Of(Checked.With(Checked.Admit, "MSH-3", "LAB"), profile));
        Assert.Equal(["E 3164 PV1-2"], Checked.Of(Checked.With(Checked.Admit, "PV1-2", "E"), profile));
        Assert.Equal(["E 3164 PV1-3.1"], Checked.Of(Checked.With(Checked.Admit, "PV1-3", "W3^B"), profile));
        Assert.Equal(["E 3165 PID-7"], Checked.Of(Checked.With(Checked.Admit, "PID-7", "1970"), profile));
    }

    [Fact]
    public void Where_a_profile_speaks_the_standard_is_silent()
    {
        Hl7Profile profile = s_empty with
        {
            Segments = [new() { Segment = "PV1", Usage = ProfileUsage.Optional }, new() { Segment = "EVN", Max = 2 }],
            Fields =
            [
                new() { Path = "PID-3", Usage = ProfileUsage.RequiredOrEmpty },
                new() { Path = "PID-8", Max = 2, Values = ["F", "?"] },
                new() { Path = "MSH-10", MaxLength = 30 },
                new() { Path = "PID-7", Pattern = "^[0-9]{4}-" },
                new() { Path = "PID-5.1.1", Usage = ProfileUsage.Optional },
            ],
        };
        string message = "MSH|^~\\&|PAS|NORTH|LAB|SOUTH|20260102||ADT^A01^ADT_A01|123456789012345678901234|P|2.5\rEVN||20260102\rEVN||20260102\rPID|||||&van^ANNA||1970-02-03|F~?\r";
        Assert.Empty(Checked.Of(message, profile));
        Assert.Equal(8, Checked.Of(message).Length);
    }

    [Theory]
    [InlineData(ProfileSeverity.Off)]
    [InlineData(ProfileSeverity.Information, "I 3120 PID-3")]
    [InlineData(ProfileSeverity.Warning, "W 3120 PID-3")]
    [InlineData(ProfileSeverity.Error, "E 3120 PID-3")]
    public void A_rule_can_be_switched_off_or_judged_otherwise(ProfileSeverity severity, params string[] problems)
    {
        string message = Checked.With(Checked.Admit, "PID-3", "");
        Assert.Equal(problems, Checked.Of(message, s_empty with { Rules = [new() { Rule = 3120, Severity = severity }] }));
        Assert.Equal(problems, Checked.Of(message, s_empty with { Rules = [new() { Path = "PID", Severity = ProfileSeverity.Off }, new() { Rule = 3120, Path = "PID-3", Severity = severity }] }));
        Assert.Equal(["E 3120 PID-3"], Checked.Of(message, s_empty with { Rules = [new() { Rule = 3120, Path = "PID-5", Severity = severity }] }));
    }

    [Fact]
    public void Messages_and_versions_of_other_interfaces_are_refused()
    {
        Assert.Empty(Checked.Of(Checked.Admit, s_empty with { Messages = ["ADT"], Versions = ["2.5"] }));
        Assert.Empty(Checked.Of(Checked.Admit, s_empty with { Messages = ["ADT^A08", "ADT^A01"] }));
        Assert.Equal(["E 3150 MSH-9", "E 3151 MSH-12"], Checked.Of(Checked.Admit, s_empty with { Messages = ["ADT^A08"], Versions = ["2.4"] }));
    }

    [Fact]
    public void A_segment_that_both_standard_and_profile_require_is_missed_once()
    {
        Hl7Profile profile = s_empty with { Segments = [new() { Segment = "PV1", Usage = ProfileUsage.Required }] };
        string message = Checked.Admit.Replace("PV1|1|I|W1^B2^3\r", "", StringComparison.Ordinal);
        Assert.Equal(["E 3110 PV1"], Checked.Of(message, profile));
        Assert.Equal(["E 3152 PV1"], Checked.Of(message, profile with { Rules = [new() { Rule = 3110, Severity = ProfileSeverity.Off }] }));
    }

    [Fact]
    public void Segments_are_counted_in_the_message_or_in_each_stretch()
    {
        string orders = Checked.Result + "OBR|1|||X\rOBX|1|ST|X||1||||||F\rOBX|2|ST|X||1||||||F\rOBR|2|||X\r";
        Assert.Equal(["E 3152 OBX[3]"], Checked.Of(orders, With(new() { Segment = "OBX", Usage = ProfileUsage.Required, Per = "OBR" })));
        Assert.Equal(["E 3154 OBX[2]"], Checked.Of(orders, With(new() { Segment = "OBX", Max = 1, Per = "OBR" })));
        Assert.Equal(["E 3154 OBX[3]"], Checked.Of(orders, With(new() { Segment = "OBX", Min = 3 })));
        Assert.Equal(["E 3153 OBX"], Checked.Of(orders, With(new() { Segment = "OBX", Usage = ProfileUsage.NotSupported })));
        Assert.Equal(["E 3152 NTE"], Checked.Of(orders, With(new() { Segment = "NTE", Usage = ProfileUsage.Required })));
        ProfileSegment conditional = new() { Segment = "OBX", Usage = ProfileUsage.Conditional, Per = "OBR", Condition = new() { Path = "OBR-1", EqualTo = "1" } };
        Assert.Empty(Checked.Of(orders, With(conditional)));
        Assert.Equal(["E 3152 OBX[3]"], Checked.Of(orders, With(conditional with { Condition = new() { Path = "OBR-1", EqualTo = "2" } })));

        static Hl7Profile With(ProfileSegment segment) => s_empty with { Segments = [segment] };
    }

    [Fact]
    public void Values_come_once_in_the_message_or_in_each_stretch()
    {
        string orders = Checked.Result + "OBR|1|||X\rOBX|1|ST|A|1|1||||||F\rOBX|2|ST|A|2|1||||||F\rOBR|2|||X\rOBX|1|ST|A|1|1||||||F\r";
        Assert.Equal(["E 3166 OBX[2]-3", "E 3166 OBX[3]-3"], Checked.Of(orders, s_empty with { Unique = [new() { Paths = ["OBX-3"] }] }));
        Assert.Equal(["E 3166 OBX[3]-3.1"], Checked.Of(orders, s_empty with { Unique = [new() { Paths = ["OBX-3.1", "OBX-4"] }] }));
        Assert.Empty(Checked.Of(orders, s_empty with { Unique = [new() { Paths = ["OBX-3.1", "OBX-4"], Per = "OBR" }] }));
        Assert.Empty(Checked.Of(orders, s_empty with { Unique = [new() { Paths = ["OBX-20"] }] }));
    }

    [Fact]
    public void Constraints_hold_between_places_of_the_segment_and_the_nearest_before_it()
    {
        string orders = Checked.Result + "OBR|1|||X|||||||||||||||||||||P\rOBX|1|ST|A||||||||X\rOBR|2|||X|||||||||||||||||||||F\rOBX|1|ST|A||1||||||P\rOBX|2|ST|B||1||||||F\r";
        ProfileConstraint constraint = new()
        {
            Each = "OBX",
            When = new() { Path = "OBR-25", EqualTo = "F" },
            Then = new() { Any = [new() { Path = "OBX-11", In = ["F", "C"] }, new() { Not = new() { Path = "OBX-5", Exists = true } }] },
            Path = "OBX-11",
            Text = "Results of a final order are final.",
        };
        Hl7Problem problem = Assert.Single(Checked.Problems(orders, new(ValidationLevel.Profile, s_empty with { Constraints = [constraint] })));
        Assert.Equal((3167, "OBX[2]-11", "Results of a final order are final."), (problem.Rule, problem.Path, problem.Text));
    }

    [Fact]
    public void Conditions_look_at_every_repetition_at_segments_and_at_patterns()
    {
        string message = Checked.With(Checked.Admit, "PID-3", "1^^^NHS^NH~2^^^PAS^PI");
        Assert.True(Holds(new() { Path = "PID-3[*].5", EqualTo = "PI" }));
        Assert.False(Holds(new() { Path = "PID-3.5", EqualTo = "PI" }));
        Assert.True(Holds(new() { Path = "PID-3[2].5", EqualTo = "PI" }));
        Assert.True(Holds(new() { Path = "PV1", Exists = true }));
        Assert.True(Holds(new() { Path = "PV2", Exists = false }));
        Assert.True(Holds(new() { Path = "PV2-3", Exists = false }));
        Assert.True(Holds(new() { Path = "PID-4", EqualTo = "" }));
        Assert.True(Holds(new() { Path = "MSH-10", Matches = "^MSG[0-9]+$" }));
        Assert.True(Holds(new() { All = [new() { Path = "PID-8", In = ["F", "M"] }, new() { Path = "PID-1", Exists = true }] }));
        Assert.True(Holds(new() { Path = "PID[1]-8", EqualTo = "F" }));
        Assert.False(Holds(new() { Path = "PID[2]-8", EqualTo = "F" }));

        bool Holds(ProfileCondition condition) =>
            Checked.Of(message, s_empty with { Constraints = [new() { Then = condition, Text = "No." }] }).Length == 0;
    }

    [Fact]
    public void A_rule_in_force_somewhere_silences_nothing_elsewhere()
    {
        Hl7Profile profile = s_empty with { Fields = [new() { Path = "PV1-2", Usage = ProfileUsage.Optional, When = new() { Path = "PID-8", EqualTo = "M" } }] };
        Assert.Equal(["E 3120 PV1-2"], Checked.Of(Checked.With(Checked.Admit, "PV1-2", ""), profile));
    }

    [Fact]
    public void A_rule_has_its_own_severity_and_words()
    {
        Hl7Profile profile = s_empty with { Fields = [new() { Path = "PID-4", Usage = ProfileUsage.Required, Severity = ProfileSeverity.Warning, Text = "Send the old number." }] };
        Hl7Problem problem = Assert.Single(Checked.Problems(Checked.Admit, new(ValidationLevel.Profile, profile)));
        Assert.Equal((Hl7Severity.Warning, "Send the old number."), (problem.Severity, problem.Text));
    }

    [Fact]
    public void A_pattern_takes_time_in_proportion_to_the_value()
    {
        Hl7Profile profile = s_empty with { Fields = [new() { Path = "OBX-5", Pattern = "^(a+)+$" }] };
        string message = $"{Checked.Result}OBR|1|||X\rOBX|1|ST|X||{new string('a', 100_000)}!||||||F\r";
        Assert.Contains("E 3165 OBX-5", Checked.Of(message, profile));
    }
}
