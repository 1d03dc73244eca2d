using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Tests.Hl7V2.Dictionary;

/// <summary>The gaps of the packages that the generator mends; each is listed in the README of the dictionary's folder.</summary>
public sealed class DictionaryMendTests
{
    public static TheoryData<string> From23 => ["2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7"];

    [Theory]
    [InlineData("2.5")]
    [InlineData("2.5.1")]
    public void Consent_is_a_segment_of_2_5(string version)
    {
        SegmentDefinition consent = Hl7Dictionary.For(version).Segment("CON")!;
        Assert.Equal(25, consent.Fields.Count);
        Assert.Equal(("SI", Hl7Usage.Required), (consent.Field(1)!.Type.Name, consent.Field(1)!.Usage));
        Assert.Equal("TS", consent.Field(13)!.Type.Name);
    }

    [Theory]
    [MemberData(nameof(From23))]
    public void Observation_masters_have_no_field_twice(string version)
    {
        Hl7Dictionary dictionary = Hl7Dictionary.For(version);
        Assert.Equal([10, 7, 14, 3, 2], new[] { "OM2", "OM3", "OM4", "OM5", "OM6" }.Select(name => dictionary.Segment(name)!.Fields.Count));
    }

    [Fact]
    public void Fields_of_2_6_are_counted_as_the_standard_counts_them()
    {
        Hl7Dictionary dictionary = Hl7Dictionary.For("2.6");
        Assert.Equal([29, 26, 31, 22], new[] { "ITM", "DG1", "FT1", "PR1" }.Select(name => dictionary.Segment(name)!.Fields.Count));
        Assert.Equal(Hl7Usage.Backward, dictionary.Segment("DG1")!.Field(4)!.Usage);
        Assert.Equal("Special Handling Code", dictionary.Segment("ITM")!.Field(29)!.Name);
    }

    [Theory]
    [InlineData("MFN_M01", "2.3 2.3.1 2.4 2.5 2.5.1 2.6 2.7")]
    [InlineData("MFN_M03", "2.3 2.3.1 2.4 2.5 2.5.1 2.6 2.7")]
    [InlineData("QBP_Q15", "2.4 2.5 2.5.1 2.6 2.7")]
    [InlineData("QVR_Q17", "2.4 2.5 2.5.1 2.6 2.7")]
    [InlineData("PGL_PC6", "2.3 2.3.1 2.4 2.5 2.5.1 2.6 2.7")]
    public void Structures_that_were_missing_are_there(string name, string versions) =>
        Assert.Equal(versions, string.Join(' ', Hl7Versions.Names.Where(version => Hl7Dictionary.For(version).Structure(name) is not null)));

    [Fact]
    public void A_master_file_of_no_fixed_kind_takes_any_segment()
    {
        StructureNode file = Hl7Dictionary.For("2.5").StructureFor("MFN", "M01", "")!.Nodes[^1];
        Assert.Equal(["MFE", "*"], file.Children.Select(node => node.Name));
        Assert.Equal((StructureNodeKind.AnySegment, 0, null), (file.Children[1].Kind, file.Children[1].Min, file.Children[1].Max));
    }

    [Theory]
    [InlineData("2.6", "OML_O21")]
    [InlineData("2.6", "OMG_O19")]
    [InlineData("2.5", "OUL_R22")]
    public void Groups_that_lost_their_count_are_optional_as_in_other_versions(string version, string name) =>
        Assert.DoesNotContain(Groups(Hl7Dictionary.For(version).Structure(name)!.Nodes), group => group.Name is "INSURANCE" or "CONTAINER" or "PRIOR_RESULT" && group.Min > 0);

    [Fact]
    public void The_choices_of_a_care_message_have_their_names() =>
        Assert.Contains("<AIS|AIG|AIL|AIP>", Hl7Dictionary.For("2.7").Structure("CCM_I21")!.Notation, StringComparison.Ordinal);

