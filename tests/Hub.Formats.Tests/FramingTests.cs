using System.Buffers;
using System.Text;
using Hub.Formats.Framing;

namespace Hub.Formats.Tests;

/// <summary>The framings of F15, at every split of the bytes into reads.</summary>
public sealed class FramingTests
{
    private static readonly MarkFraming s_startEnd = new("<<"u8, ">\r>"u8);
    private static readonly MarkFraming s_hl7 = new("<<"u8, ">\r>"u8, isHl7: true);
    private static readonly MarkFraming s_delimiter = new([], "\r\n"u8);

    public static TheoryData<string, MessageFraming, string, string[]> Streams => new()
    {
        { "start and end", s_startEnd, "<<one>\r><<two>\r>", ["one", "two"] },
        { "junk before and between", s_startEnd, "junk<<one>\r>\r\n<<<two>\r>", ["one", "<two"] },
        { "the end nearly in the data", s_startEnd, "<<a>\r>\r><<>>\r>b>\r>", ["a", ">"] },
        { "a start inside is data", s_startEnd, "<<a<<MSH|b>\r>", ["a<<MSH|b"] },
        { "F05 a new message inside one", s_hl7, "<<MSH|torn<<MSH|two>\r><<MSH|three>\r>", ["torn", "MSH|two", "MSH|three"] },
        { "F05 a new batch inside a message", s_hl7, "<<MSH|torn\rPI<<BHS|two>\r><<FHS|a<<FHS|b>\r>", ["torn", "BHS|two", "torn", "FHS|b"] },
        { "F05 two torn messages", s_hl7, "<<MSH|a<<MSH|<<MSH|two>\r>", ["torn", "torn", "MSH|two"] },
        { "F05 a start nearly doubled", s_hl7, "<<MSH|a<<<MSH|two>\r>", ["torn", "MSH|two"] },
        { "F05 half an end before a new message", s_hl7, "<<MSH|a>\r<<MSH|two>\r>", ["torn", "MSH|two"] },
        { "F05 a start before other bytes is data", s_hl7, "<<MSH|a<<MSX<<MS<<>\r>", ["MSH|a<<MSX<<MS<<"] },
        { "F05 a start before the end of one is no start of the next", s_hl7, "<<MSH|a<<>\r>MSH|<<MSH|b>\r>", ["MSH|a<<", "MSH|b"] },
        { "F05 a torn message at the limit", s_hl7, $"<<{new string('x', 40)}<<MSH|two>\r>", ["torn", "MSH|two"] },
        { "F05 a torn message over the limit", s_hl7, $"<<{new string('x', 41)}<<MSH|two>\r><<MSH|b>\r>", ["too large " + new string('x', 40), "MSH|b"] },
        { "F05 a message at the limit", s_hl7, $"<<{new string('x', 40)}>\r>", [new('x', 40)] },
        { "F05 a message over the limit", s_hl7, $"<<{new string('x', 41)}>\r><<MSH|b>\r>", ["too large " + new string('x', 40), "MSH|b"] },
        { "an empty message between marks", s_startEnd, "<<>\r>", [""] },
        { "a message at the limit", s_startEnd, $"<<{new string('x', 40)}>\r>", [new('x', 40)] },
        { "a message over the limit", s_startEnd, $"<<{new string('x', 41)}>\r><<two>\r>", ["too large " + new string('x', 40), "two"] },
        { "a message far over the limit", s_startEnd, $"<<{new string('x', 400)}>\r><<two>\r>", ["too large " + new string('x', 40), "two"] },
        { "delimiter", s_delimiter, "one\r\ntwo\r\n", ["one", "two"] },
        { "nothing between delimiters", s_delimiter, "\r\n\r\none\r\n\r\n", ["one"] },
        { "half a delimiter", s_delimiter, "o\rn\ne\r\r\n", ["o\rn\ne\r"] },
        { "no delimiter at the end", s_delimiter, "one\r\ntwo", ["one", "open"] },
        { "delimiter over the limit", s_delimiter, $"{new string('x', 50)}\r\ntwo\r\n", ["too large " + new string('x', 40), "two"] },
        { "length of 1", new LengthFraming(1, false, false), "\u0003one\u0003two", ["one", "two"] },
        { "length of 2, low first", new LengthFraming(2, true, false), "\u0003\0one\u0003\0two", ["one", "two"] },
        { "length of 4, high first, counts itself", new LengthFraming(4, false, true), "\0\0\0\u0007one\0\0\0\u0007two", ["one", "two"] },
        { "length of nothing", new LengthFraming(2, false, false), "\0\0\0\u0003one\0\0", ["one"] },
        { "length at the limit", new LengthFraming(1, false, false), "\u0028" + new string('x', 40), [new('x', 40)] },
        { "length over the limit", new LengthFraming(2, false, false), "\u0001\0" + new string('x', 256) + "\0\u0003two", ["too large " + new string('x', 40), "two"] },
        { "length that does not count itself", new LengthFraming(4, false, true), "\0\0\0\u0003one", ["malformed"] },
        { "length that is not kept", new LengthFraming(4, false, false), "\0\0\0\u0007one", ["open"] },
        { "end of connection", new WholeStreamFraming(), "one\r\ntwo", ["one\r\ntwo"] },
        { "end of connection over the limit", new WholeStreamFraming(), new string('x', 99), ["too large " + new string('x', 40)] },
        { "end of connection without a message", new WholeStreamFraming(), "", [] },
    };

