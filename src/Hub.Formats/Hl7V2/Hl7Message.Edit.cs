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
        SetRaw(path, Encode(value), scope);

    /// <summary>Writes bytes that are already encoded with this message's delimiters to a place.</summary>
    /// <param name="path">The place: a field or what is below it.</param>
    /// <param name="value">The bytes.</param>
    /// <param name="scope">What a <c>forEach</c> is at.</param>
    /// <exception cref="Hl7FormatException">The place cannot be written; the text says why.</exception>
    public void SetRaw(FieldPath path, ReadOnlySpan<byte> value, Hl7Scope? scope = null)
    {
        int repetition = RepetitionOf(path, scope);
        RefuseUnwritable(path, repetition, value);
        if (path.Repetition == FieldPath.Every)
        {
            int count = CountRepetitions(path, scope);
            for (int each = 1; each <= count; each++)
                SetRaw(path with { Repetition = each }, value, scope);
            return;
        }

        int index = FindSegment(path, scope);
        if (index < 0 && value.IsEmpty)
            return;
        index = index < 0 ? MakeSegment(path, scope) : index;
        ReadOnlySpan<byte> segment = SegmentSpan(index);
        Span<(byte Separator, int Index)> levels = stackalloc (byte, int)[4];
        int depth = Levels(segment, path, repetition, levels);
        Put(index, Hl7Parts.Replace(segment, levels[..depth], value));
    }

    /// <summary>
    /// Takes a place away: a segment or a repetition goes altogether, a field or component becomes not populated. Separators that nothing follows go with it.
    /// Where nothing is, nothing changes.
    /// </summary>
    /// <param name="path">The place. A segment without an occurrence means the first one; <c>[*]</c> means every repetition.</param>
    /// <param name="scope">What a <c>forEach</c> is at.</param>
    /// <exception cref="Hl7FormatException">The place is MSH, MSH-1 or MSH-2.</exception>
    public void Delete(FieldPath path, Hl7Scope? scope = null)
    {
        int index = FindSegment(path, scope);
        if (path.Field == 0)
        {
            if (index >= 0)
                RemoveSegment(index);
            return;
        }

        RefuseUnwritable(path, repetition: 0, []);
        if (path.Repetition == FieldPath.Every && path.Component > 0)
        {
            for (int each = CountRepetitions(path, scope); each > 0; each--)
                Delete(path with { Repetition = each }, scope);
            return;
        }

        int repetition = path.Repetition == FieldPath.Every ? 0 : RepetitionOf(path, scope);
        bool isRepetition = repetition > 0 && path.Component == 0;
        if (isRepetition ? repetition > CountRepetitions(path, scope) : GetRaw(path, scope).IsEmpty)
            return;
        ReadOnlySpan<byte> segment = SegmentSpan(index);
        byte[] rest = WithoutPart(segment, path, repetition);
        Put(index, Hl7Segment.IsHeader(segment, Delimiters.Field) ? rest : Hl7Parts.TrimEnd(rest, Delimiters.Field).ToArray());
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

    /// <summary>Removes, everywhere, separators at the end of fields, repetitions and components that nothing follows. Empty repetitions stay: they count.</summary>
    /// <exception cref="Hl7FormatException">
    /// A line feed in a value would come to end its segment, and there is no escape character to write it with; or a line that is no segment would begin a batch.
    /// </exception>
    public void TrimSeparators() => Rewrite(Delimiters, trim: true);

    /// <summary>Writes the whole message with other delimiters. Values keep their meaning: what was escaped and needs it no longer is not, and the other way round.</summary>
    /// <param name="delimiters">The delimiters.</param>
    /// <exception cref="Hl7FormatException">The message uses a delimiter that the new ones do not give, or a line of it that is no segment would begin a batch.</exception>
    public void UseDelimiters(Hl7Delimiters delimiters)
    {
        if (delimiters == Delimiters)
            return;
        if (!delimiters.AreUsable)
            throw new Hl7FormatException("The new delimiters cannot be used: give different punctuation characters.");
        Rewrite(delimiters, trim: false);
    }

    // All or nothing: a segment that cannot be written leaves the message as it was.
    private void Rewrite(Hl7Delimiters wanted, bool trim)
    {
        Hl7Rewriter rewriter = new(Delimiters, wanted, trim);
        List<byte[]> rewritten = [.. Segments.Select(segment => rewriter.Rewrite(segment.Bytes.Span))];
        // "FHS|&~\&|" in a message whose field separator is & is a line of text; without its last character it would be a header (protocol B01).
        if (rewritten.Skip(1).Any(line => Hl7BatchReader.Begins(line, wanted.Field, isAfterLineFeed: false)))
            throw new Hl7FormatException("The message has a line that is no segment and would read as the header or trailer of a batch when it is written anew. Leave trimSeparators and useDelimiters out for it.");
        Delimiters = wanted;
        for (int i = 0; i < SegmentCount; i++)
            Put(i, rewritten[i]);
    }

    private byte[] WithoutPart(ReadOnlySpan<byte> segment, FieldPath path, int repetition)
    {
        Span<(byte Separator, int Index)> levels = stackalloc (byte, int)[4];
        int depth = Levels(segment, path, repetition, levels);
        if (depth == 1)
            return Hl7Parts.Replace(segment, levels[..1], []);
        ReadOnlySpan<byte> field = Hl7Segment.Field(segment, Delimiters.Field, path.Field);
        if (depth == 2)
            return Hl7Parts.Replace(segment, levels[..1], Hl7Parts.Remove(field, Delimiters.Repetition, repetition));
        ReadOnlySpan<byte> left = [];
        if (depth == 4)
        {
            ReadOnlySpan<byte> component = Hl7Parts.Get(Hl7Parts.Get(field, Delimiters.Repetition, repetition), Delimiters.Component, levels[2].Index);
            left = Hl7Parts.TrimEnd(Hl7Parts.Replace(component, levels[3..], []), Delimiters.Subcomponent);
        }

        ReadOnlySpan<byte> old = Hl7Parts.Get(field, Delimiters.Repetition, repetition);
        return Hl7Parts.Replace(segment, levels[..2], Hl7Parts.TrimEnd(Hl7Parts.Replace(old, levels[2..3], left), Delimiters.Component));
    }

    /// <summary>How to get to a place: what separates the parts on each level, and which of them it is.</summary>
    private int Levels(ReadOnlySpan<byte> segment, FieldPath path, int repetition, Span<(byte Separator, int Index)> levels)
    {
        levels[0] = (Delimiters.Field, Hl7Segment.PartOf(segment, Delimiters.Field, path.Field));
        levels[1] = (Delimiters.Repetition, repetition);
        levels[2] = (Delimiters.Component, Math.Max(1, path.Component));
        levels[3] = (Delimiters.Subcomponent, path.Subcomponent);
        return path.Subcomponent > 0 ? 4 : path.Component > 0 ? 3 : repetition > 0 ? 2 : 1;
    }

    /// <summary>Puts a changed segment in its place, so that it is read back as one.</summary>
    private void Put(int index, byte[] bytes)
    {
        if (bytes.AsSpan().SequenceEqual(SegmentSpan(index)))
            return;
        Segments[index] = Made(Segments[index].Key, Hl7Terminators.Escape(bytes, Delimiters));
        IsChanged = true;
    }

    /// <exception cref="Hl7FormatException">The character set that it is written in has no bytes for it.</exception>
    private Hl7Segment Made(int key, ReadOnlyMemory<byte> bytes) => new(key, bytes, WireCharacterSet.FromUtf8(bytes));

    private void RefuseUnwritable(FieldPath path, int repetition, ReadOnlySpan<byte> value)
    {
        if (path.Field == 0)
            throw new Hl7FormatException($"{path} is a whole segment and cannot be set. Set its fields.");
        if (Hl7Batch.HasSegment(path.Segment))
            throw OfBatch();
        if (Hl7Segment.HoldsDelimiters(path))
            throw new Hl7FormatException($"{path} holds the delimiters. Use the step useDelimiters to change them.");
        if (path.Subcomponent > 1 && Delimiters.Subcomponent == 0)
            throw new Hl7FormatException($"{path}: this message gives no subcomponent separator in MSH-2. Use useDelimiters first.");
        if (repetition > 1 && Delimiters.Repetition == 0)
            throw new Hl7FormatException($"{path}: this message gives no repetition separator in MSH-2. Use useDelimiters first.");
        if (value.IndexOfAny((byte)'\r', Delimiters.Field) >= 0)
            throw new Hl7FormatException($"{path}: an encoded value cannot hold a field separator or a carriage return. Escape them.");
        (byte component, byte between, byte subcomponent) = PartSeparators;
        if (path.Component > 0 && value.IndexOfAny(component, between, path.Subcomponent > 0 ? subcomponent : component) >= 0)
            throw new Hl7FormatException($"{path}: the value has parts of its own and there is no room for them here. Copy one of its parts, or write to the whole field.");
    }
}
