using Hub.Formats.Hl7V2.Dictionary;

namespace Hub.Formats.Tests.Hl7V2.Dictionary;

/// <summary>What the dictionary says, version by version.</summary>
public sealed class DictionaryTests
{
    public static TheoryData<string> Versions => [.. Hl7Versions.Names];

    [Theory]
    [InlineData("2.1", 38, 19, 39)]
    [InlineData("2.2", 62, 62, 69)]
    [InlineData("2.3", 112, 86, 243)]
    [InlineData("2.3.1", 114, 90, 181)]
    [InlineData("2.4", 138, 91, 225)]
    [InlineData("2.5", 150, 90, 256)]
    [InlineData("2.5.1", 150, 90, 256)]
    [InlineData("2.6", 174, 90, 363)]
    [InlineData("2.7", 171, 86, 358)]
    public void Every_version_has_its_segments_types_and_structures(string version, int segments, int types, int structures)
    {
        Hl7Dictionary dictionary = Hl7Dictionary.For(version);
        Assert.Equal((version, true), (dictionary.Version, dictionary.IsExact));
        Assert.Equal((segments, types, structures), (dictionary.Segments.Count, dictionary.Types.Count, dictionary.Structures.Count));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Nothing_in_a_version_points_to_what_it_does_not_define(string version)
    {
        Hl7Dictionary dictionary = Hl7Dictionary.For(version);
        Assert.All(dictionary.Types, type => Assert.NotEmpty(type.Description));
        Assert.All(dictionary.Types.Where(type => type.IsPrimitive), type =>
            Assert.Contains(type.Name, new[] { "DT", "DTM", "FT", "GTS", "ID", "IS", "NM", "SI", "ST", "TM", "TN", "TX" }));
        Assert.All(dictionary.Segments, segment => Assert.NotEmpty(segment.Fields));
        Assert.All(dictionary.Segments.SelectMany(segment => segment.Fields), field => Assert.NotEmpty(field.Name));
        Assert.All(dictionary.Structures, structure => AssertKnown(dictionary, structure, structure.Nodes));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Every_message_begins_with_its_header(string version) =>
        Assert.All(Hl7Dictionary.For(version).Structures, structure =>
        {
            Assert.Equal("MSH", structure.Nodes[0].Name);
            Assert.Equal((1, 1), (structure.Nodes[0].Min, structure.Nodes[0].Max));
        });

    [Theory]
    [InlineData("2.1", "PID", 3, "Patient id internal", "CK", Hl7Usage.Required, 1, 16, null)]
    [InlineData("2.3.1", "PID", 3, "Patient Identifier List", "CX", Hl7Usage.Required, null, 20, null)]
    [InlineData("2.5", "PID", 3, "Patient Identifier List", "CX", Hl7Usage.Required, null, 250, null)]
    [InlineData("2.5.1", "PID", 8, "Administrative Sex", "IS", Hl7Usage.Optional, 1, 1, 1)]
    [InlineData("2.5.1", "OBX", 5, "Observation Value", "VARIES", Hl7Usage.Optional, null, 99999, null)]
    [InlineData("2.7", "OBX", 5, "Observation Value", "VARIES", Hl7Usage.Conditional, null, null, null)]
    [InlineData("2.7", "MSH", 9, "Message Type", "MSG", Hl7Usage.Required, 1, null, null)]
    [InlineData("2.4", "PID", 8, "Administrative Sex", "IS", Hl7Usage.Optional, 1, 1, 1)]
    public void A_field_has_its_facts(string version, string segment, int number, string name, string type, Hl7Usage usage, int? repetitions, int? length, int? table)
    {
        FieldDefinition field = Hl7Dictionary.For(version).Segment(segment)!.Field(number)!;
        Assert.Equal((number, name, type, usage), (field.Number, field.Name, field.Type.Name, field.Usage));
        Assert.Equal((repetitions, length, table), (field.MaxRepetitions, field.MaxLength, field.Table));
    }

    [Fact]
    public void Fields_beyond_the_last_and_segments_of_a_site_are_not_there()
    {
        Hl7Dictionary dictionary = Hl7Dictionary.For("2.5");
        Assert.Null(dictionary.Segment("PID")!.Field(40));
        Assert.Null(dictionary.Segment("PID")!.Field(0));
        Assert.Null(dictionary.Segment("ZPI"));
        Assert.Null(dictionary.Segment("pid"));
        Assert.Same(dictionary.Segment("PID"), dictionary.Segment("PID"u8));
        Assert.Null(dictionary.Segment("PIDX"u8));
        Assert.True(dictionary.Segment("QPD")!.IsOpenEnded);
    }

    [Fact]
    public void A_composite_has_components_and_they_have_types_of_their_own()
    {
        DataTypeDefinition type = Hl7Dictionary.For("2.5.1").Type("CX")!;
        Assert.Equal(("Extended Composite ID with Check Digit", 10, false), (type.Description, type.Components.Count, type.IsPrimitive));
        FieldDefinition authority = type.Component(4)!;
        Assert.Equal(("Assigning Authority", "HD", 3), (authority.Name, authority.Type.Name, authority.Type.Components.Count));
        Assert.Same(authority.Type, Hl7Dictionary.For("2.5.1").Type("HD"));
        Assert.Null(type.Component(11));
        Assert.True(Hl7Dictionary.For("2.5.1").Type("ST")!.IsPrimitive);
        Assert.True(Hl7Dictionary.For("2.5.1").Type("VARIES") is { IsOpen: true, IsPrimitive: false });
    }

    [Fact]
    public void A_structure_is_a_tree_of_groups_and_segments()
    {
        StructureDefinition structure = Hl7Dictionary.For("2.5.1").Structure("ORU_R01")!;
        Assert.Equal(["MSH", "SFT", "PATIENT_RESULT", "DSC"], structure.Nodes.Select(node => node.Name));
        StructureNode result = structure.Nodes[2];
        Assert.Equal((StructureNodeKind.Group, 1, null), (result.Kind, result.Min, result.Max));
        StructureNode patient = result.Children[0];
        Assert.Equal(("PATIENT", 0, 1), (patient.Name, patient.Min, patient.Max));
        Assert.Equal(["PID", "PD1", "NTE", "NK1", "VISIT"], patient.Children.Select(node => node.Name));
        StructureNode observation = result.Children[1].Children.Single(node => node.Name == "OBSERVATION");
        Assert.Equal((0, null, StructureNodeKind.Segment), (observation.Min, observation.Max, observation.Children[0].Kind));
    }

    [Fact]
    public void A_segment_may_stand_in_two_places_of_a_structure()
    {
        IReadOnlyList<StructureNode> nodes = Hl7Dictionary.For("2.5").Structure("ADT_A01")!.Nodes;
        Assert.Equal(2, nodes.Count(node => node.Name == "ROL"));
    }

    [Fact]
    public void An_order_holds_one_of_six_details()
    {
        StructureNode order = Hl7Dictionary.For("2.4").Structure("ORM_O01")!.Nodes.Single(node => node.Name == "ORDER");
        StructureNode choice = order.Children[1].Children[0];
        Assert.Equal((StructureNodeKind.Choice, 1, 1), (choice.Kind, choice.Min, choice.Max));
        Assert.Equal(["OBR", "RQD", "RQ1", "RXO", "ODS", "ODT"], choice.Children.Select(node => node.Name));
    }

    [Fact]
    public void Tables_give_meanings_and_tell_case_apart()
    {
        Assert.Equal((394, 5021), (Hl7Tables.All.Count, Hl7Tables.All.Sum(table => table.Codes.Count)));
        TableDefinition sex = Hl7Tables.Find(1)!;
        Assert.Equal(("Administrative Sex", "Female", "0001"), (sex.Name, sex.Meaning("F"), sex.ToString()));
        Assert.Null(sex.Meaning("f"));
        Assert.Same(sex, Hl7Dictionary.For("2.5").Segment("PID")!.Field(8)!.Codes);
        Assert.Null(Hl7Tables.Find(9999));
    }

    private static void AssertKnown(Hl7Dictionary dictionary, StructureDefinition structure, IReadOnlyList<StructureNode> nodes)
    {
        foreach (StructureNode node in nodes)
        {
            if (node.Kind == StructureNodeKind.Segment)
                Assert.True(dictionary.Segment(node.Name) is not null, $"{structure} of {dictionary.Version} has {node}");
            else if (node.Kind != StructureNodeKind.AnySegment)
                Assert.NotEmpty(node.Children);
            AssertKnown(dictionary, structure, node.Children);
        }
    }
}
