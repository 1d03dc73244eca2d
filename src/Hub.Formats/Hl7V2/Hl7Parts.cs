namespace Hub.Formats.Hl7V2;

/// <summary>
/// Splits and rebuilds one level of a message: a segment into fields, a field into repetitions, and so on down. Parts count from 1.
/// A separator of 0 is not in force: then the whole is its only part.
/// </summary>
internal static class Hl7Parts
{
    /// <summary>The part at a place; empty when there are fewer.</summary>
    public static ReadOnlySpan<byte> Get(ReadOnlySpan<byte> whole, byte separator, int index) =>
        TryFind(whole, separator, index, out Range place) ? whole[place] : [];

    /// <summary>Finds where a part stands.</summary>
    public static bool TryFind(ReadOnlySpan<byte> whole, byte separator, int index, out Range place)
    {
        int start = 0;
        for (int at = 1; ; at++)
        {
            int length = separator == 0 ? -1 : whole[start..].IndexOf(separator);
            if (at == index)
            {
                place = start..(length < 0 ? whole.Length : start + length);
                return true;
            }

            if (length < 0)
            {
                place = default;
                return false;
            }

            start += length + 1;
        }
    }

    /// <summary>How many parts there are; an empty whole has one empty part.</summary>
    public static int Count(ReadOnlySpan<byte> whole, byte separator) => separator == 0 ? 1 : whole.Count(separator) + 1;

    /// <summary>The whole with one part replaced, found level by level; separators are added where parts are fewer. An empty part that is not there is not made.</summary>
    public static byte[] Replace(ReadOnlySpan<byte> whole, ReadOnlySpan<(byte Separator, int Index)> levels, ReadOnlySpan<byte> part)
    {
        Span<int> missing = stackalloc int[levels.Length];
        (int start, int length, int added) = (0, whole.Length, 0);
        for (int i = 0; i < levels.Length; i++)
        {
            (byte separator, int index) = levels[i];
            ReadOnlySpan<byte> outer = whole.Slice(start, length);
            bool found = TryFind(outer, separator, index, out Range place);
            missing[i] = found ? 0 : index - Count(outer, separator);
            added += missing[i];
            (int from, int size) = found ? place.GetOffsetAndLength(length) : (length, 0);
            (start, length) = (start + from, size);
        }

        if (added > 0 && part.IsEmpty)
            return whole.ToArray();
        byte[] result = new byte[whole.Length - length + added + part.Length];
        whole[..start].CopyTo(result);
        Span<byte> rest = result.AsSpan(start);
        for (int i = 0; i < levels.Length; i++)
        {
            rest[..missing[i]].Fill(levels[i].Separator);
            rest = rest[missing[i]..];
        }

        part.CopyTo(rest);
        whole[(start + length)..].CopyTo(rest[part.Length..]);
        return result;
    }

    /// <summary>The whole without one part and its separator.</summary>
    public static byte[] Remove(ReadOnlySpan<byte> whole, byte separator, int index)
    {
        if (!TryFind(whole, separator, index, out Range place))
            return whole.ToArray();
        (int start, int length) = place.GetOffsetAndLength(whole.Length);
        int end = start + length;
        if (end < whole.Length)
            return [.. whole[..start], .. whole[(end + 1)..]];
        return whole[..Math.Max(0, start - 1)].ToArray();
    }

    /// <summary>The whole without the separators at its end that nothing follows.</summary>
    public static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> whole, byte separator) =>
        separator == 0 ? whole : whole.TrimEnd(separator);
}
