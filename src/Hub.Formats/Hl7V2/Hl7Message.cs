using System.Text;

namespace Hub.Formats.Hl7V2;

// A message is a list of segments, each a view over the bytes that were received. Reading finds a field by scanning its
// segment once and copies nothing. Changing a field makes new bytes for that one segment; all others stay views.
// A message that nobody changed is written back as the very bytes it was read from, terminators and byte order mark
// included (protocol L2); a changed one is written with CR after every segment (protocol E01).
// This file reads; Hl7Message.Edit.cs changes; Hl7Parser splits. Delimiters of all supported sets are single bytes
// that never occur inside another character, so everything is split before it is decoded.

/// <summary>One HL7 v2 message in ER7. Not safe for use by several threads at once.</summary>
public sealed partial class Hl7Message
{
    private readonly ReadOnlyMemory<byte> _original;
    private readonly List<Hl7Segment> _segments;
    private Dictionary<int, int?>? _removed;
    private int _nextKey;

    internal Hl7Message(ReadOnlyMemory<byte> original, List<Hl7Segment> segments, Hl7Delimiters delimiters, Hl7CharacterSet characterSet, IReadOnlyList<string> flags)
    {
        _original = original;
        _segments = segments;
        _nextKey = segments.Count;
        Delimiters = delimiters;
        CharacterSet = characterSet;
        Flags = flags;
    }

    /// <summary>The delimiters that hold for all of the message.</summary>
    public Hl7Delimiters Delimiters { get; private set; }

    /// <summary>How its bytes are read as text.</summary>
    public Hl7CharacterSet CharacterSet { get; }

    /// <summary>Oddities noticed in reading, by the names of the protocol rules (<c>charset-guessed</c>, <c>embedded-lf</c>).</summary>
    public IReadOnlyList<string> Flags { get; }

    /// <summary>How many segments it has.</summary>
    public int SegmentCount => _segments.Count;

    /// <summary>Whether anything was changed since it was read.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>Reads a message.</summary>
    /// <param name="content">The bytes of one block. They must not change while the message is in use.</param>
    /// <param name="fault">Why not, when it is not taken.</param>
    /// <param name="fallbackCharacterSet">Table 0211 name of the set for bytes over 0x7F when MSH-18 is empty and they are not UTF-8 (protocol E17).</param>
    /// <returns>The message, or null with the fault.</returns>
    public static Hl7Message? Parse(ReadOnlyMemory<byte> content, out Hl7Fault? fault, string fallbackCharacterSet = "8859/1") =>
        Hl7Parser.Parse(content, Hl7CharacterSet.Find(fallbackCharacterSet) ?? Hl7CharacterSet.Find("8859/1")!, out fault);

    /// <summary>The name of a segment.</summary>
    /// <param name="index">Its place, from 0.</param>
    /// <returns>What stands before its first field separator.</returns>
    public string SegmentName(int index) => Encoding.Latin1.GetString(Hl7Parts.Get(_segments[index].Bytes.Span, Delimiters.Field, 1));

    /// <summary>The bytes of a segment, without its terminator.</summary>
    /// <param name="index">Its place, from 0.</param>
    /// <returns>A view.</returns>
    public ReadOnlyMemory<byte> SegmentBytes(int index) => _segments[index].Bytes;

    /// <summary>Writes the message.</summary>
    /// <returns>The bytes that were read when nothing was changed, else new bytes with CR after every segment.</returns>
    public ReadOnlyMemory<byte> ToBytes()
    {
        if (!IsChanged)
            return _original;
        byte[] bytes = new byte[_segments.Sum(segment => segment.Bytes.Length + 1)];
        int at = 0;
        foreach (Hl7Segment segment in _segments)
        {
            segment.Bytes.Span.CopyTo(bytes.AsSpan(at));
            at += segment.Bytes.Length;
            bytes[at++] = (byte)'\r';
        }

        return bytes;
    }

