using System.Text;
using System.Xml;
using System.Xml.Linq;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Dictionary;
using Hub.Formats.Xml;

namespace Hub.Formats.Conversions;

// HL7 v2 as XML and back, after HL7's XML encoding rules (v2.xml): the message structure is the root, its groups are elements
// (ORU_R01.PATIENT_RESULT), fields are called by their segment (PID.5) and components by their data type (XPN.1), as the dictionary
// of the message's version has them. What the dictionary does not have, Z segments and parts beyond the last one defined, is called by its place
// (ZZ1.1.2). What is empty is left out but for a last part, so that every separator can be written again. Escape sequences
// other than those of delimiters become <escape V="..."/>. In reading, only the number of a part counts, and groups are taken apart.
// Every message is converted back at once and compared: what would not come back as the same bytes is refused.

/// <summary>HL7 v2 to XML and back.</summary>
public static class Hl7Xml
{
    private static readonly FieldPath s_type = FieldPath.Parse("MSH-9.1");
    private static readonly FieldPath s_trigger = FieldPath.Parse("MSH-9.2");
    private static readonly FieldPath s_structure = FieldPath.Parse("MSH-9.3");
    private static readonly FieldPath s_version = FieldPath.Parse("MSH-12.1");

    internal static XNamespace Space { get; } = XmlPath.Hl7Namespace;

    /// <summary>Writes a message as XML.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The XML, in UTF-8.</returns>
    /// <exception cref="DocumentException">It would not come back as the same segments, byte for byte; the text says where.</exception>
    public static XmlMessage ToXml(Hl7Message message)
    {
        string type = Text(message, s_type);
        string trigger = Text(message, s_trigger);
        string named = Text(message, s_structure);
        Hl7Dictionary dictionary = Hl7Dictionary.For(Text(message, s_version));
        StructureDefinition? structure = dictionary.StructureFor(type, trigger, named);
        XElement root = new(Space + RootOf(named.Length > 0 ? named : structure?.Name ?? (trigger.Length > 0 ? $"{type}_{trigger}" : type)));
        Hl7XmlWriter writer = new(message, dictionary);
        Hl7XmlGroups groups = new(root, structure);
        for (int i = 0; i < message.SegmentCount; i++)
            groups.Add(writer.Segment(i));
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

    private static string Text(Hl7Message message, FieldPath path) => message.CharacterSet.Show(message.GetRaw(path));

    private static string RootOf(string name)
    {
        bool usable = name.Length is > 0 and <= 40 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') && char.IsAsciiLetter(name[0]);
        return usable ? name : throw new DocumentException("MSH-9 names no message structure or type that could name the root of the XML. Set MSH-9 first.");
    }
}
