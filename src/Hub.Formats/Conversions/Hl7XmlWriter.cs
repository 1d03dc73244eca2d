using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Conversions;

/// <summary>Writes the segments of one message as elements, with the names that the dictionary of its version has for their parts.</summary>
internal sealed class Hl7XmlWriter(Hl7Message message, Hl7Dictionary dictionary)
{
    // Field, repetition and component have parts; a subcomponent has none.
    private const int Subcomponents = 2;

    private readonly Hl7Delimiters _delimiters = message.Delimiters;

    /// <exception cref="DocumentException">Something in it cannot stand in XML.</exception>
    public XElement Segment(int index)
    {
        string name = message.SegmentName(index);
        if (name.Length != 3 || !char.IsAsciiLetterUpper(name[0]) || !name.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter)))
            throw new DocumentException($"Segment {index + 1} has a name that no XML element can have. Delete it first.");
        XElement segment = new(Hl7Xml.Space + name);
        ReadOnlySpan<byte> bytes = message.SegmentBytes(index).Span;
        int field = 1;
        if (index == 0)
        {
            segment.Add(new XElement(Hl7Xml.Space + "MSH.1", ((char)_delimiters.Field).ToString()), new XElement(Hl7Xml.Space + "MSH.2", message.CharacterSet.Decode(Hl7Parts.Get(bytes, _delimiters.Field, 2))));
            field = 3;
        }

        // In the header the separator itself counts as a field.
        int last = Hl7Parts.Count(bytes, _delimiters.Field) - (index == 0 ? 0 : 1);
        AddFields(segment, name, bytes, field, last);
        return segment;
    }

    private void AddFields(XElement segment, string name, ReadOnlySpan<byte> bytes, int field, int last)
    {
        SegmentDefinition? definition = dictionary.Segment(name);
        // One walk: fields are found by scanning, and long segments have thousands.
        ReadOnlySpan<byte> rest = bytes;
        for (int skipped = segment.Name.LocalName == "MSH" && field == 3 ? 2 : 1; skipped > 0; skipped--)
            rest = After(rest, _delimiters.Field);
        for (; field <= last; field++)
        {
            ReadOnlySpan<byte> value = Before(rest, _delimiters.Field);
            rest = After(rest, _delimiters.Field);
            string place = string.Create(CultureInfo.InvariantCulture, $"{name}.{field}");
            if (value.IsEmpty)
            {
                if (field == last)
                    segment.Add(new XElement(Hl7Xml.Space + place));
                continue;
            }

            DataTypeDefinition? type = TypeOf(definition, bytes, field);
            int repetitions = Hl7Parts.Count(value, _delimiters.Repetition);
            for (int i = 0; i < repetitions; i++)
            {
                XElement repetition = new(Hl7Xml.Space + place);
                AddValue(repetition, type, Before(value, _delimiters.Repetition), 0);
                segment.Add(repetition);
                value = After(value, _delimiters.Repetition);
            }
        }
    }

    /// <summary>The data type of a field; that of OBX-5 stands in OBX-2. Null when nothing says it.</summary>
    private DataTypeDefinition? TypeOf(SegmentDefinition? segment, ReadOnlySpan<byte> bytes, int field)
    {
        if (segment?.Name != "OBX" || field != 5)
            return segment?.Field(field)?.Type;
        ReadOnlySpan<byte> named = Hl7Parts.Get(bytes, _delimiters.Field, 3);
        return named.Length is > 0 and < 8 ? dictionary.Type(Encoding.Latin1.GetString(named)) : null;
    }

    /// <summary>A repetition, component or subcomponent: its parts by the names of its data type or, where that has none for them, by their places.</summary>
    private void AddValue(XElement element, DataTypeDefinition? type, ReadOnlySpan<byte> value, int level)
    {
        byte separator = level == 0 ? _delimiters.Component : level < Subcomponents ? _delimiters.Subcomponent : (byte)0;
        bool hasParts = separator != 0 && value.Contains(separator);
        bool isWhole = separator == 0 || type is not { Components.Count: > 0 } || value.IsEmpty;
        if (!hasParts && isWhole)
        {
            Leaf(element, element.Name.LocalName, value);
            return;
        }

        int count = Hl7Parts.Count(value, separator);
        for (int i = 1; i <= count; i++)
        {
            ReadOnlySpan<byte> part = Before(value, separator);
            value = After(value, separator);
            // An empty part is left out, but for the last: so the number of separators is kept.
            if (part.IsEmpty && i < count)
                continue;
            FieldDefinition? definition = type?.Component(i);
            XElement made = new(Hl7Xml.Space + string.Create(CultureInfo.InvariantCulture, $"{(definition is null ? element.Name.LocalName : type!.Name)}.{i}"));
            AddValue(made, definition?.Type, part, level + 1);
            element.Add(made);
        }
    }

    private void Leaf(XElement element, string place, ReadOnlySpan<byte> raw)
    {
        while (!raw.IsEmpty)
        {
            int start = _delimiters.Escape == 0 ? -1 : raw.IndexOf(_delimiters.Escape);
            int length = start < 0 ? -1 : raw[(start + 1)..].IndexOf(_delimiters.Escape);
            if (length < 0)
            {
                element.Add(Text(place, raw));
                return;
            }

            if (start > 0)
                element.Add(Text(place, raw[..start]));
            ReadOnlySpan<byte> body = raw.Slice(start + 1, length);
            byte delimiter = DelimiterOf(body);
            element.Add(delimiter != 0 ? new XText(((char)delimiter).ToString()) : new XElement(Hl7Xml.Space + "escape", new XAttribute("V", Text(place, body))));
            raw = raw[(start + length + 2)..];
        }
    }

    private byte DelimiterOf(ReadOnlySpan<byte> body) => body switch
    {
        [(byte)'F'] => _delimiters.Field,
        [(byte)'S'] => _delimiters.Component,
        [(byte)'T'] => _delimiters.Subcomponent,
        [(byte)'R'] => _delimiters.Repetition,
        [(byte)'E'] => _delimiters.Escape,
        _ => 0,
    };

    private string Text(string place, ReadOnlySpan<byte> raw)
    {
        try
        {
            return XmlConvert.VerifyXmlChars(message.CharacterSet.Decode(raw));
        }
        catch (XmlException)
        {
            throw new DocumentException($"{place} holds a control character, which XML does not have. Take it out with replaceText first.");
        }
        catch (Hl7FormatException failure)
        {
            throw new DocumentException($"{place}: {failure.Message}");
        }
    }

    private static ReadOnlySpan<byte> Before(ReadOnlySpan<byte> whole, byte separator)
    {
        int end = separator == 0 ? -1 : whole.IndexOf(separator);
        return end < 0 ? whole : whole[..end];
    }

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> whole, byte separator)
    {
        int end = separator == 0 ? -1 : whole.IndexOf(separator);
        return end < 0 ? [] : whole[(end + 1)..];
    }
}