    /// <summary>A copy that shares the bytes; a change in one is not seen in the other.</summary>
    /// <returns>The copy.</returns>
    public Hl7Message Clone() => new(_original, [.. _segments], Delimiters, CharacterSet, Flags) { IsChanged = IsChanged, _nextKey = _nextKey };

    /// <summary>A new message that has nothing but the delimiters in its header, with the delimiters and the character set of this one.</summary>
    /// <returns>The message.</returns>
    public Hl7Message NewLike()
    {
        byte[] header = [.. "MSH"u8, Delimiters.Field, .. Delimiters.EncodingCharacters()];
        return new(default, [new(0, header)], Delimiters, CharacterSet, Flags) { IsChanged = true };
    }

    /// <summary>The bytes at a place as they stand, escapes and all.</summary>
    /// <param name="path">The place.</param>
    /// <param name="scope">What a <c>forEach</c> is at.</param>
    /// <returns>A view; empty when the place is not there or not populated.</returns>
    public ReadOnlySpan<byte> GetRaw(FieldPath path, Hl7Scope? scope = null)
    {
        int index = FindSegment(path, scope);
        if (index < 0)
            return [];
        ReadOnlySpan<byte> segment = _segments[index].Bytes.Span;
        if (path.Field == 0)
            return segment;
        ReadOnlySpan<byte> field = RawField(segment, path.Field);
        if (IsDelimiterField(segment, path.Field))
            return field;
        int repetition = RepetitionOf(path, scope);
        if (repetition == 0)
            return field;
        ReadOnlySpan<byte> value = Hl7Parts.Get(field, Delimiters.Repetition, repetition);
        if (path.Component > 0)
            value = Hl7Parts.Get(value, Delimiters.Component, path.Component);
        return path.Subcomponent > 0 ? Hl7Parts.Get(value, Delimiters.Subcomponent, path.Subcomponent) : value;
    }

    /// <summary>
    /// The text at a place: decoded, with its escapes resolved. What has parts of its own (components, repetitions) comes as it is written, <c>ADT^A01</c>.
    /// </summary>
    /// <param name="path">The place.</param>
    /// <param name="scope">What a <c>forEach</c> is at.</param>
    /// <returns>Empty when not populated; two quotation marks for HL7 null (protocol E08).</returns>
    /// <exception cref="Hl7FormatException">The bytes are not text in the message's character set (protocol E19).</exception>
    public string GetText(FieldPath path, Hl7Scope? scope = null)
    {
        ReadOnlySpan<byte> raw = GetRaw(path, scope);
        if (raw.IsEmpty)
            return "";
        bool asWritten = path.Field == 0 || HasParts(raw) || (path.Field == 2 && path.Segment is "MSH" or "FHS" or "BHS");
        return asWritten ? CharacterSet.Decode(raw) : Decode(raw);
    }

    /// <summary>The texts of every repetition that a path stands for: one, or with <c>[*]</c> one a repetition.</summary>
    /// <param name="path">The place.</param>
    /// <param name="scope">What a <c>forEach</c> is at.</param>
    /// <returns>The texts, as <see cref="GetText"/> gives them.</returns>
    /// <exception cref="Hl7FormatException">The bytes are not text in the message's character set.</exception>
    public IReadOnlyList<string> GetAllText(FieldPath path, Hl7Scope? scope = null)
    {
        if (path.Repetition != FieldPath.Every)
            return [GetText(path, scope)];
        int count = CountRepetitions(path, scope);
        return [.. Enumerable.Range(1, count).Select(repetition => GetText(path with { Repetition = repetition }, scope))];
    }

