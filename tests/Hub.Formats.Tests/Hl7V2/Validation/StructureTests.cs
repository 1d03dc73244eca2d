using Hub.Formats.Hl7V2.Validation;

namespace Hub.Formats.Tests.Hl7V2.Validation;

/// <summary>Segments in their order and groups.</summary>
public sealed class StructureTests
{
    private const string Header = "MSH|^~\\&|PAS|NORTH|LAB|SOUTH|20260102030405||";

    private static readonly Dictionary<string, string> s_segments = new()
    {
        ["MSA"] = "MSA|AA|1",
        ["QAK"] = "QAK|1|OK",
        ["QPD"] = "QPD|Q11|1",
        ["EVN"] = "EVN|A01|20260102030405",
        ["PID"] = "PID|1||1^^^NHS^NH||EXAMPLE^ANNA",
        ["PV1"] = "PV1|1|I",
        ["PV2"] = "PV2",
        ["NK1"] = "NK1|1",
        ["AL1"] = "AL1|1||X",
        ["DG1"] = "DG1|1|||||A",
        ["ACC"] = "ACC|20260102",
        ["PR1"] = "PR1|1||X||20260102",
        ["ROL"] = "ROL||AD|X|X",
        ["GT1"] = "GT1|1||EXAMPLE",
        ["IN1"] = "IN1|1|X|X",
        ["MRG"] = "MRG|2^^^NHS^NH",
        ["OBR"] = "OBR|||1|X",
        ["OBX"] = "OBX||ST|X||one||||||F",
        ["ORC"] = "ORC|NW",
        ["SPM"] = "SPM|||X|X",
        ["RXA"] = "RXA|0|1|20260102|20260102|X|1",
    };

    [Fact]
    public void What_is_out_of_order_is_named_by_its_segment_and_then_by_its_group()
    {
        string message = $"{Header}ADT^A01^ADT_A01|1|P|2.5\r{string.Join('\r', "EVN PID PV1 IN1 PV2 AL1".Split(' ').Select(name => s_segments[name]))}\r";
        Hl7Problem problem = Assert.Single(Checked.Problems(message), problem => problem.Rule == 3111);
        Assert.Equal("IN1 (of the group INSURANCE) stands before PV2, and its place in ADT_A01 is after it.", problem.Text);
        Assert.Equal(
            ["OBR is missing, and with it the group ORDER_OBSERVATION that it begins; the group PATIENT_RESULT of ORU_R01 requires it."],
            Checked.Problems(Checked.Result).Where(problem => problem.Rule == 3113).Select(problem => problem.Text));
    }

