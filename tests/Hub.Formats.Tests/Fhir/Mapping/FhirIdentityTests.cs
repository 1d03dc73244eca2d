using System.Text.Json;
using Hub.Formats.Fhir.Mapping;
using Hub.Formats.Hl7V2;
using Hub.Testing;
using static Hub.Formats.Tests.Fhir.Mapping.Bundles;

namespace Hub.Formats.Tests.Fhir.Mapping;

/// <summary>What two things have in common is never the key of both: nobody's data is written over that of another, and nothing that differs is lost.</summary>
public sealed class FhirIdentityTests
{
    private const string Patient = "PID|1||4711^^^NORTH^MR||Mole^Mary";
    private const string Order = "MSH|^~\\&|WARD|NORTH|LAB|SOUTH|20260301101500+0100||OML^O21^OML_O21|O1|P|2.5.1";

    [Theory]
    [InlineData(FhirBundleKind.Message)]
    [InlineData(FhirBundleKind.Transaction)]
    public void Patients_of_one_plan_and_one_guarantor_share_neither_a_resource_nor_an_address(FhirBundleKind kind)
    {
        JsonElement Of(string number) => Parse(Convert(new() { Bundle = kind }, Header, "EVN||20260301", $"PID|1||{number}^^^NORTH^MR||Mole^Mary", "PV1|1|I", "GT1|1|G1^^^NORTH|Shrew^Sam", "IN1|1|GOLD^Gold^L|I1|Insurer"));
        string[] Keys(JsonElement bundle, string type) => [.. bundle.GetProperty("entry").EnumerateArray().Where(entry => At(entry, "resource.resourceType") == type).SelectMany(entry => (string[])[At(entry, "resource.id"), At(entry, "request.url")]).Where(key => key.Length > 0)];

        (JsonElement one, JsonElement other) = (Of("4711"), Of("4712"));
        foreach (string type in (string[])["Coverage", "RelatedPerson"])
        {
            Assert.NotEmpty(Keys(one, type));
            Assert.Empty(Keys(one, type).Intersect(Keys(other, type)));
            Assert.Equal(Keys(one, type), Keys(Of("4711"), type));
        }
    }

    [Theory]
    [InlineData("SPO", false)]
    [InlineData("SEL", true)]
    public void Numbers_of_an_insurance_are_the_patients_when_the_patient_is_insured_and_never_the_key(string relation, bool isOwn)
    {
        JsonElement bundle = Transaction(Header, "EVN||20260301", "PID|1||4711^^^^MR||Mole^Mary", "PV1|1|I", $"IN1|1|GOLD|I1|Insurer||||||||||||Shrew^Sam|{relation}", "IN2||||||HIN77||||MI8");
        JsonElement patient = Entry(bundle, "Patient");
        Assert.Equal(("PUT", $"Patient/{At(patient, "resource.id")}"), (At(patient, "request.method"), At(patient, "request.url")));
        string[] numbers = [.. patient.GetProperty("resource").GetProperty("identifier").EnumerateArray().Select(each => At(each, "value"))];
        Assert.Equal(isOwn ? ["4711", "HIN77", "MI8"] : ["4711"], numbers);
        Assert.Equal("", At(Entry(bundle, "Coverage"), "resource.identifier.0.system"));
    }

    [Fact]
    public void Of_two_insurances_outside_a_group_each_second_part_belongs_to_its_first()
    {
        JsonElement bundle = Bundle(Result, Patient, "OBR|1|P1|F1|718-7^Hb^LN|||||||||||||||||||||F", "IN1|1|GOLD|I1|Insurer||||||||||||Mole^Mary|SEL", "IN2||||||OWN1", "IN1|2|BLUE|I2|Other||||||||||||Shrew^Sam|SPO", "IN2||||||HIS2");
        Assert.Equal(["4711", "OWN1"], One(bundle, "Patient").GetProperty("identifier").EnumerateArray().Select(each => At(each, "value")));
    }