    /// <summary>Whether a place is populated, with a value or with HL7 null.</summary>
    /// <param name="path">The place; a segment alone asks whether it is there.</param>
    /// <param name="scope">What a <c>forEach</c> is at.</param>
    /// <returns>False also for a field that holds separators and nothing else.</returns>
    public bool Exists(FieldPath path, Hl7Scope? scope = null)
    {
        if (path.Repetition == FieldPath.Every)
            return Enumerable.Range(1, CountRepetitions(path, scope)).Any(repetition => Exists(path with { Repetition = repetition }, scope));
        ReadOnlySpan<byte> raw = GetRaw(path, scope);
        return path.Field == 0 || (path.Segment is "MSH" && path.Field <= 2)
            ? !raw.IsEmpty
            : raw.IndexOfAnyExcept([Delimiters.Component, Delimiters.Repetition, Delimiters.Subcomponent]) >= 0;
    }

    /// <summary>How many repetitions a field has.</summary>
    /// <param name="path">The field; its repetition and what is below do not matter.</param>
    /// <param name="scope">What a <c>forEach</c> is at.</param>
    /// <returns>0 when the field is not populated.</returns>
    public int CountRepetitions(FieldPath path, Hl7Scope? scope = null)
    {
        int index = FindSegment(path, scope);
        ReadOnlySpan<byte> field = index < 0 ? [] : RawField(_segments[index].Bytes.Span, path.Field);
        return field.IsEmpty ? 0 : Hl7Parts.Count(field, Delimiters.Repetition);
    }

    /// <summary>How many segments of a name there are, in the group that a <c>forEach</c> is at or in the whole message.</summary>
    /// <param name="name">The name.</param>
    /// <param name="scope">What a <c>forEach</c> is at.</param>
    /// <returns>The number.</returns>
    public int CountSegments(string name, Hl7Scope? scope = null)
    {
        (int start, int end) = RangeOf(scope);
        int count = 0;
        for (int i = start; i < end; i++)
            count += Hl7Segment.HasName(_segments[i].Bytes.Span, name, Delimiters.Field) ? 1 : 0;
        return count;
    }

    /// <summary>The groups that begin with a segment: each goes up to the next of its name.</summary>
    /// <param name="segment">The name of the segment.</param>
    /// <param name="within">The group to look in; null for the whole message.</param>
    /// <returns>One scope a group, in order. They stay right while fields are changed and segments added and removed.</returns>
    public IReadOnlyList<Hl7Scope> Groups(string segment, Hl7Scope? within = null)
    {
        (int start, int end) = RangeOf(within);
        List<int> keys = [];
        for (int i = start; i < end; i++)
        {
            if (Hl7Segment.HasName(_segments[i].Bytes.Span, segment, Delimiters.Field))
                keys.Add(_segments[i].Key);
        }

        int? after = end < _segments.Count ? _segments[end].Key : null;
        return [.. keys.Select((key, i) => new Hl7Scope { First = key, Next = i + 1 < keys.Count ? keys[i + 1] : after, Earliest = within?.Earliest ?? keys[0] })];
    }

    /// <summary>One repetition of a field, for the steps inside a <c>forEach</c>.</summary>
    /// <param name="field">The field.</param>
    /// <param name="repetition">Which one, from 1.</param>
    /// <param name="within">The group the field is in.</param>
    /// <returns>The scope.</returns>
    public static Hl7Scope AtRepetition(FieldPath field, int repetition, Hl7Scope? within = null) =>
        (within ?? new Hl7Scope()) with { Field = field, Repetition = repetition };

    /// <summary>Reads bytes of this message as text: character set, then escapes.</summary>
    /// <param name="raw">The bytes.</param>
    /// <returns>The text.</returns>
    /// <exception cref="Hl7FormatException">The bytes are not text in the message's character set.</exception>
    public string Decode(ReadOnlySpan<byte> raw) =>
        CharacterSet.Decode(Delimiters.Escape == 0 || !raw.Contains(Delimiters.Escape) ? raw : Hl7Escapes.Decode(raw, Delimiters));

