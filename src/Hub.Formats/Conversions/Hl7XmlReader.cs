using System.Buffers;
using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Conversions;

/// <summary>Writes XML as the segments of one message. Groups of segments are taken apart; components may be called by place (PID.5.1) or by data type (XPN.1).</summary>
internal sealed class Hl7XmlReader
{
    // Protocol E21.
    private const int MostFields = 10_000;
    private const int MostParts = 1_000;

    private readonly XElement _root;
    private readonly Hl7Delimiters _delimiters;
    private readonly Hl7CharacterSet _wire;
    private readonly ArrayBufferWriter<byte> _written = new();
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <exception cref="DocumentException">There is no MSH, or its delimiters or character set cannot be used.</exception>
    public Hl7XmlReader(XDocument document)
    {
        _root = document.Root!;
        XElement header = _root.Elements().FirstOrDefault() is { Name.LocalName: "MSH" } first ? first : throw new DocumentException("The XML is not HL7 v2: the first element of the root has to be MSH.");
        string field = ValueOf(header, "MSH.1", "|");
        string encoding = ValueOf(header, "MSH.2", "^~\\&");
        byte[] start = Encoding.UTF8.GetBytes($"MSH{field}{encoding}");
        if (field.Length != 1 || start.Length != 3 + field.Length + encoding.Length || !Hl7Delimiters.TryRead(start, out _delimiters))
            throw new DocumentException("MSH.1 and MSH.2 give delimiters that cannot be used: give 2 to 6 different punctuation characters, usually |^~\\&.");
        string sets = string.Join('~', header.Elements().Where(element => element.Name.LocalName == "MSH.18").Select(element => element.Value));
        _wire = CharacterSetChoice.Named(sets, out bool isNamed) ?? (isNamed ? Hl7CharacterSet.Ascii : Hl7CharacterSet.Utf8);
    }

    /// <exception cref="DocumentException">It holds what ER7 cannot.</exception>
    public byte[] Write()
    {
        WriteSegments(_root);
        return _written.WrittenSpan.ToArray();
    }

