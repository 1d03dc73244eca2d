using System.Collections.Frozen;
using System.Xml;

namespace Hub.Formats.Fhir.Validation;

// FHIR R4 §2.29.1 (narrative): the formatting elements of HTML 4.0, chapters 7 to 11 and 15, links and images, style attributes; no
// head, body, script, form, frame, object or event. The entities of HTML are none of XML. The reader expands nothing, fetches nothing
// and keeps nothing; depth is counted, as a reader of pages may not be as patient.

/// <summary>Checks the XHTML of a narrative (txt-1, txt-2).</summary>
internal static class NarrativeChecker
{
    private const string Xhtml = "http://www.w3.org/1999/xhtml";
    private const int Deepest = 100;

    private static readonly FrozenSet<string> s_elements = FrozenSet.ToFrozenSet(
        ("p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite blockquote hr ul ol li dl dt dd address bdo kbd code samp "
            + "pre table caption colgroup col thead tr tfoot tbody th td img map area sub sup ins del").Split(' '),
        StringComparer.Ordinal);

    private static readonly FrozenSet<string> s_attributes = FrozenSet.ToFrozenSet(
        ("title style class id lang dir accesskey tabindex span width align valign char charoff abbr axis headers scope rowspan colspan name href hreflang "
            + "src alt longdesc height border summary cellspacing cellpadding frame rules start type rel rev shape coords usemap cite clear compact value datetime charset nowrap").Split(' '),
        StringComparer.Ordinal);

    private static readonly XmlReaderSettings s_settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, MaxCharactersInDocument = 4 * 1024 * 1024 };

    /// <summary>What is wrong with a narrative.</summary>
    /// <returns>Null when nothing is.</returns>
    public static string? Find(string div)
    {
        try
        {
            using StringReader text = new(div);
            using XmlReader reader = XmlReader.Create(text, s_settings);
            return Find(reader);
        }
        catch (XmlException mistake)
        {
            return $"It is not well-formed XML at line {mistake.LineNumber}, character {mistake.LinePosition}. Entities of HTML such as &nbsp; are none of XML, and there is no DOCTYPE.";
        }
    }

    private static string? Find(XmlReader reader)
    {
        bool hasContent = false;
        reader.MoveToContent();
        if (reader.NodeType != XmlNodeType.Element || reader.LocalName != "div" || reader.NamespaceURI != Xhtml)
            return $"It does not begin with <div xmlns=\"{Xhtml}\">.";
        do
        {
            if (reader.Depth > Deepest)
                return $"Its elements are nested more than {Deepest} deep.";
            if (reader.NodeType == XmlNodeType.ProcessingInstruction)
                return "It has a processing instruction.";
            if (reader.NodeType == XmlNodeType.Element && FindInElement(reader) is { } mistake)
                return mistake;
            hasContent |= reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA || (reader.NodeType == XmlNodeType.Element && reader.LocalName == "img");
        }
        while (reader.Read());
        return hasContent ? null : "It has neither text nor an image (txt-2).";
    }

    private static string? FindInElement(XmlReader reader)
    {
        string element = reader.LocalName;
        if (reader.NamespaceURI != Xhtml || !s_elements.Contains(element))
            return $"It has an element that narrative may not have{Shown(element)}.";
        while (reader.MoveToNextAttribute())
        {
            if (reader.Prefix == "xmlns" || reader.Name is "xmlns" or "xml:lang" or "xml:space")
                continue;
            if (reader.Prefix.Length > 0 || !s_attributes.Contains(reader.LocalName))
                return $"An element has an attribute that narrative may not have{Shown(reader.LocalName)}.";
            if (reader.LocalName is "href" or "src" && IsActive(reader.Value))
                return "A link or image has an address that runs a program.";
        }

        reader.MoveToElement();
        return null;
    }

    // Names of HTML are shown; what is none could be anything.
    private static string Shown(string name) => name.Length <= 20 && name.All(char.IsAsciiLetterLower) ? $": {name}" : "";

    private static bool IsActive(string address)
    {
        string plain = string.Concat(address.Where(letter => letter > ' '));
        return plain.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase) || plain.StartsWith("vbscript:", StringComparison.OrdinalIgnoreCase) || plain.StartsWith("data:text", StringComparison.OrdinalIgnoreCase);
    }
}
