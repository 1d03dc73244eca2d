using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using Hub.Formats.Documents;

namespace Hub.Formats.Xml;

// The one way XML is read here: no document types (so no entities to expand, no files or hosts to fetch), limits of depth,
// attributes, nodes and characters. The character set is found by us and decoded strictly, so that a declaration that does
// not fit the bytes is a fault and no byte is ever replaced.

/// <summary>The bytes of an XML text, its character set and its declaration.</summary>
internal sealed partial class XmlSource
{
    /// <summary>How deep elements may nest: CDA documents stay below 40.</summary>
    public const int Deepest = 256;

    private const int MostAttributes = 1_000;
    private const int MostNodes = 2_000_000;
    private const long MostCharacters = 512L * 1024 * 1024;

    private readonly ReadOnlyMemory<byte> _content;

    private XmlSource(ReadOnlyMemory<byte> content, Encoding encoding, int mark)
    {
        _content = content;
        Encoding = encoding;
        Mark = mark;
    }

    /// <summary>The character set; it throws for what it does not have.</summary>
    public Encoding Encoding { get; }

    /// <summary>How long the byte order mark is.</summary>
    public int Mark { get; }

    /// <summary>Finds the character set; null for one that is not read here.</summary>
    public static XmlSource? Open(ReadOnlyMemory<byte> content, out DocumentFault? fault)
    {
        ReadOnlySpan<byte> bytes = content.Span;
        (Encoding? encoding, int mark) = bytes switch
        {
            [0xEF, 0xBB, 0xBF, ..] => ((Encoding?)Utf8, 3),
            [0xFF, 0xFE, ..] => (Utf16(false), 2),
            [0xFE, 0xFF, ..] => (Utf16(true), 2),
            [(byte)'<', 0, ..] => (Utf16(false), 0),
            [0, (byte)'<', ..] => (Utf16(true), 0),
            _ => (null, 0),
        };
        string declared = Declared(encoding is UnicodeEncoding ? [] : bytes[mark..]);
        encoding ??= Named(declared);
        bool fits = encoding is not null && (mark == 0 || declared.Length == 0 || declared.Equals("UTF-8", StringComparison.OrdinalIgnoreCase));
        fault = fits ? null : new(1, 0, "The declaration names a character set that is not read here, or another one than the bytes are in. Send UTF-8, UTF-16 with a byte order mark, ISO-8859-1 or US-ASCII.");
        return fits ? new(content, encoding!, mark) : null;
    }

    /// <summary>A reader that refuses document types and fetches nothing.</summary>
    public XmlReader Read() => XmlReader.Create(
        new StreamReader(Stream(), Encoding, detectEncodingFromByteOrderMarks: false),
        new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MostCharacters, CheckCharacters = true, CloseInput = true });

    /// <summary>What is wrong with the text; null when nothing is. Keeps nothing of it.</summary>
    public DocumentFault? Check()
    {
        try
        {
            using XmlReader reader = Read();
            for (int nodes = 0; reader.Read(); nodes++)
            {
                string? limit = reader.NodeType == XmlNodeType.Element && reader.Depth >= Deepest ? $"Elements are nested more than {Deepest} deep here."
                    : reader.AttributeCount > MostAttributes ? $"The element has more than {MostAttributes} attributes."
                    : nodes > MostNodes ? $"The message has more than {MostNodes} elements and texts. Split it at the sender."
                    : null;
                if (limit is not null)
                    return new(((IXmlLineInfo)reader).LineNumber, ((IXmlLineInfo)reader).LinePosition, limit);
            }

            return null;
        }
        catch (XmlException mistake)
        {
            // The text of the exception may quote the message.
            bool isType = mistake.Message.Contains("DTD", StringComparison.OrdinalIgnoreCase);
            return new(mistake.LineNumber, mistake.LinePosition, isType
                ? "A document type (<!DOCTYPE) is not taken. Send XML without one."
                : "The message is not well-formed XML here. Look for a tag that is not closed, a bare & or <, a character that XML does not have, or an entity.");
        }
        catch (DecoderFallbackException)
        {
            return new(0, 0, $"The message holds bytes that are not text in its character set {Encoding.WebName}. Declare the set that it is in.");
        }
    }

    /// <summary>The declaration as it stands, with the byte order mark; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Declaration()
    {
        byte[] end = Encoding.GetBytes("?>");
        byte[] start = Encoding.GetBytes("<?xml");
        ReadOnlySpan<byte> body = _content.Span[Mark..];
        bool declares = body.StartsWith(start) && char.IsWhiteSpace(Encoding.GetString(body.Slice(start.Length, end.Length / 2))[0]);
        return _content[..(Mark + (declares ? body.IndexOf(end) + end.Length : 0))];
    }

    private MemoryStream Stream() => System.Runtime.InteropServices.MemoryMarshal.TryGetArray(_content[Mark..], out ArraySegment<byte> bytes)
        ? new(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
        : new(_content[Mark..].ToArray(), writable: false);

    private static UTF8Encoding Utf8 => new(false, true);

    private static UnicodeEncoding Utf16(bool bigEndian) => new(bigEndian, false, true);

    private static Encoding? Named(string name) => name.ToUpperInvariant() switch
    {
        "" or "UTF-8" => Utf8,
        "ISO-8859-1" => Encoding.Latin1,
        "US-ASCII" or "ASCII" => Encoding.GetEncoding("us-ascii", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback),
        _ => null,
    };

    private static string Declared(ReadOnlySpan<byte> bytes)
    {
        string start = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 256)]);
        Match match = DeclaredEncoding().Match(start);
        return match.Success ? match.Groups["name"].Value : "";
    }

    [GeneratedRegex(@"^<\?xml\s[^>]*?\sencoding\s*=\s*[""'](?<name>[^""']*)[""']", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex DeclaredEncoding();
}
