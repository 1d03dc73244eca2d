using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Hl7V2;

/// <summary>Reading and changing one place; rules E06 to E08.</summary>
public sealed class MessageTests
{
    private static readonly FieldPath s_identifiers = FieldPath.Parse("PID-3");

    [Theory]
    [InlineData("MSH-1", "|")]
    [InlineData("MSH-2", "^~\\&")]
    [InlineData("MSH-3", "PAS")]
    [InlineData("MSH-9.2", "A01")]
    [InlineData("MSH-9", "ADT^A01^ADT_A01")]
    [InlineData("PID-3", "4857773456^^^NHS^NH~A123^^^PAS^PI")]
    [InlineData("PID-3[2]", "A123^^^PAS^PI")]
    [InlineData("PID-3.1", "4857773456")]
    [InlineData("PID-3[2].4", "PAS")]
    [InlineData("PID-3[3].4", "")]
    [InlineData("PV1-3.2.2", "left")]
    [InlineData("PV1-3.1.1", "W1")]
    [InlineData("OBX[2]-5", "two")]
    [InlineData("OBX[4]-5", "")]
    [InlineData("PV1", "PV1|1|I|W1^B2&left^3")]
    [InlineData("PID-99", "")]
    public void E06_A_path_leads_to_its_text(string path, string text) => Assert.Equal(text, Hl7Samples.Parse(Hl7Samples.Admit).Text(path));

    [Fact]
    public void E06_MSH_2_is_one_value_that_is_never_split_or_unescaped()
    {
        Hl7Message message = Hl7Samples.Parse(Hl7Samples.Admit);
        Assert.Equal("^~\\&", message.Text("MSH-2.2"));
        Assert.Equal(1, message.CountRepetitions(FieldPath.Parse("MSH-2")));
        Assert.Equal(["^~\\&"], message.GetAllText(FieldPath.Parse("MSH-2[*]")));
        Assert.True(message.Exists(FieldPath.Parse("MSH-2")));
        foreach (string path in new[] { "MSH-1", "MSH-2", "BHS-1", "FHS-2" })
            Assert.Throws<Hl7FormatException>(() => message.Set(path, "x"));
    }

    [Theory]
    [InlineData("BHS")]
    [InlineData("FHS")]
    [InlineData("BTS")]
    [InlineData("FTS")]
    public void B01_Nothing_of_a_batch_can_be_written_into_a_message(string segment)
    {
        Hl7Message message = Hl7Samples.Parse($"MSH|^~\\&|PAS\r{(segment[0] == 'B' && segment[1] == 'H' ? "BHS\r" : "")}");
        string before = message.Written();
        Assert.Equal("", message.Text($"{segment}-1"));
        foreach (int field in (int[])[1, 3])
            Assert.Contains("belong to a batch", Assert.Throws<Hl7FormatException>(() => message.Set($"{segment}-{field}", "1")).Message, StringComparison.Ordinal);
        Assert.Throws<Hl7FormatException>(() => message.AddRawSegment(Hl7Samples.Bytes($"{segment}|1")));
        Assert.Throws<Hl7FormatException>(() => message.AddRawSegment(Hl7Samples.Bytes("FHS#*~?#x")));
        Assert.Equal(before, message.Written());
    }

    [Fact]
    public void E07_An_empty_repetition_counts_and_stays()
    {
        Hl7Message message = Hl7Samples.Parse("MSH|^~\\&|PAS\rPID|||A~~B\r");
        Assert.Equal(3, message.CountRepetitions(s_identifiers));
        Assert.Equal(["A", "", "B"], message.GetAllText(FieldPath.Parse("PID-3[*]")));
        message.TrimSeparators();
        Assert.Equal("A~~B", message.Raw("PID-3"));
        message.Delete("PID-3[2]");
        Assert.Equal("A~B", message.Raw("PID-3"));
    }

    [Fact]
    public void E07_Separators_at_the_end_are_kept_until_trimmed()
    {
        Hl7Message message = Hl7Samples.Parse("MSH|^~\\&|PAS||\rPID|1||A^b&&^^&~C^&|||\r");
        message.Set("PID-1", "2");
        Assert.Equal("MSH|^~\\&|PAS||\rPID|2||A^b&&^^&~C^&|||\r", message.Written());
        message.TrimSeparators();
        Assert.Equal("MSH|^~\\&|PAS\rPID|2||A^b~C\r", message.Written());
    }

