namespace Hub.Formats.Hl7V2.Validation;

/// <summary>Reads places of one message, segment by segment. What <see cref="Hl7Message"/> reads by path it looks for from the beginning, which is too slow for every rule of every segment.</summary>
internal sealed class PlaceReader(Hl7Message message)
{
    private readonly Dictionary<int, List<int>> _positions = [];

    /// <summary>The message.</summary>
    public Hl7Message Message => message;

    /// <summary>Notes where segments stand. Called once, before anything is asked.</summary>
    public void Index()
    {
        for (int i = 0; i < message.SegmentCount; i++)
        {
            int key = KeyOf(i);
            if (!_positions.TryGetValue(key, out List<int>? positions))
                _positions.Add(key, positions = []);
            positions.Add(i);
        }
    }

    /// <summary>The key of a segment.</summary>
    public int KeyOf(int segment) => SegmentKey.Of(message.SegmentBytes(segment).Span, message.Delimiters.Field);

    /// <summary>Where the segments of a name stand, in order.</summary>
    public IReadOnlyList<int> Positions(int key) => _positions.TryGetValue(key, out List<int>? positions) ? positions : [];

    /// <summary>The segment that a path means at a segment: that one itself, the nearest before it, or the first; -1 when there is none.</summary>
    public int Find(FieldPath path, int at)
    {
        if (!_positions.TryGetValue(SegmentKey.Of(path.Segment), out List<int>? positions))
            return -1;
        if (path.Occurrence > 0)
            return path.Occurrence <= positions.Count ? positions[path.Occurrence - 1] : -1;
        int found = positions.BinarySearch(at);
        return found >= 0 ? at : positions[Math.Max(0, ~found - 1)];
    }

    /// <summary>A field as it stands.</summary>
    public ReadOnlySpan<byte> Field(int segment, int field) => Hl7Segment.Field(message.SegmentBytes(segment).Span, message.Delimiters.Field, field);

    /// <summary>What a path means within a repetition.</summary>
    public ReadOnlySpan<byte> Part(ReadOnlySpan<byte> repetition, FieldPath path)
    {
        if (path.Component > 0)
            repetition = Hl7Parts.Get(repetition, message.Delimiters.Component, path.Component);
        return path.Subcomponent > 0 ? Hl7Parts.Get(repetition, message.Delimiters.Subcomponent, path.Subcomponent) : repetition;
    }

    /// <summary>Whether there is nothing but separators.</summary>
    public bool IsBlank(ReadOnlySpan<byte> value)
    {
        Hl7Delimiters delimiters = message.Delimiters;
        byte repetition = delimiters.Repetition == 0 ? delimiters.Component : delimiters.Repetition;
        byte subcomponent = delimiters.Subcomponent == 0 ? delimiters.Component : delimiters.Subcomponent;
        return value.IndexOfAnyExcept(delimiters.Component, repetition, subcomponent) < 0;
    }

    /// <summary>The text of a value; what has parts of its own comes as it is written.</summary>
    /// <exception cref="Hl7FormatException">The bytes are not text in the message's character set.</exception>
    public string Text(ReadOnlySpan<byte> value)
    {
        Hl7Delimiters delimiters = message.Delimiters;
        bool hasParts = value.Contains(delimiters.Component) || (delimiters.Repetition != 0 && value.Contains(delimiters.Repetition))
            || (delimiters.Subcomponent != 0 && value.Contains(delimiters.Subcomponent));
        return hasParts ? message.CharacterSet.Decode(value) : message.Decode(value);
    }
}
