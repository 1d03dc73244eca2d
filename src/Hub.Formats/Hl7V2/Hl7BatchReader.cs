using System.Buffers.Text;
using System.Globalization;

namespace Hub.Formats.Hl7V2;

/// <summary>What a segment means to a batch.</summary>
internal enum BatchSegment
{
    Other,
    FileHeader,
    BatchHeader,
    Message,
    BatchTrailer,
    FileTrailer,
}

/// <summary>Goes through the segments of one batch, once.</summary>
internal sealed class Hl7BatchReader(ReadOnlyMemory<byte> content, int start, int mostMessages, bool checksCounts)
{
    private readonly bool _hasReturns = content.Span.Contains((byte)'\r');
    private int _messageStart = -1;
    private int _trailers;
    private bool _isBatchOpen;
    private bool _isEnded;

    public List<ReadOnlyMemory<byte>> Messages { get; } = [];

    public ReadOnlyMemory<byte> Header { get; private set; }

    public ReadOnlyMemory<byte> FileHeader { get; private set; }

    public List<Hl7BatchPart> Batches { get; } = [];

    /// <summary>
    /// Whether a header or a trailer begins where a line does. A second MSH after a carriage return always counts, since two messages read as one would mix two patients;
    /// anywhere else a line of text may begin with the same letters, and the delimiters tell.
    /// </summary>
    /// <param name="line">What follows the carriage return or the line feed.</param>
    /// <param name="separator">The field separator of the message before it.</param>
    /// <param name="isAfterLineFeed">Whether a line feed stands before it, which may be data (protocol E01).</param>
    public static bool Begins(ReadOnlySpan<byte> line, byte separator, bool isAfterLineFeed) => KindOf(line) switch
    {
        BatchSegment.Other => false,
        BatchSegment.Message when !isAfterLineFeed => true,
        BatchSegment.BatchTrailer or BatchSegment.FileTrailer => line.Length == 3 || line[3] == separator || IsTrailer(line[3..]),
        _ => line.Length > 3 && (line[3] == separator || Hl7Delimiters.TryRead(line, out _)),
    };

    /// <summary>Whether what stands before a place is a line feed that may be data: one that no carriage return goes before, in a block that has carriage returns.</summary>
    public static bool IsAfterLineFeed(ReadOnlySpan<byte> block, int at, bool hasReturns) =>
        hasReturns && block[at - 1] == (byte)'\n' && (at < 2 || block[at - 2] != (byte)'\r');

    /// <summary>What the first three letters of a segment mean, when no letter or digit follows them.</summary>
    private static BatchSegment KindOf(ReadOnlySpan<byte> segment)
    {
        if (segment.Length < 3 || (segment.Length > 3 && char.IsAsciiLetterOrDigit((char)segment[3])))
            return BatchSegment.Other;
        return segment[..3] switch
        {
            [(byte)'M', (byte)'S', (byte)'H'] => BatchSegment.Message,
            [(byte)'F', (byte)'H', (byte)'S'] => BatchSegment.FileHeader,
            [(byte)'B', (byte)'H', (byte)'S'] => BatchSegment.BatchHeader,
            [(byte)'B', (byte)'T', (byte)'S'] => BatchSegment.BatchTrailer,
            [(byte)'F', (byte)'T', (byte)'S'] => BatchSegment.FileTrailer,
            _ => BatchSegment.Other,
        };
    }

    public Hl7Fault? Read()
    {
        ReadOnlySpan<byte> bytes = content.Span;
        byte separator = (byte)'|';
        int at = start;
        while (at < bytes.Length)
        {
            if (KindOf(bytes[at..]) is BatchSegment.Message or BatchSegment.FileHeader or BatchSegment.BatchHeader && at + 3 < bytes.Length)
                separator = bytes[at + 3];
            int end = EndOf(bytes, at, separator);
            if (end > at && Take(at, end) is { } fault)
                return fault;
            at = end + 1;
        }

        CloseMessage(bytes.Length);
        return null;
    }

    // With a separator of its own: a number or nothing follows it. "BTS/SIGN" is text.
    private static bool IsTrailer(ReadOnlySpan<byte> rest) =>
        rest[0] is (byte)'\r' or (byte)'\n' || (Hl7Delimiters.IsUsable(rest[0]) && (rest.Length == 1 || rest[1] == rest[0] || rest[1] is (byte)'\r' or (byte)'\n' || char.IsAsciiDigit((char)rest[1])));

