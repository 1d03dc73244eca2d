using System.Text;
using Hub.Formats.Framing;
using Hub.Formats.Mllp;

namespace Hub.Formats.Tests.Mllp;

/// <summary>Frames, at every split of the bytes into reads.</summary>
public sealed class MllpFrameReaderTests
{
    private const string A = "MSH|^~\\&|A\rPID|1\r";
    private const string B = "MSH|^~\\&|B\rPID|2\r";

    public static TheoryData<string, string, string[]> Streams => new()
    {
        { "F01 a block", $"\v{A}\x1c\r", [A] },
        { "F02 bytes before the block", $"\r\n \0log text\v{A}\x1c\r", [A] },
        { "F02 bytes between blocks", $"\v{A}\x1c\r\r\n\v{B}\x1c\r", [A, B] },
        { "F03 LF for CR after a segment end", $"\v{A}\x1c\n\v{B}\x1c\r", [A + "!missing-cr", B] },
        { "F03 no CR before the next block", $"\v{A}\x1c\v{B}\x1c\r", [A + "!missing-cr", B] },
        { "F03 without a segment end EB alone ends nothing", "\vMSH|^~\\&|A\x1c\nrest\r\x1c\r", ["MSH|^~\\&|A\x1c\nrest\r!embedded-fs"] },
        { "F03 a CR that comes later is junk", $"\v{A}\x1c\n\r\n\v{B}\x1c\r", [A + "!missing-cr", B] },
        { "F04 EB before another byte is data", "\vMSH|^~\\&|A\u001cB\r\x1c\r", ["MSH|^~\\&|A\u001cB\r!embedded-fs"] },
        { "F04 two EB", $"\v{A}\x1c\x1c\r", [A + "\x1c!embedded-fs"] },
        { "F05 a new message inside a block", $"\vMSH|^~\\&|torn\rPI\v{A}\x1c\r", ["torn", A] },
        { "F05 a new batch inside a block", "\vMSH|^~\\&|torn\rPI\vBHS|^~\\&\r\x1c\r", ["torn", "BHS|^~\\&\r"] },
        { "F05 SB before other bytes is data", "\vMSH|^~\\&|A\vMSX\r\x1c\r", ["MSH|^~\\&|A\vMSX\r!embedded-vt"] },
        { "F05 SB before the end is data", "\vMSH|^~\\&|A\r\v\x1c\r", ["MSH|^~\\&|A\r\v!embedded-vt"] },
        { "F01 other control bytes are kept", "\vMSH|^~\\&|A\x01\t\r\x1c\r", ["MSH|^~\\&|A\x01\t\r!control-bytes"] },
        { "F09 the end inside a block is nothing", $"\v{A}", [] },
        { "an empty block", "\v\x1c\r", [""] },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void F10_a_stream_gives_the_same_messages_however_it_is_split(string rule, string stream, string[] messages)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(stream);
        for (int split = 0; split <= bytes.Length; split++)
            Assert.True(messages.SequenceEqual(Read([bytes[..split], bytes[split..]])), $"{rule}, split at {split}");
        Assert.Equal(messages, Read([.. bytes.Select(value => new[] { value })]));
    }

    [Fact]
    public void F03_after_a_segment_end_EB_and_silence_end_the_block()
    {
        MllpFrameReader reader = new(1000);
        ReadOnlySpan<byte> data = Encoding.Latin1.GetBytes($"\v{A}\x1c");

        Assert.Equal(FrameEvent.NeedMore, reader.Read(ref data));
        Assert.True(reader.CanEndBySilence);
        Assert.Equal(FrameEvent.Message, reader.EndBySilence());
        Assert.Equal(A, Encoding.Latin1.GetString(reader.Take()));
        Assert.Equal(["missing-cr"], reader.Flags);
    }

    [Fact]
    public void F03_without_a_segment_end_silence_ends_nothing()
    {
        MllpFrameReader reader = new(1000);
        ReadOnlySpan<byte> data = "\vMSH|^~\\&|A\x1c"u8;
        reader.Read(ref data);
        Assert.False(reader.CanEndBySilence);
    }

    [Fact]
    public void F02_more_than_64_KiB_of_junk_is_too_much()
    {
        MllpFrameReader reader = new(1000);
        ReadOnlySpan<byte> much = new byte[64 * 1024];
        Assert.Equal(FrameEvent.NeedMore, reader.Read(ref much));
        ReadOnlySpan<byte> more = new byte[1];
        Assert.Equal(FrameEvent.TooMuchJunk, reader.Read(ref more));
    }

    [Fact]
    public void F02_junk_is_too_much_also_when_a_block_follows_in_the_same_read()
    {
        MllpFrameReader reader = new(1000);
        ReadOnlySpan<byte> data = Encoding.Latin1.GetBytes(new string('x', (64 * 1024) + 1) + $"\v{A}\x1c\r");
        Assert.Equal(FrameEvent.TooMuchJunk, reader.Read(ref data));
    }

