using System.Text.Json;
using Hub.Formats.Hl7V2.Dictionary;
using Hub.Testing;

namespace Hub.Formats.Tests.Hl7V2.Dictionary;

/// <summary>What is embedded is what the packages say, read here by other means than the generator's, but for what it mends.</summary>
public sealed class DictionaryPackageTests
{
    public static TheoryData<string> Versions => [.. Hl7Versions.Names];

    [SkippableTheory]
    [MemberData(nameof(Versions))]
    public void Every_field_is_as_the_package_has_it_or_is_mended(string version)
    {
        using JsonDocument package = Read(version);
        List<string> differences = [];
        foreach (SegmentDefinition segment in Hl7Dictionary.For(version).Segments)
        {
            if (package.RootElement.GetProperty("segments").TryGetProperty(segment.Name, out JsonElement found) && found.TryGetProperty("fields", out JsonElement fields))
                differences.AddRange(segment.Fields
                    .Where(field => !IsMended(version, segment, field) && Written(field, version) != Written(fields.GetProperty($"{field.Number}"), version, HasMovedTable(field, fields.GetProperty($"{field.Number}"))))
                    .Select(field => $"{segment.Name}-{field.Number}"));
            else
                differences.Add(segment.Name);
        }

        string[] expected = version switch
        {
            "2.2" => ["FT1-14"],
            "2.3" => ["EVN-2", "IN1-2", "NK1-7", "OBR-27", "OM3-7", "ORC-7", "PR1-3", "PR1-5", "QRD-1", "RXG-1", "RXG-2"],
            "2.3.1" => ["CTD-1", "LCH-5", "OBX-2", "OBX-4", "OM1-2", "OM1-4", "OM1-5", "OM1-8", "ORC-1", "QPD", "QRI", "RCP", "RDT-1"],
            "2.5" => ["CON"],
            "2.5.1" => ["CON", "OBX-2"],
            _ => [],
        };
        Assert.Equal(expected, differences.Order(StringComparer.Ordinal));
    }

    [SkippableTheory]
    [MemberData(nameof(Versions))]
    public void Every_component_is_as_the_package_has_it(string version)
    {
        using JsonDocument package = Read(version);
        JsonElement types = package.RootElement.GetProperty("types");
        foreach (DataTypeDefinition type in Hl7Dictionary.For(version).Types)
        {
            if (!types.TryGetProperty(type.Name, out JsonElement found))
                Assert.Equal("2.3.1", version);
            else if (found.TryGetProperty("fields", out JsonElement components))
                Assert.All(type.Components.Where(component => !IsRequiredLater(version, type, component)), component => Assert.Equal(Written(components.GetProperty($"{component.Number}"), ""), Written(component, "")));
            else
                Assert.Empty(type.Components);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Versions))]
    public void Every_message_of_the_package_has_a_structure(string version)
    {
        using JsonDocument package = Read(version);
        string[] misspelt = ["OMG_019", "OML_021", "OML_033", "OML_035", "ORB_028", "QRV_Q17", "REF_T12", "RRI_T12"];
        foreach (string message in package.RootElement.GetProperty("messages").EnumerateObject().Select(message => message.Name).Except(misspelt))
            Assert.True(Hl7Dictionary.For(version).Messages.ContainsKey(message), message);
    }

    [SkippableFact]
    public void Every_code_of_every_table_is_there()
    {
        using JsonDocument package = Read("tables");
        Assert.Equal(Hl7Tables.All.Count, package.RootElement.EnumerateObject().Count());
        foreach (JsonProperty table in package.RootElement.EnumerateObject())
        {
            TableDefinition? own = Hl7Tables.All.SingleOrDefault(other => other.ToString() == table.Name);
            Assert.True(own is not null, table.Name);
            Assert.Equal(table.Value.GetProperty("codes").EnumerateObject().Select(code => code.Name).Order(StringComparer.Ordinal), own.Codes.Keys.Order(StringComparer.Ordinal));
        }
    }

    private static JsonDocument Read(string name) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Corpus.Need("hl7v2/dictionary"), $"{name}.json")));

    private static bool IsRequiredLater(string version, DataTypeDefinition type, FieldDefinition component) =>
        version is "2.5" or "2.5.1" or "2.6" && type.Name == "MSG" && component.Number is 2 or 3;

    private static bool IsMended(string version, SegmentDefinition segment, FieldDefinition field) => version switch
    {
        "2.6" => (segment.Name is "DG1" or "FT1" or "PR1" && field.Usage == Hl7Usage.Backward) || (segment.Name == "ITM" && field.Number > 6),
        "2.7" => field.Type.IsOpen,
        _ => false,
    };

    // Lengths of 2.7 are those of the other package.
    private static string Written(FieldDefinition field, string version) =>
        $"{field.Type} {"ORCB"[(int)field.Usage]} {field.MaxRepetitions?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "infinite"} {(version == "2.7" ? null : field.MaxLength)} {field.Table}";

    private static string Written(JsonElement field, string version, bool hasMovedTable = false) =>
        $"{field.GetProperty("type")} {field.GetProperty("opt")} {field.GetProperty("rep")} {(version == "2.7" ? "" : Optional(field, "len"))} {(hasMovedTable ? "" : Optional(field, "table"))}";

    // The table is that of a later component, where it stands, or of a unit.
    private static bool HasMovedTable(FieldDefinition field, JsonElement package) =>
        field.Table is null && (field.Type.Name == "CQ" || field.Type.Components.Skip(1).Any(component => $"{component.Table}" == Optional(package, "table")));

    private static string Optional(JsonElement field, string name) => field.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";
}