    /// <summary>Writes what was encoded with the standard delimiters (<c>A^B&amp;C~D</c>) as bytes of this message, with its own.</summary>
    /// <param name="encoded">What would stand in a field of a message with <c>|^~\&amp;</c>.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="Hl7FormatException">The message's character set has no bytes for it, or the message does not give a delimiter that it uses.</exception>
    public byte[] EncodeStandard(string encoded)
    {
        byte[] bytes = CharacterSet.Encode(encoded);
        return Delimiters == Hl7Delimiters.Standard ? bytes : new Hl7Rewriter(Hl7Delimiters.Standard, Delimiters, trim: false).RewriteField(bytes);
    }

    /// <summary>Writes text as bytes of this message, so that none of it is taken for a delimiter (protocol E14).</summary>
    /// <param name="text">The text; two quotation marks alone are HL7 null.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="Hl7FormatException">The message's character set has no bytes for it, or it holds a delimiter and the message has no escape character.</exception>
    public byte[] Encode(string text)
    {
        byte[] bytes = CharacterSet.Encode(text);
        if (Delimiters.Escape == 0 && bytes.AsSpan().IndexOfAny([Delimiters.Field, Delimiters.Component, Delimiters.Repetition, (byte)'\r']) >= 0)
            throw new Hl7FormatException("A value holds a delimiter and the message gives no escape character in MSH-2. Use useDelimiters first.");
        return Delimiters.Escape == 0 ? bytes : Hl7Escapes.Encode(bytes, Delimiters);
    }

    private ReadOnlySpan<byte> RawField(ReadOnlySpan<byte> segment, int field)
    {
        if (field == 1 && Hl7Segment.IsHeader(segment))
            return segment.Slice(3, 1);
        return Hl7Parts.Get(segment, Delimiters.Field, Hl7Segment.PartOf(segment, field));
    }

    private static bool IsDelimiterField(ReadOnlySpan<byte> segment, int field) => field <= 2 && Hl7Segment.IsHeader(segment);

    private bool HasParts(ReadOnlySpan<byte> raw) =>
        raw.IndexOfAny([Delimiters.Component, Delimiters.Repetition, Delimiters.Subcomponent == 0 ? Delimiters.Component : Delimiters.Subcomponent]) >= 0;

    /// <summary>The repetition a path means here; 0 when it means the field with all of them.</summary>
    private static int RepetitionOf(FieldPath path, Hl7Scope? scope)
    {
        if (path.Repetition > 0)
            return path.Repetition;
        if (path.Repetition == 0 && scope?.Field is { } field && field.Segment == path.Segment && field.Field == path.Field)
            return scope.Repetition;
        return path.Component > 0 ? 1 : 0;
    }

    private (int Start, int End) RangeOf(Hl7Scope? scope)
    {
        if (scope?.First is not { } first)
            return (0, _segments.Count);
        return (IndexOf(first), scope.Next is { } next ? IndexOf(next) : _segments.Count);
    }

    /// <summary>Where a segment stands; when it was removed, where the one stands that followed it, so that scopes outlive what a step deletes.</summary>
    private int IndexOf(int key)
    {
        int index = _segments.FindIndex(segment => segment.Key == key);
        if (index >= 0)
            return index;
        return _removed is not null && _removed.TryGetValue(key, out int? following) && following is { } next ? IndexOf(next) : _segments.Count;
    }

    private int FindSegment(FieldPath path, Hl7Scope? scope)
    {
        (int start, int end) = RangeOf(scope);
        int found = FindSegment(path, start, end);
        if (found >= 0 || scope?.Earliest is not { } earliest)
            return found;
        return FindSegment(path, 0, IndexOf(earliest));
    }

    private int FindSegment(FieldPath path, int start, int end)
    {
        int occurrence = Math.Max(1, path.Occurrence);
        for (int i = start; i < end; i++)
        {
            if (Hl7Segment.HasName(_segments[i].Bytes.Span, path.Segment, Delimiters.Field) && --occurrence == 0)
                return i;
        }

        return -1;
    }
}