    [Fact]
    public void F06_a_block_over_the_limit_is_told_with_its_head_and_dropped()
    {
        MllpFrameReader reader = new(100);
        string large = $"\v{A}{new string('x', 200)}\x1c\r\v{B}\x1c\r";
        foreach (int size in (int[])[1, 7, 1000])
        {
            List<string> seen = [];
            foreach (byte[] part in Encoding.Latin1.GetBytes(large).Chunk(size))
            {
                ReadOnlySpan<byte> data = part;
                while (reader.Read(ref data) is var happened && happened != FrameEvent.NeedMore)
                    seen.Add($"{happened} {Encoding.Latin1.GetString(reader.Take())[..A.Length]}");
            }

            Assert.Equal([$"TooLarge {A}", $"Message {B}"], seen);
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(5_000)]
    public void F06_F10_the_head_of_a_block_over_the_limit_does_not_depend_on_the_reads(int limit)
    {
        byte[] large = Encoding.Latin1.GetBytes($"\v{A}" + string.Concat(Enumerable.Range(0, 3_000)));
        HashSet<string> heads = [];
        foreach (int size in (int[])[1, 99, 100, 101, 4_096, 20_000])
        {
            MllpFrameReader reader = new(limit);
            foreach (byte[] part in large.Chunk(size))
            {
                ReadOnlySpan<byte> data = part;
                while (reader.Read(ref data) != FrameEvent.NeedMore)
                    heads.Add(Encoding.Latin1.GetString(reader.Take()));
            }
        }

        Assert.Equal([Encoding.Latin1.GetString(large, 1, Math.Min(limit, 4_096))], heads);
    }

    [Fact]
    public void F06_memory_does_not_grow_while_the_rest_is_dropped()
    {
        MllpFrameReader reader = new(1_000_000);
        byte[] part = new byte[64 * 1024];
        part.AsSpan().Fill((byte)'x');
        ReadOnlySpan<byte> start = "\vMSH|^~\\&|"u8;
        reader.Read(ref start);
        long before = 0;
        for (int i = 0; i < 2_000; i++)
        {
            ReadOnlySpan<byte> data = part;
            while (reader.Read(ref data) != FrameEvent.NeedMore)
                before = GC.GetAllocatedBytesForCurrentThread();
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    [Fact]
    public void A_message_is_given_once_so_that_an_idle_reader_holds_none()
    {
        MllpFrameReader reader = new(1000);
        ReadOnlySpan<byte> data = Encoding.Latin1.GetBytes($"\v{A}\x1c\r");
        reader.Read(ref data);
        Assert.Equal(A.Length, reader.Take().Length);
        Assert.Empty(reader.Take());
    }

    [Fact]
    public void F06_a_block_of_just_the_limit_is_taken()
    {
        MllpFrameReader reader = new(A.Length);
        ReadOnlySpan<byte> data = Encoding.Latin1.GetBytes($"\v{A}\x1c\r");
        Assert.Equal(FrameEvent.Message, reader.Read(ref data));
    }

    [Fact]
    public void Random_bytes_never_throw_and_never_pass_the_limit()
    {
        Random random = new(20260301);
        byte[] alphabet = [0x0B, 0x1C, 0x0D, 0x0A, .. "MSHFB|x"u8];
        MllpFrameReader reader = new(50);
        for (int run = 0; run < 20_000; run++)
        {
            byte[] bytes = [.. Enumerable.Range(0, random.Next(40)).Select(_ => alphabet[random.Next(alphabet.Length)])];
            ReadOnlySpan<byte> data = bytes;
            while (reader.Read(ref data) is var happened && happened != FrameEvent.NeedMore)
                Assert.True(happened != FrameEvent.Message || reader.Take().Length <= 50);
            if (reader.CanEndBySilence)
                reader.EndBySilence();
        }
    }

    [Fact]
    public void F10_random_streams_give_the_same_however_they_are_split()
    {
        Random random = new(20261121);
        byte[] alphabet = [0x0B, 0x0B, 0x1C, 0x1C, 0x0D, 0x0A, .. "MSHFB|x"u8];
        for (int run = 0; run < 5_000; run++)
        {
            byte[] bytes = [.. Enumerable.Range(0, random.Next(60)).Select(_ => alphabet[random.Next(alphabet.Length)])];
            int split = random.Next(bytes.Length + 1);
            List<string> whole = Read([bytes], limit: 12);
            Assert.Equal(whole, Read([bytes[..split], bytes[split..]], limit: 12));
            Assert.Equal(whole, Read(bytes.Select(value => new[] { value }), limit: 12));
        }
    }

    [Theory]
    [InlineData("MSH|^~!&|a\vb\u001c\r", "MSH|^~!&|a!X0B!b!X1C!\r")]
    [InlineData("\r\nMSH|^~!&|a\vb", "\r\nMSH|^~!&|a!X0B!b")]
    [InlineData("BHS|^~!|\v", "BHS|^~!|!X0B!")]
    [InlineData("MSH|^~|a\vb\u001c\r", "MSH|^~|a b \r")]
    [InlineData("MSH|^|\v\v", "MSH|^|  ")]
    [InlineData("MSH|^^!&|a\v", "MSH|^^!&|a\\X0B\\")]
    [InlineData("{ \"a\": \"\v\" }", "{ \"a\": \"\\X0B\\\" }")]
    public void F14_a_frame_holds_no_raw_marks_in_its_data(string message, string data)
    {
        System.Buffers.ArrayBufferWriter<byte> frame = new();
        MllpFrame.Write(frame, Encoding.Latin1.GetBytes(message));
        Assert.Equal($"\v{data}\u001c\r", Encoding.Latin1.GetString(frame.WrittenSpan));
    }

    private static List<string> Read(IEnumerable<byte[]> parts, int limit = 10_000)
    {
        MllpFrameReader reader = new(limit);
        List<string> seen = [];
        foreach (byte[] part in parts)
        {
            ReadOnlySpan<byte> data = part;
            while (reader.Read(ref data) is var happened && happened != FrameEvent.NeedMore)
                seen.Add(happened == FrameEvent.Torn ? "torn" : string.Join('!', [Encoding.Latin1.GetString(reader.Take()), .. reader.Flags]));
        }

        return seen;
    }
}