    [Fact]
    public void A_patient_is_who_PID_3_says_whatever_other_numbers_there_are()
    {
        JsonElement bundle = Transaction(Header, "EVN||20260301", "PID|1|X1^^^OTHER|4711^^^NORTH^MR||Mole^Mary||||||||||||||123-45-6789");
        Assert.Equal("Patient?identifier=NORTH|4711", At(Entry(bundle, "Patient"), "request.url"));
        Assert.Equal(At(One(Transaction(Header, "EVN||20260301", Patient), "Patient"), "id"), At(One(bundle, "Patient"), "id"));
    }

    [Fact]
    public void Orders_of_one_placer_number_are_two_orders_with_their_own_reports_and_results()
    {
        JsonElement bundle = Transaction(Result, Patient, "ORC|RE|P1^WARD", "OBR|1|P1^WARD||A^First^L|||||||||||||||||||||F", "OBX|1|NM|1^One^L||1||||||F", "ORC|RE|P1^WARD", "OBR|2|P1^WARD||B^Second^L|||||||||||||||||||||F", "OBX|1|NM|2^Two^L||2||||||F");
        foreach (string type in (string[])["ServiceRequest", "DiagnosticReport"])
            Assert.Equal(["A", "B"], All(bundle, type).Select(each => At(each, "code.coding.0.code")));
        string[] observed = [.. bundle.GetProperty("entry").EnumerateArray().Where(entry => At(entry, "resource.resourceType") == "Observation").Select(entry => At(entry, "fullUrl"))];
        Assert.Equal(observed, All(bundle, "DiagnosticReport").Select(each => At(each, "result.0.reference")));
        Assert.Empty(Twice(bundle));
    }

    [Fact]
    public void The_second_of_two_orders_is_the_same_when_it_comes_alone()
    {
        string[] second = ["ORC|NW|P1^WARD", "OBR|2|P1^WARD||B^Second^L"];
        JsonElement both = Transaction([Order, Patient, "ORC|NW|P1^WARD", "OBR|1|P1^WARD||A^First^L", .. second]);
        JsonElement alone = Transaction([Order, Patient, .. second]);
        Assert.Equal(At(All(both, "ServiceRequest").Single(each => At(each, "code.coding.0.code") == "B"), "id"), At(One(alone, "ServiceRequest"), "id"));
    }

    [Fact]
    public void Two_that_differ_under_one_number_and_code_are_kept_with_what_refers_to_each()
    {
        string[] Run(string note) => ["ORC|RE|P1^WARD|F1^LAB", $"OBR|1|P1^WARD|F1^LAB|A^First^L|||||||||||||||||||||F||||||{note}", "OBX|1|NM|1^One^L||1||||||F"];
        JsonElement bundle = Transaction([Result, Patient, .. Run("left"), .. Run("right"), .. Run("left")]);
        Assert.Equal(["left", "right"], All(bundle, "ServiceRequest").Select(each => string.Join(',', Words(each).Where(word => word is "left" or "right"))));
        Assert.Equal(3, All(bundle, "Observation").Count());
    }

    [Theory]
    [InlineData("ADT^A08^ADT_A01", "PUT", "PUT")]
    [InlineData("ORU^R01^ORU_R01", "POST", "POST")]
    [InlineData("OML^O21^OML_O21", "POST", "POST")]
    [InlineData("VXU^V04^VXU_V04", "POST", "POST")]
    [InlineData("MDM^T02^MDM_T02", "POST", "POST")]
    [InlineData("DFT^P03^DFT_P03", "POST", "POST")]
    [InlineData("BAR^P01^BAR_P01", "POST", "PUT")]
    public void Who_a_message_is_not_about_is_created_when_absent_and_never_replaced(string type, string patient, string account)
    {
        JsonElement bundle = Transaction(Header.Replace("ADT^A01^ADT_A01", type, StringComparison.Ordinal), "EVN||20260301", $"{Patient}|||||||||||||A7^^^NORTH^AN", "PV1|1|I|||||||||||||||||V1^^^NORTH^VN", "ORC|RE|P1^WARD|F1^LAB", "OBR|1|P1^WARD|F1^LAB|A^First^L|||||||||||||||||||||F");
        foreach ((string of, string number, string method) in new[] { ("Patient", "4711", patient), ("Encounter", "V1", patient), ("Account", "A7", account) })
        {
            JsonElement entry = Entry(bundle, of);
            Assert.Equal((method, method == "PUT" ? $"{of}?identifier=NORTH|{number}" : of, method == "PUT" ? "" : $"identifier=NORTH|{number}"), (At(entry, "request.method"), At(entry, "request.url"), At(entry, "request.ifNoneExist")));
        }
    }

