using System.Text;

namespace Hub.Formats.Hl7V2;

/// <content>Changes: each makes new bytes for one segment.</content>
public sealed partial class Hl7Message
{
    /// <summary>Writes text to a place. Fields, repetitions and components are made as needed; so is the segment, at the end of the message.</summary>
    /// <param name="path">The place: a field or what is below it.</param>
    /// <param name="value">The text; empty makes the place not populated, two quotation marks write HL7 null.</param>
    /// <param name="scope">What a <c>forEach</c> is at.</param>
    /// <exception cref="Hl7FormatException">The place cannot be written; the text says why.</exception>
    public void SetText(FieldPath path, string value, Hl7Scope? scope = null) =>
        SetRaw(path, path is { Segment: "MSH", Field: <= 2 } ? CharacterSet.Encode(value) : Encode(value), scope);

    /// <summary>Writes bytes that are already encoded with this message's delimiters to a place.</summary>
    /// <param name="path">The place: a field or what is below it.</param>
    /// <param name="value">The bytes.</param>
    /// <param name="scope">What a <c>forEach</c> is at.</param>
    /// <exception cref="Hl7FormatException">The place cannot be written; the text says why.</exception>
    public void SetRaw(FieldPath path, ReadOnlySpan<byte> value, Hl7Scope? scope = null)
    {
        RefuseUnwritable(path, value);
        if (path.Repetition == FieldPath.Every)
        {
            int count = CountRepetitions(path, scope);
            for (int repetition = 1; repetition <= count; repetition++)
                SetRaw(path with { Repetition = repetition }, value, scope);
            return;
        }

        int index = FindSegment(path, scope);
        if (index < 0)
        {
            if (value.IsEmpty)
                return;
            index = MakeSegment(path, scope);
        }

        ReadOnlySpan<byte> segment = _segments[index].Bytes.Span;
        byte[] field = WithPart(RawField(segment, path.Field), path, RepetitionOf(path, scope), value);
        Put(index, Hl7Parts.Replace(segment, Delimiters.Field, Hl7Segment.PartOf(segment, path.Field), field));
    }

    /// <summary>
    /// Takes a place away: a segment or a repetition goes altogether, a field or component becomes not populated. Separators that nothing follows go with it.
    /// </summary>
    /// <param name="path">The place. A segment without an occurrence means the first one; <c>[*]</c> means every repetition.</param>
    /// <param name="scope">What a <c>forEach</c> is at.</param>
    /// <exception cref="Hl7FormatException">The place is MSH, MSH-1 or MSH-2.</exception>
    public void Delete(FieldPath path, Hl7Scope? scope = null)
    {
        RefuseUnwritable(path.Field == 0 ? path with { Field = path.Segment == "MSH" ? 1 : 3 } : path, []);
        int index = FindSegment(path, scope);
        if (index < 0)
            return;
        if (path.Field == 0)
        {
            RemoveSegment(index);
            return;
        }

        if (path.Repetition == FieldPath.Every && path.Component > 0)
        {
            for (int repetition = CountRepetitions(path, scope); repetition > 0; repetition--)
                Delete(path with { Repetition = repetition }, scope);
            return;
        }

        ReadOnlySpan<byte> segment = _segments[index].Bytes.Span;
        byte[] field = WithoutPart(RawField(segment, path.Field), path, path.Repetition == FieldPath.Every ? 0 : RepetitionOf(path, scope));
        byte[] rest = Hl7Parts.Replace(segment, Delimiters.Field, Hl7Segment.PartOf(segment, path.Field), field);
        Put(index, Hl7Segment.IsHeader(segment) ? rest : Hl7Parts.TrimEnd(rest, Delimiters.Field).ToArray());
    }

    /// <summary>Adds a repetition at the end of a field.</summary>
    /// <param name="path">The field.</param>
    /// <param name="repetition">The repetition, encoded with this message's delimiters.</param>
    /// <param name="scope">What a <c>forEach</c> is at.</param>
    /// <exception cref="Hl7FormatException">The field cannot be written, or the message gives no repetition separator.</exception>
    public void AppendRepetition(FieldPath path, ReadOnlySpan<byte> repetition, Hl7Scope? scope = null)
    {
        int count = CountRepetitions(path, scope);
        FieldPath place = path with { Repetition = count + 1, Component = 0, Subcomponent = 0 };
        if (count > 0 && Delimiters.Repetition == 0)
            throw new Hl7FormatException($"{path}: this message gives no repetition separator in MSH-2. Use useDelimiters first.");
        SetRaw(place, repetition, scope);
    }

    /// <summary>Adds an empty segment.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="before">The place of the segment it is to stand before, from 0; null for the end.</param>
    /// <returns>Its place, from 0.</returns>
    public int AddSegment(string name, int? before = null) => AddRawSegment(Encoding.ASCII.GetBytes(name), before);

    /// <summary>Adds a segment that is already encoded with this message's delimiters.</summary>
    /// <param name="segment">Its bytes, without a terminator.</param>
    /// <param name="before">The place of the segment it is to stand before, from 0; null for the end.</param>
    /// <returns>Its place, from 0.</returns>
    public int AddRawSegment(ReadOnlyMemory<byte> segment, int? before = null)
    {
        int index = before ?? _segments.Count;
        _segments.Insert(index, new(_nextKey++, segment));
        IsChanged = true;
        return index;
    }

