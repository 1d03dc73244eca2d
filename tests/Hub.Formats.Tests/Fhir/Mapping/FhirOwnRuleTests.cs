using System.Text;
using System.Text.Json;
using Hub.Formats.Fhir.Mapping;
using Hub.Formats.Hl7V2;
using static Hub.Formats.Tests.Fhir.Mapping.Bundles;

namespace Hub.Formats.Tests.Fhir.Mapping;

/// <summary>What is said where the guide leaves something open (own.txt): invented messages, each bundle valid.</summary>
public sealed class FhirOwnRuleTests
{
    private const string Patient = "PID|1||4711^^^NORTH^MR||Mole^Mary";

    [Fact]
    public void People_without_an_element_are_kept_as_resources_under_our_names()
    {
        JsonElement bundle = Bundle(Result, Patient, "ORC|RE|P1|F1||||||||7^Vole^Vera", "OBR|1|P1|F1|718-7^Hb^LN|||20260301||||||||||||||||||F|||12^Shrew^Sam~13^Stoat^Sue");
        JsonElement order = One(bundle, "ServiceRequest");
        string[] kept = [.. order.GetProperty("extension").EnumerateArray().Select(each => At(each, "url"))];
        Assert.Equal(2, kept.Count(url => url == "urn:hub:v2-to-fhir:resultCopiesTo"));
        Assert.Contains("urn:hub:v2-to-fhir:verifiedBy", kept);
        string[] names = [.. All(bundle, "Practitioner").Select(each => At(each, "name.0.family"))];
        Assert.Superset(new HashSet<string> { "Shrew", "Stoat", "Vole" }, names.ToHashSet());
    }

    [Fact]
    public void An_assigning_authority_is_a_system_and_an_organization()
    {
        JsonElement bundle = Bundle(Header, "EVN||20260301", "PID|1||4711^^^NORTH&1.2.3.4&ISO^MR");
        JsonElement identifier = One(bundle, "Patient").GetProperty("identifier")[0];
        Assert.Equal("NORTH", At(identifier, "system"));
        JsonElement assigner = bundle.GetProperty("entry").EnumerateArray().Single(entry => At(entry, "fullUrl") == At(identifier, "assigner.reference")).GetProperty("resource");
        Assert.Equal(("Organization", "NORTH", "1.2.3.4"), (At(assigner, "resourceType"), At(assigner, "identifier.0.value"), At(assigner, "identifier.1.value")));
    }

    [Fact]
    public void Race_and_ethnicity_in_the_codes_of_the_United_States_are_US_Core()
    {
        JsonElement patient = One(Bundle(Header, "EVN||20260301", "PID|1||4711|||||||2106-3^White^HL70005~2028-9^Asian^HL70005||||||||||||H^Hispanic^HL70189"), "Patient");
        JsonElement race = Extension(patient, "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race");
        Assert.Equal(["2106-3", "2028-9"], race.GetProperty("extension").EnumerateArray().Where(each => At(each, "url") == "ombCategory").Select(each => At(each, "valueCoding.code")));
        Assert.Equal("White", race.GetProperty("extension").EnumerateArray().Where(each => At(each, "url") == "text").Select(each => At(each, "valueString")).Single());
        JsonElement ethnicity = Extension(patient, "http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity");
        Assert.Equal("2135-2", At(ethnicity, "extension.0.valueCoding.code"));
    }

    [Fact]
    public void Race_in_other_codes_is_left_to_the_realm()
    {
        JsonElement patient = One(Bundle(Header, "EVN||20260301", "PID|1||4711|||||||A^White British^NHS"), "Patient");
        Assert.False(patient.TryGetProperty("extension", out _));
    }

    [Theory]
    [InlineData("SPO^Spouse", "RelatedPerson", "Shrew")]
    [InlineData("SEL^Self", "Patient", "Mole")]
    public void Who_is_insured_is_a_related_person_unless_it_is_the_patient(string relation, string type, string family)
    {
        JsonElement bundle = Bundle(Header, "EVN||20260301", Patient, "PV1|1|I", $"IN1|1|GOLD^Gold plan|I1|Insurer||||G7|Group seven|||||||Shrew^Sam|{relation}|19790102");
        JsonElement coverage = One(bundle, "Coverage");
        JsonElement subscriber = bundle.GetProperty("entry").EnumerateArray().Single(entry => At(entry, "fullUrl") == At(coverage, "subscriber.reference")).GetProperty("resource");
        Assert.Equal((type, family), (At(subscriber, "resourceType"), At(subscriber, "name.0.family")));
        Assert.Equal(["plan GOLD Gold plan", "group G7 Group seven"], coverage.GetProperty("class").EnumerateArray().Select(each => $"{At(each, "type.coding.0.code")} {At(each, "value")} {At(each, "name")}"));
    }

