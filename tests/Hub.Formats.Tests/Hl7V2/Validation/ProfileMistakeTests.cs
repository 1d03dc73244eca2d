using Hub.Formats.Hl7V2.Validation;

namespace Hub.Formats.Tests.Hl7V2.Validation;

/// <summary>A profile that cannot mean what it says is told so, member by member.</summary>
public sealed class ProfileMistakeTests
{
    private static readonly Hl7Profile s_empty = new() { Name = "test" };

    public static TheoryData<Hl7Profile, string> Mistakes => new()
    {
        { s_empty with { Name = " " }, "name" },
        { s_empty with { Messages = ["ADT_A01"] }, "messages[0]" },
        { s_empty with { Versions = ["25"] }, "versions[0]" },
        { s_empty with { Versions = ["2.8", "2.5.2"] }, "versions[1]" },
        { s_empty with { Fields = [new() { Path = "PID-8", Usage = ProfileUsage.Required }, new() { Path = "PID-8", Usage = ProfileUsage.Optional }] }, "fields[1].usage" },
        { s_empty with { ValueSets = [new() { Name = "a", Codes = ["1"] }, new() { Name = "a", Codes = ["2"] }] }, "valueSets[1].name" },
        { s_empty with { ValueSets = [new() { Name = "a", Codes = [] }] }, "valueSets[0].codes" },
        { Segment(new() { Segment = "obx", Usage = ProfileUsage.Required }), "segments[0].segment" },
        { Segment(new() { Segment = "OBX-3", Usage = ProfileUsage.Required }), "segments[0].segment" },
        { Segment(new() { Segment = "OBX" }), "segments[0]" },
        { Segment(new() { Segment = "OBX", Min = 3, Max = 2 }), "segments[0].min" },
        { Segment(new() { Segment = "OBX", Min = -1 }), "segments[0].min" },
        { Segment(new() { Segment = "OBX", Max = 0 }), "segments[0].max" },
        { Segment(new() { Segment = "OBX", Max = 1, Per = "OB" }), "segments[0].per" },
        { Segment(new() { Segment = "OBX", Usage = ProfileUsage.Conditional }), "segments[0].condition" },
        { Field(new() { Path = "PID.3", Usage = ProfileUsage.Required }), "fields[0].path" },
        { Field(new() { Path = "PID", Usage = ProfileUsage.Required }), "fields[0].path" },
        { Field(new() { Path = "PID-3[*]", Usage = ProfileUsage.Required }), "fields[0].path" },
        { Field(new() { Path = "MSH-2", Usage = ProfileUsage.Required }), "fields[0].path" },
        { Field(new() { Path = "PID-3.1", Max = 2 }), "fields[0].max" },
        { Field(new() { Path = "PID-3", MinLength = 5, MaxLength = 4 }), "fields[0].minLength" },
        { Field(new() { Path = "PID-3" }), "fields[0]" },
        { Field(new() { Path = "PID-3", Usage = ProfileUsage.NotSupported, MaxLength = 4 }), "fields[0].usage" },
        { Field(new() { Path = "PID-3", Values = [] }), "fields[0].values" },
        { Field(new() { Path = "PID-3", Values = ["1"], FixedValue = "1" }), "fields[0].values" },
        { Field(new() { Path = "PID-3", FixedValue = "" }), "fields[0].fixed" },
        { Field(new() { Path = "PID-3", ValueSet = "wards" }), "fields[0].valueSet" },
        { Field(new() { Path = "PID-3", Pattern = "(" }), "fields[0].pattern" },
        { Field(new() { Path = "PID-3", Pattern = "(?=a)b" }), "fields[0].pattern" },
        { Field(new() { Path = "PID-3", Usage = ProfileUsage.Required, Condition = new() { Path = "PID-8", Exists = true } }), "fields[0].condition" },
        { Field(new() { Path = "PID-3", Usage = ProfileUsage.Required, Otherwise = ProfileUsage.NotSupported }), "fields[0].otherwise" },
        { Field(new() { Path = "PID-3", Usage = ProfileUsage.Required, When = new() }), "fields[0].when" },
        { Field(new() { Path = "PID-3", Usage = ProfileUsage.Required, When = new() { Path = "PID-8" } }), "fields[0].when" },
        { Field(new() { Path = "PID-3", Usage = ProfileUsage.Required, When = new() { Not = new() { Path = "PID", EqualTo = "1" } } }), "fields[0].when.not.path" },
        { Field(new() { Path = "PID-3", Usage = ProfileUsage.Required, When = new() { Any = [] } }), "fields[0].when.any" },
        { Field(new() { Path = "PID-3", Usage = ProfileUsage.Required, When = new() { All = [new() { Path = "PID-8", Matches = "[" }] } }), "fields[0].when.all[0].matches" },
        { Field(new() { Path = "PID-3", Usage = ProfileUsage.Required, When = Deep(21) }), "fields[0].when" + string.Concat(Enumerable.Repeat(".not", 20)) },
        { s_empty with { Unique = [new() { Paths = ["OBX-3", "OBR-3"] }] }, "unique[0].paths" },
        { s_empty with { Unique = [new() { Paths = [] }] }, "unique[0].paths" },
        { s_empty with { Constraints = [new() { Then = new() { Path = "PID-8", Exists = true }, Text = "" }] }, "constraints[0].text" },
        { s_empty with { Constraints = [new() { Then = new() { Path = "PID-8" }, Text = "No." }] }, "constraints[0].then" },
        { s_empty with { Rules = [new() { Rule = 3198, Severity = ProfileSeverity.Off }] }, "rules[0].rule" },
        { s_empty with { Rules = [new() { Severity = ProfileSeverity.Off }] }, "rules[0]" },
        { s_empty with { Rules = [new() { Path = "OBX[2]-3", Severity = ProfileSeverity.Off }] }, "rules[0].path" },
    };

