using System.Text;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Outline;
using Hub.Testing;

namespace Hub.Formats.Tests.Hl7V2.Outline;

/// <summary>A message with its names and meanings.</summary>
public sealed class OutlineTests
{
    private const string Head = "MSH|^~\\&|A|B|C|D|2026||ADT^A04|1|P|2.5.1\r";

    [Fact]
    public void The_head_tells_type_version_and_structure()
    {
        Hl7Outline outline = Of(Head);
        Assert.Equal(("ADT^A04", "2.5.1", "2.5.1", true), (outline.Type, outline.Version, outline.ReadAs, outline.IsExact));
        Assert.Equal(("ADT_A01", "Admit/visit notification", "ASCII"), (outline.Structure, outline.Description, outline.CharacterSet));
    }

    [Theory]
    [InlineData("2.8", "2.8", "2.7", false)]
    [InlineData("2.4 ", "2.4", "2.4", true)]
    [InlineData("", "", "2.5.1", false)]
    public void A_version_that_is_not_there_is_read_as_another_and_that_is_said(string given, string version, string readAs, bool exact)
    {
        Hl7Outline outline = Of(Head.Replace("2.5.1", given, StringComparison.Ordinal));
        Assert.Equal((version, readAs, exact), (outline.Version, outline.ReadAs, outline.IsExact));
    }

    [Theory]
    [InlineData("PID|1", "PID-1 Set ID - PID = 1")]
    [InlineData("PID||||||||F", "PID-8 Administrative Sex = F (Female)")]
    [InlineData("PID||||||||Q", "PID-8 Administrative Sex = Q")]
    [InlineData("PID|||1^^^NHS", "PID-3 Patient Identifier List; PID-3.1 ID Number = 1; PID-3.4 Assigning Authority = NHS")]
    [InlineData("PID|||1~~2", "PID-3[1] Patient Identifier List = 1; PID-3[3] Patient Identifier List = 2")]
    [InlineData("PID|||1^^^N&1.2&ISO", "PID-3 Patient Identifier List; PID-3.1 ID Number = 1; PID-3.4 Assigning Authority; PID-3.4.1 Namespace ID = N; PID-3.4.2 Universal ID = 1.2; PID-3.4.3 Universal ID Type = ISO (An International Standards Organization Object Identifier)")]
    [InlineData("PID|||1&2", "PID-3 Patient Identifier List; PID-3.1 ID Number; PID-3.1.1 = 1 [ST has no parts]; PID-3.1.2 = 2 [ST has no parts]")]
    [InlineData("PID|1^2", "PID-1 Set ID - PID; PID-1.1 = 1 [SI has no parts]; PID-1.2 = 2 [SI has no parts]")]
    [InlineData("PID|||||A\\T\\B", "PID-5 Patient Name = A&B")]
    [InlineData("PID||||||\"\"", "PID-6 Mother's Maiden Name = \"\" [HL7 null: the receiver empties the field]")]
    [InlineData("PID||||||||||2106-3^White^HL70005", "PID-10 Race; PID-10.1 Identifier = 2106-3 (White); PID-10.2 Text = White; PID-10.3 Name of Coding System = HL70005")]
    [InlineData("OBX|1|CE|X||A^B", "OBX-1 Set ID - OBX = 1; OBX-2 Value Type = CE; OBX-3 Observation Identifier = X; OBX-5 Observation Value; OBX-5.1 Identifier = A; OBX-5.2 Text = B")]
    [InlineData("OBX||QQ|||A^B", "OBX-2 Value Type = QQ; OBX-5 Observation Value; OBX-5.1 = A; OBX-5.2 = B")]
    [InlineData("ZPI|a^b", "ZPI-1; ZPI-1.1 = a; ZPI-1.2 = b")]
    [InlineData("NTE|||a||||", "NTE-3 Comment = a")]
    [InlineData("NTE|||||x", "NTE-5 = x [NTE of version 2.5.1 has 4 fields]")]
    [InlineData("QPD|Q11|T|a|b", "QPD-1 Message Query Name = Q11; QPD-2 Query Tag = T; QPD-3 User Parameters = a; QPD-4 = b")]
    public void What_is_populated_is_named_and_its_codes_are_told(string segment, string shown) =>
        Assert.Equal(shown, string.Join("; ", Flat(Of(Head + segment).Segments[1].Fields)));

