using System.Numerics;
using System.Runtime.Intrinsics;
using Hub.Formats.Hl7V2.MultiByte;

namespace Hub.Formats.Hl7V2;

/// <summary>Splits a block into segments and checks what has to hold for all of them. O(n) in bytes.</summary>
internal static class Hl7Parser
{
    // Protocol E21.
    private const int MaxSegments = 100_000;
    private const int MaxFields = 10_000;
    private const int MaxRepetitions = 10_000;
    private const int MaxComponents = 1_000;
    private const int MaxSubcomponents = 1_000;

    // B01: two messages read as one would mix two patients.
    private static readonly Hl7Fault s_several = new(false, true, 200, null, "The block is a batch, or holds several messages (MSH more than once, or FHS, BHS, BTS or FTS). Send its messages one at a time.")
    {
        Advice = "Several messages in one block are not taken here. Send them one at a time.",
    };

    public static Hl7Message? Parse(ReadOnlyMemory<byte> content, Hl7CharacterSet fallback, out Hl7Fault? fault)
    {
        int start = Hl7Header.Find(content.Span);
        if (start < 0)
        {
            fault = new(true, true, 100, null, "The block is not an HL7 v2 message: it does not begin with MSH in a character set of single bytes. Send ER7 text (MSH|^~\\&|...).");
            return null;
        }

        if (Hl7Batch.Is(content.Span))
        {
            fault = s_several;
            return null;
        }

        ReadOnlySpan<byte> header = content.Span[start..];
        ReadOnlySpan<byte> segment = Hl7Header.Segment(content.Span);
        if (!Hl7Delimiters.TryRead(header, out Hl7Delimiters delimiters) || HoldsLineFeed(segment))
        {
            fault = new(false, false, 102, "MSH-2", "The delimiters of MSH-1 and MSH-2 cannot be used: give 1 to 5 different punctuation characters, usually ^~\\&.");
            return null;
        }

        int[] starts = Split(content.Span, start, delimiters.Field, out bool embedded);
        if (starts.Length > MaxSegments)
        {
            fault = TooMany("segments", MaxSegments);
            return null;
        }

        Hl7CharacterSet? set = CharacterSetChoice.Choose(content.Span[start..], segment, delimiters, fallback, out string? flag);
        if (set is null)
        {
            fault = new(false, false, 103, "MSH-18", "The character set named in MSH-18 is not one that is read here, and the message is not plain ASCII. Send UNICODE UTF-8 or another set of HL7 table 0211.");
            return null;
        }

        Hl7SegmentList? decoded = set.MultiByte is null ? null : Decode(content, starts, set.MultiByte, ref flag);
        Hl7Message message = new(content, starts, decoded, delimiters, set, FlagsOf(embedded, flag));
        fault = CheckLimits(message, decoded is null ? content.Span : [], starts, delimiters);
        return fault is null ? message : null;
    }

    // E05. A line feed that does not end the header is data (E01), and there MSH-2 would have two ends.
    private static bool HoldsLineFeed(ReadOnlySpan<byte> header)
    {
        int end = header[4..].IndexOfAny(header[3], (byte)'\n');
        return end >= 0 && header[4 + end] == (byte)'\n';
    }

    /// <summary>E20: decoded first, split after. Null when every segment is the same in UTF-8.</summary>
    private static Hl7SegmentList? Decode(ReadOnlyMemory<byte> content, int[] starts, MultiByteSet set, ref string? flag)
    {
        if (set.IsPlain(content.Span))
            return null;
        Hl7SegmentList segments = new(starts.Length);
        bool valid = true;
        for (int i = 0; i < starts.Length; i++)
        {
            ReadOnlyMemory<byte> wire = Hl7Message.SegmentOf(content, starts, i);
            ReadOnlyMemory<byte> text = set.IsPlain(wire.Span) ? wire : set.ToUtf8(wire.Span, ref valid);
            // E02: an escape sequence alone is an empty segment.
            if (!text.IsEmpty)
                segments.Add(new(segments.Count, text, wire));
        }

        segments.NextKey = segments.Count;
        flag = valid ? flag : "charset-invalid";
        return segments;
    }

    private static string[] FlagsOf(bool embedded, string? characterSet) => (embedded, characterSet) switch
    {
        (false, null) => [],
        (false, _) => [characterSet],
        (true, null) => ["embedded-lf"],
        (true, _) => ["embedded-lf", characterSet],
    };

