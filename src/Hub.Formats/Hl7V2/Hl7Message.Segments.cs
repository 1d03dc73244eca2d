using System.Text;

namespace Hub.Formats.Hl7V2;

// A scope names its borders by segment keys, and a key keeps its place when the segment is taken away: _removed leads
// from it to the key of what followed. So groups stay right while their own first segments, or others, go and come.

/// <content>Segments: finding the one a path means, groups of them, adding and taking away.</content>
public sealed partial class Hl7Message
{
    private const int AtEnd = -1;

    /// <summary>The segments, to be changed.</summary>
    private Hl7SegmentList Segments => _segments ??= MakeSegments();

    /// <summary>How many segments of a name there are, in the group that a <c>forEach</c> is at or in the whole message.</summary>
    /// <param name="name">The name.</param>
    /// <param name="scope">What a <c>forEach</c> is at.</param>
    /// <returns>The number.</returns>
    public int CountSegments(string name, Hl7Scope? scope = null)
    {
        (int start, int end) = RangeOf(scope);
        return KeysOf(name, start, end).Count;
    }

    /// <summary>The groups that begin with a segment: each goes up to the next of its name.</summary>
    /// <param name="segment">The name of the segment.</param>
    /// <param name="within">The group to look in; null for the whole message.</param>
    /// <returns>One scope a group, in order. They stay right while fields are changed and segments added and removed.</returns>
    public IReadOnlyList<Hl7Scope> Groups(string segment, Hl7Scope? within = null)
    {
        (int start, int end) = RangeOf(within);
        List<int> keys = KeysOf(segment, start, end);
        int? after = end < SegmentCount ? KeyOf(end) : null;
        return [.. keys.Select((key, i) => (within ?? new()) with { Outer = within, Earliest = keys[0], First = key, Next = i + 1 < keys.Count ? keys[i + 1] : after })];
    }

    /// <summary>One repetition of a field, for the steps inside a <c>forEach</c>.</summary>
    /// <param name="field">The field.</param>
    /// <param name="repetition">Which one, from 1.</param>
    /// <param name="within">The group the field is in.</param>
    /// <returns>The scope.</returns>
    public static Hl7Scope AtRepetition(FieldPath field, int repetition, Hl7Scope? within = null) =>
        (within ?? new Hl7Scope()) with { Field = field, Repetition = repetition };

    /// <summary>Adds an empty segment.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="before">The place of the segment it is to stand before, from 1 (nothing stands before MSH); null for the end.</param>
    /// <returns>Its place, from 0.</returns>
    /// <exception cref="Hl7FormatException">It would stand before MSH, is one, or belongs to a batch.</exception>
    public int AddSegment(string name, int? before = null) => AddRawSegment(Encoding.ASCII.GetBytes(name), before);

    /// <summary>Adds a segment that is already encoded with this message's delimiters.</summary>
    /// <param name="segment">Its bytes, without a terminator.</param>
    /// <param name="before">The place of the segment it is to stand before, from 1 (nothing stands before MSH); null for the end.</param>
    /// <returns>Its place, from 0.</returns>
    /// <exception cref="Hl7FormatException">It would stand before MSH, is one, belongs to a batch (FHS, BHS, BTS, FTS), or holds a carriage return.</exception>
    public int AddRawSegment(ReadOnlyMemory<byte> segment, int? before = null)
    {
        int index = before ?? SegmentCount;
        if (index == 0 || Hl7Segment.HasName(segment.Span, "MSH", Delimiters.Field))
            throw new Hl7FormatException("A message begins with MSH and has one of them: no segment can be added before it, and no other MSH.");
        if (Hl7BatchReader.Begins(segment.Span, Delimiters.Field, isAfterLineFeed: false))
            throw OfBatch();
        if (segment.Span.Contains((byte)'\r'))
            throw new Hl7FormatException("A segment to be added holds a carriage return, which would make it two. Escape it.");
        ReadOnlyMemory<byte> bytes = segment.Span.Contains((byte)'\n') ? Hl7Terminators.Escape(segment.ToArray(), Delimiters) : segment;
        Segments.Insert(index, Made(Segments.NextKey++, bytes));
        IsChanged = true;
        return index;
    }

    // B01: with one of them in it the message would be a batch to whoever gets it.
    private static Hl7FormatException OfBatch() => new("FHS, BHS, BTS and FTS belong to a batch and cannot be written into a message.");