    public static TheoryData<Hl7Profile, string> UnknownPlaces => new()
    {
        { Segment(new() { Segment = "PDI", Usage = ProfileUsage.Required }), "segments[0].segment" },
        { Segment(new() { Segment = "OBX", Max = 1, Per = "ORB" }), "segments[0].per" },
        { Segment(new() { Segment = "OBX", Usage = ProfileUsage.Conditional, Condition = new() { Path = "OBR-93", Exists = true } }), "segments[0].condition.path" },
        { Field(new() { Path = "PDI-3", Usage = ProfileUsage.Required }), "fields[0].path" },
        { Field(new() { Path = "PID-93", Usage = ProfileUsage.Required }), "fields[0].path" },
        { Field(new() { Path = "PID-3.40", Usage = ProfileUsage.Required }), "fields[0].path" },
        { Field(new() { Path = "PID-3.4.4", Usage = ProfileUsage.Required }), "fields[0].path" },
        { Field(new() { Path = "PID-8", Usage = ProfileUsage.Required, When = new() { Any = [new() { Path = "PID-7", Exists = true }, new() { Path = "PV9-1", Exists = true }] } }), "fields[0].when.any[1].path" },
        { s_empty with { Unique = [new() { Paths = ["OBX-3.1", "OBX-99"] }] }, "unique[0].paths[1]" },
        { s_empty with { Constraints = [new() { Each = "OXB", Then = new() { Path = "PID-8", Exists = true }, Text = "No." }] }, "constraints[0].each" },
        { s_empty with { Constraints = [new() { Path = "PID-99", Then = new() { Path = "PID-8", Exists = true }, Text = "No." }] }, "constraints[0].path" },
        { s_empty with { Rules = [new() { Path = "PID-5.99", Severity = ProfileSeverity.Off }] }, "rules[0].path" },
        { Field(new() { Path = "PRT-1", Usage = ProfileUsage.Required }) with { Versions = ["2.5.1"] }, "fields[0].path" },
        { Field(new() { Path = "PDI-3", Usage = ProfileUsage.Required }) with { Versions = ["2.8"] }, "fields[0].path" },
    };