    private void WriteSegments(XElement group)
    {
        foreach (XElement element in ElementsOf(group))
        {
            string name = element.Name.LocalName;
            bool isSegment = name.Length == 3 && char.IsAsciiLetterUpper(name[0]) && name.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter));
            if (isSegment)
                WriteSegment(element, name);
            else
                WriteSegments(element);
        }
    }

    private void WriteSegment(XElement segment, string name)
    {
        _bytes.Write(Encoding.ASCII.GetBytes(name));
        bool isHeader = segment == _root.Elements().First();
        SortedDictionary<int, List<byte[]>> fields = [];
        foreach (XElement element in ElementsOf(segment))
        {
            int number = NumberOf(element, MostFields, prefix: name);
            if (isHeader && number <= 2)
                continue;
            if (!fields.TryGetValue(number, out List<byte[]>? repetitions))
                fields[number] = repetitions = [];
            repetitions.Add(Parts(element, _delimiters.Component, isRepetition: true));
        }

        if (isHeader)
            _bytes.Write([_delimiters.Field, .. _delimiters.EncodingCharacters()]);
        WriteFields(fields, isHeader ? 2 : 0);
        _written.Write(_wire.FromUtf8(_bytes.WrittenMemory).Span);
        _written.Write("\r"u8);
        _bytes.ResetWrittenCount();
    }

    private void WriteFields(SortedDictionary<int, List<byte[]>> fields, int written)
    {
        foreach ((int number, List<byte[]> repetitions) in fields)
        {
            for (; written < number; written++)
                _bytes.Write([_delimiters.Field]);
            if (repetitions.Count > 1 && _delimiters.Repetition == 0)
                throw new DocumentException("A field repeats and MSH.2 gives no repetition separator. Give one in MSH.2.");
            for (int i = 0; i < repetitions.Count; i++)
            {
                if (i > 0)
                    _bytes.Write([_delimiters.Repetition]);
                _bytes.Write(repetitions[i]);
            }
        }
    }

    /// <summary>A repetition or component: its parts in their places, or text.</summary>
    private byte[] Parts(XElement element, byte separator, bool isRepetition)
    {
        if (!element.Elements().Any(child => child.Name.LocalName != "escape"))
            return Leaf(element);
        if (separator == 0)
            throw new DocumentException($"{element.Name.LocalName} has parts and MSH.2 gives no separator for them. Give one in MSH.2.");
        SortedDictionary<int, byte[]> parts = [];
        foreach (XElement child in ElementsOf(element))
        {
            byte[] part = isRepetition ? Parts(child, _delimiters.Subcomponent, isRepetition: false) : Leaf(Innermost(child));
            if (!parts.TryAdd(NumberOf(child, MostParts, prefix: null), part))
                throw new DocumentException($"{child.Name.LocalName} stands twice in one {element.Name.LocalName}. Only fields repeat.");
        }

        ArrayBufferWriter<byte> written = new();
        int at = 1;
        foreach ((int number, byte[] part) in parts)
        {
            for (; at < number; at++)
                written.Write([separator]);
            written.Write(part);
        }

        return written.WrittenSpan.ToArray();
    }

    // A data type within a data type within a data type has its first part alone in ER7.
    private static XElement Innermost(XElement element)
    {
        while (element.Elements().ToList() is [var only] && only.Name.LocalName.EndsWith(".1", StringComparison.Ordinal) && ElementsOf(element).Count() == 1)
            element = only;
        return element;
    }

    private byte[] Leaf(XElement element)
    {
        RefuseAttributes(element);
        ArrayBufferWriter<byte> written = new();
        foreach (XNode node in element.Nodes())
        {
            if (node is XText text)
                written.Write(Encode(text.Value));
            else if (node is XElement { Name.LocalName: "escape" } escape && escape.Attribute("V") is { } sequence)
                written.Write(Sequence(sequence.Value, element));
            else
                throw new DocumentException($"{element.Name.LocalName} holds a comment or something else that ER7 cannot. Take it out first.");
        }

        return written.WrittenSpan.ToArray();
    }

    private byte[] Encode(string text)
    {
        byte[] bytes = Bytes(text);
        // A truncation character is one by where it stands, and nobody escapes it.
        Hl7Delimiters delimiters = _delimiters with { Truncation = 0 };
        return Hl7Escapes.IsNeeded(bytes, delimiters) ? Hl7Escapes.Encode(bytes, delimiters) : bytes;
    }

    // A set of several bytes a character is written segment by segment, when all that is escaped is escaped (protocol E20).
    private byte[] Bytes(string text)
    {
        byte[] bytes = _wire.Encode(text);
        return _wire.MultiByte is null ? bytes : Encoding.UTF8.GetBytes(text);
    }

    private byte[] Sequence(string body, XElement element)
    {
        byte[] bytes = Bytes(body);
        if (_delimiters.Escape == 0 || Hl7Escapes.IsNeeded(bytes, _delimiters with { Truncation = 0 }))
            throw new DocumentException($"{element.Name.LocalName} has an escape element that ER7 cannot hold.");
        return [_delimiters.Escape, .. bytes, _delimiters.Escape];
    }

    private static IEnumerable<XElement> ElementsOf(XElement element)
    {
        RefuseAttributes(element);
        foreach (XNode node in element.Nodes())
        {
            if (node is XElement child)
                yield return child;
            else if (node is not XText text || !string.IsNullOrWhiteSpace(text.Value))
                throw new DocumentException($"{element.Name.LocalName} holds text between elements, a comment or a processing instruction, which ER7 cannot. Take it out first.");
        }
    }

    private static void RefuseAttributes(XElement element)
    {
        if (element.Attributes().Any(attribute => !attribute.IsNamespaceDeclaration && attribute.Name.Namespace != XNamespace.Xml && attribute.Name.LocalName != "schemaLocation"))
            throw new DocumentException($"{element.Name.LocalName} has an attribute, which ER7 cannot hold. Delete it first.");
    }

    private static int NumberOf(XElement element, int most, string? prefix)
    {
        string name = element.Name.LocalName;
        int dot = name.LastIndexOf('.');
        bool known = dot > 0 && (prefix is null || name[..dot] == prefix)
            && int.TryParse(name.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= most;
        return known
            ? int.Parse(name.AsSpan(dot + 1), CultureInfo.InvariantCulture)
            : throw new DocumentException($"An element in {element.Parent?.Name.LocalName} is no part of it by its name. Parts are called {prefix ?? "PID.3"}.1, {prefix ?? "PID.3"}.2 and so on, up to {most.ToString(CultureInfo.InvariantCulture)}.");
    }

    private static string ValueOf(XElement header, string field, string otherwise) =>
        header.Elements().FirstOrDefault(element => element.Name.LocalName == field) is { Value.Length: > 0 } found ? found.Value : otherwise;
}