    [Fact]
    public void Delimiters_of_the_header_are_shown_as_they_stand()
    {
        OutlineSegment header = Of(Head).Segments[0];
        Assert.Equal(["MSH-1 Field Separator = |", "MSH-2 Encoding Characters = ^~\\&"], Flat(header.Fields).Take(2));
        Assert.Equal("Message Header", header.Name);
    }

    [Fact]
    public void Segments_are_counted_and_those_that_are_not_in_the_version_say_so()
    {
        IReadOnlyList<OutlineSegment> segments = Of($"{Head}OBX|1\rOBX|2\rZZ1|1\rPRT|1\ra word\r").Segments;
        Assert.Equal(["MSH", "OBX", "OBX[2]", "ZZ1", "PRT", "a word"], segments.Select(segment => segment.Path));
        Assert.Equal("OBX[2]-1", segments[2].Fields[0].Path);
        Assert.Equal([null, null, null, "a segment of the site: HL7 leaves Z segments to it", "not a segment of version 2.5.1", "no segment: its name is not three capital letters or digits"], segments.Select(segment => segment.Note));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_shown_and_marked()
    {
        Hl7Message message = Hl7Message.Parse(Encoding.Latin1.GetBytes($"{Head.Replace("2.5.1", "2.5.1||||||UNICODE UTF-8", StringComparison.Ordinal)}NTE|1||caf\u00e9"), out _)!;
        OutlinePart comment = Hl7Outline.Of(message).Segments[1].Fields[1];
        Assert.Equal(("caf\u00e9", "not text in UNICODE UTF-8: shown as 8859/1"), (comment.Value, comment.Note));
    }

    [Fact]
    public void Other_delimiters_split_as_they_should()
    {
        Hl7Outline outline = Of("MSH#*~\\&#A#B#C#D#2026##ADT*A01#1#P#2.5\rPID#1##7*8^9");
        Assert.Equal(["PID-1 Set ID - PID = 1", "PID-3 Patient Identifier List", "PID-3.1 ID Number = 7", "PID-3.2 Check Digit = 8^9"], Flat(outline.Segments[1].Fields));
    }

    [Theory]
    [InlineData("PID-5.1.1", "Patient Name, Family Name, Surname")]
    [InlineData("PID-3[2].4", "Patient Identifier List, Assigning Authority")]
    [InlineData("OBX-5.2", "Observation Value, Text")]
    [InlineData("PID", "Patient Identification")]
    [InlineData("ZPI-3", "")]
    [InlineData("PID-99", "")]
    public void A_place_has_the_names_from_the_field_down(string path, string name) =>
        Assert.Equal(name, Hl7PlaceName.Of(Parse($"{Head}PID|1\rOBX|1|CE|||A^B"), FieldPath.Parse(path)).Name);

    [Fact]
    public void A_place_tells_what_its_codes_mean()
    {
        Hl7PlaceName place = Hl7PlaceName.Of(Parse(Head), FieldPath.Parse("PID-8"));
        Assert.Equal(("Male", null), (place.Meaning("M"), place.Meaning("?")));
    }

    [SkippableFact]
    public void Every_sample_that_parses_has_an_outline_with_all_its_segments()
    {
        Skip.If(Corpus.Root is null, Corpus.Missing);
        foreach (string file in Corpus.Hl7Files())
        {
            if (Hl7Message.Parse(File.ReadAllBytes(file), out _) is not { } message)
                continue;
            TimeSpan took = CpuTime.Of(() => Assert.Equal(message.SegmentCount, Hl7Outline.Of(message).Segments.Count));
            Assert.True(took < TimeSpan.FromSeconds(2), $"{file} takes more than two seconds.");
        }
    }

    private static Hl7Outline Of(string text) => Hl7Outline.Of(Parse(text));

    private static Hl7Message Parse(string text) => Hl7Message.Parse(Encoding.UTF8.GetBytes(text), out Hl7Fault? fault) ?? throw new InvalidOperationException(fault!.Text);

    private static IEnumerable<string> Flat(IEnumerable<OutlinePart> parts) => parts.SelectMany(part => Flat(part.Parts ?? []).Prepend(Line(part)));

    private static string Line(OutlinePart part) =>
        $"{part.Path}{(part.Name is null ? "" : $" {part.Name}")}{(part.Value is null ? "" : $" = {part.Value}")}{(part.Meaning is null ? "" : $" ({part.Meaning})")}{(part.Note is null ? "" : $" [{part.Note}]")}";
}
