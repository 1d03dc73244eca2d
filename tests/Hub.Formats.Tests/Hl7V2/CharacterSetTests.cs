using System.Text;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Hl7V2;

/// <summary>Rules E16 to E19.</summary>
public sealed class CharacterSetTests
{
    [Theory]
    [InlineData("8859/1", "\u00e9", 0xE9)]
    [InlineData("8859/2", "\u0159", 0xF8)]
    [InlineData("8859/5", "\u0416", 0xB6)]
    [InlineData("8859/7", "\u03a9", 0xD9)]
    [InlineData("8859/7", "\u2018", 0xA1)]
    [InlineData("8859/7", "\u2019", 0xA2)]
    [InlineData("8859/7", "\u20ac", 0xA4)]
    [InlineData("8859/7", "\u20af", 0xA5)]
    [InlineData("8859/7", "\u037a", 0xAA)]
    [InlineData("8859/8", "\u05d0", 0xE0)]
    [InlineData("8859/8", "\u00af", 0xAF)]
    [InlineData("8859/8", "\u200e", 0xFD)]
    [InlineData("8859/8", "\u200f", 0xFE)]
    [InlineData("8859/9", "\u015f", 0xFE)]
    [InlineData("8859/10", "\u0138", 0xFF)]
    [InlineData("8859/11", "\u0e01", 0xA1)]
    [InlineData("8859/13", "\u0160", 0xD0)]
    [InlineData("8859/14", "\u0175", 0xF0)]
    [InlineData("8859/15", "\u20ac", 0xA4)]
    [InlineData(" 8859/15 ~UNICODE", "\u20ac", 0xA4)]
    public void E16_The_first_repetition_of_MSH_18_names_the_set(string named, string text, byte value)
    {
        Hl7Message message = Hl7Samples.Parse(With(named, [value]));
        Assert.Equal(text, message.Text("PID-5"));
        Assert.Equal([value], message.Encode(text));
        Assert.Empty(message.Flags);
    }

    [Theory]
    [InlineData("UNICODE UTF-8")]
    [InlineData("unicode utf-8")]
    [InlineData("UNICODE")]
    [InlineData("")]
    public void E16_E17_UTF_8_is_read_when_named_and_when_nothing_is(string named)
    {
        Hl7Message message = Hl7Samples.Parse(With(named, "\u0175\u20ac\U0001F3E5"u8));
        Assert.Equal("\u0175\u20ac\U0001F3E5", message.Text("PID-5"));
        Assert.Empty(message.Flags);
    }

    [Fact]
    public void E17_Bytes_that_are_not_UTF_8_are_read_in_the_fallback_set_and_flagged()
    {
        Hl7Message message = Hl7Samples.Parse(With("", [0xA4]), "8859/15");
        Assert.Equal("\u20ac", message.Text("PID-5"));
        Assert.Equal(["charset-guessed"], message.Flags);
    }

    [Fact]
    public void E17_Nothing_named_means_ASCII_and_another_character_cannot_be_written()
    {
        Hl7Message message = Hl7Samples.Parse(Hl7Samples.Admit);
        Assert.Equal("ASCII", message.CharacterSet.Name);
        Hl7FormatException refused = Assert.Throws<Hl7FormatException>(() => message.Set("PID-5", "Si\u00e2n"));
        Assert.DoesNotContain("Si", refused.Message, StringComparison.Ordinal);
        Assert.False(message.IsChanged);
    }

    [Theory]
    [InlineData("KLINGON")]
    [InlineData("UNICODE UTF-16")]
    [InlineData("UNICODE UTF-32")]
    public void E18_An_unknown_set_is_flagged_for_ASCII_and_an_error_for_more(string named)
    {
        Assert.Equal(["charset-unknown"], Hl7Samples.Parse(With(named, "plain"u8)).Flags);
        Hl7Fault fault = Hl7Samples.Fault(With(named, [0xE9]));
        Assert.Equal((false, false, 103, "MSH-18"), (fault.IsUndecodable, fault.IsReject, fault.Code, fault.Path));
        Assert.DoesNotContain(named, fault.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UNICODE UTF-8", 0xE9)]
    [InlineData("ASCII", 0xE9)]
    [InlineData("8859/3", 0xA5)]
    [InlineData("8859/7", 0xFF)]
    [InlineData("8859/11", 0xDB)]
    public void E19_Bytes_that_are_not_in_the_named_set_are_kept_flagged_and_never_replaced(string named, byte value)
    {
        byte[] content = With(named, [value]);
        Hl7Message message = Hl7Samples.Parse(content);
        Assert.Equal(["charset-invalid"], message.Flags);
        Assert.Throws<Hl7FormatException>(() => message.Text("PID-5"));
        Assert.Equal("PAS", message.Text("MSH-3"));
        message.Set("MSH-3", "LAB");
        Assert.Equal(Encoding.Latin1.GetString(content).Replace("PAS", "LAB", StringComparison.Ordinal), message.Written());
    }

    private static byte[] With(string named, ReadOnlySpan<byte> name) =>
        [.. Hl7Samples.Bytes($"MSH|^~\\&|PAS|||||||||||||||{named}\rPID|1||||"), .. name, (byte)'\r'];
}
