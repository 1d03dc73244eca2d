using System.Text;

namespace Hub.Formats.Hl7V2;

// A message is a list of segments, each a view over the bytes that were received. Reading a message notes where its segments
// begin and copies nothing; a field is found by scanning its segment once. Changing a field makes new bytes for that one
// segment; all others stay views. A message that nobody changed is written back as the very bytes it was read from,
// terminators and byte order mark included (protocol L2); a changed one is written with CR after every segment (protocol E01).
// Everything is split before it is decoded, as no byte of a character looks like a delimiter; where that is not so, the message
// is held as UTF-8 (MultiByteSet, protocol E20).
// This file reads; Hl7Message.Segments.cs finds segments; Hl7Message.Edit.cs changes; Hl7Parser splits.

/// <summary>One HL7 v2 message in ER7. Not safe for use by several threads at once.</summary>
public sealed partial class Hl7Message
{
    private static readonly Hl7CharacterSet s_latin1 = Hl7CharacterSet.Find("8859/1")!;

    private readonly ReadOnlyMemory<byte> _original;
    private readonly int[] _starts;

    // Made when somebody changes the message; until then the starts tell all.
    private Hl7SegmentList? _segments;

    internal Hl7Message(ReadOnlyMemory<byte> original, int[] starts, Hl7SegmentList? segments, Hl7Delimiters delimiters, Hl7CharacterSet wireCharacterSet, IReadOnlyList<string> flags)
    {
        _original = original;
        _starts = starts;
        _segments = segments;
        Delimiters = delimiters;
        WireCharacterSet = wireCharacterSet;
        Flags = flags;
    }

    /// <summary>The delimiters that hold for all of the message.</summary>
    public Hl7Delimiters Delimiters { get; private set; }

    /// <summary>How the bytes that this class gives and takes are read as text: the set it was received in or, for a set of several bytes a character, UTF-8 under the name of that set (protocol E20).</summary>
    public Hl7CharacterSet CharacterSet => WireCharacterSet.Held ?? WireCharacterSet;

    /// <summary>The set it was received in and is written in. Chosen in reading; writing another name to MSH-18 does not convert anything.</summary>
    public Hl7CharacterSet WireCharacterSet { get; }

    /// <summary>Oddities noticed in reading, by the names of the protocol rules (<c>charset-guessed</c>, <c>embedded-lf</c>).</summary>
    public IReadOnlyList<string> Flags { get; }

    /// <summary>How many segments it has.</summary>
    public int SegmentCount => _segments?.Count ?? _starts.Length;

    /// <summary>Whether anything was changed since it was read.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>Reads a message.</summary>
    /// <param name="content">The bytes of one block. They must not change while the message is in use.</param>
    /// <param name="fault">Why not, when it is not taken.</param>
    /// <param name="fallbackCharacterSet">Table 0211 name of the set for bytes over 0x7F when MSH-18 is empty and they are not UTF-8 (protocol E17).</param>
    /// <returns>The message, or null with the fault.</returns>
    public static Hl7Message? Parse(ReadOnlyMemory<byte> content, out Hl7Fault? fault, string fallbackCharacterSet = "8859/1") =>
        Hl7Parser.Parse(content, Hl7CharacterSet.Find(fallbackCharacterSet) ?? s_latin1, out fault);

    /// <summary>The name of a segment.</summary>
    /// <param name="index">Its place, from 0.</param>
    /// <returns>What stands before its first field separator.</returns>
    public string SegmentName(int index) => Encoding.Latin1.GetString(Hl7Parts.Get(SegmentSpan(index), Delimiters.Field, 1));

    /// <summary>The bytes of a segment, without its terminator.</summary>
    /// <param name="index">Its place, from 0.</param>
    /// <returns>A view, in <see cref="CharacterSet"/>.</returns>
    public ReadOnlyMemory<byte> SegmentBytes(int index) => _segments is null ? SegmentOf(_original, _starts, index) : _segments[index].Bytes;

    /// <summary>Writes the message.</summary>
    /// <returns>The bytes that were read when nothing was changed, else new bytes with CR after every segment.</returns>
    public ReadOnlyMemory<byte> ToBytes()
    {
        if (!IsChanged || _segments is null)
            return _original;
        int length = 0;
        foreach (Hl7Segment segment in _segments)
            length += segment.Wire.Length + 1;
        byte[] bytes = GC.AllocateUninitializedArray<byte>(length);
        int at = 0;
        foreach (Hl7Segment segment in _segments)
        {
            segment.Wire.Span.CopyTo(bytes.AsSpan(at));
            at += segment.Wire.Length;
            bytes[at++] = (byte)'\r';
        }

        return bytes;
    }

    /// <summary>A copy that shares the bytes; a change in one is not seen in the other.</summary>
    /// <returns>The copy.</returns>
    public Hl7Message Clone() => new(_original, _starts, _segments?.Clone(), Delimiters, WireCharacterSet, Flags) { IsChanged = IsChanged };

