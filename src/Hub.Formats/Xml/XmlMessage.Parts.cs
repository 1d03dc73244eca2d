using System.Xml.Linq;
using Hub.Formats.Documents;

namespace Hub.Formats.Xml;

/// <content>Dividing by elements.</content>
public sealed partial class XmlMessage
{
    /// <summary>
    /// Each element as a document with the declaration and character set of the whole. Alone, it declares every prefix that was in force where it stood, also those that only
    /// values use (<c>xsi:type="v:code"</c>), and keeps <c>xml:lang</c> and <c>xml:space</c> of what stood around it.
    /// </summary>
    /// <inheritdoc />
    public override IEnumerable<Document> Divide(DocumentPath path, bool keepsRest)
    {
        XDocument source = keepsRest ? new(Root) : Root;
        XElement[] items = [.. Nodes((XmlPath)path, null, source).OfType<XElement>()];
        if (!keepsRest)
            return items.Select(Alone);
        return items is [{ Parent: null }] ? [Made(source)] : WithRest(path, source, items);
    }

    /// <inheritdoc />
    public override bool HasPlace(DocumentPath path) => Items(path, null).Count > 0;

    /// <inheritdoc />
    public override string ToText() => _text.Encoding.GetString(ToBytes().Span[_text.Mark..]);

    /// <inheritdoc />
    public override Document WithText(string text)
    {
        string set = _text.Encoding.WebName;
        byte[] content = [.. Original.Span[.._text.Mark], .. Encode(_text.Encoding, text)];
        // Some sets write a question mark for what they do not have.
        if (_text.Encoding.GetString(content.AsSpan(_text.Mark)) != text)
            throw new DocumentException($"The text has a character that {set} has not, which the message is in. Write it as a reference, such as &#8364;.");
        XmlMessage message = Parse(content, out DocumentFault? fault) ?? throw NotTaken(fault);
        return message._text.Encoding.WebName == set ? message : throw new DocumentException($"The text cannot be the message: it declares another character set than {set}, which the message is in. Write the declaration that the message has.");
    }

    private XmlMessage Alone(XElement element)
    {
        XElement root = new(element);
        HashSet<XName> known = [.. root.Attributes().Select(attribute => attribute.Name)];
        // The nearest one holds.
        foreach (XAttribute inherited in element.Ancestors().Attributes().Where(attribute => attribute.IsNamespaceDeclaration || attribute.Name.Namespace == XNamespace.Xml))
        {
            if (known.Add(inherited.Name) && inherited.Value.Length > 0)
                root.Add(new XAttribute(inherited));
        }

        return Made(new XDocument(root));
    }

    // In a copy all items are taken out, with the white space that sets them off; each is put back alone, the whole written, and taken out again.
    private IEnumerable<XmlMessage> WithRest(DocumentPath path, XDocument copy, XElement[] items)
    {
        HashSet<XElement> selected = [.. items];
        if (items.Any(item => item.Ancestors().Any(selected.Contains)))
            throw new DocumentException($"{path} selects elements that stand within one another, so one cannot be kept without the other. Select those of one level, or leave out \"keep\".");
        List<(XElement Parent, XNode? Before, XNode[] Nodes)> places = [.. items.Select(item => PlaceOf(item, selected))];
        foreach (XNode node in places.SelectMany(place => place.Nodes))
            node.Remove();
        foreach ((XElement parent, XNode? before, XNode[] nodes) in places)
        {
            if (before is null)
                parent.AddFirst(nodes);
            else
                before.AddAfterSelf(nodes);
            yield return Made(copy);
            foreach (XNode node in nodes)
                node.Remove();
        }
    }

    // What stays in front of it, and what goes with it: itself, and the white space before it.
    private static (XElement Parent, XNode? Before, XNode[] Nodes) PlaceOf(XElement item, HashSet<XElement> selected)
    {
        XText? space = SpaceBefore(item);
        XNode? before = (space ?? (XNode)item).PreviousNode;
        while (before is XElement other && selected.Contains(other))
            before = (SpaceBefore(other) ?? (XNode)other).PreviousNode;
        return (item.Parent!, before, space is null ? [item] : [space, item]);
    }

    private static XText? SpaceBefore(XElement element) =>
        element.PreviousNode is XText { NodeType: System.Xml.XmlNodeType.Text } space && string.IsNullOrWhiteSpace(space.Value) ? space : null;

    private XmlMessage Made(XDocument document)
    {
        byte[] written = Write(document);
        return new(written, XmlSource.Open(written, out _)!);
    }
}