    [Theory]
    [InlineData("FHS|&~\\&|")]
    [InlineData("BHS|&~\\&|")]
    public void B01_A_line_that_is_no_segment_does_not_become_the_header_of_a_batch(string line)
    {
        string text = $"MSH&|~\\&PAS\r{line}\r";
        Hl7Message message = Hl7Samples.Parse(text);
        Assert.Contains("batch", Assert.Throws<Hl7FormatException>(message.TrimSeparators).Message, StringComparison.Ordinal);
        Assert.Equal(text, message.Written());
    }

    [Fact]
    public void E08_Null_and_not_populated_stay_apart()
    {
        Hl7Message message = Hl7Samples.Parse("MSH|^~\\&|PAS\rPID|\"\"||^~&\r");
        Assert.Equal("\"\"", message.Text("PID-1"));
        Assert.Equal("", message.Text("PID-2"));
        Assert.Equal([true, false, false], new[] { "PID-1", "PID-2", "PID-3" }.Select(path => message.Exists(FieldPath.Parse(path))));
        message.Set("PID-1", "");
        message.Set("PID-2", "\"\"");
        Assert.Equal("PID||\"\"|^~&", message.Raw("PID"));
    }

    [Theory]
    [InlineData("PID-3[2].4", "X", "PID|1||4857773456^^^NHS^NH~A123^^^X^PI||EXAMPLE^ANNA^B||19700203|F")]
    [InlineData("PID-3[3].2.2", "X", "PID|1||4857773456^^^NHS^NH~A123^^^PAS^PI~^&X||EXAMPLE^ANNA^B||19700203|F")]
    [InlineData("PID-3", "a^b", "PID|1||a\\S\\b||EXAMPLE^ANNA^B||19700203|F")]
    [InlineData("PID-10", "X", "PID|1||4857773456^^^NHS^NH~A123^^^PAS^PI||EXAMPLE^ANNA^B||19700203|F||X")]
    [InlineData("PID-3[*].4", "X", "PID|1||4857773456^^^X^NH~A123^^^X^PI||EXAMPLE^ANNA^B||19700203|F")]
    [InlineData("PID-20.3", "", "PID|1||4857773456^^^NHS^NH~A123^^^PAS^PI||EXAMPLE^ANNA^B||19700203|F")]
    public void Setting_makes_the_parts_that_are_missing_and_nothing_for_an_empty_value(string path, string value, string segment)
    {
        Hl7Message message = Hl7Samples.Parse(Hl7Samples.Admit);
        message.Set(path, value);
        Assert.Equal(segment, message.Raw("PID"));
        Assert.Equal(value.Length > 0, message.IsChanged);
    }

    [Fact]
    public void Setting_in_a_segment_that_is_missing_makes_it_at_the_end_one_after_another()
    {
        Hl7Message message = Hl7Samples.Parse(Hl7Samples.Admit);
        Assert.Throws<Hl7FormatException>(() => message.Set("ZZ1[2]-1", "b"));
        message.Set("ZZ1-1", "a");
        message.Set("ZZ1[2]-2", "b");
        Assert.Equal(Hl7Samples.Admit + "ZZ1|a\rZZ1||b\r", message.Written());
        Assert.Throws<Hl7FormatException>(() => message.Set("MSH[2]-3", "x"));
        Assert.Throws<Hl7FormatException>(() => message.AddSegment("ZZ1", before: 0));
    }