    [Theory]
    [MemberData(nameof(UnknownPlaces))]
    public void A_place_that_no_version_has_is_told_with_what_to_do(Hl7Profile profile, string member)
    {
        ProfileMistake mistake = Assert.Single(profile.Check());
        Assert.Equal(member, mistake.Member);
        Assert.Contains("no version", mistake.Text, StringComparison.Ordinal);
        Assert.Contains("Correct the", mistake.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ZPI-93.7.2")]
    [InlineData("OBX-5.3.2")]
    [InlineData("PID-3.4.2")]
    [InlineData("PID-8.1.1")]
    [InlineData("QPD-7.2")]
    [InlineData("PRT-1")]
    [InlineData("PID-40", "2.8")]
    [InlineData("OH1-2", "2.9")]
    [InlineData("PID-2.4", "2.7")]
    [InlineData("OBX-5", "2.1", "2.5")]
    public void A_place_that_a_version_has_may_have_or_a_site_makes_is_none_to_tell(string path, params string[] versions) =>
        Assert.Empty((Field(new() { Path = path, Usage = ProfileUsage.Optional }) with { Versions = versions }).Check());

    [Theory]
    [InlineData("PID-93", true, "2.8")]
    [InlineData("PID-41", true, "2.8.1")]
    [InlineData("PID-93", true, "2.5.1", "2.7.1", "2.8.2")]
    [InlineData("PID-3.4.2", false, "2.8")]
    [InlineData("OH1-2", true, "2.9")]
    [InlineData("ZPI-7", false, "2.8")]
    [InlineData("PID-8", false)]
    public void A_place_that_only_a_version_after_2_7_may_have_is_no_mistake_and_cannot_be_known(string path, bool isTold, params string[] versions)
    {
        Hl7Profile profile = Field(new() { Path = path, Usage = ProfileUsage.Optional }) with { Versions = versions };
        Assert.Empty(profile.Check());
        ProfileMistake[] cautions = [.. profile.FindCautions()];
        Assert.Equal(isTold ? ["fields[0].path"] : [], cautions.Select(caution => caution.Member));
        Assert.All(cautions, caution => Assert.Contains("nobody here can say", caution.Text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_told_at_its_member(Hl7Profile profile, string member)
    {
        ProfileMistake mistake = Assert.Single(profile.Check());
        Assert.Equal(member, mistake.Member);
        Assert.Throws<ArgumentException>(() => new Hl7Validator(ValidationLevel.Profile, profile));
    }

    [Fact]
    public void All_mistakes_come_at_once() =>
        Assert.Equal(["fields[0].path", "fields[1].valueSet", "rules[0].rule"], (s_empty with
        {
            Fields = [new() { Path = "PID.3", Usage = ProfileUsage.Required }, new() { Path = "PID-4", ValueSet = "x" }],
            Rules = [new() { Rule = 1, Severity = ProfileSeverity.Off }],
        }).Check().Select(mistake => mistake.Member));

    [Fact]
    public void Level_and_profile_go_together()
    {
        Assert.Throws<ArgumentException>(() => new Hl7Validator(ValidationLevel.Profile));
        Assert.Throws<ArgumentException>(() => new Hl7Validator(ValidationLevel.Standard, s_empty));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Hl7Validator(ValidationLevel.Standard, maxProblems: 0));
    }

    private static Hl7Profile Segment(ProfileSegment segment) => s_empty with { Segments = [segment] };

    private static Hl7Profile Field(ProfileField field) => s_empty with { Fields = [field] };

    private static ProfileCondition Deep(int depth)
    {
        ProfileCondition condition = new() { Path = "PID-8", Exists = true };
        for (int i = 1; i < depth; i++)
            condition = new() { Not = condition };
        return condition;
    }
}
