using Hub.Formats.Hl7V2.Validation;

namespace Hub.Formats.Tests.Hl7V2.Validation;

/// <summary>Fields, components and subcomponents against the standard.</summary>
public sealed class FieldTests
{
    [Theory]
    [InlineData("2.5.1", "PD1-3", "SURGERY^^W26", "W 3143 PD1-3.3")]
    [InlineData("2.3", "PD1-3", "SURGERY^^W2", "W 3143 PD1-3.3")]
    [InlineData("2.5.1", "PID-13", "^PRN^PH^^^0117^555-123", "W 3143 PID-13.7")]
    [InlineData("2.5.1", "DG1-12", "x", "W 3143 DG1-12")]
    [InlineData("2.7", "PD1-3", "SURGERY^^W267")]
    [InlineData("2.7", "PID-13", "^PRN^PH^^^0117^555-123")]
    public void What_HL7_has_since_withdrawn_or_made_text_is_no_error_for_its_data_type(string version, string path, string value, params string[] problems)
    {
        string segment = path.StartsWith("DG1", StringComparison.Ordinal) ? "DG1|1|||||A\r" : "";
        string message = Checked.Admit.Replace("|P|2.5\r", $"|P|{version}\r", StringComparison.Ordinal).Replace("PV1|", "PD1|\rPV1|", StringComparison.Ordinal) + segment;
        Assert.Equal(problems, Checked.Of(Checked.With(message, path, value)).Where(problem => problem.EndsWith(path, StringComparison.Ordinal) || problem.Contains($"{path}.", StringComparison.Ordinal)));
        Assert.DoesNotContain(Checked.Of(Checked.With(message, path, value), new Hl7Validator(ValidationLevel.Lenient)), problem => problem.StartsWith("E ", StringComparison.Ordinal));
    }

    [Theory]
    // Required.
    [InlineData("PID-3", "", "E 3120 PID-3")]
    [InlineData("PID-3", "^~^^", "E 3120 PID-3")]
    [InlineData("PID-3", "\"\"")]
    [InlineData("PV1-2", "", "E 3120 PV1-2")]
    [InlineData("PID-3", "^^^NHS^NH", "E 3123 PID-3.1")]
    [InlineData("PID-3", "1^^^NHS^NH~^^^NHS^NH", "E 3123 PID-3[2].1")]
    [InlineData("PID-5", "&van^ANNA", "E 3123 PID-5.1.1")]
    [InlineData("PID-5", "^ANNA")]
    [InlineData("PID-5", "\"\"&van^ANNA")]
    // Both or neither of universal ID and its type.
    [InlineData("MSH-3", "A^1.2.3^ISO")]
    [InlineData("MSH-3", "A^1.2.3", "E 3125 MSH-3.3")]
    [InlineData("MSH-3", "A^^ISO", "E 3125 MSH-3.2")]
    [InlineData("PID-3", "1^^^NHS&1.2.3^NH", "E 3125 PID-3.4.3")]
    // Too much.
    [InlineData("PID-8", "F~M", "W 3121 PID-8")]
    [InlineData("PID-10", "x^^HL70005~2106-3^^HL70005", "W 3138 PID-10[1].1")]
    [InlineData("PID-40", "x", "W 3122 PID-40")]
    [InlineData("PID-45", "^~&")]
    [InlineData("PID-5", "A^B^^^^^L^^^^^^^^X", "W 3124 PID-5.15")]
    [InlineData("PID-8", "F^x", "W 3124 PID-8.2")]
    [InlineData("PID-8", "F^")]
    [InlineData("PID-3", "1&x^^^NHS^NH", "W 3124 PID-3.1.2")]
    [InlineData("PID-3", "1^^^NHS&1.2&ISO&x^NH", "W 3124 PID-3.4.4")]
    [InlineData("MSH-10", "123456789012345678901", "W 3127 MSH-10")]
    [InlineData("MSH-10", "1234567890123456789\\T\\")]
    // Forms.
    [InlineData("PID-7", "1970-02-03", "E 3130 PID-7.1")]
    [InlineData("PID-7", "19700230", "E 3130 PID-7.1")]
    [InlineData("PID-7", "\"\"")]
    [InlineData("PID-3", "1^^^NHS^NH^^2026-01-01", "E 3130 PID-3.7")]
    [InlineData("PID-5", "A^B^^^^^L^^^20260101&yesterday", "E 3130 PID-5.10.2")]
    [InlineData("MSH-7", "20260102030405.12345", "W 3131 MSH-7.1")]
    [InlineData("PID-7", " 19700203 ", "W 3134 PID-7.1")]
    [InlineData("PID-7", "  ", "W 3134 PID-7.1")]
    [InlineData("PID-25", "first", "E 3132 PID-25", "W 3127 PID-25")]
    [InlineData("PID-25", "+1")]
    [InlineData("PID-1", "A", "E 3133 PID-1")]
    // Tables.
    [InlineData("PID-24", "Y")]
    [InlineData("PID-24", "y", "E 3135 PID-24")]
    [InlineData("PID-24", "Y ", "W 3134 PID-24")]
    [InlineData("MSH-15", "XX", "E 3135 MSH-15")]
    [InlineData("MSH-11", "X", "E 3135 MSH-11.1")]
    [InlineData("PID-3", "1^^^NHS^ZZZ", "W 3136 PID-3.5")]
    [InlineData("PID-8", "?", "I 3137 PID-8")]
    [InlineData("PID-16", "Q^Quite^HL70002", "W 3138 PID-16.1")]
    [InlineData("PID-16", "Q^Quite^L")]
    [InlineData("PID-16", "M^Married^HL70002")]
    [InlineData("PID-10", "2106-3^White^CDCREC")]
    public void A_field_is_checked_down_to_its_subcomponents(string path, string raw, params string[] problems) =>
        Assert.Equal(problems.Order(), Checked.Of(Checked.With(Checked.Admit, path, raw)).Order());

