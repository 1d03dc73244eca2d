using System.Text;
using Hub.Dashboard.Content;
using Hub.Formats.Hl7V2;

namespace Hub.Dashboard.Tests;

/// <summary>What a person edits comes back as the bytes it was, but for what was changed.</summary>
public sealed class EditableTextTests
{
    private const string Message = "MSH|^~\\&|PAS|WARD|||20260301||ADT^A01|C1|P|2.5\rPID|1||17\r";

    public static TheoryData<string, byte[]> Contents() => new()
    {
        { "CR", Encoding.ASCII.GetBytes(Message) },
        { "without the last CR", Encoding.ASCII.GetBytes(Message.TrimEnd('\r')) },
        { "CR LF", Encoding.ASCII.GetBytes(Message.Replace("\r", "\r\n", StringComparison.Ordinal)) },
        { "LF", Encoding.ASCII.GetBytes(Message.Replace('\r', '\n')) },
        { "two at the end", Encoding.ASCII.GetBytes(Message + "\r") },
        { "8859/1", Encoding.Latin1.GetBytes(Message.Replace("|P|2.5", "|P|2.5||||||8859/1", StringComparison.Ordinal) + "NTE|1||Siân\r") },
        { "UTF-8", Encoding.UTF8.GetBytes(Message.Replace("|P|2.5", "|P|2.5||||||UNICODE UTF-8", StringComparison.Ordinal) + "NTE|1||Gŵyn 😀\r") },
        { "JSON", Encoding.UTF8.GetBytes("{\n  \"name\": \"Siân\"\n}\n") },
    };

    [Theory]
    [MemberData(nameof(Contents))]
    public void Unchanged_text_gives_the_same_bytes_as_browsers_send_it(string name, byte[] bytes)
    {
        EditableText text = EditableText.Of(bytes) ?? throw new InvalidOperationException(name);
        Assert.DoesNotContain('\r', text.Text);
        Assert.Equal(bytes, text.ToBytes(text.Text.Replace("\n", "\r\n", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_would_not_come_back_is_not_offered()
    {
        Assert.Null(EditableText.Of(new byte[] { 0xFF, 0xFE, 0x00 }));
        Assert.Null(EditableText.Of(Encoding.ASCII.GetBytes(Message + "NTE|1||a\u000bb\r")));
        // A line feed within a segment would end it.
        Assert.Null(EditableText.Of(Encoding.ASCII.GetBytes(Message + "NTE|1||a\nb\r")));
        Assert.Null(EditableText.Of(new byte[EditableText.MostBytes + 1]));
        Assert.Null(EditableText.Of(ReadOnlyMemory<byte>.Empty));
    }

    [Fact]
    public void A_character_that_the_set_does_not_have_is_told()
    {
        byte[] bytes = Encoding.Latin1.GetBytes(Message.Replace("|P|2.5", "|P|2.5||||||8859/1", StringComparison.Ordinal));
        EditableText text = EditableText.Of(bytes)!;
        Assert.Contains("8859/1", Assert.Throws<Hl7FormatException>(() => text.ToBytes(text.Text + "\nNTE|1||ŵ")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_edit_may_neither_end_the_message_nor_name_another_character_set()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Message);
        Assert.Null(EditableText.Check(bytes, Encoding.ASCII.GetBytes(Message.Replace("17", "18", StringComparison.Ordinal))));
        Assert.NotNull(EditableText.Check(bytes, Encoding.ASCII.GetBytes(Message.Replace("MSH", "XSH", StringComparison.Ordinal)))!.Fault);
        Assert.Equal("UNICODE UTF-8", EditableText.Check(bytes, Encoding.ASCII.GetBytes(Message.Replace("|P|2.5", "|P|2.5||||||UNICODE UTF-8", StringComparison.Ordinal)))!.Becomes);
    }
}
