using System.Text;

namespace Hub.Formats.Hl7V2;

// HL7 v2.5.1 §2.10.2. A long message can be divided at two levels. Within a message, an ADD segment goes on with the segment
// before it, separators and all. Between messages, the last segment DSC names a pointer, and the message that has it in MSH-14
// goes on from there; when a segment is cut by that, the next one begins with ADD. So joining messages is: leave out each DSC
// and every header but the first, and then join the ADD segments. Nothing here decodes a field: text that is cut within an
// escape sequence or a character of several bytes is whole again when it is read.

/// <summary>Puts divided messages together (protocol C01 to C03).</summary>
public static class Hl7Continuation
{
    /// <summary>Says whether a message is a fragment, and of what.</summary>
    /// <param name="content">The block.</param>
    /// <param name="continues">MSH-14, the pointer that it goes on from; empty for the first fragment.</param>
    /// <param name="pointer">DSC-1, the pointer from which the next goes on; empty for the last fragment.</param>
    /// <returns>False for a whole message, and for one that is continued by a query of its reader (DSC-2 is I).</returns>
    public static bool IsFragment(ReadOnlySpan<byte> content, out string continues, out string pointer)
    {
        (continues, pointer) = ("", "");
        ReadOnlySpan<byte> header = Hl7Header.Segment(content);
        if (header.Length < 4 || !header.StartsWith("MSH"u8))
            return false;
        byte separator = header[3];
        ReadOnlySpan<byte> from = PointerIn(Hl7Header.Field(content, 14));
        ReadOnlySpan<byte> last = content[LastSegment(content)..].TrimEnd("\r\n"u8);
        bool goesOn = Hl7Segment.HasName(last, "DSC", separator);
        ReadOnlySpan<byte> to = goesOn ? PointerIn(Hl7Parts.Get(last, separator, 2)) : [];
        // HL7 table 0398: F is a fragment, I leaves it to the reader to ask for more.
        if ((from.IsEmpty && to.IsEmpty) || (goesOn && Hl7Parts.Get(last, separator, 3).SequenceEqual("I"u8)))
            return false;
        (continues, pointer) = (Encoding.Latin1.GetString(from), Encoding.Latin1.GetString(to));
        return true;
    }

    /// <summary>Joins each ADD segment to the one before it (protocol C01).</summary>
    /// <param name="content">The block.</param>
    /// <returns>The same bytes when there is none.</returns>
    public static ReadOnlyMemory<byte> JoinAdditions(ReadOnlyMemory<byte> content)
    {
        ReadOnlySpan<byte> all = content.Span;
        int start = Hl7Header.Find(all);
        if (start < 0)
            return content;
        byte separator = all[start + 3];
        int header = start + Hl7Header.Segment(all).Length;
        int at = FindAddition(all, header, header, separator);
        if (at < 0)
            return content;
        List<byte> whole = new(all.Length);
        int from = 0;
        for (; at >= 0; at = FindAddition(all, from, header, separator))
        {
            whole.AddRange(all[from..at].TrimEnd("\r\n"u8));
            from = at + (at + 3 < all.Length && all[at + 3] == separator ? 4 : 3);
        }

        whole.AddRange(all[from..]);
        return whole.ToArray();
    }

    /// <summary>Makes the whole message of its fragments (protocol C02, C03).</summary>
    /// <param name="fragments">The fragments in their order, at least one.</param>
    /// <returns>The message, with the header of the first; null when they have not the same delimiters and character set, so that they make no message.</returns>
    public static byte[]? Join(IReadOnlyList<ReadOnlyMemory<byte>> fragments)
    {
        List<byte> whole = [];
        for (int i = 0; i < fragments.Count; i++)
        {
            ReadOnlySpan<byte> fragment = fragments[i].Span;
            if (!IsLike(fragment, fragments[0].Span))
                return null;
            bool goesOn = i < fragments.Count - 1;
            int end = goesOn ? LastSegment(fragment) : fragment.Length;
            int start = i == 0 ? 0 : Hl7Header.Find(fragment) + Hl7Header.Segment(fragment).Length;
            whole.AddRange(fragment[Math.Min(start, end)..end].Trim("\r\n"u8));
            whole.Add((byte)'\r');
        }

        return JoinAdditions(whole.ToArray()).ToArray();
    }

    // The receiver, the type, the processing id, the version and the character set are those of the whole.
    private static bool IsLike(ReadOnlySpan<byte> fragment, ReadOnlySpan<byte> first)
    {
        if (Delimiters(fragment) is not { } own || own != Delimiters(first))
            return false;
        foreach (int field in (ReadOnlySpan<int>)[5, 6, 9, 11, 12, 18])
        {
            if (!Hl7Header.Field(fragment, field).SequenceEqual(Hl7Header.Field(first, field)))
                return false;
        }

        return true;
    }

    // Neither blanks nor the null of HL7 point anywhere.
    private static ReadOnlySpan<byte> PointerIn(ReadOnlySpan<byte> field) => field.Trim((byte)' ') is { IsEmpty: false } pointer && !pointer.SequenceEqual("\"\""u8) ? pointer : [];

    private static Hl7Delimiters? Delimiters(ReadOnlySpan<byte> fragment) =>
        Hl7Header.Find(fragment) is >= 0 and int start && Hl7Delimiters.TryRead(fragment[start..], out Hl7Delimiters delimiters) ? delimiters : null;

    private static int LastSegment(ReadOnlySpan<byte> content) => content.TrimEnd("\r\n"u8).LastIndexOfAny((byte)'\r', (byte)'\n') + 1;

    // An ADD that comes right after the header has nothing to go on with: it is left for people to see.
    private static int FindAddition(ReadOnlySpan<byte> content, int from, int header, byte separator)
    {
        for (int at = from; content[at..].IndexOf("ADD"u8) is >= 0 and int found; at += found + 1)
        {
            int place = at + found;
            // Without a separator it has no fields, and goes on with nothing (C03).
            if (place + 3 < content.Length && content[place + 3] != separator && content[place + 3] is not ((byte)'\r' or (byte)'\n'))
                continue;
            if (place > 0 && content[place - 1] is (byte)'\r' or (byte)'\n' && content[..place].TrimEnd("\r\n"u8).Length > header)
                return place;
        }

        return -1;
    }
}
