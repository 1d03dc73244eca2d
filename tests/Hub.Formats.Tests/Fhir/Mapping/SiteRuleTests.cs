using System.Text.Json;
using Hub.Formats.Fhir.Mapping;
using static Hub.Formats.Tests.Fhir.Mapping.Bundles;

namespace Hub.Formats.Tests.Fhir.Mapping;

/// <summary>A site's own rules over the guide's, and each mistake in them.</summary>
public sealed class SiteRuleTests
{
    private static readonly string[] s_message = [Header, "PID|1||4711^^^NORTH^MR||Mole^Mary|||Q", "ZPI|1|hazelnut|NW"];

    [Fact]
    public void A_rule_takes_the_place_of_the_one_with_its_source_and_target()
    {
        JsonElement patient = One(Map("segment PID Patient\nrule PID-8 | | gender | CWE[code] | Sexes\ncodes Sexes\ncode Q | | | other | Other |"), "Patient");
        Assert.Equal("other", At(patient, "gender"));
    }

    [Fact]
    public void A_code_is_added_to_a_table_of_the_guide() =>
        Assert.Equal("unknown", At(One(Map("codes AdministrativeSex\ncode Q | HL70001 | | unknown"), "Patient"), "gender"));

    [Theory]
    [InlineData("99LAB", "99LAB", true)]
    [InlineData("L", "L", true)]
    [InlineData("", "99LAB", true)]
    [InlineData("", "L", true)]
    [InlineData("99LAB", "L", false)]
    [InlineData("99LAB", "99OTHER", false)]
    public void A_table_of_the_site_translates_its_local_codes(string table, string system, bool isTranslated)
    {
        string rules = $"codes LabTests\ncode HB | {table} | | 718-7 | Hemoglobin | http://loinc.org\nsegment OBX Observation\nrule OBX-3 | | code | CWE[CodeableConcept] | LabTests";
        string[] message = ["MSH|^~\\&|LAB|NORTH|WARD|SOUTH|20260301101500+0100||ORU^R01^ORU_R01|R1|P|2.5.1", "PID|1||4711||Mole^Mary", $"OBR|1|P1|F1|BC^Blood count^{system}|||20260301|||||||||||||||||||F", $"OBX|1|NM|HB^Hb^{system}||6.1|mmol/L|||||F"];
        JsonElement code = One(Map(rules, message), "Observation").GetProperty("code");
        string own = $"HB {system}";
        Assert.Equal(isTranslated ? $"718-7 http://loinc.org, {own}" : own, string.Join(", ", Codings(code)));
    }

    [Fact]
    public void A_segment_of_the_site_is_mapped_in_every_message()
    {
        JsonElement patient = One(Map("message *\nplace ZPI | 0 | -1\nmake | Patient[1] | ZPI[Patient]\nsegment ZPI Patient\nrule ZPI-2 | | extension[1].url | | | \"urn:north:allergy\"\nrule ZPI-2 | IF ZPI-3 EQUALS \"NW\" | extension[1].valueString | | | \"to \"+ZPI-2"), "Patient");
        Assert.Equal(("urn:north:allergy", "to hazelnut"), (At(patient, "extension.0.url"), At(patient, "extension.0.valueString")));
    }

    [Fact]
    public void A_rule_is_dropped() => Assert.Equal("", At(One(Map("segment PID Patient\ndrop PID-5"), "Patient"), "name.0.family"));

    [Theory]
    [InlineData("segment PID Patient\nrule PID-8 | | gendre", 2, "Patient of FHIR R4 has no gendre")]
    [InlineData("segment PID Patient\nrule PID-8 | IF PID-8 LIKES | gender", 2, "is no condition")]
    [InlineData("segment PID Patient\nrule PID-8 | | gender | XX[code]", 2, "There is no map XX[code]")]
    [InlineData("segment PID Patient\nrule PID-8 | | gender | | Nothing", 2, "There is no table of codes Nothing")]
    [InlineData("segment PID Patient\nrule PID-8 | | gender | | | female", 2, "is no text")]
    [InlineData("segment PID Patient\nrule PV1-8 | | gender", 2, "\"PV1-8\" is no field of PID")]
    [InlineData("segment PID Patient\nrule PID-8", 2, "A rule has a source")]
    [InlineData("segment PID Patient\nrule PID-8 | | name[x].given", 2, "number from 1")]
    [InlineData("segment PID Patient\nrule PID-8 | | generalPractitioner(Doctor)", 2, "is no resource")]
    [InlineData("segment PID Patient\nrule PID-8 | | gender(Encounter)", 2, "is no reference")]
    [InlineData("segment PID Patient\ndrop PID-999", 2, "has no rule from PID-999")]
    [InlineData("segment PID Person2", 1, "is no resource of FHIR R4")]
    [InlineData("rule PID-8 | | gender", 1, "stands under no map")]
    [InlineData("code A | | | b", 1, "stands under no table")]
    [InlineData("make | Patient[1] | PID[Patient]", 1, "stands under no message")]
    [InlineData("message ADT_A01\nmake | Patient[1]", 2, "stands under no place")]
    [InlineData("message ADT_A01\nplace PID\nmake | Nobody[1] | PID[Patient]", 3, "is no resource of FHIR R4")]
    [InlineData("message ADT_A01\nplace PID\nmake | Patient[1] | PID[Nothing]", 3, "There is no map PID[Nothing]")]
    [InlineData("message ADT_A01\nplace PID\nmake | Patient[1] | PV1[Encounter]", 3, "is no map of the segment PID")]
    [InlineData("message ADT_A01\nplace PID\nmake | Patient[1] | PID[Patient] | Patient[1].doctor.reference=Patient[1].id", 3, "cannot be set")]
    [InlineData("message ADT_A01\nend", 2, "ends no group")]
    [InlineData("message ADT_A01\ngroup NEW | 0 | -1", 2, "has no end")]
    [InlineData("codes New\ncode A | B", 2, "what it becomes")]
    [InlineData("segmnet PID Patient", 1, "begins no line of rules")]
    [InlineData("when no", 1, "needs an answer")]
    public void A_mistake_is_told_with_file_line_and_remedy(string text, int line, string expected)
    {
        Assert.Null(FhirMapping.Create([("maps/own.map", text)], out IReadOnlyList<FhirRuleProblem> problems));
        FhirRuleProblem problem = Assert.Single(problems);
        Assert.Equal(("maps/own.map", line), (problem.File, problem.Line));
        Assert.Contains(expected, problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_come_at_once()
    {
        _ = FhirMapping.Create([("a.map", "wrong\nsegment PID Patient\nrule PID-8 | | gendre"), ("b.map", "wrong")], out IReadOnlyList<FhirRuleProblem> problems);
        Assert.Equal(["a.map(1)", "a.map(3)", "b.map(1)"], problems.Select(problem => $"{problem.File}({problem.Line})").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Our_own_rules_have_no_mistake() => Assert.Empty(FhirMapping.Guide.Rules.ReadAll().Problems);

    private static JsonElement Map(string rules) => Map(rules, s_message);

    private static JsonElement Map(string rules, string[] message)
    {
        FhirMapping? mapping = FhirMapping.Create([("own.map", rules)], out IReadOnlyList<FhirRuleProblem> problems);
        Assert.True(mapping is not null, string.Join('\n', problems));
        return Parse(mapping!.Convert(Message(message), new()));
    }
}
