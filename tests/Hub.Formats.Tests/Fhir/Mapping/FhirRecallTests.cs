using System.Text.Json;
using static Hub.Formats.Tests.Fhir.Mapping.Bundles;

namespace Hub.Formats.Tests.Fhir.Mapping;

/// <summary>What a message says and a bundle must not lose: repetitions, later orders, segments without a map in the guide. Invented messages, each bundle valid.</summary>
public sealed class FhirRecallTests
{
    private const string Patient = "PID|1||4711^^^NORTH^MR||Mole^Mary";

    [Fact]
    public void Every_address_is_kept_though_another_field_adds_the_county_to_one()
    {
        JsonElement patient = One(Bundle(Header, "EVN||20260301", "PID|1||4711||Mole^Mary||||||1 Long Lane^^Leeds~2 Short Lane^^York"), "Patient");
        Assert.Equal(["Leeds", "York"], patient.GetProperty("address").EnumerateArray().Select(each => At(each, "city")));
        patient = One(Bundle(Header, "EVN||20260301", "PID|1||4711||Mole^Mary||||||1 Long Lane^^Leeds|Yorkshire"), "Patient");
        Assert.Equal(("Leeds", "Yorkshire", 1), (At(patient, "address.0.city"), At(patient, "address.0.district"), patient.GetProperty("address").GetArrayLength()));
    }

    [Fact]
    public void Every_number_of_the_mother_is_kept() =>
        Assert.Equal(["M1", "M2"], All(Bundle(Header, "EVN||20260301", $"{Patient}||||||||||||||||M1~M2"), "RelatedPerson").Select(each => At(each, "identifier.0.value")).Order(StringComparer.Ordinal));

    [Fact]
    public void An_orderer_with_an_organization_is_one_role()
    {
        JsonElement bundle = Bundle(Result, Patient, "ORC|RE||||||||||||||||||||Clinic", "OBR|1|P1|F1|718-7^Hb^LN||||||||||||7^Vole^Vera|||||||||F");
        JsonElement role = Resource(bundle, At(One(bundle, "ServiceRequest"), "requester.reference"));
        Assert.Equal("PractitionerRole", At(role, "resourceType"));
        Assert.Equal(("Vole", "Clinic"), (At(Resource(bundle, At(role, "practitioner.reference")), "name.0.family"), At(Resource(bundle, At(role, "organization.reference")), "name")));
    }

    [Fact]
    public void An_order_after_specimens_is_the_next_order_and_no_prior_result()
    {
        JsonElement bundle = Bundle("MSH|^~\\&|WARD|NORTH|LAB|SOUTH|20260301101500+0100||OML^O21^OML_O21|O1|P|2.5.1", Patient, "ORC|NW|P1", "OBR|1|P1||718-7^Hb^LN", "SPM|1|S1||BLD^Blood^HL70487", "OBX|1|NM|1^Volume^L||5", "SAC|||C1", "ORC|NW|P2", "OBR|2|P2||2345-7^Glucose^LN");
        Assert.Equal(["2345-7", "718-7"], All(bundle, "ServiceRequest").Select(each => At(each, "code.coding.0.code")).Order(StringComparer.Ordinal));
        JsonElement specimen = All(bundle, "Specimen").Single(each => At(each, "type.coding.0.code") == "BLD");
        Assert.Equal("C1", At(specimen, "container.0.identifier.0.value"));
        JsonElement observation = Assert.Single(All(bundle, "Observation"));
        Assert.Equal(("5", $"urn:uuid:{At(specimen, "id")}"), (At(observation, "valueQuantity.value") + At(observation, "valueInteger"), At(observation, "specimen.reference")));
    }

    [Theory]
    [InlineData("A", "")]
    [InlineData("D", "entered-in-error")]
    public void A_diagnosis_is_taken_back_by_its_action_alone(string action, string status) =>
        Assert.Equal(status, At(One(Bundle(Header, "EVN||20260301", Patient, "PV1|1|I", $"DG1|1||J45^Asthma^I10||||||||||||||||||{action}"), "Condition"), "verificationStatus.coding.0.code"));

    [Fact]
    public void A_place_told_in_words_alone_is_a_place()
    {
        JsonElement bundle = Bundle(Header, "EVN||20260301", Patient, "PV1|1|I|W1||||||||^^^^^^^^Hall by the stairs");
        Assert.Contains(All(bundle, "Location"), each => At(each, "description") == "Hall by the stairs");
    }