    public static TheoryData<MessageFraming> Framings =>
    [
        s_startEnd, s_delimiter, new LengthFraming(1, false, true), new LengthFraming(2, true, true), new LengthFraming(4, true, false),
    ];

    [Theory]
    [MemberData(nameof(Streams))]
    public void F15_F10_every_split_gives_the_same_messages(string what, MessageFraming framing, string stream, string[] expected)
    {
        Assert.NotEmpty(what);
        byte[] bytes = Encoding.Latin1.GetBytes(stream);
        Assert.Equal(expected, Read(framing, [bytes]));
        Assert.Equal(expected, Read(framing, [.. bytes.Select(value => new[] { value })]));
        for (int at = 1; at < bytes.Length; at++)
            Assert.Equal(expected, Read(framing, [bytes[..at], bytes[at..]]));
        for (int size = 2; size < 8; size++)
            Assert.Equal(expected, Read(framing, [.. bytes.Chunk(size)]));
    }

    [Fact]
    public void F05_F10_marks_in_any_order_give_the_same_messages_at_every_split()
    {
        Random random = new(20260301);
        string[] pieces = ["<<", "<", ">\r>", ">", "\r", "MSH", "BHS", "FH", "S", "x", new('x', 20)];
        for (int i = 0; i < 2_000; i++)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, 20).Select(_ => pieces[random.Next(pieces.Length)])));
            List<string> expected = Read(s_hl7, [bytes]);
            Assert.Equal(expected, Read(s_hl7, [.. bytes.Select(value => new[] { value })]));
            Assert.Equal(expected, Read(s_hl7, [.. bytes.Chunk(random.Next(2, 9))]));
        }
    }

    [Theory]
    [MemberData(nameof(Framings))]
    public void F15_what_was_written_is_read(MessageFraming framing)
    {
        Random random = new(20260301);
        ArrayBufferWriter<byte> stream = new();
        List<string> written = [];
        for (int i = 0; i < 300; i++)
        {
            // Few letters, so that marks and parts of marks come often.
            string content = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => "<>\r\na"[random.Next(5)]));
            if (framing.TryWrite(stream, Encoding.Latin1.GetBytes(content)))
                written.Add(content);
        }

        Assert.InRange(written.Count, 100, 300);
        Assert.Equal(written, Read(framing, [.. stream.WrittenSpan.ToArray().Chunk(random.Next(1, 9))]));
    }

    [Theory]
    [InlineData(1, false, 255, true)]
    [InlineData(1, false, 256, false)]
    [InlineData(1, true, 254, true)]
    [InlineData(1, true, 255, false)]
    [InlineData(2, false, 65_536, false)]
    [InlineData(4, true, 65_536, true)]
    public void F15_a_message_longer_than_its_length_can_say_is_not_written(int size, bool countsItself, int length, bool fits)
    {
        ArrayBufferWriter<byte> output = new();
        Assert.Equal(fits, new LengthFraming(size, false, countsItself).TryWrite(output, new byte[length]));
        Assert.Equal(fits ? size + length : 0, output.WrittenCount);
    }

    [Fact]
    public void F02_bytes_without_a_start_are_too_much_after_64_KiB()
    {
        FrameReader reader = s_startEnd.CreateReader(40);
        ReadOnlySpan<byte> junk = new byte[64 * 1024];
        Assert.Equal(FrameEvent.NeedMore, reader.Read(ref junk));
        junk = new byte[2];
        Assert.Equal(FrameEvent.TooMuchJunk, reader.Read(ref junk));
    }

    [Fact]
    public void F06_a_length_that_only_promises_takes_no_memory()
    {
        FrameReader reader = new LengthFraming(4, false, false).CreateReader(1024 * 1024 * 1024);
        ReadOnlySpan<byte> promise = [0x3F, 0xFF, 0xFF, 0xFF, 1, 2, 3];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(FrameEvent.NeedMore, reader.Read(ref promise));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    private static List<string> Read(MessageFraming framing, byte[][] reads)
    {
        FrameReader reader = framing.CreateReader(40);
        List<string> found = [];
        foreach (byte[] read in reads)
        {
            ReadOnlySpan<byte> data = read;
            while (reader.Read(ref data) is var happened && happened != FrameEvent.NeedMore)
            {
                found.Add(Describe(reader, happened));
                if (happened == FrameEvent.Malformed)
                    return found;
            }
        }

        if (reader.EndOfInput() == FrameEvent.Message)
            found.Add(Describe(reader, FrameEvent.Message));
        if (reader.IsInBlock)
            found.Add("open");
        return found;
    }

    private static string Describe(FrameReader reader, FrameEvent happened) => happened switch
    {
        FrameEvent.Message => Encoding.Latin1.GetString(reader.Take()),
        FrameEvent.TooLarge => $"too large {Encoding.Latin1.GetString(reader.Take())}",
        _ => happened.ToString().ToLowerInvariant(),
    };
}