    /// <summary>A new message that has nothing but the delimiters in its header, with the delimiters and the character set of this one.</summary>
    /// <returns>The message.</returns>
    public Hl7Message NewLike()
    {
        byte[] header = [.. "MSH"u8, Delimiters.Field, .. Delimiters.EncodingCharacters()];
        return new(default, [], new([new(0, header, header)]), Delimiters, WireCharacterSet, Flags) { IsChanged = true };
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
        ReadOnlySpan<byte> segment = SegmentSpan(index);
        if (path.Field == 0)
            return segment;
        ReadOnlySpan<byte> field = Hl7Segment.Field(segment, Delimiters.Field, path.Field);
        int repetition = RepetitionOf(path, scope);
        if (repetition == 0 || Hl7Segment.HoldsDelimiters(path))
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
        bool asWritten = path.Field == 0 || HasParts(raw) || Hl7Segment.HoldsDelimiters(path);
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
        if (path.Field == 0 || Hl7Segment.HoldsDelimiters(path))
            return !raw.IsEmpty;
        (byte component, byte repetition, byte subcomponent) = PartSeparators;
        return raw.IndexOfAnyExcept(component, repetition, subcomponent) >= 0;
    }

    /// <summary>How many repetitions a field has.</summary>
    /// <param name="path">The field; its repetition and what is below do not matter.</param>
    /// <param name="scope">What a <c>forEach</c> is at.</param>
    /// <returns>0 when the field is not populated.</returns>
    public int CountRepetitions(FieldPath path, Hl7Scope? scope = null)
    {
        int index = FindSegment(path, scope);
        ReadOnlySpan<byte> field = index < 0 ? [] : Hl7Segment.Field(SegmentSpan(index), Delimiters.Field, path.Field);
        if (field.IsEmpty)
            return 0;
        return Hl7Segment.HoldsDelimiters(path) ? 1 : Hl7Parts.Count(field, Delimiters.Repetition);
    }

    /// <summary>Reads bytes of this message as text: character set, then escapes.</summary>
    /// <param name="raw">The bytes.</param>
    /// <returns>The text.</returns>
    /// <exception cref="Hl7FormatException">The bytes are not text in the message's character set.</exception>
    public string Decode(ReadOnlySpan<byte> raw) =>
        CharacterSet.Decode(Delimiters.Escape == 0 || !raw.Contains(Delimiters.Escape) ? raw : Hl7Escapes.Decode(raw, Delimiters, WireCharacterSet.MultiByte));

    /// <summary>Writes what was encoded with the standard delimiters (<c>A^B&amp;C~D</c>) as bytes of this message, with its own.</summary>
    /// <param name="encoded">What would stand in a field of a message with <c>|^~\&amp;</c>.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="Hl7FormatException">The message's character set has no bytes for it, or the message does not give a delimiter that it uses.</exception>
    public byte[] EncodeStandard(string encoded)
    {
        byte[] bytes = Bytes(encoded);
        return Delimiters == Hl7Delimiters.Standard ? bytes : new Hl7Rewriter(Hl7Delimiters.Standard, Delimiters, trim: false).RewriteField(bytes);
    }

    /// <summary>Writes text as bytes of this message, so that none of it is taken for a delimiter (protocol E14).</summary>
    /// <param name="text">The text; two quotation marks alone are HL7 null.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="Hl7FormatException">The message's character set has no bytes for it, or it holds a delimiter or line end and the message has no escape character.</exception>
    public byte[] Encode(string text)
    {
        byte[] bytes = Bytes(text);
        return Hl7Escapes.IsNeeded(bytes, Delimiters) ? Hl7Escapes.Encode(bytes, Delimiters) : bytes;
    }

    /// <summary>One segment of a block: from where it begins up to where the next does, without the terminators between them.</summary>
    internal static ReadOnlyMemory<byte> SegmentOf(ReadOnlyMemory<byte> content, int[] starts, int index)
    {
        int start = starts[index];
        return content.Slice(start, EndOf(content.Span, starts, index) - start);
    }

    /// <summary>The bytes of a segment.</summary>
    internal ReadOnlySpan<byte> SegmentSpan(int index)
    {
        if (_segments is not null)
            return _segments[index].Bytes.Span;
        ReadOnlySpan<byte> content = _original.Span;
        int start = _starts[index];
        return content[start..EndOf(content, _starts, index)];
    }

    // A segment ends neither in a CR nor in a line feed (Hl7Terminators), so what stands there are terminators.
    private static int EndOf(ReadOnlySpan<byte> content, int[] starts, int index)
    {
        int end = index + 1 < starts.Length ? starts[index + 1] : content.Length;
        while (content[end - 1] is (byte)'\r' or (byte)'\n')
            end--;
        return end;
    }

    private byte[] Bytes(string text)
    {
        byte[] wire = WireCharacterSet.Encode(text);
        return WireCharacterSet.MultiByte is null ? wire : Encoding.UTF8.GetBytes(text);
    }

    // One that is not in force is 0, and a NUL in a value is none.
    private (byte Component, byte Repetition, byte Subcomponent) PartSeparators =>
        (Delimiters.Component, Delimiters.Repetition == 0 ? Delimiters.Component : Delimiters.Repetition, Delimiters.Subcomponent == 0 ? Delimiters.Component : Delimiters.Subcomponent);

    private bool HasParts(ReadOnlySpan<byte> raw)
    {
        (byte component, byte repetition, byte subcomponent) = PartSeparators;
        return raw.IndexOfAny(component, repetition, subcomponent) >= 0;
    }

    /// <summary>The repetition a path means here; 0 when it means the field with all of them.</summary>
    private static int RepetitionOf(FieldPath path, Hl7Scope? scope)
    {
        if (path.Repetition > 0)
            return path.Repetition;
        if (path.Repetition == 0 && scope?.Field is { } field && field.Segment == path.Segment && field.Field == path.Field)
            return scope.Repetition;
        return path.Component > 0 ? 1 : 0;
    }
}