    [Theory]
    [InlineData("OBX|1|NM|X||5.0||||||F")]
    [InlineData("OBX|1|NM|X||<5||||||F", "E 3132 OBX-5")]
    [InlineData("OBX|1|NM|X||5~x~6||||||F", "E 3132 OBX-5[2]")]
    [InlineData("OBX|1|SN|X||<^5||||||F")]
    [InlineData("OBX|1|SN|X||<^five||||||F", "E 3132 OBX-5.2")]
    [InlineData("OBX|1|DT|X||20260230||||||F", "E 3130 OBX-5")]
    [InlineData("OBX|1|TS|X||20260102||||||F")]
    [InlineData("OBX|1|TM|X||12:00||||||F", "E 3130 OBX-5")]
    [InlineData("OBX|1|CE|X||A^B^C||||||F")]
    [InlineData("OBX|1|ST|X||A^B||||||F", "W 3124 OBX-5.2")]
    [InlineData("OBX|1||X||5||||||F", "E 3128 OBX-2")]
    [InlineData("OBX|1||X||||||||X")]
    [InlineData("OBX|1|QQ|X||5||||||F", "E 3129 OBX-2")]
    [InlineData("OBX|1|ED|X||A^TEXT^^Base64^QUJD||||||F")]
    [InlineData("OBX|1|ED|X||A^TEXT^^Base64^||||||F", "E 3123 OBX-5.5")]
    [InlineData("OBX|1|ED|X||A^POEM^^Base64^QUJD||||||F", "W 3136 OBX-5.2")]
    [InlineData("OBX|1|NM|X||\"\"||||||F")]
    [InlineData("OBX|1|ST|X||one||||||F\rOBX|1|ST|Y||two||||||F", "W 3140 OBX[2]-1")]
    [InlineData("OBX|1|ST|X||one||||||F\rNTE|1\rNTE|2\rZZZ|1\rOBX|2|ST|Y||two||||||F\rNTE|1")]
    [InlineData("OBX|1|ST|X||one||||||F\rNTE|1\rNTE|1", "W 3140 NTE[2]-1")]
    [InlineData("OBX|1|ST|X||one||||||F\rOBR|2|||Y\rOBX|1|ST|Y||two||||||F")]
    public void An_observation_is_checked_by_the_type_it_names(string obx, params string[] problems) =>
        Assert.Equal(problems, Checked.OfObservation(obx));

    [Fact]
    public void E15_A_value_that_says_it_was_cut_is_not_too_long()
    {
        string cut = "MSH|^~\\&#|PAS|NORTH|LAB|SOUTH|20260102030405||ACK|1234567890123456789012345#|P|2.5\rMSA|AA|1\r";
        Assert.Empty(Checked.Of(cut));
        Assert.Equal(["W 3127 MSH-10"], Checked.Of(cut.Replace("~\\&#", "~\\&", StringComparison.Ordinal)));
    }

