using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Hl7V2;

/// <summary>Rules E01 to E05, E09 and E21: what is a message, and where its segments are.</summary>
public sealed class ParserTests
{
    [Theory]
    [InlineData("PID|1\rPV1|2\r", 3)]
    [InlineData("PID|1\r\nPV1|2\r\n", 3)]
    [InlineData("PID|1\nPV1|2\n", 3)]
    [InlineData("PID|1\n\n\nPV1|2", 3)]
    [InlineData("PID|1\rPV1|2", 3)]
    [InlineData("\r\r\nPID|1\r\r\r\nPV1|2\r\r\n\n", 3)]
    [InlineData("PID|1\n\rPV1|2\r", 3)]
    [InlineData("NTE|1||a\nb\rPV1|2\r", 3)]
    [InlineData("NTE|1||a\nPVX\rPV1|2\r", 3)]
    [InlineData("NTE|1||a\npv1|2\r", 2)]
    public void E01_E02_Segments_end_at_CR_and_at_LF_where_a_segment_or_nothing_follows(string rest, int segments) =>
        Assert.Equal(segments, Hl7Samples.Parse("MSH|^~\\&|A\r" + rest).SegmentCount);

    [Fact]
    public void E01_A_line_feed_in_a_value_is_data_and_noticed()
    {
        Hl7Message message = Hl7Samples.Parse("MSH|^~\\&|A\rNTE|1||a\nb\r");
        Assert.Equal("a\nb", message.Text("NTE-3"));
        Assert.Equal(["embedded-lf"], message.Flags);
    }