    [Fact]
    public void Each_insurance_is_a_coverage_beside_that_of_the_financial_class()
    {
        JsonElement bundle = Bundle(Header, "EVN||20260301", Patient, "PV1|1|I||||||||||||||||||SELF", "IN1|1|GOLD|I1|First", "IN1|2|BLUE|I2|Second");
        Assert.Equal(["", "GOLD", "BLUE"], All(bundle, "Coverage").Select(each => At(each, "identifier.0.value")));
    }

    [Theory]
    [InlineData("SPO", 1)]
    [InlineData("SEL", 0)]
    public void A_guarantor_is_a_related_person_unless_it_is_the_patient(string relation, int people)
    {
        JsonElement bundle = Bundle(Header, "EVN||20260301", Patient, "PV1|1|I", $"GT1|1|G1^^^NORTH|Shrew^Sam||1 Lane^^Leeds|5551234^PRN^PH||19790102|M||{relation}");
        Assert.Equal(Enumerable.Repeat("Shrew male 1979-01-02", people), All(bundle, "RelatedPerson").Select(each => $"{At(each, "name.0.family")} {At(each, "gender")} {At(each, "birthDate")}"));
    }

    [Fact]
    public void Segments_that_a_message_map_does_not_know_are_mapped_as_elsewhere()
    {
        JsonElement bundle = Bundle(Result, "PID|1||4711^^^NORTH^MR|||||||||||||||A99", "AL1|1|DA|PEN^Penicillin^L", "OBR|1|P1|F1|718-7^Hb^LN|||20260301", "OBX|1|NM|718-7^Hb^LN||140");
        Assert.Equal("PEN", At(One(bundle, "AllergyIntolerance"), "code.coding.0.code"));
        Assert.Equal("A99", At(One(bundle, "Account"), "identifier.0.value"));
        Assert.Equal("718-7", At(One(bundle, "Observation"), "code.coding.0.code"));
    }

    [Fact]
    public void Segments_that_a_message_map_does_know_are_mapped_once()
    {
        JsonElement bundle = Bundle(Header, "EVN||20260301", "PID|1||4711^^^NORTH^MR|||||||||||||||A99", "NK1|1|Shrew^Sam|SPO", "PV1|1|I", "AL1|1|DA|PEN", "DG1|1||J45^Asthma^I10");
        Assert.All(new[] { "Account", "RelatedPerson", "AllergyIntolerance", "Condition" }, type => Assert.Single(All(bundle, type)));
    }

    [Fact]
    public void What_a_message_of_one_visit_says_is_of_that_visit_and_the_visit_of_the_account()
    {
        JsonElement bundle = Bundle(Result, "PID|1||4711^^^NORTH^MR|||||||||||||||A99", "PV1|1|I", "ORC|RE|P1|F1", "OBR|1|P1|F1|718-7^Hb^LN|||20260301", "OBX|1|NM|718-7^Hb^LN||140");
        string visit = UrlOf(bundle, "Encounter");
        Assert.All(new[] { "ServiceRequest", "DiagnosticReport", "Observation" }, type => Assert.Equal(visit, At(One(bundle, type), "encounter.reference")));
        Assert.Equal(UrlOf(bundle, "Account"), At(One(bundle, "Encounter"), "account.0.reference"));
    }

    [Fact]
    public void Results_by_specimen_are_reports_of_their_specimens()
    {
        JsonElement bundle = Bundle(Result.Replace("ORU^R01^ORU_R01", "OUL^R22^OUL_R22", StringComparison.Ordinal), Patient,
            "SPM|1|S1||BLD^Blood^L", "OBR|1|P1|F1|718-7^Hb^LN|||20260301", "OBX|1|NM|718-7^Hb^LN||140", "SPM|2|S2||UR^Urine^L", "OBR|1|P2|F2|5811-5^Density^LN|||20260301", "OBX|1|NM|5811-5^Density^LN||1");
        string[] specimens = [.. bundle.GetProperty("entry").EnumerateArray().Where(entry => At(entry, "resource.resourceType") == "Specimen").Select(entry => At(entry, "fullUrl"))];
        Assert.Equal(2, specimens.Distinct().Count());
        Assert.Equal(specimens, All(bundle, "DiagnosticReport").Select(each => At(each, "specimen.0.reference")));
        Assert.Equal(specimens, All(bundle, "Observation").Select(each => At(each, "specimen.reference")));
        Assert.All(All(bundle, "DiagnosticReport"), report => Assert.Equal(1, report.GetProperty("result").GetArrayLength()));
    }