    [Theory]
    [InlineData("PR1|1||1^Stitch^L||20260301090000+0000||45", "2026-03-01T09:45:00Z")]
    [InlineData("PR1|1||1^Stitch^L||202603012330+0100||45", "2026-03-02T00:15:00+01:00")]
    [InlineData("PR1|1||1^Stitch^L||20260301||45", "")]
    public void An_end_is_the_start_and_a_duration(string procedure, string end) =>
        Assert.Equal(end, At(One(Bundle(Header, "EVN||20260301", Patient, "PV1|1|I", procedure), "Procedure"), "performedPeriod.end"));

    [Fact]
    public void A_medicine_is_what_was_ordered_and_what_the_pharmacy_makes_of_it_and_gives_out()
    {
        JsonElement bundle = Bundle("MSH|^~\\&|PHARM|NORTH|EHR|SOUTH|20260301101500+0100||RDS^O13^RDS_O13|M1|P|2.5.1", Patient, "ORC|NW|P1^EHR", "RXO|1^Aspirin^L|1||tab^tablet|||^After meals", "RXR|PO^Oral^HL70162", "RXE||1^Aspirin 100^L|1||tab^tablet|||||20|tab|2|||RX77", "TQ1|1||||||20260301|20260310", "RXR|PO^Oral^HL70162", "RXD|1|1^Aspirin 100^L|20260301|20|tab||RX77");
        JsonElement[] requests = [.. All(bundle, "MedicationRequest")];
        JsonElement order = requests.Single(each => At(each, "intent") == "original-order");
        JsonElement filled = requests.Single(each => At(each, "intent") == "filler-order");
        Assert.Equal(("active", "P1", "After meals"), (At(order, "status"), At(order, "identifier.0.value"), At(order, "dosageInstruction.0.patientInstruction")));
        Assert.Equal(($"urn:uuid:{At(order, "id")}", "2", "20"), (At(filled, "basedOn.0.reference"), At(filled, "dispenseRequest.numberOfRepeatsAllowed"), At(filled, "dispenseRequest.quantity.value")));
        Assert.Equal("2026-03-10", At(filled, "dosageInstruction.0.timing.repeat.boundsPeriod.end"));
        Assert.Contains("RX77", filled.GetProperty("identifier").EnumerateArray().Select(each => At(each, "value")));
        Assert.Equal(("completed", "20"), (At(One(bundle, "MedicationDispense"), "status"), At(One(bundle, "MedicationDispense"), "quantity.value")));
    }

    [Fact]
    public void A_referral_is_a_request_for_a_service()
    {
        JsonElement bundle = Bundle("MSH|^~\\&|GP|NORTH|EHR|SOUTH|20260301101500+0100||REF^I12^REF_I12|F1|P|2.5.1", "RF1|A|S|Cardiology^Cardiology^L|||R1^GP|20260302||20260301|P^Pain^L", Patient, "PV1|1|O");
        JsonElement request = One(bundle, "ServiceRequest");
        Assert.Equal(("active", "order", "stat", "R1", "2026-03-02"), (At(request, "status"), At(request, "intent"), At(request, "priority"), At(request, "identifier.0.value"), At(request, "occurrenceDateTime")));
        Assert.Single(All(bundle, "Patient"));
    }

    [Fact]
    public void The_numbers_of_an_insurance_follow_it_and_the_patient()
    {
        JsonElement bundle = Bundle(Header, "EVN||20260301", Patient, "PV1|1|I", "IN1|1|GOLD|I1|Insurer||||||||||||Shrew^Sam|SPO^Spouse", "IN2|E1^^^NORTH^EI|123-45-6789||||MC1", "IN1|2|SILVER|I2|Other", "IN2||||||MC2");
        JsonElement[] coverages = [.. All(bundle, "Coverage")];
        Assert.Equal(2, coverages.Length);
        Assert.Equal([["MC1"], ["MC2"]], coverages.Select(each => each.GetProperty("identifier").EnumerateArray().Where(number => At(number, "type.coding.0.code") == "MC").Select(number => At(number, "value")).ToArray()));
        Assert.Contains(One(bundle, "RelatedPerson").GetProperty("identifier").EnumerateArray(), each => At(each, "value") == "123-45-6789");
        Assert.Equal(["4711"], One(bundle, "Patient").GetProperty("identifier").EnumerateArray().Select(each => At(each, "value")));
    }