    /// <summary>Takes a segment away.</summary>
    /// <param name="index">Its place, from 0.</param>
    /// <exception cref="Hl7FormatException">It is the header.</exception>
    public void RemoveSegment(int index)
    {
        if (index == 0)
            throw new Hl7FormatException("MSH cannot be deleted: a message begins with it.");
        (Segments.Removed ??= [])[KeyOf(index)] = index + 1 < SegmentCount ? KeyOf(index + 1) : AtEnd;
        Segments.RemoveAt(index);
        IsChanged = true;
    }

    /// <summary>Segments are made one after another, at the end of the group or message: to write OBX[2] there has to be a first.</summary>
    private int MakeSegment(FieldPath path, Hl7Scope? scope)
    {
        (int start, int end) = RangeOf(scope);
        int there = CountSegments(path.Segment, scope);
        if (path.Occurrence > there + 1)
            throw new Hl7FormatException($"{path} cannot be written: the message has {there} segments {path.Segment}. Write {path.Segment}[{there + 1}] first.");
        int index = AddSegment(path.Segment, end == SegmentCount ? null : end);
        // A group of which nothing was left begins with the new one.
        if (start == end && scope?.First is { } first)
            (Segments.Removed ??= [])[first] = KeyOf(index);
        return index;
    }

    /// <summary>What a path means in a scope: the segment of the group or, when the group has none of that name, of what is around it and stands before the first group.</summary>
    private int FindSegment(FieldPath path, Hl7Scope? scope)
    {
        (int start, int end) = RangeOf(scope);
        while (true)
        {
            (int found, bool any) = FindSegment(path, start, end);
            if (any || scope?.First is null)
                return found;
            end = IndexOf(scope.Earliest);
            scope = scope.Outer;
            start = RangeOf(scope).Start;
        }
    }

    private (int Found, bool Any) FindSegment(FieldPath path, int start, int end)
    {
        int missing = Math.Max(1, path.Occurrence);
        bool any = false;
        for (int i = start; i < end; i++)
        {
            if (!IsNamed(i, path.Segment))
                continue;
            any = true;
            if (--missing == 0)
                return (i, true);
        }

        return (-1, any);
    }

    private List<int> KeysOf(string name, int start, int end)
    {
        List<int> keys = [];
        for (int i = start; i < end; i++)
        {
            if (IsNamed(i, name))
                keys.Add(KeyOf(i));
        }

        return keys;
    }

    private (int Start, int End) RangeOf(Hl7Scope? scope) =>
        scope?.First is { } first ? (IndexOf(first), IndexOf(scope.Next)) : (0, SegmentCount);

    /// <summary>Where a segment stands, or what followed it when it was taken away; null means the end of the message.</summary>
    private int IndexOf(int? key)
    {
        int at = key ?? AtEnd;
        if (_segments is null)
            return at == AtEnd ? SegmentCount : at;
        while (_segments.Removed is { } removed && removed.TryGetValue(at, out int next))
            at = next;
        int index = at == AtEnd ? -1 : _segments.FindIndex(segment => segment.Key == at);
        return index < 0 ? _segments.Count : index;
    }

    private int KeyOf(int index) => _segments is null ? index : _segments[index].Key;

    /// <summary>Whether a segment has a name; found without looking for its end.</summary>
    internal bool IsNamed(int index, string name)
    {
        if (_segments is not null)
            return Hl7Segment.HasName(_segments[index].Bytes.Span, name, Delimiters.Field);
        ReadOnlySpan<byte> from = _original.Span[_starts[index]..];
        for (int i = 0; i < name.Length; i++)
        {
            if (i >= from.Length || from[i] != name[i])
                return false;
        }

        return (from.Length > name.Length && from[name.Length] == Delimiters.Field) || SegmentSpan(index).Length == name.Length;
    }

    /// <summary>The length of a segment, with what ends it; found without looking for its end.</summary>
    internal int MostLength(int index) =>
        _segments is not null ? _segments[index].Bytes.Length : (index + 1 < _starts.Length ? _starts[index + 1] : _original.Length) - _starts[index];

    private Hl7SegmentList MakeSegments()
    {
        Hl7SegmentList segments = new(_starts.Length + 2);
        for (int i = 0; i < _starts.Length; i++)
        {
            ReadOnlyMemory<byte> bytes = SegmentOf(_original, _starts, i);
            segments.Add(new(i, bytes, bytes));
        }

        segments.NextKey = segments.Count;
        return segments;
    }
}
