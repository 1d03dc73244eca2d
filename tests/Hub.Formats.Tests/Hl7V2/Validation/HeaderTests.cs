using Hub.Formats.Hl7V2.Validation;

namespace Hub.Formats.Tests.Hl7V2.Validation;

/// <summary>What the header says the message is.</summary>
public sealed class HeaderTests
{
    [Theory]
    [InlineData("MSH-9", "", "E 3100 MSH-9")]
    [InlineData("MSH-10", "", "E 3100 MSH-10")]
    [InlineData("MSH-10", "\"\"", "E 3100 MSH-10")]
    [InlineData("MSH-11", "", "E 3100 MSH-11")]
    [InlineData("MSH-12", "", "E 3100 MSH-12")]
    [InlineData("MSH-12", "2.55", "E 3101 MSH-12")]
    [InlineData("MSH-12", "3", "E 3101 MSH-12")]
    [InlineData("MSH-12", "2.5 ", "E 3101 MSH-12")]
    [InlineData("MSH-12", "2.5^GBR")]
    [InlineData("MSH-12", "2.8", "I 3102 MSH-12")]
    [InlineData("MSH-9", "XYZ^A01", "E 3103 MSH-9.1")]
    [InlineData("MSH-9", "ADT^XYZ", "E 3104 MSH-9.2")]
    [InlineData("MSH-9", "ADT", "E 3107 MSH-9.2", "I 3105 MSH-9")]
    [InlineData("MSH-9", "ADT^\"\"^ADT_A01", "E 3107 MSH-9.2")]
    [InlineData("MSH-9", "ADT^^ADT_A01", "E 3107 MSH-9.2")]
    [InlineData("MSH-9", "ADT^A01", "W 3108 MSH-9.3")]
    [InlineData("MSH-9", "ZDT^Z01", "I 3105 MSH-9")]
    [InlineData("MSH-9", "ADT^Z01", "I 3105 MSH-9")]
    [InlineData("MSH-9", "ADT^Z01^ADT_A01")]
    [InlineData("MSH-9", "ADT^A01^ADT_A03", "W 3106 MSH-9.3")]
    public void The_fields_that_say_what_the_message_is_are_checked(string path, string raw, params string[] problems) =>
        Assert.Equal(problems, Checked.Of(Checked.With(Checked.Admit, path, raw)));

    [Theory]
    [InlineData("MSH-10", "", "E 3100 MSH-10")]
    [InlineData("MSH-12", "2.55", "W 3101 MSH-12")]
    [InlineData("PID-7", "yesterday", "W 3130 PID-7.1")]
    [InlineData("MSH-9", "ADT^^ADT_A01", "W 3107 MSH-9.2")]
    [InlineData("PV1-2", "")]
    [InlineData("MSH-9", "XYZ^A01", "W 3103 MSH-9.1")]
    [InlineData("MSH-9", "ADT^Z01", "I 3105 MSH-9")]
    [InlineData("MSH-9", "ADT^A01^ADT_A03")]
    public void Lenient_asks_for_the_header_and_warns_of_values(string path, string raw, params string[] problems) =>
        Assert.Equal(problems, Checked.Of(Checked.With(Checked.Admit, path, raw), new Hl7Validator(ValidationLevel.Lenient)));

    [Theory]
    [InlineData("2.4", "ADT^^ADT_A01")]
    [InlineData("2.3.1", "ADT^A01")]
    [InlineData("2.5.1", "ADT^^ADT_A01", "E 3107 MSH-9.2")]
    [InlineData("2.6", "ADT^A01", "W 3108 MSH-9.3")]
    [InlineData("2.7", "ADT^A01", "W 3108 MSH-9.3")]
    public void The_event_and_the_structure_are_asked_for_where_the_version_requires_them(string version, string type, params string[] problems) =>
        Assert.Equal(problems, Checked.Of(Checked.With(Checked.With(Checked.Admit, "MSH-12", version), "MSH-9", type)));

    [Theory]
    [InlineData("ACK")]
    [InlineData("ACK^A01")]
    [InlineData("ACK^A01^ACK")]
    public void An_acknowledgment_has_the_event_of_what_it_answers_if_that_had_one(string type) =>
        Assert.Empty(Checked.Of($"MSH|^~\\&|PAS|NORTH|LAB|SOUTH|20260102030405||{type}|MSG0001|P|2.5\rMSA|AA|1\r"));

    [Fact]
    public void Off_looks_at_nothing() => Assert.Empty(Checked.Of("MSH|^~\\&|\r", new Hl7Validator(ValidationLevel.Off)));

    [Theory]
    [InlineData("MSH-15", "XX", "W 3139 MSH-15")]
    [InlineData("PID-41", "x")]
    [InlineData("PID-7", "yesterday", "E 3130 PID-7")]
    [InlineData("PID-3", "", "E 3120 PID-3")]
    public void A_later_version_is_checked_as_2_7_and_allowed_what_it_may_have_added(string path, string raw, params string[] problems)
    {
        string[] found = Checked.Of(Checked.With(Checked.Admit.Replace("|2.5\r", "|2.8.2\r", StringComparison.Ordinal), path, raw));
        Assert.Equal("I 3102 MSH-12", found[0]);
        Assert.Equal(problems, found[1..]);
    }

    [Theory]
    [InlineData("2.6", "E 3135 MSH-15")]
    [InlineData("2.7", "W 3139 MSH-15")]
    public void A_code_of_2_7_is_not_refused_by_the_tables_of_2_6(string version, string problem)
    {
        Hl7Problem found = Assert.Single(Checked.Problems(Checked.With(Checked.With(Checked.Admit, "MSH-12", version), "MSH-15", "XX")));
        Assert.Equal(problem, $"{found.Severity.ToString()[0]} {found.Rule} {found.Path}");
        Assert.Equal(version == "2.7", found.Text.Contains("of version 2.6", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("CWE", "X")]
    [InlineData("DTM", "2026")]
    public void A_value_type_is_judged_by_its_name_and_not_by_its_length(string type, string value) =>
        Assert.Empty(Checked.OfObservation($"OBX|1|{type}|CODE||{value}||||||F"));
}