    [Fact]
    public void Diagnoses_of_one_code_are_apart_by_their_kind_date_and_visit()
    {
        string[] Of(string visit) => [Header, "EVN||20260301", Patient, $"PV1|1|I|||||||||||||||||{visit}^^^NORTH^VN", "DG1|1||J45^Asthma^I10||20260101|A", "DG1|2||J45^Asthma^I10||20260102|W", "DG1|3||J45^Asthma^I10||20260103|F"];
        JsonElement bundle = Transaction(Of("V1"));
        Assert.Equal(["2026-01-01", "2026-01-02", "2026-01-03"], All(bundle, "Condition").Select(each => At(each, "onsetDateTime")));
        string[] ids = [.. All(bundle, "Condition").Select(each => At(each, "id"))];
        Assert.Equal(3, ids.Distinct().Count());
        Assert.Equal(ids, All(Transaction(Of("V1")), "Condition").Select(each => At(each, "id")));
        Assert.Empty(ids.Intersect(All(Transaction(Of("V2")), "Condition").Select(each => At(each, "id"))));
    }

    [SkippableFact]
    public void No_transaction_of_the_corpus_has_an_address_twice_or_loses_a_resource()
    {
        _ = Corpus.Need("v2-to-fhir");
        List<string> wrong = [];
        foreach (string file in Corpus.Hl7Files())
        {
            if (Hl7Message.Parse(File.ReadAllBytes(file), out _) is not { } message || FhirMapping.Guide.Convert(message, new() { Bundle = FhirBundleKind.Transaction }).Bundle is not { } bytes)
                continue;
            JsonElement bundle = JsonDocument.Parse(bytes).RootElement;
            wrong.AddRange(Twice(bundle).Select(address => $"{file}: {address} twice"));
            JsonElement whole = JsonDocument.Parse(FhirMapping.Guide.Convert(message, new() { Provenance = false }).Bundle!.Value).RootElement;
            HashSet<string> kept = [.. Contents(bundle)];
            wrong.AddRange(Contents(whole).Distinct().Where(content => !kept.Contains(content)).Select(content => $"{file}: lost {content}"));
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count}\n{string.Join('\n', wrong.Take(20))}");
    }

    // What resources say, but for what they refer to; of what is only mentioned the first mention is kept.
    private static IEnumerable<string> Contents(JsonElement bundle) =>
        bundle.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource"))
            .Where(resource => At(resource, "resourceType") is not ("MessageHeader" or "Patient" or "Organization" or "Practitioner" or "Location" or "Device" or "PractitionerRole" or "Medication"))
            .Select(resource => string.Join('|', Words(resource)));

    private static IEnumerable<string> Words(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Where(member => member.Name is not ("id" or "reference")).SelectMany(member => Words(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Words),
        _ => [element.ToString()],
    };

    private static IEnumerable<string> Twice(JsonElement bundle) => bundle.GetProperty("entry").EnumerateArray()
        .SelectMany(entry => (string[])[At(entry, "request.method") == "PUT" ? At(entry, "request.url") : $"{At(entry, "request.url")}?{At(entry, "request.ifNoneExist")}", At(entry, "fullUrl")])
        .CountBy(address => address).Where(each => each.Value > 1).Select(each => each.Key);

    private static JsonElement Entry(JsonElement bundle, string type) => bundle.GetProperty("entry").EnumerateArray().First(entry => At(entry, "resource.resourceType") == type);
}
