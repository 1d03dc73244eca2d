using System.Text.Json;
using static Hub.Formats.Tests.Fhir.Mapping.Bundles;

namespace Hub.Formats.Tests.Fhir.Mapping;

/// <summary>Messages that join patients, accounts and visits, and numbers that change.</summary>
public sealed class FhirMergeTests
{
    private const string Kept = "PID|1||4711^^^NORTH^MR||Mole^Mary";
    private const string Gone = "MRG|815^^^NORTH^MR||A7^^^NORTH^AN||V9^^^NORTH^VN||Mole^Marie";

    [Theory]
    [InlineData("A40", "ADT_A39")]
    [InlineData("A34", "ADT_A30")]
    [InlineData("A18", "ADT_A18")]
    public void Of_two_patients_that_are_joined_each_names_the_other(string trigger, string structure)
    {
        JsonElement bundle = Bundle(Of(trigger, structure), "EVN||20260301", Kept, Gone);
        JsonElement[] patients = [.. All(bundle, "Patient")];
        Assert.Equal(2, patients.Length);
        JsonElement kept = patients.Single(each => At(each, "identifier.0.value") == "4711");
        JsonElement gone = patients.Single(each => At(each, "identifier.0.value") == "815");
        Assert.Equal(("replaces", $"urn:uuid:{At(gone, "id")}"), (At(kept, "link.0.type"), At(kept, "link.0.other.reference")));
        Assert.Equal(("replaced-by", $"urn:uuid:{At(kept, "id")}"), (At(gone, "link.0.type"), At(gone, "link.0.other.reference")));
        Assert.Equal(("False", "Marie"), (At(gone, "active"), At(gone, "name.0.given.0")));
        Assert.Equal("", At(kept, "active"));
    }

    [Fact]
    public void Each_pair_of_a_message_is_joined_on_its_own()
    {
        JsonElement bundle = Bundle(Of("A40", "ADT_A39"), "EVN||20260301", Kept, Gone, "PID|2||12^^^NORTH^MR||Vole^Vera", "MRG|13^^^NORTH^MR");
        Dictionary<string, JsonElement> patients = All(bundle, "Patient").ToDictionary(each => At(each, "identifier.0.value"));
        Assert.Equal(4, patients.Count);
        Assert.Equal($"urn:uuid:{At(patients["13"], "id")}", At(patients["12"], "link.0.other.reference"));
        Assert.Equal($"urn:uuid:{At(patients["815"], "id")}", At(patients["4711"], "link.0.other.reference"));
    }

    [Fact]
    public void A_number_that_changes_is_an_old_one_of_the_same_patient()
    {
        JsonElement patient = Assert.Single(All(Bundle(Of("A47", "ADT_A30"), "EVN||20260301", Kept, Gone), "Patient"));
        JsonElement old = patient.GetProperty("identifier").EnumerateArray().Single(each => At(each, "use") == "old");
        Assert.Equal("815", At(old, "value"));
    }

    [Fact]
    public void A_visit_that_is_joined_keeps_its_old_number()
    {
        JsonElement bundle = Bundle(Of("A42", "ADT_A39"), "EVN||20260301", Kept, Gone, "PV1|1|I|||||||||||||||||V10^^^NORTH^VN");
        JsonElement visit = Assert.Single(All(bundle, "Encounter"));
        Assert.Equal(["V10", "V9"], visit.GetProperty("identifier").EnumerateArray().Select(each => At(each, "value")).Order(StringComparer.Ordinal));
        Assert.Single(All(bundle, "Patient"));
        Assert.Contains(All(bundle, "Account"), each => At(each, "identifier.0.value") == "A7");
    }

    private static string Of(string trigger, string structure) => $"MSH|^~\\&|WARD|NORTH|LAB|SOUTH|20260301101500+0100||ADT^{trigger}^{structure}|C1|P|2.5.1";
}