    [Fact]
    public void E01_A_changed_message_is_written_with_CR_after_every_segment()
    {
        Hl7Message message = Hl7Samples.Parse("\r\nMSH|^~\\&|A\r\nPID|1\nPV1|1");
        message.Set("PID-1", "2");
        Assert.Equal("MSH|^~\\&|A\rPID|2\rPV1|1\r", message.Written());
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello world")]
    [InlineData("PID|1||4857773456\r")]
    [InlineData("MSH|^~\\")]
    [InlineData("\u00ff\u00feM\0S\0H\0|\0^\0~\0")]
    [InlineData("MSH\0|\0\0\0^\0\0\0")]
    [InlineData("\vMSH|^~\\&|A")]
    public void E03_E18_What_does_not_begin_with_a_header_is_undecodable(string block)
    {
        Hl7Fault fault = Hl7Samples.Fault(block);
        Assert.True(fault.IsUndecodable);
        Assert.Equal(100, fault.Code);
    }

    [Fact]
    public void E03_A_byte_order_mark_and_white_space_may_stand_before_the_header()
    {
        Hl7Message message = Hl7Samples.Parse("\u00ef\u00bb\u00bf \t\r\nMSH|^~\\&|PAS||||||||||||||||ASCII\r");
        Assert.Equal("PAS", message.Text("MSH-3"));
        Assert.Equal("ASCII", message.CharacterSet.Name);
        Assert.Empty(message.Flags);
    }

    [Theory]
    [InlineData("FHS|^~\\&|A\rMSH|^~\\&|A\r")]
    [InlineData("BHS|^~\\&|A\rMSH|^~\\&|A\r")]
    [InlineData("MSH|^~\\&|A\rPID|1\rMSH|^~\\&|A\rPID|2\r")]
    [InlineData("MSH|^~\\&|A\rPID|1\rMSH!^~\\&!A\rPID!2\r")]
    [InlineData("MSH|^~\\&|A\nPID|1\nMSH!^~\\&!A\nPID!2\n")]
    [InlineData("MSH|^~\\&|A\rZ\rMSHX|1\rMSH!^~\\&!A\rPID!2\r")]
    [InlineData("MSH|^~\\&|A\rNTE|1||x\rMSH - Main Street Hospital\r")]
    [InlineData("MSH|^~\\&|A\rPID|1\rBHS|^~\\&|A\rPID|2\r")]
    [InlineData("MSH|^~\\&|A\rPID|1\rFHS#^~\\&#A\rPID|2\r")]
    [InlineData("MSH|^~\\&|A\rPID|1\rBTS|1\r")]
    [InlineData("MSH|^~\\&|A\nPID|1\nFTS#1\n")]
    [InlineData("MSH|^~\\&|A\rPID|1\rFTS")]
    [InlineData("MSH|^~\\&|A\r\nPID|1\r\nMSH#*~\\\\#A\r\nPID#2\r\n")]
    [InlineData("MSH|^~\\&|A\nPID|1\nMSH#*~\\\\#A\nPID#2\n")]
    public void B01_Several_messages_in_a_block_are_rejected_and_never_read_as_one(string block)
    {
        Hl7Fault fault = Hl7Samples.Fault(block);
        Assert.Equal((false, true, 200), (fault.IsUndecodable, fault.IsReject, fault.Code));
        Assert.True(Hl7Batch.Is(Hl7Samples.Bytes(block)));
    }

    // If each line looked through the block, this would take days: whoever sends it would hold a processor with it.
    [Theory]
    [InlineData("\n", "")]
    [InlineData("\n", "\r")]
    public async Task B01_Lines_that_begin_like_headers_are_told_from_them_in_one_go(string before, string end)
    {
        byte[] block = Hl7Samples.Bytes($"MSH|^~\\&|A{string.Concat(Enumerable.Repeat($"{before}BTSX {before}FHSX {before}x", 400_000))}{end}");
        byte[] batch = Hl7Samples.Bytes($"BHS|^~\\&|A\nMSH|^~\\&|A{string.Concat(Enumerable.Repeat($"{before}BTSX {before}x", 400_000))}{end}");
        Task<bool> looked = Task.Run(() => Hl7Batch.Is(block) || Hl7Batch.Read(batch, 10, out _)!.Messages.Count != 1);
        Assert.False(await looked.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    [Theory]
    [InlineData("NTE|1||see\nMSH - Main Street Hospital\r")]
    [InlineData("NTE|1||see\nMSH, Main Street Hospital\nBHS (day) and BTS: night\nBTS/SIGN 158\r")]
    [InlineData("NTE|1||MSH|^~\\&|BTS|1\r")]
    [InlineData("NTE|1||see\rBTS/SIGN 158\rFHS (Wales)\r")]
    [InlineData("MSHX|1\rBTSX|1\rFHS1|1\r")]
    public void B01_A_line_of_text_that_begins_like_a_header_is_text(string body)
    {
        string block = "MSH|^~\\&|A\r" + body;
        Assert.False(Hl7Batch.Is(Hl7Samples.Bytes(block)));
        Assert.Equal(block, Hl7Samples.Parse(block).Written());
    }

    [Theory]
    [InlineData("|^~\\&#", '^', '~', '\\', '&', '#')]
    [InlineData("|^~\\&", '^', '~', '\\', '&', '\0')]
    [InlineData("|^~", '^', '~', '\0', '\0', '\0')]
    [InlineData("$!", '!', '\0', '\0', '\0', '\0')]
    public void E04_MSH_2_gives_one_to_five_delimiters_in_order(string given, char component, char repetition, char escape, char subcomponent, char truncation)
    {
        Hl7Delimiters delimiters = Hl7Samples.Parse($"MSH{given}{given[0]}PAS\r").Delimiters;
        Assert.Equal(new Hl7Delimiters((byte)given[0], (byte)component, (byte)repetition, (byte)escape, (byte)subcomponent, (byte)truncation), delimiters);
    }

    [Fact]
    public void E04_A_delimiter_that_is_not_given_is_data()
    {
        Hl7Message message = Hl7Samples.Parse("MSH|^|PAS\rPID|1||a~b&c\\F\\\0^d\r");
        Assert.Equal("a~b&c\\F\\\0", message.Text("PID-3.1"));
        Assert.Equal(1, message.CountRepetitions(FieldPath.Parse("PID-3")));
        Assert.Throws<Hl7FormatException>(() => message.Set("PID-3[2]", "x"));
        Assert.Throws<Hl7FormatException>(() => message.Set("PID-3.1.2", "x"));
        Assert.Throws<Hl7FormatException>(() => message.Set("PID-3", "a|b"));
        Assert.Throws<Hl7FormatException>(() => message.Set("PID-3", "x", Hl7Message.AtRepetition(FieldPath.Parse("PID-3"), 2)));
    }

    [Fact]
    public void E04_E21_A_NUL_is_never_a_delimiter_that_is_not_given()
    {
        Hl7Message message = Hl7Samples.Parse($"MSH|^|PAS\rNTE|{new string('\0', 20_000)}\r");
        Assert.True(message.Exists(FieldPath.Parse("NTE-1")));
        Assert.Equal(20_000, message.Text("NTE-1.1").Length);
        message.Set("NTE-1", "a\0b");
        Assert.Equal("a\0b", message.Text("NTE-1"));
    }

    [Theory]
    [InlineData("MSH||||||||||ID")]
    [InlineData("MSH|^^\\&|PAS")]
    [InlineData("MSH|^~\\&#!|PAS")]
    [InlineData("MSH|A~\\&|PAS")]
    [InlineData("MSHX^~\\&XPAS")]
    [InlineData("MSH|^1\\&|PAS")]
    [InlineData("MSH|^ \\&|PAS")]
    [InlineData("MSH|^\u0001\\&|PAS")]
    [InlineData("MSH\r1234567")]
    [InlineData("MSH\n1234567")]
    [InlineData("MSH|^~\\&#\n|\rPID|1\r")]
    public void E05_Delimiters_that_cannot_be_used_are_an_error_at_MSH_2(string block)
    {
        Hl7Fault fault = Hl7Samples.Fault(block);
        Assert.Equal((false, false, 102, "MSH-2"), (fault.IsUndecodable, fault.IsReject, fault.Code, fault.Path));
    }

    [Fact]
    public void E09_What_is_not_expected_is_kept()
    {
        const string Odd = "MSH|^~\\&|PAS\rZZ1|a^b^c~d|||\rno segment at all\rPID|1|\r";
        Hl7Message message = Hl7Samples.Parse(Odd);
        message.Set("MSH-4", "");
        Assert.Equal(Odd, message.Written());
        Assert.Equal("b", message.Text("ZZ1-1.2"));
        message.Set("MSH-3", "X");
        Assert.Equal(Odd.Replace("PAS", "X", StringComparison.Ordinal), message.Written());
    }

    [Theory]
    [InlineData(100_000, "\rZ", "segments")]
    [InlineData(10_001, "|", "fields")]
    [InlineData(10_000, "~", "repetitions")]
    [InlineData(1_000, "^", "components")]
    [InlineData(1_000, "&", "subcomponents")]
    public void E21_Too_many_parts_are_an_error_and_one_fewer_are_not(int separators, string separator, string what)
    {
        string start = separator[0] == '\r' ? "MSH|^~\\&|PAS" : "MSH|^~\\&|PAS\rNTE|";
        int most = separator == "|" ? separators - 2 : separators - 1;
        Hl7Samples.Parse(start + string.Concat(Enumerable.Repeat(separator, most)));
        Hl7Fault fault = Hl7Samples.Fault(start + string.Concat(Enumerable.Repeat(separator, most + 1)));
        Assert.Equal((false, false, 102), (fault.IsUndecodable, fault.IsReject, fault.Code));
        Assert.Contains($"too many {what} ", fault.Text, StringComparison.Ordinal);
    }
}