    [Theory]
    // What is right.
    [InlineData("ADT^A01^ADT_A01", "EVN PID PV1")]
    [InlineData("ADT^A01^ADT_A01", "EVN PID NK1 NK1 PV1 PV2 AL1 AL1 DG1 PR1 ROL PR1 ROL GT1 IN1 ACC")]
    [InlineData("ADT^A01", "EVN PID PV1", "W 3108 MSH-9.3")]
    [InlineData("ADT^A04^ADT_A01", "EVN PID PV1")]
    [InlineData("ADT^A40^ADT_A39", "EVN PID MRG PID MRG")]
    [InlineData("ADT^A01^ADT_A01", "EVN ZZ1 PID ZPV PV1 ZZ1")]
    [InlineData("ORU^R01^ORU_R01", "PID OBR OBX OBX")]
    [InlineData("ORU^R01^ORU_R01", "PID NTE PV1 ORC OBR NTE OBX NTE OBX NTE SPM OBX ORC OBR OBX PID OBR OBX")]
    [InlineData("ORU^R01^ORU_R01", "OBR OBX")]
    [InlineData("OML^O21^OML_O21", "PID ORC OBR OBX SPM OBX ORC OBR OBX SPM ORC OBR")]
    [InlineData("ORM^O01^ORM_O01", "PID ORC OBR OBX ORC OBR")]
    [InlineData("RSP^K11^RSP_K11", "MSA QAK QPD PID PV1 ORC RXA OBX ORC RXA")]
    // What is missing.
    [InlineData("ADT^A01^ADT_A01", "EVN PID", "E 3110 PV1")]
    [InlineData("ADT^A01^ADT_A01", "PID PV1", "E 3110 EVN")]
    [InlineData("ADT^A01^ADT_A01", "", "E 3110 EVN", "E 3110 PID", "E 3110 PV1")]
    [InlineData("ADT^A40^ADT_A39", "EVN PID", "E 3110 MRG")]
    [InlineData("ADT^A40^ADT_A39", "EVN PID PID MRG", "E 3110 MRG")]
    [InlineData("ADT^A40^ADT_A39", "EVN PID MRG PID", "E 3110 MRG[2]")]
    [InlineData("ORU^R01^ORU_R01", "PID", "E 3113 OBR")]
    [InlineData("ORU^R01^ORU_R01", "PID OBX OBX", "E 3110 OBR")]
    [InlineData("ORU^R01^ORU_R01", "PID ORC ORC OBR OBX", "E 3110 OBR")]
    [InlineData("ORU^R01^ORU_R01", "", "E 3113 OBR")]
    // What stands wrong: one segment, one problem.
    [InlineData("ADT^A01^ADT_A01", "PID EVN PV1", "E 3111 PID")]
    [InlineData("ADT^A01^ADT_A01", "EVN PV1 PID", "E 3111 PV1")]
    [InlineData("ADT^A01^ADT_A01", "EVN PID PV1 ACC PV2 AL1 DG1 GT1 IN1", "E 3111 ACC")]
    [InlineData("ADT^A01^ADT_A01", "EVN PID PV1 DG1 AL1 AL1", "E 3111 DG1")]
    [InlineData("ADT^A01^ADT_A01", "EVN PID PV1 DG1 PV2", "E 3111 DG1")]
    [InlineData("ADT^A01^ADT_A01", "EVN PID PV1 IN1 DG1 DG1", "E 3111 IN1")]
    [InlineData("ORU^R01^ORU_R01", "PID OBX OBR", "E 3110 OBR")]
    [InlineData("ORU^R01^ORU_R01", "OBR OBX PV1 OBX", "E 3111 PV1")]
    [InlineData("ORU^R01^ORU_R01", "ORC OBX OBR OBX", "E 3111 OBX")]
    [InlineData("ADT^A01^ADT_A01", "EVN PID PV1 IN1 PR1 ROL", "E 3111 IN1")]
    // Told once for several in a row.
    [InlineData("ADT^A01^ADT_A01", "EVN PID OBX OBX OBX PV1", "E 3111 OBX")]
    [InlineData("ADT^A01^ADT_A01", "EVN PID OBX OBX NK1 OBX PV1", "E 3111 OBX", "E 3111 OBX[3]")]
    // What comes too often.
    [InlineData("ADT^A01^ADT_A01", "EVN PID PID PV1", "E 3112 PID[2]")]
    [InlineData("ADT^A01^ADT_A01", "EVN PID PV1 PV1 PV1", "E 3112 PV1[2]", "E 3112 PV1[3]")]
    [InlineData("ADT^A01^ADT_A01", "EVN PID PV1 ACC ACC", "E 3112 ACC[2]")]
    // What nobody expects.
    [InlineData("ADT^A01^ADT_A01", "EVN PID RXA PV1", "W 3114 RXA")]
    [InlineData("ADT^A01^ADT_A01", "EVN PID XYZ PV1", "W 3115 XYZ")]
    public void Segments_are_matched_with_the_structure_of_the_message(string type, string segments, params string[] problems)
    {
        string message = $"{Header}{type}|MSG1|P|2.5\r" + string.Concat(segments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => $"{s_segments.GetValueOrDefault(name, name)}\r"));
        // NK1, AL1 and others repeat with the same set ID here.
        Assert.Equal(problems, Checked.Of(message).Where(problem => !problem.StartsWith("W 3140", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_missing_segment_is_told_with_the_group_that_requires_it()
    {
        string text = Assert.Single(Checked.Problems($"{Checked.Result}ORC|RE\rOBX||ST|X||one||||||F\r")).Text;
        Assert.Equal("OBR is missing; the group ORDER_OBSERVATION of ORU_R01 requires it.", text);
    }

    [Fact]
    public void What_is_no_segment_is_told_without_a_word_of_it()
    {
        Hub.Formats.Hl7V2.Validation.Hl7Problem problem = Assert.Single(Checked.Problems(Checked.Admit + "and SMITH was seen\r"));
        Assert.Equal((3116, "PV1"), (problem.Rule, problem.Path));
        Assert.StartsWith("Segment 5 of the message, which follows here, ", problem.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("SMITH", problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_master_file_of_any_kind_takes_any_segment() =>
        Assert.Empty(Checked.Of($"{Header}MFN^M01^MFN_M01|MSG1|P|2.6\rMFI|X||UPD|||NE\rMFE|MAD|||X|CE\rSTF|X\r"));
}
