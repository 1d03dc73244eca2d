using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using System.Xml.XPath;
using Hub.Formats.Documents;

namespace Hub.Formats.Xml;

/// <summary>
/// One XML document. It is checked when it is read; its elements are only made when somebody asks for a place in it. After a change it is written with the
/// declaration, character set, prefixes, comments, CDATA and white space that it had; quotes of attributes become double, line ends line feeds,
/// and references to characters the characters themselves.
/// </summary>
public sealed partial class XmlMessage : Document
{
    private readonly XmlSource _text;
    private XDocument? _document;

    private XmlMessage(ReadOnlyMemory<byte> original, XmlSource text)
        : base(original) => _text = text;

    internal XDocument Root => _document ??= Load();

    /// <summary>Reads a message: well-formed XML without a document type, in UTF-8, UTF-16, ISO-8859-1 or US-ASCII.</summary>
    /// <param name="content">The bytes. They must not change while the message is in use.</param>
    /// <param name="fault">Why not, when it is not taken.</param>
    /// <returns>The message, or null with the fault.</returns>
    public static XmlMessage? Parse(ReadOnlyMemory<byte> content, out DocumentFault? fault)
    {
        XmlSource? text = XmlSource.Open(content, out fault);
        fault ??= text!.Check();
        return fault is null ? new(content, text!) : null;
    }

    /// <inheritdoc />
    public override string GetText(DocumentPath path, object? at) => Evaluate((XmlPath)path, at) switch
    {
        string text => text,
        bool yes => yes ? "true" : "false",
        double number => number.ToString(CultureInfo.InvariantCulture),
        List<XObject> nodes => nodes.Count == 0 ? "" : TextOf(nodes[0]),
        _ => "",
    };

    /// <inheritdoc />
    public override bool Exists(DocumentPath path, object? at) => Evaluate((XmlPath)path, at) switch
    {
        string text => text.Length > 0,
        bool yes => yes,
        List<XObject> nodes => nodes.Exists(IsPopulated),
        _ => true,
    };

    /// <inheritdoc />
    public override IReadOnlyList<DocumentPath> Expand(DocumentPath path, object? at) =>
        Evaluate((XmlPath)path, at) is List<XObject> { Count: > 1 } nodes ? [.. nodes.Select((node, index) => ((XmlPath)path).At(node, index + 1))] : [path];

    /// <inheritdoc />
    public override IReadOnlyList<object> Items(DocumentPath path, object? at) => [.. Nodes((XmlPath)path, at).OfType<XElement>()];

    /// <inheritdoc />
    public override bool Has(object item) => ((XElement)item).Document == Root;

    /// <inheritdoc />
    public override void SetText(DocumentPath path, string text, object? at)
    {
        Verify(path, text);
        List<XObject> nodes = Nodes((XmlPath)path, at);
        if (nodes.Count == 0 && text.Length > 0)
            nodes = [XmlMaker.Make(Root, (XmlPath)path, at as XElement)];
        // What has this text already stays as it is written, and so does the rest of the message.
        foreach (XObject node in nodes.Where(node => node is XElement { HasElements: true } || TextOf(node) != text))
        {
            SetText(path, node, text);
            IsChanged = true;
        }
    }

    /// <inheritdoc />
    public override void Delete(DocumentPath path, object? at)
    {
        foreach (XObject node in Nodes((XmlPath)path, at))
        {
            if (node == Root.Root || node is XDocument)
                throw new DocumentException($"{path} is the whole message and cannot be deleted. Use a filter to drop messages.");
            XmlMaker.Remove(node);
            IsChanged = true;
        }
    }

    /// <inheritdoc />
    public override void Copy(DocumentPath from, DocumentPath to, object? at)
    {
        XObject? source = Nodes((XmlPath)from, at).FirstOrDefault();
        if (source is null)
            Delete(to, at);
        else
            Put(to, at, source);
    }

    /// <inheritdoc />
    public override void Move(DocumentPath from, DocumentPath to, object? at)
    {
        List<XObject> sources = Nodes((XmlPath)from, at);
        XObject? kept = sources.Count == 0 ? null : sources[0] is XElement element ? new XElement(element) : new XText(TextOf(sources[0]));
        Delete(from, at);
        if (kept is null)
            Delete(to, at);
        else
            Put(to, at, kept);
    }

    /// <inheritdoc />
    public override Document Clone() => new XmlMessage(Original, _text) { _document = IsChanged ? new(Root) : null, IsChanged = IsChanged };