    [Theory]
    [InlineData("PID-3", "a|b")]
    [InlineData("PID-3", "a\rb")]
    [InlineData("PID-3.1", "a^b")]
    [InlineData("PID-3.1", "a~b")]
    [InlineData("PID-3.1.1", "a&b")]
    [InlineData("PID", "QQ")]
    public void An_encoded_value_that_does_not_fit_its_place_is_refused_without_telling_it(string path, string value)
    {
        Hl7Message message = Hl7Samples.Parse(Hl7Samples.Admit);
        Hl7FormatException refused = Assert.Throws<Hl7FormatException>(() => message.SetRaw(path, value));
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, refused.Message, StringComparison.Ordinal);
        Assert.False(message.IsChanged);
    }

    [Fact]
    public void A_raw_line_feed_that_would_begin_a_segment_is_escaped()
    {
        Hl7Message message = Hl7Samples.Parse(Hl7Samples.Admit);
        message.SetRaw("PID-1", "x\nZZ1");
        Assert.StartsWith("PID|x\\X0A\\ZZ1||", message.Raw("PID"), StringComparison.Ordinal);
        message.SetRaw("PID-1", "x\ny");
        Assert.StartsWith("PID|x\ny||", message.Raw("PID"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PID-8", "PID|1||4857773456^^^NHS^NH~A123^^^PAS^PI||EXAMPLE^ANNA^B||19700203")]
    [InlineData("PID-3[1]", "PID|1||A123^^^PAS^PI||EXAMPLE^ANNA^B||19700203|F")]
    [InlineData("PID-3[*]", "PID|1||||EXAMPLE^ANNA^B||19700203|F")]
    [InlineData("PID-3[*].5", "PID|1||4857773456^^^NHS~A123^^^PAS||EXAMPLE^ANNA^B||19700203|F")]
    [InlineData("PID-5.1", "PID|1||4857773456^^^NHS^NH~A123^^^PAS^PI||^ANNA^B||19700203|F")]
    [InlineData("PID-4", "PID|1||4857773456^^^NHS^NH~A123^^^PAS^PI||EXAMPLE^ANNA^B||19700203|F")]
    [InlineData("PID-3[7]", "PID|1||4857773456^^^NHS^NH~A123^^^PAS^PI||EXAMPLE^ANNA^B||19700203|F")]
    public void Deleting_leaves_the_rest_where_it_is(string path, string segment)
    {
        Hl7Message message = Hl7Samples.Parse(Hl7Samples.Admit);
        message.Delete(path);
        Assert.Equal(segment, message.Raw("PID"));
    }

    [Fact]
    public void Deleting_what_is_not_populated_changes_nothing()
    {
        Hl7Message message = Hl7Samples.Parse("MSH|^~\\&|PAS\rPID|1|||||\r");
        foreach (string path in new[] { "PID-3", "PID-3.2", "PID-3[1]", "PID-40", "ZZ1", "ZZ1-1", "PID[2]" })
            message.Delete(path);
        Assert.False(message.IsChanged);
    }

    [Fact]
    public void A_segment_is_deleted_whole_and_MSH_never()
    {
        Hl7Message message = Hl7Samples.Parse(Hl7Samples.Admit);
        message.Delete("OBX[2]");
        Assert.Equal(2, message.CountSegments("OBX"));
        Assert.Equal("three", message.Text("OBX[2]-5"));
        Assert.Contains("MSH cannot be deleted", Assert.Throws<Hl7FormatException>(() => message.Delete("MSH")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_repetition_is_added_at_the_end_or_as_the_first()
    {
        Hl7Message message = Hl7Samples.Parse(Hl7Samples.Admit);
        message.AppendRepetition(s_identifiers, "Z^9"u8);
        message.AppendRepetition(FieldPath.Parse("PID-13"), "Z"u8);
        Assert.Equal("PID|1||4857773456^^^NHS^NH~A123^^^PAS^PI~Z^9||EXAMPLE^ANNA^B||19700203|F|||||Z", message.Raw("PID"));
    }

    [Fact]
    public void Other_delimiters_rewrite_values_and_keep_their_meaning()
    {
        Hl7Message message = Hl7Samples.Parse("MSH|^~\\&|P\\S\\S*1\rPID|a^b~c&d\\.br\\\\X41\\|\\Z*1\\|\\E\\.br\\E\\\r");
        message.UseDelimiters(Hl7Samples.Delimiters("#*!?%"));
        Assert.Equal("MSH#*!?%#P^S?S?1\rPID#a*b!c%d?.br??X41?#\\Z?S?1\\#\\.br\\\r", message.Written());
        Assert.Equal("#", message.Text("MSH-1"));
        Assert.Equal("*!?%", message.Text("MSH-2"));
        Assert.Throws<Hl7FormatException>(() => message.UseDelimiters(Hl7Delimiters.Standard with { Component = (byte)'|' }));
        Assert.Throws<Hl7FormatException>(() => message.UseDelimiters(Hl7Samples.Delimiters("|^")));
        Assert.Equal("*!?%", message.Text("MSH-2"));
    }
}
