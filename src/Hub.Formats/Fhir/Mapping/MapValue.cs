using Hub.Formats.Hl7V2;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>A repetition of a field or a part of one, as it stands in the message.</summary>
/// <param name="Message">The message.</param>
/// <param name="Bytes">The bytes, encoded.</param>
/// <param name="Level">What separates its parts: 0 components, 1 subcomponents, 2 nothing.</param>
internal readonly record struct MapValue(Hl7Message Message, ReadOnlyMemory<byte> Bytes, int Level)
{
    /// <summary>Whether it says anything: HL7 null (<c>""</c>) and separators alone do not.</summary>
    public bool IsValued
    {
        get
        {
            ReadOnlySpan<byte> bytes = Bytes.Span;
            if (bytes.IsEmpty || IsNull)
                return false;
            Hl7Delimiters delimiters = Message.Delimiters;
            foreach (byte letter in bytes)
            {
                if (letter != (byte)' ' && letter != delimiters.Component && letter != delimiters.Subcomponent)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Whether it is HL7 null: what is known is to be deleted (protocol E08).</summary>
    public bool IsNull => Bytes.Span.SequenceEqual("\"\""u8);

    /// <summary>Its text: of a value with parts that of the first that says something.</summary>
    public string Text
    {
        get
        {
            if (Level < 2)
            {
                byte separator = Separator;
                int end = separator == 0 ? -1 : Bytes.Span.IndexOf(separator);
                if (end >= 0 || Level == 0)
                    return new MapValue(Message, end < 0 ? Bytes : Bytes[..end], Level + 1).Text;
            }

            if (IsNull)
                return "";
            string text = Message.Decode(Bytes.Span).Trim();
            // HL7 v2.5.1 §2.7.6: formatting commands stay escaped when decoded; FHIR has line feeds for the one that counts.
            return text.Contains("\\.br\\", StringComparison.OrdinalIgnoreCase) ? text.Replace("\\.br\\", "\n", StringComparison.OrdinalIgnoreCase) : text;
        }
    }

    /// <summary>The whole as it stands, separators and all.</summary>
    public string Whole => Message.CharacterSet.Show(Bytes.Span);

    /// <summary>A part, from 1.</summary>
    public MapValue Part(int number)
    {
        if (Level >= 2)
            return this with { Bytes = number == 1 ? Bytes : default };
        return Hl7Parts.TryFind(Bytes.Span, Separator, number, out Range place) ? new(Message, Bytes[place], Level + 1) : new(Message, default, Level + 1);
    }

    private byte Separator => Level == 0 ? Message.Delimiters.Component : Message.Delimiters.Subcomponent;
}

/// <summary>A segment of the message that is converted, in its place.</summary>
internal sealed class MapSegment(Hl7Message message, int index, string name, int occurrence)
{
    private readonly ReadOnlyMemory<byte> _bytes = message.SegmentBytes(index);
    private MapValue[]?[] _fields = [];

    public string Name => name;

    /// <summary>Which of its name it is in the message, from 1.</summary>
    public int Occurrence => occurrence;

    /// <summary>The group that it stands in.</summary>
    public MapGroup Group { get; set; } = null!;

    /// <summary>The repetitions of a field; one that is empty when the field is not there.</summary>
    public MapValue[] Field(int number)
    {
        if (number >= _fields.Length)
            Array.Resize(ref _fields, number + 8);
        return _fields[number] ??= Split(number);
    }

    private MapValue[] Split(int number)
    {
        Hl7Delimiters delimiters = message.Delimiters;
        int part = Hl7Segment.PartOf(_bytes.Span, delimiters.Field, number);
        if (!Hl7Parts.TryFind(_bytes.Span, delimiters.Field, part, out Range place))
            return [new(message, default, 0)];
        ReadOnlyMemory<byte> field = _bytes[place];
        bool isDelimiters = number <= 2 && Hl7Segment.IsHeader(_bytes.Span, delimiters.Field);
        if (isDelimiters || delimiters.Repetition == 0 || !field.Span.Contains(delimiters.Repetition))
            return [new(message, field, 0)];
        MapValue[] repetitions = new MapValue[Hl7Parts.Count(field.Span, delimiters.Repetition)];
        for (int i = 0; i < repetitions.Length; i++)
        {
            _ = Hl7Parts.TryFind(field.Span, delimiters.Repetition, i + 1, out Range one);
            repetitions[i] = new(message, field[one], 0);
        }

        return repetitions;
    }
}