    [Fact]
    public void What_a_vaccine_was_paid_from_is_of_the_immunization()
    {
        JsonElement bundle = Bundle("MSH|^~\\&|GP|NORTH|REG|SOUTH|20260301101500+0100||VXU^V04^VXU_V04|V1|P|2.5.1", Patient, "ORC|RE||F1", "RXA|0|1|20260301||88^Flu^CVX|999|||00^New^NIP001|||||||||||CP|A", "OBX|1|CE|64994-7^Eligibility^LN|1|V01^Not eligible^HL70064||||||F", "OBX|2|NM|8310-5^Temperature^LN|1|37||||||F");
        JsonElement immunization = One(bundle, "Immunization");
        Assert.Equal(("V01", "True"), (At(immunization, "programEligibility.0.coding.0.code"), At(immunization, "primarySource")));
        Assert.Contains(All(bundle, "Observation"), each => At(each, "code.coding.0.code") == "8310-5");
    }

    [Fact]
    public void A_segment_that_may_stand_anywhere_does_not_part_an_order_from_its_results()
    {
        JsonElement bundle = Bundle(Result, Patient, "ORC|RE|P1|F1", "OBR|1|P1|F1|718-7^Hb^LN||||||||||||||||||||||F", "ACC|20260228", "OBX|1|NM|718-7^Hb^LN||13||||||F");
        Assert.Equal(2, All(bundle, "Observation").Count());
        Assert.Equal(1, One(bundle, "DiagnosticReport").GetProperty("result").GetArrayLength());
    }

    [Theory]
    [InlineData("7^Vole^Vera", "")]
    [InlineData("", "7^Vole^Vera")]
    [InlineData("7^Vole^Vera", "8^Gray^Greta")]
    [InlineData("", "")]
    public void The_organization_that_orders_is_kept_whoever_orders(string inOrder, string inRequest)
    {
        JsonElement bundle = Bundle(Result, Patient, $"ORC|RE|||||||||||{inOrder}|||||||||Clinic|1 Long Lane^^Leeds", $"OBR|1|P1|F1|718-7^Hb^LN||||||||||||{inRequest}|||||||||F");
        JsonElement role = Resource(bundle, At(One(bundle, "ServiceRequest"), "requester.reference"));
        JsonElement clinic = Resource(bundle, At(role, "organization.reference"));
        Assert.Equal(("Clinic", "Leeds"), (At(clinic, "name"), At(clinic, "address.0.city")));
        if (inOrder.Length + inRequest.Length > 0)
            Assert.Equal("Vole", At(Resource(bundle, At(role, "practitioner.reference")), "name.0.family"));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("5~6")]
    public void Who_observed_is_kept_however_many_values_there_are(string values)
    {
        JsonElement bundle = Bundle(Result, Patient, "OBR|1|P1|F1|718-7^Hb^LN|||||||||||||||||||||F", $"OBX|1|NM|718-7^Hb^LN||{values}||||||F|||||7^Vole^Vera");
        Assert.Contains(All(bundle, "Practitioner"), each => At(each, "name.0.family") == "Vole");
    }

    [Theory]
    [InlineData("eng^English^ISO639", "en", "urn:ietf:bcp:47")]
    [InlineData("deu", "de", "urn:ietf:bcp:47")]
    [InlineData("fre", "fr", "urn:ietf:bcp:47")]
    [InlineData("cym^Welsh^HL70296", "cy", "urn:ietf:bcp:47")]
    [InlineData("gsw^Swiss German^L", "gsw", "L")]
    public void A_language_of_three_letters_is_that_of_two_where_there_is_one(string language, string code, string system)
    {
        JsonElement patient = One(Bundle(Header, "EVN||20260301", $"{Patient}||||||||||{language}"), "Patient");
        Assert.Equal((code, system), (At(patient, "communication.0.language.coding.0.code"), At(patient, "communication.0.language.coding.0.system")));
    }

    [Theory]
    [InlineData("SPO^Spouse", "RelatedPerson")]
    [InlineData("SEL^Self", "Patient")]
    public void Who_is_insured_in_an_order_is_who_the_insurance_says(string relation, string kind)
    {
        JsonElement bundle = Bundle("MSH|^~\\&|WARD|NORTH|LAB|SOUTH|20260301101500+0100||OML^O21^OML_O21|O1|P|2.5.1", Patient, $"IN1|1|GOLD|I1|Insurer||||||||||||Shrew^Sam|{relation}", "ORC|NW|P1", "OBR|1|P1||718-7^Hb^LN");
        JsonElement coverage = One(bundle, "Coverage");
        Assert.Equal(kind, At(Resource(bundle, At(coverage, "subscriber.reference")), "resourceType"));
        Assert.Equal("Patient", At(Resource(bundle, At(coverage, "beneficiary.reference")), "resourceType"));
    }

