using System.Text.Json;
using Hub.Formats.Fhir.Mapping;
using static Hub.Formats.Tests.Fhir.Mapping.Bundles;

namespace Hub.Formats.Tests.Fhir.Mapping;

/// <summary>Two fields that the guide sends to one place, and what a message takes back or denies. Invented messages, each bundle valid.</summary>
public sealed class FhirKeptTests
{
    private const string Patient = "PID|1||4711^^^NORTH^MR||Mole^Mary";

    [Fact]
    public void The_accession_number_of_a_specimen_stands_beside_the_fillers_number()
    {
        JsonElement specimen = One(Bundle(Result.Replace("ORU^R01^ORU_R01", "OUL^R22^OUL_R22", StringComparison.Ordinal), Patient, $"SPM|1|PL1^FI1||BLD^Blood^L{new string('|', 27)}ACC9|SHIP7", "OBR|1|P1|F1|718-7^Hb^LN|||||||||||||||||||||F"), "Specimen");
        Assert.Equal([" ACC9", "FGN FI1", "PGN PL1", "SHIP SHIP7"], specimen.GetProperty("identifier").EnumerateArray().Select(each => $"{At(each, "type.coding.0.code")} {At(each, "value")}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_number_of_who_is_insured_does_not_take_the_place_of_the_subscribers()
    {
        JsonElement coverage = One(Bundle(Header, "EVN||20260301", Patient, "PV1|1|I", $"IN1|1|GOLD|I1|Insurer||||||19^^^NORTH^SN{new string('|', 39)}55^^^NORTH^PN"), "Coverage");
        Assert.Equal(["19", "55"], coverage.GetProperty("extension").EnumerateArray().Select(each => At(each, "valueIdentifier.value")).Where(value => value.Length > 0));
    }

    [Fact]
    public void The_handling_of_a_message_stands_beside_its_confidentiality() =>
        Assert.Equal(["R", "HAND"], One(Bundle($"{Header}{new string('|', 14)}R|HAND", "EVN||20260301", Patient), "MessageHeader").GetProperty("meta").GetProperty("security").EnumerateArray().Select(each => At(each, "code")));

    [Theory]
    [InlineData("CG", 1)]
    [InlineData("", 1)]
    [InlineData("PY", 0)]
    [InlineData("CD", 0)]
    [InlineData("AJ", 0)]
    [InlineData("CO", 0)]
    public void A_payment_a_credit_and_an_adjustment_are_no_charge(string kind, int charges)
    {
        FhirConversion conversion = Convert(null, "MSH|^~\\&|BILL|NORTH|FIN|SOUTH|20260301101500+0100||DFT^P03^DFT_P03|D1|P|2.5.1", "EVN||20260301", Patient, "PV1|1|I", $"FT1|1|||20260301||{kind}|1^X-ray^L|||2|100&USD|50&USD");
        Assert.Equal(charges, All(Parse(conversion), "ChargeItem").Count());
    }

    [Theory]
    [InlineData("ORU^R01^ORU_R01", "AD", true)]
    [InlineData("ORU^R01^ORU_R01", "DE", false)]
    [InlineData("ORU^R01^ORU_R01", "UN", false)]
    [InlineData("OUL^R22^OUL_R22", "AD", true)]
    [InlineData("OUL^R22^OUL_R22", "DE", false)]
    public void A_participant_that_is_taken_away_takes_no_part_in_an_observation(string type, string action, bool isKept)
    {
        JsonElement bundle = Bundle([Result.Replace("ORU^R01^ORU_R01", type, StringComparison.Ordinal), Patient, .. type.StartsWith("OUL", StringComparison.Ordinal) ? ["SPM|1|S1||BLD^Blood^L"] : Array.Empty<string>(), "OBR|1|P1|F1|718-7^Hb^LN|||||||||||||||||||||F", "OBX|1|NM|718-7^Hb^LN||13||||||F", $"PRT|1|{action}||RO^Operator^HL70912|8^Gone^Gus||||W1|D1"]);
        JsonElement observation = One(bundle, "Observation");
        Assert.Equal((isKept, isKept), (observation.TryGetProperty("performer", out _), observation.TryGetProperty("device", out _)));
        Assert.Equal(isKept, All(bundle, "Practitioner").Any(each => At(each, "name.0.family") == "Gone"));
    }

    [Theory]
    [InlineData("AD", true)]
    [InlineData("DE", false)]
    public void A_participant_who_orders_is_the_requester_unless_taken_away(string action, bool isKept)
    {
        JsonElement request = One(Bundle(Result, Patient, "ORC|RE|P1|F1", $"PRT|1|{action}||OP^Ordering^HL70912|8^Gray^Greta", "OBR|1|P1|F1|718-7^Hb^LN|||||||||||||||||||||F"), "ServiceRequest");
        Assert.Equal(isKept, request.TryGetProperty("requester", out _));
    }

    [Theory]
    [InlineData("AD", true)]
    [InlineData("DE", false)]
    public void A_general_practitioner_that_is_taken_away_is_none(string action, bool isKept)
    {
        foreach (string header in (string[])[Result, Header])
        {
            JsonElement bundle = Bundle([header, .. header == Header ? ["EVN||20260301"] : Array.Empty<string>(), Patient, $"PRT|1|{action}||PP^Primary^HL70912|8^Gray^Greta", "OBR|1|P1|F1|718-7^Hb^LN|||||||||||||||||||||F"]);
            Assert.Equal(isKept, All(bundle, "Practitioner").Any(each => At(each, "name.0.family") == "Gray"));
        }
    }

    [Theory]
    [InlineData("CP", "completed")]
    [InlineData("", "completed")]
    [InlineData("RE", "not-done")]
    [InlineData("XX", "")]
    public void A_vaccination_of_which_the_status_is_not_understood_is_not_said_to_be_done(string status, string expected)
    {
        JsonElement immunization = One(Bundle("MSH|^~\\&|GP|NORTH|REG|SOUTH|20260301101500+0100||VXU^V04^VXU_V04|V1|P|2.5.1", Patient, "ORC|RE||F1", $"RXA|0|1|20260301||88^Flu^CVX|999||||||||||||||{status}|A"), "Immunization");
        Assert.Equal((expected, expected.Length > 0 ? "" : "unknown"), (At(immunization, "status"), At(immunization, "_status.extension.0.valueCode")));
    }
}