    private protected override ReadOnlyMemory<byte> Write() => Write(Root);

    private byte[] Write(XDocument document)
    {
        using MemoryStream written = new(Original.Length + 256);
        written.Write(_text.Declaration().Span);
        // The declaration is the original's own; line feeds stay as they are, a CR in a value is written as a reference so that it is read back.
        XmlWriterSettings settings = new()
        {
            Encoding = _text.Encoding is System.Text.UTF8Encoding ? new System.Text.UTF8Encoding(false) : _text.Encoding is System.Text.UnicodeEncoding ? _text.Encoding : System.Text.Encoding.GetEncoding(_text.Encoding.WebName),
            OmitXmlDeclaration = true,
            NewLineHandling = NewLineHandling.Entitize,
        };
        using (XmlWriter writer = XmlWriter.Create(written, settings))
            document.Save(writer);
        return written.ToArray();
    }

    private static string TextOf(XObject node) => node switch
    {
        XElement element => element.Value,
        XAttribute attribute => attribute.Value,
        XText text => text.Value,
        XComment comment => comment.Value,
        XProcessingInstruction instruction => instruction.Data,
        _ => "",
    };

    private static bool IsPopulated(XObject node) => node is XElement { HasElements: true } or XElement { HasAttributes: true } || TextOf(node).Length > 0;

    private static void SetText(DocumentPath path, XObject node, string text)
    {
        switch (node)
        {
            case XAttribute attribute:
                attribute.Value = text;
                break;
            case XText old:
                old.Value = text;
                break;
            case XElement { HasElements: false } element:
                SetText(element, text);
                break;
            default:
                throw new DocumentException($"{path} has elements of its own, which text would replace. Name one of them.");
        }
    }

    // Comments stay; CDATA stays CDATA, unless a CR is in the text: there it cannot be written as a reference, and would be read back as a line feed.
    private static void SetText(XElement element, string text)
    {
        XText[] old = [.. element.Nodes().OfType<XText>()];
        bool isCData = old.Length == 1 && old[0] is XCData && !text.Contains('\r', StringComparison.Ordinal);
        XText? fresh = text.Length == 0 ? null : isCData ? new XCData(text) : new XText(text);
        if (old.Length > 0 && fresh is not null)
            old[0].ReplaceWith(fresh);
        else if (fresh is not null)
            element.Add(fresh);
        foreach (XText gone in old.Skip(fresh is null ? 0 : 1))
            gone.Remove();
    }

    private static void Verify(DocumentPath path, string text)
    {
        try
        {
            XmlConvert.VerifyXmlChars(text);
        }
        catch (XmlException)
        {
            throw new DocumentException($"{path}: the text holds a control character, which XML does not have. Take it out with replaceText.");
        }
    }

    private void Put(DocumentPath to, object? at, XObject source)
    {
        if (source is not XElement { HasElements: true } element)
        {
            string text = TextOf(source);
            if (text.Length > 0)
                SetText(to, text, at);
            else
                Delete(to, at);
            return;
        }

        XElement copy = new(element);
        List<XObject> targets = Nodes((XmlPath)to, at);
        foreach (XObject target in targets.Count > 0 ? targets : [XmlMaker.Make(Root, (XmlPath)to, at as XElement)])
        {
            if (target is not XElement into)
                throw new DocumentException($"{to} is an attribute or text and cannot hold elements. Copy one of the values.");
            into.ReplaceNodes(copy.Nodes());
            IsChanged = true;
        }
    }

    private List<XObject> Nodes(XmlPath path, object? at) => Nodes(path, at, Root);

    private static List<XObject> Nodes(XmlPath path, object? at, XDocument document) => Evaluate(path, at as XNode ?? document) as List<XObject> ?? throw new DocumentException($"{path} gives a value and no place. Name an element or attribute.");

    private object Evaluate(XmlPath path, object? at) => Evaluate(path, at as XNode ?? Root);

    private static object Evaluate(XmlPath path, XNode from)
    {
        if (path.Node is not null)
            return new List<XObject> { path.Node };
        object result = path.Evaluate(from);
        if (result is not XPathNodeIterator found)
            return result;
        List<XObject> nodes = [];
        foreach (XPathNavigator node in found)
        {
            if (node.UnderlyingObject is XObject known)
                nodes.Add(known);
        }

        return nodes;
    }

    private XDocument Load()
    {
        using XmlReader reader = _text.Read();
        XDocument document = XDocument.Load(reader, LoadOptions.PreserveWhitespace);
        document.Declaration = null;
        return document;
    }
}
