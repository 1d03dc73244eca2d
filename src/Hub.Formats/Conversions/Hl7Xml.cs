using System.Text;
using System.Xml;
using System.Xml.Linq;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;
using Hub.Formats.Xml;

namespace Hub.Formats.Conversions;

// HL7 v2 as XML and back, after HL7's XML encoding rules (v2.xml). The definitions of data types and groups are not at hand, so
// components are called by their place (PID.5.1) and not by their data type (XPN.1), and segments stand one after another under
// the message structure. A repetition always has its components as elements, also when there is one; subcomponents only where
// there are several. What is empty is left out but for a last part, so that every separator can be written again. Escape
// sequences other than those of delimiters become <escape V="..."/>.
// Every message is converted back at once and compared: what would not come back as the same bytes is refused.

/// <summary>HL7 v2 to XML and back.</summary>
public static class Hl7Xml
{
    internal static XNamespace Space { get; } = XmlPath.Hl7Namespace;

    /// <summary>Writes a message as XML.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The XML, in UTF-8.</returns>
    /// <exception cref="DocumentException">It would not come back as the same segments, byte for byte; the text says where.</exception>
    public static XmlMessage ToXml(Hl7Message message)
    {
        Hl7XmlWriter writer = new(message);
        XElement root = new(Space + RootOf(message));
        for (int i = 0; i < message.SegmentCount; i++)
            root.Add(writer.Segment(i));
        XmlMessage xml = Read(root);
        CheckReturn(message, xml);
        return xml;
    }

    /// <summary>Writes XML as a message.</summary>
    /// <param name="xml">The XML.</param>
    /// <returns>The message, in the character set that its MSH-18 names, or UTF-8.</returns>
    /// <exception cref="DocumentException">It is not HL7 v2 in XML, or holds what ER7 cannot; the text says where.</exception>
    public static Hl7Message ToHl7(XmlMessage xml)
    {
        byte[] bytes = new Hl7XmlReader(xml.Root).Write();
        return Hl7Message.Parse(bytes, out Hl7Fault? fault) ?? throw new DocumentException($"The message that the XML stands for is not taken: {fault!.Text}");
    }

    private static XmlMessage Read(XElement root)
    {
        using MemoryStream written = new();
        XmlWriterSettings settings = new() { Encoding = new UTF8Encoding(false), NewLineHandling = NewLineHandling.Entitize };
        using (XmlWriter writer = XmlWriter.Create(written, settings))
            new XDocument(root).Save(writer);
        return XmlMessage.Parse(written.ToArray(), out DocumentFault? fault) ?? throw new DocumentException($"The message cannot be written as XML: {fault!.Text}");
    }

    private static void CheckReturn(Hl7Message message, XmlMessage xml)
    {
        Hl7Message back = ToHl7(xml);
        for (int i = 0; i < message.SegmentCount; i++)
        {
            if (i >= back.SegmentCount || !back.SegmentBytes(i).Span.SequenceEqual(message.SegmentBytes(i).Span))
                throw new DocumentException($"Segment {i + 1} ({message.SegmentName(i)}) would not come back from XML as it is: a lone escape character, a line feed in a value, or bytes over 0x7F without a character set in MSH-18. Correct it before the convert.");
        }
    }

    // v2.xml: the message structure of MSH-9.3, or type and event as older versions have them.
    private static string RootOf(Hl7Message message)
    {
        string structure = message.GetText(FieldPath.Parse("MSH-9.3"));
        string type = message.GetText(FieldPath.Parse("MSH-9.1"));
        string trigger = message.GetText(FieldPath.Parse("MSH-9.2"));
        string name = structure.Length > 0 ? structure : trigger.Length > 0 ? $"{type}_{trigger}" : type;
        bool usable = name.Length is > 0 and <= 40 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') && char.IsAsciiLetter(name[0]);
        return usable ? name : throw new DocumentException("MSH-9 names no message structure or type that could name the root of the XML. Set MSH-9 first.");
    }
}
