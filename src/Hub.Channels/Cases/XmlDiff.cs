using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Hub.Formats.Xml;

namespace Hub.Channels.Cases;

/// <summary>
/// Tells two XML documents, which were checked before, apart by the deepest place that differs, named by an XPath with the prefixes of the channel.
/// Prefixes, quotes, comments and white space between elements are no values.
/// </summary>
internal sealed class XmlDiff(string part, IReadOnlyDictionary<string, string> namespaces)
{
    private readonly List<Difference> _found = [];

    public List<Difference>? Compare(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> was)
    {
        XElement left = Load(expected);
        XElement right = Load(was);
        if (left.Name == right.Name)
            Compare($"/{NameOf(left)}", left, right);
        else
            Add("/*", NameOf(left), NameOf(right));
        return _found;
    }

    private static XElement Load(ReadOnlyMemory<byte> xml)
    {
        using MemoryStream stream = new(xml.ToArray());
        using XmlReader reader = XmlReader.Create(stream, new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        return XDocument.Load(reader).Root!;
    }

    private void Compare(string place, XElement left, XElement right)
    {
        foreach (XName name in Attributes(left).Concat(Attributes(right)).Select(attribute => attribute.Name).Distinct())
        {
            (string? l, string? r) = (left.Attribute(name)?.Value, right.Attribute(name)?.Value);
            if (l != r)
                Add($"{place}/@{NameOf(left.Attribute(name) is null ? right : left, name)}", l is null ? "no such attribute" : Difference.Quote(l), r is null ? "no such attribute" : Difference.Quote(r));
        }

        if (!left.HasElements && !right.HasElements)
        {
            if (left.Value != right.Value)
                Add(place, Show(left.Value), Show(right.Value));
            return;
        }

        (string text, string other) = (TextOf(left), TextOf(right));
        if (text != other)
            Add($"{place}/text()", Show(text), Show(other));
        CompareChildren(place, [.. left.Elements()], [.. right.Elements()]);
    }

    private void CompareChildren(string place, XElement[] left, XElement[] right)
    {
        string[] leftTexts = [.. left.Select(child => child.ToString(SaveOptions.DisableFormatting))];
        string[] rightTexts = [.. right.Select(child => child.ToString(SaveOptions.DisableFormatting))];
        int Score(int l, int r) => leftTexts[l] == rightTexts[r] ? Pairs.Same : left[l].Name == right[r].Name ? Pairs.Alike : 0;
        foreach ((int? l, int? r) in Pairs.Of(left.Length, right.Length, Score))
        {
            if (l is { } one && r is { } other && left[one].Name == right[other].Name)
            {
                if (leftTexts[one] != rightTexts[other])
                    Compare($"{place}/{StepOf(left, one)}", left[one], right[other]);
                continue;
            }

            // Paired one by one, when there are very many, two can be of other names.
            if (l is { } missing)
                Add($"{place}/{StepOf(left, missing)}", Difference.Quote(leftTexts[missing]), "no such element");
            if (r is { } added)
                Add($"{place}/{StepOf(right, added)}", "no such element", Difference.Quote(rightTexts[added]));
        }
    }

    // line, or line[2] where there are several.
    private string StepOf(XElement[] children, int index)
    {
        XName name = children[index].Name;
        int number = children.Take(index + 1).Count(child => child.Name == name);
        bool isOnly = number == 1 && !children.Skip(index + 1).Any(child => child.Name == name);
        return isOnly ? NameOf(children[index]) : string.Create(CultureInfo.InvariantCulture, $"{NameOf(children[index])}[{number}]");
    }

    private string NameOf(XElement element) => NameOf(element, element.Name);

    // As a path of the channel would write it; else as the document does.
    private string NameOf(XElement element, XName name)
    {
        if (name.Namespace == XNamespace.None)
            return name.LocalName;
        string? prefix = namespaces.FirstOrDefault(known => known.Value == name.NamespaceName).Key
            ?? (name.NamespaceName == XmlPath.Hl7Namespace ? "hl7" : element.GetPrefixOfNamespace(name.Namespace));
        return string.IsNullOrEmpty(prefix) ? name.LocalName : $"{prefix}:{name.LocalName}";
    }

    private static IEnumerable<XAttribute> Attributes(XElement element) => element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration);

    private static string TextOf(XElement element) => string.Concat(element.Nodes().OfType<XText>().Select(text => text.Value)).Trim();

    private static string Show(string text) => text.Length == 0 ? "nothing" : Difference.Quote(text);

    private void Add(string place, string left, string right) => _found.Add(new(part, place, left, right));
}
