using System.Text.Json;
using static Hub.Formats.Tests.Fhir.Mapping.Bundles;

namespace Hub.Formats.Tests.Fhir.Mapping;

/// <summary>Codes of messages in FHIR: translated wherever they stand, with the message's own beside them; and who is named by a code.</summary>
public sealed class FhirCodeTests
{
    [Fact]
    public void A_code_that_is_translated_stands_beside_the_one_of_the_message()
    {
        JsonElement concept = One(Bundle(Header, "EVN||20260301", "PID|1||4711||Mole^Mary", "NK1|1|Mole^Max|SPO^Husband^HL70063"), "RelatedPerson").GetProperty("relationship")[0];
        Assert.Equal(["SPS http://terminology.hl7.org/CodeSystem/v3-RoleCode", "SPO http://terminology.hl7.org/CodeSystem/v2-0063"], Codings(concept));
        Assert.Equal("Husband", At(concept, "coding.1.display"));
    }

    [Fact]
    public void Each_coding_of_a_concept_is_translated_when_it_is_of_the_table()
    {
        JsonElement concept = One(Bundle(Header, "EVN||20260301", "PID|1||4711||Mole^Mary||||||||||cym^Welsh^HL70296^eng^English^HL70296"), "Patient").GetProperty("communication")[0].GetProperty("language");
        Assert.Equal(["cy urn:ietf:bcp:47", "en urn:ietf:bcp:47"], Codings(concept).Take(2));
    }

    [Theory]
    [InlineData("L")]
    [InlineData("99WARD")]
    public void A_local_code_is_not_taken_for_one_of_the_table(string system)
    {
        JsonElement concept = One(Bundle(Header, "EVN||20260301", "PID|1||4711||Mole^Mary", $"NK1|1|Mole^Max|SPO^Sports teacher^{system}"), "RelatedPerson").GetProperty("relationship")[0];
        Assert.Equal(("SPO", 1), (At(concept, "coding.0.code"), concept.GetProperty("coding").GetArrayLength()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("6.1~6.2")]
    public void The_director_of_a_laboratory_is_named_beside_the_laboratory(string values)
    {
        JsonElement bundle = Bundle(Result, "PID|1||4711||Mole^Mary", "OBR|1|P1|F1|718-7^Hb^LN|||||||||||||||||||||F", $"OBX|1|NM|1^Hb^L||{(values.Length == 0 ? "6.1" : values)}|mmol/L|||||F||||||||||||Lab^^^^^^^^^L1|2 Long Lane^^Leeds|MD-25^Vole^Vera");
        JsonElement role = All(bundle, "PractitionerRole").Single(each => Codings(each.GetProperty("code")[0]).Contains("MDIR http://terminology.hl7.org/CodeSystem/v2-0443"));
        Assert.Equal(("Vole", "Lab"), (At(Resource(bundle, At(role, "practitioner.reference")), "name.0.family"), At(Resource(bundle, At(role, "organization.reference")), "name")));
    }

    [Theory]
    [InlineData("1^hr", "h")]
    [InlineData("1^min", "min")]
    [InlineData("1^days", "d")]
    public void A_duration_has_the_unit_that_UCUM_has_for_it(string duration, string unit)
    {
        JsonElement order = One(Bundle("MSH|^~\\&|WARD|NORTH|LAB|SOUTH|20260301101500+0100||OML^O21^OML_O21|O1|P|2.5.1", "PID|1||4711||Mole^Mary", "ORC|NW|P1", $"TQ1|1||||||20260301||||||{duration}", "OBR|1|P1||718-7^Hb^LN"), "ServiceRequest");
        Assert.Equal(("1", unit), (At(order, "occurrenceTiming.repeat.duration"), At(order, "occurrenceTiming.repeat.durationUnit")));
    }

    [Fact]
    public void A_final_result_without_a_value_says_that_it_is_absent() =>
        Assert.Equal("unknown", At(One(Bundle(Result, "PID|1||4711||Mole^Mary", "OBR|1|P1|F1|718-7^Hb^LN|||||||||||||||||||||F", "OBX|1|ST|1^Hb^L||||||||F"), "Observation"), "dataAbsentReason.coding.0.code"));

    [Theory]
    [InlineData("Ward 7", "Ward 7", "urn:uuid:", "UUID")]
    [InlineData("Ward 7^2.16.840.1.113883.19^ISO", "Ward 7", "2.16.840.1.113883.19", "ISO")]
    public void Who_converts_is_named_as_the_setting_says(string assembler, string name, string id, string kind)
    {
        JsonElement bundle = Parse(Convert(new() { Assembler = assembler }, Header, "EVN||20260301", "PID|1||4711||Mole^Mary"));
        JsonElement organization = All(bundle, "Organization").Single(each => At(each, "name") == name);
        Assert.Equal((name, kind), (At(organization, "identifier.0.value"), At(organization, "identifier.1.type.coding.0.code")));
        Assert.StartsWith(id, At(organization, "identifier.1.value"), StringComparison.Ordinal);
    }
}