    /// <summary>Where the segments begin. Stops one segment beyond the limit.</summary>
    private static int[] Split(ReadOnlySpan<byte> bytes, int start, byte separator, out bool embedded)
    {
        Span<int> few = stackalloc int[64];
        int[]? many = null;
        Span<int> starts = few;
        embedded = false;
        int from = start;
        int count = SplitShort(bytes, ref from, starts);
        for (int end; from < bytes.Length && count <= MaxSegments; from = end + 1)
        {
            end = Hl7Terminators.FindEnd(bytes, from, separator, ref embedded);
            // E02: empty segments are no segments.
            if (end == from)
                continue;
            if (count == starts.Length)
            {
                Array.Resize(ref many, count * 4);
                starts.CopyTo(many);
                starts = many;
            }

            starts[count++] = from;
        }

        return starts[..count].ToArray();
    }

    // Nearly every message has carriage returns alone and segments of less than a hundred bytes: then many ends are found with one look at 32 bytes. It stops at the
    // first line feed, and where there is no room for more; what is left goes segment by segment.
    private static int SplitShort(ReadOnlySpan<byte> bytes, ref int from, Span<int> starts)
    {
        int count = 0;
        for (int at = from; at + Vector256<byte>.Count <= bytes.Length; at += Vector256<byte>.Count)
        {
            Vector256<byte> block = Vector256.Create(bytes.Slice(at, Vector256<byte>.Count));
            if (Vector256.EqualsAny(block, Vector256.Create((byte)'\n')))
                return count;
            for (uint ends = Vector256.Equals(block, Vector256.Create((byte)'\r')).ExtractMostSignificantBits(); ends != 0; ends &= ends - 1)
            {
                int end = at + BitOperations.TrailingZeroCount(ends);
                if (end > from && count == starts.Length)
                    return count;
                if (end > from)
                    starts[count++] = from;
                from = end + 1;
            }
        }

        return count;
    }

    private static Hl7Fault? CheckLimits(Hl7Message message, ReadOnlySpan<byte> plain, int[] starts, Hl7Delimiters delimiters)
    {
        for (int i = 0; i < message.SegmentCount; i++)
        {
            // Nearly every segment is short, which the places say.
            if (!plain.IsEmpty && (i + 1 < starts.Length ? starts[i + 1] : plain.Length) - starts[i] < MaxComponents)
                continue;
            // One that stands behind an escape sequence is seen only when that is decoded.
            if (plain.IsEmpty && i > 0 && message.IsNamed(i, "MSH"))
                return s_several;
            // A segment shorter than the smallest limit cannot pass any.
            if (message.MostLength(i) >= MaxComponents && CheckLimits(message.SegmentSpan(i), delimiters) is { } fault)
                return fault;
        }

        return null;
    }

    private static Hl7Fault? CheckLimits(ReadOnlySpan<byte> segment, Hl7Delimiters delimiters)
    {
        int fields = 1, repetitions = 1, components = 1, subcomponents = 1;
        // One that is not in force is 0, and a NUL is no delimiter.
        Span<byte> separators = [delimiters.Field, delimiters.Component, delimiters.Repetition, delimiters.Subcomponent];
        separators.Replace((byte)0, delimiters.Field);
        for (int found; (found = segment.IndexOfAny(separators)) >= 0; segment = segment[(found + 1)..])
        {
            byte value = segment[found];
            if (value == delimiters.Field)
                (fields, repetitions, components, subcomponents) = (fields + 1, 1, 1, 1);
            else if (value == delimiters.Repetition)
                (repetitions, components, subcomponents) = (repetitions + 1, 1, 1);
            else if (value == delimiters.Component)
                (components, subcomponents) = (components + 1, 1);
            else
                subcomponents++;
            // The name, or in a header MSH-1, is the part that is no field.
            if (fields > MaxFields + 1)
                return TooMany("fields in a segment", MaxFields);
            if (repetitions > MaxRepetitions)
                return TooMany("repetitions in a field", MaxRepetitions);
            if (components > MaxComponents)
                return TooMany("components in a repetition", MaxComponents);
            if (subcomponents > MaxSubcomponents)
                return TooMany("subcomponents in a component", MaxSubcomponents);
        }

        return null;
    }

    private static Hl7Fault TooMany(string what, int limit) =>
        new(false, false, 102, null, $"The message has too many {what} (more than {limit}). Split it at the sender.");
}