    /// <summary>Takes a segment away.</summary>
    /// <param name="index">Its place, from 0.</param>
    /// <exception cref="Hl7FormatException">It is the header.</exception>
    public void RemoveSegment(int index)
    {
        if (index == 0)
            throw new Hl7FormatException("MSH cannot be deleted: a message begins with it.");
        (_removed ??= [])[_segments[index].Key] = index + 1 < _segments.Count ? _segments[index + 1].Key : null;
        _segments.RemoveAt(index);
        IsChanged = true;
    }

    /// <summary>Removes, everywhere, separators at the end of fields, repetitions and components that nothing follows. Empty repetitions stay: they count.</summary>
    public void TrimSeparators()
    {
        Hl7Rewriter rewriter = new(Delimiters, Delimiters, trim: true);
        for (int i = 0; i < _segments.Count; i++)
            Put(i, rewriter.Rewrite(_segments[i].Bytes.Span));
    }

    /// <summary>Writes the whole message with other delimiters. Values keep their meaning: what was escaped and needs it no longer is not, and the other way round.</summary>
    /// <param name="delimiters">The delimiters.</param>
    /// <exception cref="Hl7FormatException">The message uses a delimiter that the new ones do not give.</exception>
    public void UseDelimiters(Hl7Delimiters delimiters)
    {
        if (delimiters == Delimiters)
            return;
        // All or nothing: a segment that cannot be written leaves the message as it was.
        Hl7Rewriter rewriter = new(Delimiters, delimiters, trim: false);
        List<byte[]> rewritten = [.. _segments.Select(segment => rewriter.Rewrite(segment.Bytes.Span))];
        for (int i = 0; i < _segments.Count; i++)
            Put(i, rewritten[i]);
        Delimiters = delimiters;
    }

    private void Put(int index, byte[] bytes)
    {
        if (bytes.AsSpan().SequenceEqual(_segments[index].Bytes.Span))
            return;
        _segments[index] = _segments[index] with { Bytes = bytes };
        IsChanged = true;
    }

    /// <summary>Segments are made one after another: to write OBX[2] there has to be a first.</summary>
    private int MakeSegment(FieldPath path, Hl7Scope? scope)
    {
        (int start, int end) = RangeOf(scope);
        int there = CountSegments(path.Segment, scope);
        if (path.Occurrence > there + 1)
            throw new Hl7FormatException($"{path} cannot be written: the message has {there} segments {path.Segment}. Write {path.Segment}[{there + 1}] first.");
        return AddSegment(path.Segment, scope?.First is null || start == end ? null : end);
    }

    private byte[] WithPart(ReadOnlySpan<byte> field, FieldPath path, int repetition, ReadOnlySpan<byte> value)
    {
        if (repetition == 0)
            return value.ToArray();
        ReadOnlySpan<byte> old = Hl7Parts.Get(field, Delimiters.Repetition, repetition);
        if (path.Component == 0)
            return Hl7Parts.Replace(field, Delimiters.Repetition, repetition, value);
        ReadOnlySpan<byte> component = Hl7Parts.Get(old, Delimiters.Component, path.Component);
        ReadOnlySpan<byte> changed = path.Subcomponent == 0 ? value : Hl7Parts.Replace(component, Delimiters.Subcomponent, path.Subcomponent, value);
        byte[] whole = Hl7Parts.Replace(old, Delimiters.Component, path.Component, changed);
        return Hl7Parts.Replace(field, Delimiters.Repetition, repetition, whole);
    }

    private byte[] WithoutPart(ReadOnlySpan<byte> field, FieldPath path, int repetition)
    {
        if (repetition == 0)
            return [];
        if (path.Component == 0)
            return Hl7Parts.Remove(field, Delimiters.Repetition, repetition);
        ReadOnlySpan<byte> old = Hl7Parts.Get(field, Delimiters.Repetition, repetition);
        ReadOnlySpan<byte> component = Hl7Parts.Get(old, Delimiters.Component, path.Component);
        ReadOnlySpan<byte> left = path.Subcomponent == 0
            ? []
            : Hl7Parts.TrimEnd(Hl7Parts.Replace(component, Delimiters.Subcomponent, path.Subcomponent, []), Delimiters.Subcomponent);
        byte[] whole = Hl7Parts.Replace(old, Delimiters.Component, path.Component, left);
        return Hl7Parts.Replace(field, Delimiters.Repetition, repetition, Hl7Parts.TrimEnd(whole, Delimiters.Component));
    }

    private void RefuseUnwritable(FieldPath path, ReadOnlySpan<byte> value)
    {
        if (path.Field == 0)
            throw new Hl7FormatException($"{path} is a whole segment and cannot be set. Set its fields.");
        if (path.Segment is "MSH" && path.Field <= 2)
            throw new Hl7FormatException($"{path} holds the delimiters. Use the step useDelimiters to change them.");
        if (path.Subcomponent > 1 && Delimiters.Subcomponent == 0)
            throw new Hl7FormatException($"{path}: this message gives no subcomponent separator in MSH-2. Use useDelimiters first.");
        if (path.Repetition > 1 && Delimiters.Repetition == 0)
            throw new Hl7FormatException($"{path}: this message gives no repetition separator in MSH-2. Use useDelimiters first.");
        if (value.IndexOfAny((byte)'\r', Delimiters.Field) >= 0)
            throw new Hl7FormatException($"{path}: an encoded value cannot hold a field separator or a carriage return. Escape them.");
    }
}