    // Where line feeds end segments, a header with another separator than the message before it is not seen as a segment by the
    // rule for messages (protocol E01); taken for data it would mix two patients.
    private int EndOf(ReadOnlySpan<byte> bytes, int at, byte separator)
    {
        bool embedded = false;
        int end = Hl7Terminators.FindEnd(bytes, at, separator, ref embedded);
        for (int next = at; embedded && bytes[next..end].IndexOf((byte)'\n') is >= 0 and int found; next += found + 1)
        {
            if (Begins(bytes[(next + found + 1)..end], separator, IsAfterLineFeed(bytes, next + found + 1, _hasReturns)))
                return next + found;
        }

        return end;
    }

    private Hl7Fault? Take(int at, int end)
    {
        ReadOnlyMemory<byte> segment = content[at..end];
        BatchSegment kind = KindOf(segment.Span);
        if (kind == BatchSegment.Other)
            return _messageStart >= 0 ? null : Misplaced("A segment stands outside of any message. After FHS, BHS and BTS come MSH, BHS or a trailer.");
        if (_isEnded || (kind == BatchSegment.FileHeader && at > start))
            return Misplaced("FHS can only begin a batch file, and nothing may follow FTS. Send one file a block.");
        CloseMessage(at);
        return kind switch
        {
            BatchSegment.Message => OpenMessage(at),
            BatchSegment.BatchTrailer => CloseBatch(segment.Span),
            BatchSegment.FileTrailer => CloseFile(segment.Span),
            _ => OpenBatch(kind, segment),
        };
    }

    private Hl7Fault? OpenBatch(BatchSegment kind, ReadOnlyMemory<byte> segment)
    {
        if (Header.IsEmpty || (kind == BatchSegment.BatchHeader && Batches.Count == 0))
            Header = segment;
        if (kind == BatchSegment.BatchHeader)
            BeginBatch(segment);
        else
            FileHeader = segment;
        return null;
    }

    private Hl7Fault? OpenMessage(int at)
    {
        if (!_isBatchOpen)
            BeginBatch(default);
        Batches[^1] = Batches[^1] with { Count = Batches[^1].Count + 1 };
        _messageStart = at;
        return Messages.Count < mostMessages
            ? null
            : new(false, false, 207, null, $"The batch has more than {mostMessages} messages. Send smaller batches.") { Advice = $"The batch has more than {mostMessages} messages, and nothing of it was taken. Send smaller batches." };
    }

    private void BeginBatch(ReadOnlyMemory<byte> header)
    {
        Batches.Add(new(header, Messages.Count, 0, 0));
        _isBatchOpen = true;
    }

    private void CloseMessage(int end)
    {
        if (_messageStart >= 0)
            Messages.Add(content[_messageStart..end]);
        _messageStart = -1;
    }

    // B02.
    private Hl7Fault? CloseBatch(ReadOnlySpan<byte> trailer)
    {
        if (!_isBatchOpen)
            BeginBatch(default);
        _isBatchOpen = false;
        Batches[^1] = Batches[^1] with { Trailer = ++_trailers };
        // Of several, which one.
        string path = _trailers > 1 ? string.Create(CultureInfo.InvariantCulture, $"BTS[{_trailers}]-1") : "BTS-1";
        return !checksCounts || Counts(trailer, Batches[^1].Count) ? null : Miscounted(path, "messages");
    }

    private Hl7Fault? CloseFile(ReadOnlySpan<byte> trailer)
    {
        _isEnded = true;
        return !checksCounts || Counts(trailer, Batches.Count) ? null : Miscounted("FTS-1", "batches");
    }

    private static bool Counts(ReadOnlySpan<byte> trailer, int count)
    {
        ReadOnlySpan<byte> given = trailer.Length > 3 ? Hl7Parts.Get(trailer, trailer[3], 2) : [];
        return given.IsEmpty || (Utf8Parser.TryParse(given, out int value, out int used) && used == given.Length && value == count);
    }

    private static Hl7Fault Miscounted(string path, string what) =>
        new(false, false, 100, path, $"{path} does not give the number of {what} that there are. Send the whole again: something was lost or added.");

    private static Hl7Fault Misplaced(string text) => new(false, false, 100, null, text);
}
