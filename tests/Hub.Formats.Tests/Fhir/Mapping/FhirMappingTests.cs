using System.Text.Json;
using Hub.Formats.Fhir.Mapping;
using static Hub.Formats.Tests.Fhir.Mapping.Bundles;

namespace Hub.Formats.Tests.Fhir.Mapping;

/// <summary>Messages to bundles: what lands where, ids, references, and what no message may do.</summary>
public sealed class FhirMappingTests
{
    [Theory]
    [InlineData("PID|1||4711^^^NORTH^MR", "Patient", "identifier.0.value", "4711")]
    [InlineData("PID|1||4711^^^NORTH^MR", "Patient", "identifier.0.system", "NORTH")]
    [InlineData("PID|1||4711^^^&1.2.3.4&ISO^MR", "Patient", "identifier.0.system", "urn:oid:1.2.3.4")]
    [InlineData("PID|1||4711^^^NORTH^MR", "Patient", "identifier.0.type.coding.0.code", "MR")]
    [InlineData("PID|1||4711~4712", "Patient", "identifier.1.value", "4712")]
    [InlineData("PID|1||||Mole&van&Mole^Mary^Ann^Jr^Dr^^L", "Patient", "name.0.family", "Mole")]
    [InlineData("PID|1||||Mole^Mary^Ann^Jr^Dr^^L", "Patient", "name.0.given.1", "Ann")]
    [InlineData("PID|1||||Mole^Mary^Ann^Jr^Dr^^L", "Patient", "name.0.use", "official")]
    [InlineData("PID|1||||||19800214", "Patient", "birthDate", "1980-02-14")]
    [InlineData("PID|1||||||198002", "Patient", "birthDate", "1980-02")]
    [InlineData("PID|1||||||198002141030", "Patient", "_birthDate.extension.0.valueDateTime", "1980-02-14T10:30:00+01:00")]
    [InlineData("PID|1||||||19801350", "Patient", "birthDate", "")]
    [InlineData("PID|1|||||||F", "Patient", "gender", "female")]
    [InlineData("PID|1|||||||Q", "Patient", "gender", "")]
    [InlineData("PID|1||||||||||1&Long Lane^Flat 2^Leeds^^LS1^GBR^H", "Patient", "address.0.line.1", "Long Lane")]
    [InlineData("PID|1||||||||||1 Long Lane^^Leeds^^LS1^GBR^H", "Patient", "address.0.city", "Leeds")]
    [InlineData("PID|1||||||||||||5551234", "Patient", "telecom.0.use", "home")]
    [InlineData("PID|1||||||||||||5551234^PRN^PH", "Patient", "telecom.0.system", "phone")]
    [InlineData("PID|1||||||||||||^NET^Internet^a@b.example", "Patient", "telecom.0.value", "a@b.example")]
    [InlineData("PID|1|||||||||||||||M", "Patient", "maritalStatus.coding.0.code", "M")]
    [InlineData("PID|1|||||||||||||||||||||||N|2", "Patient", "multipleBirthInteger", "2")]
    [InlineData("PID|1||||||||||||||||||||||||||||20260228", "Patient", "deceasedDateTime", "2026-02-28")]
    [InlineData("PID|1||||||||||||||||||||||||||||\"\"|N", "Patient", "deceasedBoolean", "False")]
    [InlineData("PV1|1|I", "Encounter", "class.code", "IMP")]
    [InlineData("PV1|1|I", "Encounter", "status", "in-progress")]
    [InlineData("PV1|1|I|||||||||||||||||V7^^^NORTH", "Encounter", "identifier.0.value", "V7")]
    [InlineData("PV1|1|I|W1^2^3", "Location", "identifier.0.value", "3")]
    [InlineData("AL1|1|DA|PEN^Penicillin^L|SV|Rash", "AllergyIntolerance", "code.coding.0.code", "PEN")]
    [InlineData("AL1|1|DA|PEN^Penicillin^L|SV|Rash", "AllergyIntolerance", "reaction.0.severity", "severe")]
    [InlineData("DG1|1||J45^Asthma^I10||20260228", "Condition", "code.coding.0.system", "http://hl7.org/fhir/sid/icd-10")]
    [InlineData("PR1|1||123^Removal^L||20260228", "Procedure", "code.coding.0.code", "123")]
    public void A_value_lands_where_the_guide_says(string segment, string type, string path, string expected)
    {
        string[] before = segment.StartsWith("PID", StringComparison.Ordinal) ? [Header, "EVN||20260301"] : [Header, "EVN||20260301", "PID|1||4711^^^NORTH^MR"];
        JsonElement bundle = Bundle([.. before, segment]);
        Assert.Equal(expected, At(One(bundle, type), path));
    }