    [Fact]
    public void A_charge_is_the_price_of_all_items_and_of_the_patients_account()
    {
        JsonElement bundle = Bundle("MSH|^~\\&|BILL|NORTH|FIN|SOUTH|20260301101500+0100||DFT^P03^DFT_P03|D1|P|2.5.1", "EVN||20260301", $"{Patient}|||||||||||||AC1", "PV1|1|I", "FT1|1|||20260301||CG|1^X-ray^L|||2|100&USD|50&USD", "FT1|2|||20260301||CG|2^Bandage^L|||2||50&USD", "DG1|1||J45^Asthma^I10");
        JsonElement[] charges = [.. All(bundle, "ChargeItem")];
        Assert.Equal(["100", ""], charges.Select(each => At(each, "priceOverride.value")));
        Assert.All(charges, each => Assert.Equal("Account", At(Resource(bundle, At(each, "account.0.reference")), "resourceType")));
        // The diagnosis stands after the charges, and is of the one visit and patient all the same.
        JsonElement visit = Assert.Single(All(bundle, "Encounter"));
        Assert.Equal("J45", At(Resource(bundle, At(visit, "diagnosis.0.condition.reference")), "code.coding.0.code"));
        Assert.Single(All(bundle, "Patient"));
    }

    [Fact]
    public void Every_part_of_a_family_name_is_kept()
    {
        JsonElement patient = One(Bundle(Header, "EVN||20260301", "PID|1||4711||Mole&van&Mole&de&Vole^Mary"), "Patient");
        Assert.Equal(
            ["humanname-own-prefix van", "humanname-own-name Mole", "humanname-partner-prefix de", "humanname-partner-name Vole"],
            patient.GetProperty("name")[0].GetProperty("_family").GetProperty("extension").EnumerateArray().Select(each => $"{At(each, "url").Split('/')[^1]} {At(each, "valueString")}"));
    }

    [Theory]
    [InlineData("T06", "appends")]
    [InlineData("T10", "replaces")]
    [InlineData("T02", "")]
    public void A_document_says_what_it_adds_to_or_stands_in_the_place_of(string trigger, string code)
    {
        JsonElement bundle = Bundle($"MSH|^~\\&|DOC|NORTH|EHR|SOUTH|20260301101500+0100||MDM^{trigger}^MDM_T02|M1|P|2.5.1", "EVN||20260301", Patient, "PV1|1|I", "TXA|1|DS|TX|||||||||D2|D1||||AU||AV", "OBX|1|TX|1^Text^L||Well||||||F");
        JsonElement document = One(bundle, "DocumentReference");
        Assert.Equal((code, code.Length > 0 ? "D1" : "", "final"), (At(document, "relatesTo.0.code"), At(document, "relatesTo.0.target.identifier.value"), At(document, "docStatus")));
    }

    [Fact]
    public void A_code_in_the_alternate_components_alone_is_looked_up_too() =>
        Assert.Equal("UR", At(One(Bundle(Header, "EVN||20260301", Patient, "PV1|1|I", $"PV2|{new string('|', 24)}^^^2^Urgent^HL70217"), "Encounter"), "priority.coding.0.code"));

    [Fact]
    public void Resources_of_an_appointment_take_part_as_far_as_they_are_booked()
    {
        JsonElement bundle = Bundle("MSH|^~\\&|SCH|NORTH|EHR|SOUTH|20260301101500+0100||SIU^S12^SIU_S12|S1|P|2.5.1", "SCH|A1|B1", Patient, "RGS|1", "AIP|1||7^Vole^Vera|||20260305090000+0000|||20|min||Booked", "AIL|1||W1^2|||20260305090000+0000|||20|min||Cancelled");
        JsonElement appointment = One(bundle, "Appointment");
        Assert.Equal(["accepted", "declined"], appointment.GetProperty("participant").EnumerateArray().Select(each => At(each, "status")).Where(status => status is "accepted" or "declined").Order(StringComparer.Ordinal));
    }
}
