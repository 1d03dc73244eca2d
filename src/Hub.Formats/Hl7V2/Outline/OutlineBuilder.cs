using System.Globalization;
using System.Text;
using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Hl7V2.Outline;

/// <summary>Goes through one message and names what it finds.</summary>
internal sealed class OutlineBuilder
{
    private readonly Hl7Message _message;
    private readonly Hl7Dictionary _dictionary;

    public OutlineBuilder(Hl7Message message)
    {
        _message = message;
        _dictionary = Hl7Dictionary.For(TextAt("MSH-12.1"));
    }

    private Hl7Delimiters Delimiters => _message.Delimiters;

    public Hl7Outline Build()
    {
        StructureDefinition? structure = _dictionary.StructureFor(TextAt("MSH-9.1"), TextAt("MSH-9.2"), TextAt("MSH-9.3"));
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        List<OutlineSegment> segments = new(_message.SegmentCount);
        for (int i = 0; i < _message.SegmentCount; i++)
        {
            string name = _message.SegmentName(i);
            int occurrence = seen[name] = seen.GetValueOrDefault(name) + 1;
            string label = occurrence == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}[{occurrence}]");
            segments.Add(Segment(label, name, _message.SegmentBytes(i).Span));
        }

        string type = _message.CharacterSet.Show(_message.GetRaw(FieldPath.Parse("MSH-9")));
        return new(type, TextAt("MSH-12.1"), _dictionary.Version, _dictionary.IsExact, structure?.Name, structure?.Description, _message.CharacterSet.Name, segments);
    }

    private OutlineSegment Segment(string label, string name, ReadOnlySpan<byte> bytes)
    {
        byte separator = Delimiters.Field;
        bool isHeader = Hl7Segment.IsHeader(bytes, separator);
        List<OutlinePart> fields = [];
        if (isHeader)
            fields.Add(Leaf($"{label}-1", bytes.Length > 3 ? bytes.Slice(3, 1) : [], Fact(name, 1, bytes)));
        int number = isHeader ? 1 : 0;
        bool isName = true;
        foreach (Range range in bytes.Split(separator))
        {
            if (!isName)
                AddField(fields, label, name, ++number, bytes[range], bytes);
            isName = false;
        }

        SegmentDefinition? definition = _dictionary.Segment(name);
        return new(label, definition?.Description, definition is null ? NoteOn(name) : null, fields);
    }

    private string NoteOn(string name)
    {
        if (!FieldPath.TryParse(name, out FieldPath? path, out _) || path.Segment != name)
            return "no segment: its name is not three capital letters or digits";
        return name.StartsWith('Z') ? "a segment of the site: HL7 leaves Z segments to it" : $"not a segment of version {_dictionary.Version}";
    }

    private PartFact Fact(string name, int number, ReadOnlySpan<byte> segment)
    {
        // What tells the type of a field that varies is a short code: it is read beforehand, as a span cannot be handed on.
        string typed = name switch { "OBX" => Code(segment, 2), "MFE" => Code(segment, 5), "MFA" => Code(segment, 6), _ => "" };
        return PartFact.OfField(_dictionary, name, number, _ => typed);
    }

    private string Code(ReadOnlySpan<byte> segment, int field) => Encoding.Latin1.GetString(Hl7Segment.Field(segment, Delimiters.Field, field) is { Length: < 8 } code ? code : []);

    private void AddField(List<OutlinePart> fields, string label, string name, int number, ReadOnlySpan<byte> field, ReadOnlySpan<byte> segment)
    {
        if (field.IsEmpty)
            return;
        PartFact fact = Fact(name, number, segment);
        string path = string.Create(CultureInfo.InvariantCulture, $"{label}-{number}");
        if (number == 2 && Hl7Segment.IsHeader(segment, Delimiters.Field))
            fields.Add(Leaf(path, field, fact));
        else if (Delimiters.Repetition == 0 || !field.Contains(Delimiters.Repetition))
            fields.Add(Part(path, field, fact, Delimiters.Component));
        else
        {
            int repetition = 0;
            foreach (Range range in field.Split(Delimiters.Repetition))
            {
                repetition++;
                if (!field[range].IsEmpty)
                    fields.Add(Part(string.Create(CultureInfo.InvariantCulture, $"{path}[{repetition}]"), field[range], fact, Delimiters.Component));
            }
        }
    }

    /// <summary>What stands at a place, split by a separator and, within a component, by that of subcomponents.</summary>
    private OutlinePart Part(string path, ReadOnlySpan<byte> raw, PartFact fact, byte separator)
    {
        bool isComponent = separator == Delimiters.Subcomponent;
        // A first component alone may have subcomponents: 123&X of CX is CX.1 with two parts.
        bool hasParts = separator != 0 && (raw.Contains(separator) || (!isComponent && Delimiters.Subcomponent != 0 && raw.Contains(Delimiters.Subcomponent)));
        if (!hasParts)
            return Leaf(path, raw, fact);
        List<OutlinePart> parts = [];
        int number = 0;
        foreach (Range range in raw.Split(separator))
        {
            number++;
            if (raw[range].IsEmpty)
                continue;
            string below = string.Create(CultureInfo.InvariantCulture, $"{path}.{number}");
            parts.Add(isComponent ? Leaf(below, raw[range], fact.Part(number)) : Part(below, raw[range], fact.Part(number), Delimiters.Subcomponent));
        }

        return new(path, fact.Name, fact.Type?.Name, null, null, fact.Note, parts);
    }

    private OutlinePart Leaf(string path, ReadOnlySpan<byte> raw, PartFact fact)
    {
        bool isDelimiter = path is "MSH-1" or "MSH-2";
        string? note = fact.Note;
        string text;
        try
        {
            text = isDelimiter ? _message.CharacterSet.Decode(raw) : _message.Decode(raw);
        }
        catch (Hl7FormatException)
        {
            text = _message.CharacterSet.Show(raw);
            note = $"not text in {_message.CharacterSet.Name}: {(_message.WireCharacterSet.MultiByte is null ? "shown as 8859/1" : "bytes that stand for nothing are shown in hex")}";
        }

        if (text == "\"\"")
            note ??= "HL7 null: the receiver empties the field";
        return new(path, fact.Name, fact.Type?.Name, text, fact.Codes?.Meaning(text), note, null);
    }

    // Some senders fill up with blanks.
    private string TextAt(string path) => _message.CharacterSet.Show(_message.GetRaw(FieldPath.Parse(path))).Trim();
}