    [Fact]
    public void Other_delimiters_than_the_usual_mean_the_same() =>
        Assert.Equal(["E 3130 PID-3[2].7"], Checked.Of(
            "MSH*!?%$*PAS*NORTH*LAB*SOUTH*20260102*   *ADT!A01!ADT_A01*MSG1*P*2.5\rEVN**20260102\rPID***1!!!NHS!NH?2!!!NHS!NH!!x**A|B\rPV1**I\r".Replace("*   *", "**", StringComparison.Ordinal)));

    [Fact]
    public void A_message_without_a_subcomponent_separator_has_no_subcomponents() =>
        Assert.Empty(Checked.Of("MSH|^~\\|PAS|NORTH|LAB|SOUTH|20260102||ADT^A01^ADT_A01|MSG1|P|2.5\rEVN||20260102\rPID|||1^^^A&B&C^NH||A&B\rPV1||I\r"));

    [Fact]
    public void Length_counts_characters_and_not_bytes()
    {
        string name = new('\u00c3', 20);
        string utf8 = string.Concat(Enumerable.Repeat("\u00c3\u00a4", 20));
        string message = Checked.With(Checked.Admit, "MSH-18", "UNICODE UTF-8");
        Assert.Empty(Checked.Of(Checked.With(message, "MSH-10", utf8)));
        Assert.Equal(40, utf8.Length);
        Assert.Empty(Checked.Of(Checked.With(Checked.With(Checked.Admit, "MSH-18", "8859/1"), "MSH-10", name)));
    }

    [Fact]
    public void E19_Bytes_that_are_no_text_are_told_once() =>
        Assert.Equal(["W 3141 PID"], Checked.Of("MSH|^~\\&|PAS|NORTH|LAB|SOUTH|20260102||ADT^A01^ADT_A01|MSG1|P|2.5||||||UNICODE UTF-8\rEVN||20260102\rPID|||1||\u00ff\rPV1||I|\u00ff\r"));

    [Fact]
    public void E09_Query_parameters_are_as_many_as_the_query_has() =>
        Assert.DoesNotContain("W 3122 QPD-4", Checked.Of("MSH|^~\\&|PAS|NORTH|LAB|SOUTH|20260102||QBP^Q11^QBP_Q11|MSG1|P|2.5\rQPD|X|1|A|B|C\rRCP|I\r"));

    [Fact]
    public void No_problem_holds_a_value_of_the_message()
    {
        string message = string.Join('\r', Checked.Result.Split('\r')[0], "PID|SECRET|SECRET|SECRET^^^SECRET&SECRET^SECRET||SECRET^^^^^^SECRET||SECRET|SECRET",
            "OBR|SECRET||SECRET|SECRET^^HL70136", "OBX|SECRET|NM|SECRET||SECRET^SECRET||||||SECRET|SECRET", "SECRET|SECRET", "SEC|SECRET|", "");
        IReadOnlyList<Hl7Problem> problems = Checked.Problems(message);
        Assert.True(problems.Count > 8);
        Assert.All(problems, problem => Assert.DoesNotContain("SECRET", $"{problem.Path}{problem.Text}{problem.Remedy}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("PV1|1|I\npid|1||2||OTHER^PATIENT", "E 3118 PV1")]
    [InlineData("PV1|1|I\nZ9x|1\nsecond line", "E 3118 PV1")]
    [InlineData("PV1|1|I|W1\nby the window", "W 3117 PV1")]
    public void A_line_feed_within_a_segment_is_told_and_is_an_error_where_it_hides_a_segment(string visit, string told) =>
        Assert.Contains(told, Checked.Of(Checked.Admit.Replace("PV1|1|I|W1^B2^3", visit, StringComparison.Ordinal)));

    [Fact]
    public void A_character_set_that_was_guessed_is_told_once_at_MSH_18_and_UTF_8_is_not()
    {
        Assert.Equal(["I 3142 MSH-18"], Checked.Standard.Check(Guessed([0xE9, (byte)'a', 0xE9])).Select(problem => $"{problem.Severity.ToString()[0]} {problem.Rule} {problem.Path}"));
        Assert.Empty(Checked.Standard.Check(Guessed([0xC3, 0xA9])));
    }

    private static Hub.Formats.Hl7V2.Hl7Message Guessed(byte[] name)
    {
        string[] halves = Checked.Admit.Split("EXAMPLE");
        return Hub.Formats.Hl7V2.Hl7Message.Parse((byte[])[.. System.Text.Encoding.Latin1.GetBytes(halves[0]), .. name, .. System.Text.Encoding.Latin1.GetBytes(halves[1])], out _)!;
    }
}