    [Fact]
    public void A_segment_that_one_version_alone_requires_is_optional() =>
        Assert.Equal(0, Hl7Dictionary.For("2.3.1").Structure("ADT_A38")!.Nodes.Single(node => node.Name == "DRG").Min);

    // What one version alone requires, or alone does not. Fields of 2.2 that are others at that number do not count.
    [Theory]
    [InlineData("EVN-2", "2.1 2.2 2.3 2.3.1 2.4 2.5 2.5.1 2.6 2.7")]
    [InlineData("IN1-2", "2.1 2.2 2.3 2.3.1 2.4 2.5 2.5.1 2.6 2.7")]
    [InlineData("PR1-3", "2.1 2.2 2.3 2.3.1 2.4 2.5 2.5.1 2.6 2.7")]
    [InlineData("PR1-5", "2.1 2.2 2.3 2.3.1 2.4 2.5 2.5.1 2.6 2.7")]
    [InlineData("QRD-1", "2.1 2.2 2.3 2.3.1 2.4 2.5 2.5.1 2.6 2.7")]
    [InlineData("RXG-1", "2.2 2.3 2.3.1 2.4 2.5 2.5.1 2.6 2.7")]
    [InlineData("RXG-2", "")]
    [InlineData("OM3-7", "")]
    [InlineData("OM1-2", "2.3 2.3.1 2.4 2.5 2.5.1 2.6 2.7")]
    [InlineData("OM1-4", "2.3 2.3.1 2.4 2.5 2.5.1 2.6 2.7")]
    [InlineData("OM1-8", "2.3 2.3.1 2.4 2.5 2.5.1 2.6 2.7")]
    [InlineData("CTD-1", "2.3 2.3.1 2.4 2.5 2.5.1 2.6 2.7")]
    [InlineData("LCH-5", "2.3 2.3.1 2.4 2.5 2.5.1 2.6 2.7")]
    [InlineData("RDT-1", "2.3 2.3.1 2.4 2.5 2.5.1 2.6 2.7")]
    [InlineData("FT1-14", "")]
    public void A_field_is_required_where_the_versions_before_and_after_require_it(string field, string versions)
    {
        string[] parts = field.Split('-');
        Assert.Equal(versions, string.Join(' ', Hl7Versions.Names.Where(version => Hl7Dictionary.For(version).Segment(parts[0])?.Field(int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture))?.Usage == Hl7Usage.Required)));
    }

    [Theory]
    [InlineData("2.3.1", false)]
    [InlineData("2.4", false)]
    [InlineData("2.5", true)]
    [InlineData("2.5.1", true)]
    [InlineData("2.6", true)]
    [InlineData("2.7", true)]
    public void A_message_names_its_event_and_structure_from_2_5_on(string version, bool isRequired) =>
        Assert.All([2, 3], number => Assert.Equal(isRequired, Hl7Dictionary.For(version).Type("MSG")!.Component(number)!.Usage == Hl7Usage.Required));

    [Fact]
    public void A_table_at_a_composite_field_is_that_of_its_first_component()
    {
        Hl7Dictionary dictionary = Hl7Dictionary.For("2.7");
        Assert.Null(dictionary.Segment("PID")!.Field(5)!.Table);
        Assert.Equal(200, dictionary.Type("XPN")!.Component(7)!.Table);
        Assert.Equal(5, dictionary.Segment("PID")!.Field(10)!.Table);
    }

    [Fact]
    public void Misspelt_messages_are_not_there() =>
        Assert.DoesNotContain(Hl7Dictionary.For("2.6").Structures, structure => structure.Name is "OMG_019" or "QRV_Q17" or "REF_T12");

    private static IEnumerable<StructureNode> Groups(IEnumerable<StructureNode> nodes) =>
        nodes.SelectMany(node => Groups(node.Children).Prepend(node)).Where(node => node.Kind == StructureNodeKind.Group);
}