    [Theory]
    [InlineData("NM", "5.40", "mmol/L^^UCUM", "valueQuantity.value", "5.40")]
    [InlineData("NM", "+007", "", "valueQuantity.value", "7")]
    [InlineData("NM", "low", "", "valueQuantity.value", "")]
    [InlineData("NM", "5.40", "mmol/L^^UCUM", "valueQuantity.system", "http://unitsofmeasure.org")]
    [InlineData("ST", "clear", "", "valueString", "clear")]
    [InlineData("TX", "a\\.br\\b", "", "valueString", "a\nb")]
    [InlineData("CWE", "POS^Positive^L", "", "valueCodeableConcept.coding.0.code", "POS")]
    [InlineData("CE", "260373001^Detected^SCT", "", "valueCodeableConcept.coding.0.system", "http://snomed.info/sct")]
    [InlineData("DT", "20260228", "", "valueDateTime", "2026-02-28")]
    [InlineData("TM", "0930", "", "valueTime", "09:30:00")]
    [InlineData("SN", ">^5", "mg", "valueQuantity.comparator", ">")]
    [InlineData("SN", "^1^:^128", "", "valueRatio.denominator.value", "128")]
    [InlineData("NR", "3^5", "", "valueRange.high.value", "5")]
    [InlineData("DR", "20260101^20260201", "", "valuePeriod.end", "2026-02-01")]
    public void An_observation_has_the_value_of_its_type(string type, string value, string units, string path, string expected)
    {
        JsonElement bundle = Bundle(Result, "PID|1||4711^^^NORTH^MR", "OBR|1|P1|F1|GLU^Glucose^L|||20260228||||||||||||||||||F", $"OBX|1|{type}|GLU^Glucose^L||{value}|{units}|||||F");
        Assert.Equal(expected, At(One(bundle, "Observation"), path));
    }

    [Fact]
    public void Each_observation_of_each_order_is_in_its_own_report()
    {
        JsonElement bundle = Bundle(Result, "PID|1||4711", "OBR|1|P1|F1|A^A^L|||||||||||||||||||||F", "OBX|1|ST|X^X^L||one||||||F", "NTE|1||said of one", "OBX|2|ST|Y^Y^L||two||||||F", "OBR|2|P2|F2|B^B^L|||||||||||||||||||||F", "OBX|1|ST|Z^Z^L||three||||||F");
        Assert.Equal(["one", "two", "three"], All(bundle, "Observation").Select(each => At(each, "valueString")));
        Assert.Equal([2, 1], All(bundle, "DiagnosticReport").Select(each => each.GetProperty("result").GetArrayLength()));
        Assert.Equal("said of one", At(One(bundle, "Observation"), "note.0.text"));
        Assert.Equal(2, All(bundle, "ServiceRequest").Count());
    }

    [Fact]
    public void Repetitions_of_a_value_become_components()
    {
        JsonElement bundle = Bundle(Result, "PID|1||4711", "OBR|1|P1|F1|A^A^L|||||||||||||||||||||F", "OBX|1|NM|X^X^L||60~120|mmHg|||||F");
        JsonElement observation = One(bundle, "Observation");
        Assert.Equal(("60", "120"), (At(observation, "component.0.valueQuantity.value"), At(observation, "component.1.valueQuantity.value")));
        Assert.Equal("X", At(observation, "component.1.code.coding.0.code"));
    }

