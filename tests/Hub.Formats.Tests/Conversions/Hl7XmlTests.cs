using System.Text;
using System.Xml.Linq;
using Hub.Formats.Conversions;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;
using Hub.Formats.Tests.Hl7V2;
using Hub.Formats.Xml;
using Hub.Testing;

namespace Hub.Formats.Tests.Conversions;

/// <summary>HL7's XML encoding of version 2 (v2.xml).</summary>
public sealed class Hl7XmlTests
{
    [Theory]
    [InlineData("PID|1", "<PID><PID.1>1</PID.1></PID>")]
    [InlineData("PID|||1^^^N&2~3", "<PID><PID.3><CX.1>1</CX.1><CX.4><HD.1>N</HD.1><HD.2>2</HD.2></CX.4></PID.3><PID.3><CX.1>3</CX.1></PID.3></PID>")]
    [InlineData("PID|||||A^|", "<PID><PID.5><XPN.1><FN.1>A</FN.1></XPN.1><XPN.2 /></PID.5><PID.6 /></PID>")]
    [InlineData("PID|||\"\"||^\"\"", "<PID><PID.3><CX.1>\"\"</CX.1></PID.3><PID.5><XPN.2>\"\"</XPN.2></PID.5></PID>")]
    [InlineData("PID||||||||\\T\\\\H\\x", "<PID><PID.8>&amp;<escape V=\"H\" />x</PID.8></PID>")]
    [InlineData("PID|1^2&3", "<PID><PID.1><PID.1.1>1</PID.1.1><PID.1.2><PID.1.2.1>2</PID.1.2.1><PID.1.2.2>3</PID.1.2.2></PID.1.2></PID.1></PID>")]
    [InlineData("ZZ1|a^b|c", "<ZZ1><ZZ1.1><ZZ1.1.1>a</ZZ1.1.1><ZZ1.1.2>b</ZZ1.1.2></ZZ1.1><ZZ1.2>c</ZZ1.2></ZZ1>")]
    public void Parts_are_called_by_their_data_types_and_by_their_places_where_none_is_defined(string segment, string element)
    {
        string xml = Xml($"MSH|^~\\&|PAS|||||||||P|2.5\r{segment}\r".Replace("PAS|||||||||P", "PAS||||20260101||ADT^A04|7|P", StringComparison.Ordinal));
        Assert.StartsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?><ADT_A01 xmlns=\"urn:hl7-org:v2xml\"><MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2><MSH.3><HD.1>PAS</HD.1></MSH.3><MSH.7><TS.1>20260101</TS.1></MSH.7><MSH.9><MSG.1>ADT</MSG.1><MSG.2>A04</MSG.2></MSH.9>", xml, StringComparison.Ordinal);
        Assert.EndsWith($"</MSH>{element}</ADT_A01>", xml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OBX|1|ST|A||one", "<OBX.5>one</OBX.5>")]
    [InlineData("OBX|1|CE|A||one^text", "<OBX.5><CE.1>one</CE.1><CE.2>text</CE.2></OBX.5>")]
    [InlineData("OBX|1||A||one^text", "<OBX.5><OBX.5.1>one</OBX.5.1><OBX.5.2>text</OBX.5.2></OBX.5>")]
    public void The_type_of_OBX_5_is_that_of_OBX_2(string segment, string element) =>
        Assert.Contains(element, Xml($"MSH|^~\\&|||||20260101||ORU^R01|7|P|2.5\r{segment}\r"), StringComparison.Ordinal);

    [Fact]
    public void Segments_stand_in_the_groups_of_their_structure_in_the_order_they_came()
    {
        const string Message = "MSH|^~\\&|||||20260101||ORU^R01^ORU_R01|7|P|2.5\rPID|1\rNTE|1\rPV1|1\rOBR|1\rNTE|2\rOBX|1\rNTE|3\rOBX|2\rZZ1|1\rSPM|1\rOBR|2\rOBX|3\rPID|2\rOBR|3\rMSA|odd\r";
        XElement root = XElement.Parse(Xml(Message));
        Assert.Equal(
            "ORU_R01(MSH PATIENT_RESULT(PATIENT(PID NTE VISIT(PV1)) ORDER_OBSERVATION(OBR NTE OBSERVATION(OBX NTE) OBSERVATION(OBX ZZ1) SPECIMEN(SPM)) ORDER_OBSERVATION(OBR OBSERVATION(OBX))) PATIENT_RESULT(PATIENT(PID) ORDER_OBSERVATION(OBR MSA)))",
            Shape(root));
        Assert.Equal(Message, Hl7Xml.ToHl7(Parse(Encoding.UTF8.GetBytes(root.ToString()))).Written());
    }

    [Fact]
    public void A_choice_of_segments_and_a_structure_that_nobody_knows_have_their_segments_too()
    {
        Assert.Contains("ORDER_DETAIL(OBR", Shape(XElement.Parse(Xml("MSH|^~\\&|||||20260101||ORM^O01|7|P|2.5\rPID|1\rORC|NW\rOBR|1\rDG1|1\r"))), StringComparison.Ordinal);
        Assert.Equal("ZZZ_Z01(MSH PID OBX)", Shape(XElement.Parse(Xml("MSH|^~\\&|||||20260101||ZZZ^Z01|7|P|2.5\rPID|1\rOBX|1\r"))));
    }

    [Fact]
    public void E20_Text_of_every_set_goes_to_XML_and_back()
    {
        byte[] content = [.. "MSH|^~\\&|A||||20260101||ADT^A01|7|P|2.5||||||SHIFT_JIS\rPID|1||||"u8, 0x95, 0x5C, 0x83, 0x7C, .. "^x|\r"u8];
        XmlMessage xml = Hl7Xml.ToXml(Hl7Samples.Parse(content));
        Assert.Contains("<FN.1>表ポ</FN.1>", Encoding.UTF8.GetString(xml.ToBytes().Span), StringComparison.Ordinal);
        Assert.Equal(content, Hl7Xml.ToHl7(xml).ToBytes().ToArray());
        Hl7Message shifted = Hl7Samples.Parse([.. "MSH|^~\\&|A||||20260101||ADT^A01|7|P|2.5||||||~ISO IR87\rPID|1||||"u8, .. "\u001b$BI=\u001b(B\r"u8]);
        Assert.Equal(shifted.ToBytes().ToArray(), Hl7Xml.ToHl7(Hl7Xml.ToXml(shifted)).ToBytes().ToArray());
    }

    [Theory]
    [InlineData("<!DOCTYPE ADT_A01 [<!ENTITY a SYSTEM 'file:///etc/hostname'>]><ADT_A01><MSH><MSH.3>&a;</MSH.3></MSH></ADT_A01>")]
    [InlineData("<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>]><ADT_A01><MSH><MSH.3>&c;</MSH.3></MSH></ADT_A01>")]
    [InlineData("<!DOCTYPE ADT_A01 SYSTEM 'http://127.0.0.1:9/x.dtd'><ADT_A01><MSH/></ADT_A01>")]
    public void Entities_and_document_types_are_refused_unread(string xml)
    {
        Assert.Null(XmlMessage.Parse(Encoding.UTF8.GetBytes(xml), out DocumentFault? fault));
        Assert.DoesNotContain("aaaa", fault!.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<PID.3><CX.4><HD.1><X.1>deep</X.1></HD.1></CX.4></PID.3>", "PID|||^^^deep\r")]
    [InlineData("<PID.3><PID.3.1>1</PID.3.1><PID.3.4><PID.3.4.2>2</PID.3.4.2></PID.3.4></PID.3>", "PID|||1^^^&2\r")]
    public void What_was_written_before_by_place_and_data_types_within_data_types_are_read(string field, string segment) =>
        Assert.EndsWith("\r" + segment, Hl7Xml.ToHl7(Parse(Encoding.UTF8.GetBytes($"<A><MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2></MSH><PID>{field}</PID></A>"))).Written(), StringComparison.Ordinal);

    [SkippableFact]
    public void Published_XML_is_read_and_written_again_with_the_same_elements()
    {
        string[] files = [.. Directory.EnumerateFiles(Corpus.Need("hl7v2/dhcw-integration-hub-poc"), "*.v2.xml", SearchOption.AllDirectories), Path.Combine(Corpus.Root!, "hl7v2/hapi-hl7v2/OMD_O03.xml"), Path.Combine(Corpus.Root!, "hl7v2/hapi-hl7v2/critical_response_data.xml")];
        Assert.True(files.Length >= 5);
        Assert.All(files, file =>
        {
            XmlMessage published = Parse(File.ReadAllBytes(file));
            XmlMessage ours = Hl7Xml.ToXml(Hl7Xml.ToHl7(published));
            Assert.Equal(Leaves(published.Root.Root!), Leaves(ours.Root.Root!));
        });
    }

    [SkippableFact]
    public void Published_messages_come_back_from_XML_byte_for_byte()
    {
        Skip.If(Corpus.Root is null, Corpus.Missing);
        int converted = 0;
        foreach (string file in Corpus.Hl7Files())
        {
            if (Hl7Message.Parse(File.ReadAllBytes(file), out _) is not { } message || Try(() => Hl7Xml.ToXml(message)) is not { } xml)
                continue;
            Hl7Message back = Hl7Xml.ToHl7(Parse(xml.ToBytes().ToArray()));
            Assert.All(Enumerable.Range(0, message.SegmentCount), i => Assert.True(message.SegmentBytes(i).Span.SequenceEqual(back.SegmentBytes(i).Span), file));
            converted++;
        }

        Assert.True(converted > 300, $"{converted} were converted");
    }

    private static XmlMessage? Try(Func<XmlMessage> act)
    {
        try
        {
            return act();
        }
        catch (DocumentException)
        {
            return null;
        }
    }

    private static string Xml(string message) => Encoding.UTF8.GetString(Hl7Xml.ToXml(Hl7Samples.Parse(message)).ToBytes().Span);

    private static XmlMessage Parse(byte[] xml)
    {
        XmlMessage? message = XmlMessage.Parse(xml, out DocumentFault? fault);
        Assert.True(message is not null, fault?.Text);
        return message;
    }

    // Names without their namespaces and the structure before a group's name: ORU_R01(MSH PATIENT(PID)).
    private static string Shape(XElement element)
    {
        string name = element.Name.LocalName.Split('.')[^1];
        return element.Name.LocalName.Length == 3 ? name : $"{name}({string.Join(' ', element.Elements().Select(Shape))})";
    }

    private static IEnumerable<string> Leaves(XElement root) => root.Descendants()
        .Where(element => !element.HasElements && element.Value.Trim().Length > 0)
        .Select(element => $"{string.Join('/', element.AncestorsAndSelf().Reverse().Select(each => each.Name.LocalName))} = {element.Value.Trim()}");
}
