using System.Text;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Hl7V2;

/// <summary>Rules E10 to E14.</summary>
public sealed class EscapeTests
{
    [Theory]
    [InlineData(@"\F\\S\\T\\R\\E\\P\", @"|^&~\#")]
    [InlineData(@"\E\F\E\", @"\F\")]
    [InlineData(@"\E\.br\E\", @"\.br\")]
    [InlineData(@"a\T\b", "a&b")]
    public void E10_Letters_stand_for_the_delimiters_of_this_message_and_decode_once(string raw, string text) => AssertDecodes("|^~\\&#", raw, text);

    [Fact]
    public void E10_Letters_stand_for_other_delimiters_in_another_message() => AssertDecodes("#*!?%", "?F??S??T??R??E?", "#*%!?");

    [Theory]
    [InlineData("|^~\\&", @"\P\")]
    [InlineData("|^~\\", @"\T\")]
    public void E10_A_letter_for_a_delimiter_that_is_not_in_force_stays(string delimiters, string raw) => AssertDecodes(delimiters, raw, raw);

    [Theory]
    [InlineData(@"\X41\", "A")]
    [InlineData(@"\X414a4B\", "AJK")]
    [InlineData(@"\X0D0A\", "\r\n")]
    [InlineData(@"\X4\", @"\X4\")]
    [InlineData(@"\X414\", @"\X414\")]
    [InlineData(@"\XZZ\", @"\XZZ\")]
    [InlineData(@"\X\", @"\X\")]
    [InlineData(@"\x41\", @"\x41\")]
    public void E11_Pairs_of_hex_digits_are_bytes_and_anything_else_stays(string raw, string text) => AssertDecodes("|^~\\&", raw, text);

    [Fact]
    public void E11_Hex_bytes_are_read_in_the_messages_character_set()
    {
        Assert.Equal("\u20ac", Hl7Samples.Parse($"MSH|^~\\&|{new string('|', 15)}8859/15\rPID|\\XA4\\\r").Text("PID-1"));
        Assert.Equal("\u20ac", Hl7Samples.Parse($"MSH|^~\\&|{new string('|', 15)}UNICODE UTF-8\rPID|\\XE282AC\\\r").Text("PID-1"));
    }

    [Theory]
    [InlineData(@"\H\bold\N\")]
    [InlineData(@"\.br\")]
    [InlineData(@"\.sp+3\\.fi\\.nf\\.in+1\\.ti-1\\.sk 2\\.ce\")]
    [InlineData(@"\Z9x\")]
    [InlineData(@"\C2842\\M244A4D\")]
    public void E12_Formatting_stays_as_written(string raw) => AssertDecodes("|^~\\&", raw, raw);

    [Theory]
    [InlineData(@"\")]
    [InlineData(@"C:\temp")]
    [InlineData(@"\foo\")]
    [InlineData(@"\\")]
    [InlineData(@"\\\\")]
    [InlineData(@"\FF\")]
    public void E13_What_is_no_sequence_is_literal(string raw) => AssertDecodes("|^~\\&", raw, raw);

    [Fact]
    public void E13_A_literal_escape_character_does_not_swallow_the_sequence_after_it() => AssertDecodes("|^~\\&", @"C:\temp\F\x", "C:\\temp|x");

    [Theory]
    [InlineData("|^~\\&", @"\F\\S\\R\\E\\T\")]
    [InlineData("a\rb\nc\v\u001c", @"a\X0D\b\X0A\c\X0B\\X1C\")]
    [InlineData(@"\.br\ \X41\", @"\E\.br\E\ \E\X41\E\")]
    [InlineData("a#b", "a#b")]
    public void E14_F14_What_has_a_meaning_is_escaped(string text, string raw) =>
        Assert.Equal(raw, Encoding.Latin1.GetString(Message("|^~\\&").Encode(text)));

    private static void AssertDecodes(string delimiters, string raw, string text) =>
        Assert.Equal(text, Message(delimiters).Decode(Hl7Samples.Bytes(raw)));

    private static Hl7Message Message(string delimiters) => Hl7Samples.Parse($"MSH{delimiters}{delimiters[0]}PAS\r");
}
