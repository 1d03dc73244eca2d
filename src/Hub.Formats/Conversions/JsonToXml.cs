using System.Text;
using System.Text.Json;
using System.Xml;
using Hub.Formats.Documents;
using Hub.Formats.Json;
using Hub.Formats.Xml;

namespace Hub.Formats.Conversions;

/// <summary>JSON to XML, by the rules of <see cref="XmlToJson"/> read backwards.</summary>
public sealed class JsonToXml
{
    private const string DropTypes = "Set \"types\": \"drop\" in the convert step when that is wanted";

    private readonly StringBuilder _xml = new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    private readonly bool _dropTypes;

    private JsonToXml(bool dropTypes) => _dropTypes = dropTypes;

    /// <summary>Writes JSON as XML.</summary>
    /// <param name="json">An object with one member, which names the root.</param>
    /// <param name="root">The name of the root for JSON that has not one member; the JSON is then what is in it. Null for none.</param>
    /// <param name="dropTypes">Whether numbers, true and false become text, lists of one item that item, and empty objects and lists nothing; otherwise they are refused, as they would not come back.</param>
    /// <returns>The XML, in UTF-8.</returns>
    /// <exception cref="DocumentException">XML cannot hold it; the text says where.</exception>
    public static XmlMessage Convert(JsonMessage json, string? root, bool dropTypes)
    {
        JsonToXml writer = new(dropTypes);
        JsonItem top = json.Root;
        if (root is not null)
            writer.WriteElement(root, top, "");
        else if (top is { IsObject: true, Parts: [{ Name: { } name, Value: { IsArray: false } value }] })
            writer.WriteElement(name, value, "");
        else
            throw new DocumentException("XML has one root, and the JSON is no object with one member that is no list. Name the root with \"root\" in the convert step.");
        return XmlMessage.Parse(Encoding.UTF8.GetBytes(writer._xml.ToString()), out DocumentFault? fault)
            ?? throw new DocumentException($"The JSON cannot be written as XML (prefixes without \"@xmlns:…\", or control characters in a text): {fault!.Text}");
    }

    /// <summary>Whether a text can name an element.</summary>
    /// <param name="name">The text.</param>
    /// <returns>Whether it can.</returns>
    // The parser takes such an element, which namespaces forbid; others would refuse the message.
    public static bool IsName(string name) => IsQualifiedName(name) && name != "xmlns" && !name.StartsWith("xmlns:", StringComparison.Ordinal);

    private static bool IsQualifiedName(string name)
    {
        try
        {
            string[] parts = name.Split(':');
            return parts.Length <= 2 && Array.TrueForAll(parts, part => part.Length > 0 && XmlConvert.VerifyNCName(part) == part);
        }
        catch (XmlException)
        {
            return false;
        }
    }

    private void WriteElement(string name, JsonItem value, string place)
    {
        place = $"{place}/{Name(name, place)}";
        if (value.IsArray)
            throw new DocumentException($"{place}: a list stands in a list or at the root, and XML has no name for its items. Put it into an object.");
        _xml.Append('<').Append(name);
        if (value.IsObject)
            WriteObject(name, value, place);
        else if (value.Kind == JsonTokenType.Null)
            _xml.Append("/>");
        else
            _xml.Append('>').Append(Escape(Text(value, place))).Append("</").Append(name).Append('>');
    }

    private void WriteObject(string name, JsonItem item, string place)
    {
        List<JsonPart> attributes = item.Parts!.FindAll(part => part.Name!.StartsWith('@'));
        List<JsonPart> elements = item.Parts!.FindAll(part => !part.Name!.StartsWith('@') && part.Name != "#text");
        JsonPart? text = item.Parts!.Find(part => part.Name == "#text");
        if (text is not null && elements.Count > 0)
            throw new DocumentException($"{place}: \"#text\" stands beside elements, and its place among them is not known. Take one of them out.");
        RefuseLoss(attributes.Count == 0 && elements.Count == 0, place, text is null ? "an empty object" : "an object with \"#text\" alone");
        foreach (JsonPart attribute in attributes)
            _xml.Append(' ').Append(AttributeName(attribute.Name![1..], place)).Append("=\"").Append(Escape(Text(attribute.Value, place))).Append('"');
        if (text is null && elements.Count == 0)
        {
            _xml.Append("/>");
            return;
        }

        _xml.Append('>').Append(text is null ? "" : Escape(Text(text.Value, place)));
        foreach (JsonPart element in elements)
            WriteMember(element, place);
        _xml.Append("</").Append(name).Append('>');
    }

    private void WriteMember(JsonPart member, string place)
    {
        if (!member.Value.IsArray)
        {
            WriteElement(member.Name!, member.Value, place);
            return;
        }

        RefuseLoss(member.Value.Parts!.Count < 2, $"{place}/{Name(member.Name!, place)}", "a list of less than two items");
        foreach (JsonPart item in member.Value.Parts!)
            WriteElement(member.Name!, item.Value, place);
    }

    private string Text(JsonItem value, string place)
    {
        if (value.Parts is not null)
            throw new DocumentException($"{place}: an object or list stands where XML has text. Take it out first.");
        RefuseLoss(value.Kind != JsonTokenType.String, place, "a number, true, false or null");
        return value.Text();
    }

    private void RefuseLoss(bool loses, string place, string what)
    {
        if (loses && !_dropTypes)
            throw new DocumentException($"{place}: {what} would not come back from XML as it is. {DropTypes}.");
    }

    // A name that is none is not quoted: it could be anything.
    private static string Name(string name, string place) =>
        IsName(name) ? name : throw NoName(place);

    private static string AttributeName(string name, string place) => IsQualifiedName(name) ? name : throw NoName(place);

    private static DocumentException NoName(string place) =>
        new($"{(place.Length == 0 ? "The root" : place)}: a member has a name that no XML element or attribute can have. Move it to another with moveField.");

    private static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (char letter in text)
        {
            _ = letter switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\r' => escaped.Append("&#xD;"),
                '\n' => escaped.Append("&#xA;"),
                '\t' => escaped.Append("&#x9;"),
                _ => escaped.Append(letter),
            };
        }

        return escaped.ToString();
    }
}
