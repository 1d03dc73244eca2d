using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;
using Hub.Formats.Documents;
using Hub.Formats.Json;
using Hub.Formats.Xml;

namespace Hub.Formats.Conversions;

// { "root": … }. An element with text alone is text; with attributes or elements an object: "@name" an attribute (namespaces
// too: "@xmlns", "@xmlns:p"), "#text" its text, elements by their names with the prefix they are written with, in order.
// Elements of one name that follow each other are a list. <a/> is null and <a></a> is "". White space between elements goes.
// What JSON could not bring back is refused: text between elements, elements of one name with others between them, comments
// and processing instructions.

/// <summary>XML to JSON.</summary>
public static class XmlToJson
{
    /// <summary>Writes XML as JSON.</summary>
    /// <param name="xml">The XML.</param>
    /// <returns>The JSON: an object with the root as its one member.</returns>
    /// <exception cref="DocumentException">JSON cannot hold it; the text says where.</exception>
    public static JsonMessage Convert(XmlMessage xml)
    {
        using MemoryStream written = new();
        using (Utf8JsonWriter json = new(written, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = XmlSource.Deepest * 3 }))
        {
            using XmlReader reader = XmlSource.Open(xml.ToBytes(), out _)!.Read();
            while (reader.Read() && reader.NodeType != XmlNodeType.Element)
                RefuseOther(reader);
            json.WriteStartObject();
            json.WritePropertyName(reader.Name);
            Element root = Element.Read(reader);
            root.Write(json);
            json.WriteEndObject();
            while (reader.Read())
                RefuseOther(reader);
        }

        return JsonMessage.Parse(written.ToArray(), out DocumentFault? fault) ?? throw new DocumentException($"The XML cannot be written as JSON: {fault!.Text}");
    }

    private static void RefuseOther(XmlReader reader)
    {
        if (reader.NodeType is XmlNodeType.Comment or XmlNodeType.ProcessingInstruction)
            throw Lost(reader, "a comment or processing instruction would be lost. Delete it first: deleteField with the path \"//comment()\" or \"//processing-instruction()\"");
    }

    private static DocumentException Lost(XmlReader reader, string what) =>
        new($"Line {((IXmlLineInfo)reader).LineNumber}, column {((IXmlLineInfo)reader).LinePosition}: {what}.");

    /// <summary>One element, with all within it.</summary>
    private sealed class Element
    {
        private readonly List<(string Name, string Value)> _attributes = [];
        private readonly List<(string Name, List<Element> Elements)> _children = [];
        private readonly HashSet<string> _names = [];
        private readonly System.Text.StringBuilder _text = new();
        private bool _isShort;

        /// <summary>Reads the element that the reader is at, up to its end.</summary>
        public static Element Read(XmlReader reader)
        {
            Element element = new() { _isShort = reader.IsEmptyElement };
            while (reader.MoveToNextAttribute())
                element._attributes.Add((reader.Name, reader.Value));
            reader.MoveToElement();
            if (element._isShort)
                return element;
            while (reader.Read() && reader.NodeType != XmlNodeType.EndElement)
                element.Take(reader);
            return element;
        }

        public void Write(Utf8JsonWriter json)
        {
            if (_attributes.Count == 0 && _children.Count == 0)
            {
                WriteText(json);
                return;
            }

            json.WriteStartObject();
            foreach ((string name, string value) in _attributes)
                json.WriteString($"@{name}", value);
            if (_children.Count == 0 && !_isShort)
                json.WriteString("#text", _text.ToString());
            foreach ((string name, List<Element> elements) in _children)
            {
                json.WritePropertyName(name);
                WriteAll(json, elements);
            }

            json.WriteEndObject();
        }

        private static void WriteAll(Utf8JsonWriter json, List<Element> elements)
        {
            if (elements.Count > 1)
                json.WriteStartArray();
            foreach (Element element in elements)
                element.Write(json);
            if (elements.Count > 1)
                json.WriteEndArray();
        }

        private void WriteText(Utf8JsonWriter json)
        {
            if (_isShort)
                json.WriteNullValue();
            else
                json.WriteStringValue(_text.ToString());
        }

        private void Take(XmlReader reader)
        {
            RefuseOther(reader);
            if (reader.NodeType != XmlNodeType.Element)
            {
                _text.Append(reader.Value);
                RefuseMixed(reader);
                return;
            }

            string name = reader.Name;
            if (_children.Count == 0 || _children[^1].Name != name)
            {
                if (!_names.Add(name))
                    throw Lost(reader, "elements of this name stand here with others between them, and JSON would lose their order. Bring them together at the sender");
                _children.Add((name, []));
            }

            RefuseMixed(reader);
            _children[^1].Elements.Add(Read(reader));
        }

        private void RefuseMixed(XmlReader reader)
        {
            if (_children.Count > 0 && !string.IsNullOrWhiteSpace(_text.ToString()))
                throw Lost(reader, "text stands between elements, and JSON would lose where. Take it out first");
        }
    }
}