    [Fact]
    public void A_charge_is_a_charge_item_of_the_visit()
    {
        JsonElement bundle = Bundle(Header.Replace("ADT^A01^ADT_A01", "DFT^P03^DFT_P03", StringComparison.Ordinal), "EVN||20260301", Patient, "PV1|1|I", "FT1|1|T1||20260228||CG|710^X-ray^C4|||2");
        JsonElement charge = One(bundle, "ChargeItem");
        Assert.Equal(("billable", "710", "2", "2026-02-28"), (At(charge, "status"), At(charge, "code.coding.0.code"), At(charge, "quantity.value"), At(charge, "occurrenceDateTime")));
        Assert.Equal(UrlOf(bundle, "Encounter"), At(charge, "context.reference"));
    }

    [Theory]
    [InlineData("a@b.example^NET^Internet", "a@b.example")]
    [InlineData("5551234^PRN^PH", "5551234")]
    public void An_address_in_the_first_component_is_one_whatever_the_equipment(string field, string expected) =>
        Assert.Equal(expected, At(One(Bundle(Header, "EVN||20260301", $"PID|1||4711||||||||||{field}"), "Patient"), "telecom.0.value"));

    [Theory]
    [InlineData("B", "official")]
    [InlineData("S", "anonymous")]
    [InlineData("NOUSE", "old")]
    public void Kinds_of_names_that_FHIR_knows_have_its_word(string code, string use) =>
        Assert.Equal(use, At(One(Bundle(Header, "EVN||20260301", $"PID|1||4711||Mole^Mary^^^^^{code}"), "Patient"), "name.0.use"));

    [Theory]
    [InlineData("OTHERWISE")]
    [InlineData("*")]
    public void A_sender_cannot_name_one_of_the_general_maps(string structure)
    {
        JsonElement bundle = Bundle(Header.Replace("ADT_A01", structure, StringComparison.Ordinal), "EVN||20260301", Patient, "PV1|1|I");
        Assert.Equal("Mole", At(One(bundle, "Patient"), "name.0.family"));
        Assert.Single(All(bundle, "Encounter"));
    }

    [Fact]
    public void A_value_that_is_no_text_is_left_out_and_told_and_the_rest_arrives()
    {
        FhirConversion conversion = FromBytes(Patient, "PV1|1|I", "IN1|1|GOLD|I1|Insurer|||||||workman\u00e9s comp|20260101");
        Assert.Equal("2026-01-01", At(One(Parse(conversion), "Coverage"), "period.start"));
        FhirMapProblem problem = Assert.Single(conversion.Problems, each => each.Text.Contains("character set", StringComparison.Ordinal));
        Assert.Equal("IN1[1]-11", problem.Place);
    }

    [Fact]
    public void A_patient_whose_name_is_no_text_is_refused()
    {
        FhirConversion conversion = FromBytes("PID|1||4711^^^NORTH^MR||M\u00f6le^Mary", "PV1|1|I");
        Assert.Null(conversion.Bundle);
        Assert.Contains("character set", conversion.Reason, StringComparison.Ordinal);
    }

    // One byte a letter, in a message that says it is UTF-8.
    private static FhirConversion FromBytes(params string[] segments)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(string.Join('\r', [Header, "EVN||20260301", .. segments]) + "\r");
        return FhirMapping.Guide.Convert(Hl7Message.Parse(bytes, out _, "UNICODE UTF-8")!, new());
    }

    private static JsonElement Extension(JsonElement resource, string url) => resource.GetProperty("extension").EnumerateArray().Single(each => At(each, "url") == url);

    private static string UrlOf(JsonElement bundle, string type) =>
        bundle.GetProperty("entry").EnumerateArray().Where(entry => At(entry, "resource.resourceType") == type).Select(entry => At(entry, "fullUrl")).Single();

    [Fact]
    public void The_timing_of_a_medicine_in_the_old_form_is_that_of_its_instruction()
    {
        JsonElement bundle = Bundle("MSH|^~\\&|WARD|NORTH|PHARM|SOUTH|20260301101500+0100||RDE^O11^RDE_O11|D1|P|2.4", "PID|1||4711||Mole^Mary", "ORC|NW|P1", "RXE|1^Q8H^^20260301090000+0000^20260305090000+0000^^^^^^^9|1^Aspirin^L|1||mg", "RXR|PO");
        JsonElement repeat = All(bundle, "MedicationRequest").Single().GetProperty("dosageInstruction")[0].GetProperty("timing").GetProperty("repeat");
        Assert.Equal(("2026-03-01T09:00:00Z", "2026-03-05T09:00:00Z", "9"), (At(repeat, "boundsPeriod.start"), At(repeat, "boundsPeriod.end"), At(repeat, "count")));
    }
}
