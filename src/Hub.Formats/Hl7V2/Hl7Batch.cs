namespace Hub.Formats.Hl7V2;

// HL7 v2.5.1 §2.10.3; protocol B01, B02: [FHS] { [BHS] { MSH… } [BTS] } [FTS]. Every header and trailer may be missing, there may
// be no message at all, and each header gives its own delimiters. A message goes from its MSH up to the next header or trailer
// and is a view over the received bytes, terminators included.

/// <summary>One batch of a file of batches.</summary>
/// <param name="Header">Its BHS; empty where there is none.</param>
/// <param name="First">The place of its first message among all of the file, from 0.</param>
/// <param name="Count">How many messages it has.</param>
/// <param name="Trailer">Which of the BTS of the file is its own, from 1; 0 where it has none.</param>
public readonly record struct Hl7BatchPart(ReadOnlyMemory<byte> Header, int First, int Count, int Trailer);

/// <summary>A block that holds messages one after another: a file of batches, one batch, or messages alone.</summary>
public sealed class Hl7Batch
{
    private Hl7Batch(Hl7BatchReader reader)
    {
        Messages = reader.Messages;
        FileHeader = reader.FileHeader;
        Header = reader.Header;
        Batches = reader.Batches;
    }

    /// <summary>The messages, in order. Each may still turn out to be none when it is parsed.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Messages { get; }

    /// <summary>The FHS; empty where there is none.</summary>
    public ReadOnlyMemory<byte> FileHeader { get; }

    /// <summary>The batches, in order; messages that stand alone are one without a header.</summary>
    public IReadOnlyList<Hl7BatchPart> Batches { get; }

    /// <summary>The first BHS, or the FHS where there is none; empty when the messages stand alone.</summary>
    public ReadOnlyMemory<byte> Header { get; }

    /// <summary>The batch control id (BHS-11, FHS-11) as it stands.</summary>
    public ReadOnlySpan<byte> ControlId => Hl7Header.Field(Header.Span, 11);

    /// <summary>Whether a block is a batch: it begins with FHS or BHS, or has more than one MSH, or a header or trailer of a batch after its MSH. A lone message is none.</summary>
    /// <param name="content">The block.</param>
    /// <returns>False also for what is no block of HL7 at all.</returns>
    public static bool Is(ReadOnlySpan<byte> content)
    {
        int start = Hl7Header.Find(content);
        if (start < 0)
            return false;
        ReadOnlySpan<byte> rest = content[start..];
        return !rest.StartsWith("MSH"u8) || Has(rest, "MSH"u8) || Has(rest, "HS"u8) || Has(rest, "TS"u8);
    }

    /// <summary>Whether segments of a name belong to batches, so that a message has none.</summary>
    /// <param name="name">The name.</param>
    /// <returns>True of FHS, BHS, BTS and FTS.</returns>
    public static bool HasSegment(string name) => name is "FHS" or "BHS" or "BTS" or "FTS";

    /// <summary>Reads a batch. O(n) in bytes.</summary>
    /// <param name="content">The block. It must not change while the messages are in use.</param>
    /// <param name="mostMessages">The most messages taken.</param>
    /// <param name="fault">Why it cannot be read.</param>
    /// <param name="checksCounts">Whether its trailers have to count what is there (protocol B02).</param>
    /// <returns>The batch, or null with the fault.</returns>
    public static Hl7Batch? Read(ReadOnlyMemory<byte> content, int mostMessages, out Hl7Fault? fault, bool checksCounts = true)
    {
        int start = Hl7Header.Find(content.Span);
        if (start < 0)
        {
            fault = new(true, true, 100, null, "The block is not HL7 v2: it begins with none of MSH, FHS and BHS. Send ER7 text.");
            return null;
        }

        Hl7BatchReader reader = new(content, start, mostMessages, checksCounts);
        fault = reader.Read();
        return fault is null ? new(reader) : null;
    }

    // Every message is asked this several times. Looking for what a few names end with is far faster than going from segment to segment.
    private static bool Has(ReadOnlySpan<byte> message, ReadOnlySpan<byte> ending)
    {
        bool hasReturns = message.Contains((byte)'\r');
        for (int at = 4, found; (found = message[at..].IndexOf(ending)) >= 0; at++)
        {
            at += found;
            int start = at + ending.Length - 3;
            if (message[start - 1] is (byte)'\r' or (byte)'\n' && Hl7BatchReader.Begins(message[start..], message[3], Hl7BatchReader.IsAfterLineFeed(message, start, hasReturns)))
                return true;
        }

        return false;
    }
}