    [Fact]
    public void Every_reference_is_to_an_entry_of_the_bundle()
    {
        JsonElement bundle = Bundle(Header, "EVN||20260301|||77^Doe^Jane", "PID|1||4711^^^NORTH^MR~9^^^SSA^SS", "NK1|1|Mole^Max|SPO", "PV1|1|I|W1^2^3||||8^Gray^Ann|9^Reid^Bob", "DG1|1||J45^Asthma^I10||20260228||||||||||8^Gray^Ann");
        HashSet<string?> urls = [.. bundle.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("fullUrl").GetString())];
        Assert.Equal(bundle.GetProperty("entry").GetArrayLength(), urls.Count);
        List<string> references = [.. References(bundle)];
        Assert.True(references.Count > 8);
        Assert.All(references, reference => Assert.Contains(reference, urls));
    }

    [Fact]
    public void The_same_message_gives_the_same_bytes_and_the_same_patient_the_same_id()
    {
        string[] admitted = [Header, "PID|1||4711^^^NORTH^MR||Mole^Mary", "PV1|1|I"];
        string[] updated = [Header.Replace("|C1|", "|C2|", StringComparison.Ordinal), "PID|1||4711^^^NORTH^MR||Mole-Hill^Mary", "PV1|1|I"];
        Assert.Equal(Convert(null, admitted).Bundle!.Value.ToArray(), Convert(null, admitted).Bundle!.Value.ToArray());
        string id = At(One(Bundle(admitted), "Patient"), "id");
        Assert.Equal(id, At(One(Bundle(updated), "Patient"), "id"));
        Assert.Equal('5', Guid.Parse(id).ToString()[14]);
        Assert.NotEqual(id, At(One(Bundle(Header, "PID|1||4712^^^NORTH^MR"), "Patient"), "id"));
    }

    [Theory]
    [InlineData("PID|1||4711||SMITH^ANN", "PID|1||4711||JONES^BEN", true)]
    [InlineData("PID|1||||SMITH^ANN", "PID|1||||SMITH^ANN", false)]
    [InlineData("PID|1||4711^^^H1||SMITH^ANN", "PID|1||4711^^^H2||SMITH^ANN", false)]
    [InlineData("PID|1||47;11^^^H1||SMITH^ANN", "PID|1||47;12^^^H1||SMITH^ANN", false)]
    public void Two_patients_never_share_an_id_for_a_name_or_for_a_number_of_another_sender(string first, string second, bool isOneOfOneSender)
    {
        string other = Bundles.Header.Replace("|WARD|NORTH|", "|WARD|EAST|", StringComparison.Ordinal).Replace("|C1|", "|C2|", StringComparison.Ordinal);
        string same = Bundles.Header.Replace("|C1|", "|C2|", StringComparison.Ordinal);
        string Id(string header, string patient) => Bundles.At(Bundles.One(Bundles.Bundle(header, patient, "PV1|1|I"), "Patient"), "id");

        Assert.Equal(isOneOfOneSender, Id(Bundles.Header, first) == Id(same, second));
        if (!first.Contains("^^^", StringComparison.Ordinal))
            Assert.NotEqual(Id(Bundles.Header, first), Id(other, first));
    }

    [Fact]
    public void A_transaction_updates_by_identifier_creates_what_is_only_mentioned_and_says_each_thing_once()
    {
        JsonElement bundle = Parse(Convert(new() { Bundle = FhirBundleKind.Transaction, MetaSource = true }, Header, "PID|1||4711^^^NORTH^MR", "PV1|1|I|||||8^Gray^Ann^^^^^^NORTH|8^Gray^Ann^^^^^^NORTH"));
        Assert.Equal("transaction", At(bundle, "type"));
        Assert.Empty(All(bundle, "MessageHeader"));
        Assert.Empty(All(bundle, "Provenance"));
        Assert.Single(All(bundle, "Practitioner"));
        JsonElement patient = bundle.GetProperty("entry").EnumerateArray().Single(entry => At(entry, "resource.resourceType") == "Patient");
        Assert.Equal(("PUT", "Patient?identifier=NORTH|4711"), (At(patient, "request.method"), At(patient, "request.url")));
        Assert.Equal("urn:hl7v2:WARD:NORTH:C1", At(patient, "resource.meta.source"));
        JsonElement practitioner = bundle.GetProperty("entry").EnumerateArray().Single(entry => At(entry, "resource.resourceType") == "Practitioner");
        Assert.Equal(("POST", "identifier=NORTH|8"), (At(practitioner, "request.method"), At(practitioner, "request.ifNoneExist")));
    }

    [Fact]
    public void A_collection_has_no_requests_and_Provenance_only_on_request()
    {
        JsonElement bundle = Parse(Convert(new() { Bundle = FhirBundleKind.Collection, Provenance = true }, Header, "PID|1||4711^^^NORTH^MR"));
        Assert.Equal("collection", At(bundle, "type"));
        Assert.All(bundle.GetProperty("entry").EnumerateArray(), entry => Assert.False(entry.TryGetProperty("request", out _)));
        Assert.NotEmpty(All(bundle, "Provenance"));
    }

    [Fact]
    public void E08_Null_is_left_out_and_is_no_value()
    {
        JsonElement patient = One(Bundle(Header, "PID|1||4711^^^NORTH^MR||\"\"|||\"\"||||||||\"\""), "Patient");
        Assert.False(patient.TryGetProperty("name", out _));
        Assert.False(patient.TryGetProperty("gender", out _));
        Assert.False(patient.TryGetProperty("maritalStatus", out _));
    }

    [Theory]
    [InlineData("20260301101500", "Europe/Madrid", "2026-03-01T10:15:00+01:00")]
    [InlineData("20260701101500", "Europe/Madrid", "2026-07-01T10:15:00+02:00")]
    [InlineData("20260701101500-0400", "Europe/Madrid", "2026-07-01T10:15:00-04:00")]
    public void Times_without_a_zone_have_that_of_the_header_or_the_setting(string time, string zone, string expected)
    {
        FhirMappingOptions options = new() { Zone = TimeZoneInfo.FindSystemTimeZoneById(zone) };
        JsonElement bundle = Parse(Convert(options, Header.Replace("20260301101500+0100", "20260301", StringComparison.Ordinal), "PID|1||4711", $"PV1|1|I{new string('|', 42)}{time}"));
        Assert.Equal(expected, At(One(bundle, "Encounter"), "period.start"));
    }

    [Fact]
    public void What_cannot_be_carried_over_is_told_without_its_value()
    {
        FhirConversion conversion = Convert(null, Header, "PID|1||4711||Mole^Mary||19801350|Q", "ZZZ|1");
        Assert.NotNull(conversion.Bundle);
        Assert.Contains(conversion.Problems, problem => problem is { Place: "PID[1]-7", Element: "birthDate" });
        Assert.Contains(conversion.Problems, problem => problem is { Place: "PID[1]-8", Element: "gender" });
        Assert.Contains(conversion.Problems, problem => problem.Place == "ZZZ");
        Assert.DoesNotContain(conversion.Problems, problem => problem.Text.Contains("19801350", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("MSH|^~\\&")]
    [InlineData("MSH|^~\\&|||||||XXX^Y99")]
    [InlineData("MSH|^~\\&|A|B|C|D|99999999||ADT^A01|\"\"|P|9.9|||||||||||||||||")]
    public void Hardly_a_message_still_becomes_a_valid_bundle(string header) => Assert.Equal("message", At(Bundle(header, "PID", "PV1|", "OBX|~~~^^^&&&|NM|||^~&|"), "type"));

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => member.Name == "reference" ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
