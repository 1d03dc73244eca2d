using System.Buffers;

namespace Hub.Formats.Framing;

/// <summary>Messages between start bytes and end bytes, or, without start bytes, ended by a delimiter.</summary>
public sealed class MarkFraming : MessageFraming
{
    /// <summary>The most bytes that a mark may have.</summary>
    public const int LongestMark = 16;

    private readonly byte[] _start;
    private readonly byte[] _end;
    private readonly bool _tears;

    /// <summary>Makes a framing.</summary>
    /// <param name="start">The bytes before a message; none when messages follow each other.</param>
    /// <param name="end">The bytes after a message.</param>
    /// <param name="isHl7">Whether the messages are HL7 v2: start bytes before <c>MSH</c>, <c>FHS</c> or <c>BHS</c> then begin a message anew (protocol F05). Default: they are data.</param>
    /// <exception cref="ArgumentException">There is no end, or a mark is too long.</exception>
    public MarkFraming(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end, bool isHl7 = false)
    {
        if (end.IsEmpty || start.Length > LongestMark || end.Length > LongestMark)
            throw new ArgumentException($"A mark has 1 to {LongestMark} bytes; the start alone may have none.", nameof(end));
        _start = start.ToArray();
        _end = end.ToArray();
        _tears = isHl7 && !start.IsEmpty;
    }

    /// <inheritdoc />
    public override FrameReader CreateReader(int maxMessageBytes) => new MarkFrameReader(_start, _end, _tears, maxMessageBytes);

    /// <inheritdoc />
    public override bool TryWrite(IBufferWriter<byte> output, ReadOnlySpan<byte> content)
    {
        if (content.IndexOf(_end) >= 0 || EndsEarly(content))
            return false;
        output.Write(_start);
        output.Write(content);
        output.Write(_end);
        return true;
    }

    // Whether the last bytes of a message and the first of its end make an end together: "a\r" before "\r\r".
    private bool EndsEarly(ReadOnlySpan<byte> content)
    {
        byte[] seam = [.. content[Math.Max(0, content.Length - _end.Length)..], .. _end];
        return seam.AsSpan().IndexOf(_end) < seam.Length - _end.Length;
    }
}
