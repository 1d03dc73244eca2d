using Hub.Formats.Fhir.Validation;
using static Hub.Formats.Tests.Fhir.Validation.Resources;

namespace Hub.Formats.Tests.Fhir.Validation;

/// <summary>Structure: what may stand where, how often and in which shape.</summary>
public sealed class FhirStructureTests
{
    [Theory]
    [InlineData("\"id\":\"a-1.B\"")]
    [InlineData("\"active\":true,\"name\":[{\"use\":\"official\",\"family\":\"Prawf\",\"given\":[\"Gwen\",\"Mair\"]}]")]
    [InlineData("\"birthDate\":\"1980-02-29\",\"deceasedDateTime\":\"2026-03-01T12:30:00+00:00\"")]
    [InlineData("\"deceasedBoolean\":false,\"multipleBirthInteger\":2")]
    [InlineData("\"gender\":\"female\",\"_gender\":{\"extension\":[{\"url\":\"http://a.example/b\",\"valueCode\":\"F\"}]}")]
    [InlineData("\"_birthDate\":{\"extension\":[{\"url\":\"http://a.example/b\",\"valueBoolean\":true}]}")]
    [InlineData("\"name\":[{\"given\":[\"Gwen\",null],\"_given\":[null,{\"id\":\"x\",\"extension\":[{\"url\":\"http://a.example/b\",\"valueString\":\"y\"}]}]}]")]
    [InlineData("\"extension\":[{\"url\":\"http://a.example/b\",\"extension\":[{\"url\":\"part\",\"valueInteger\":1}]}]")]
    [InlineData("\"contained\":[{\"resourceType\":\"Organization\",\"id\":\"o\",\"name\":\"North\"}],\"managingOrganization\":{\"reference\":\"#o\"}")]
    [InlineData("\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><p>Gwen</p></div>\"}")]
    public void What_R4_allows_is_valid(string members) => Assert.Equal("", Told(Patient(members)));

    [Theory]
    [InlineData("\"nam\":[]", "3234 Patient.nam")]
    [InlineData("\"Active\":true", "3234 Patient.Active")]
    [InlineData("\"name\":[{\"resourceType\":\"Patient\",\"text\":\"x\"}]", "3234 Patient.name[0].resourceType")]
    [InlineData("\"_name\":[{}]", "3234 Patient._name")]
    [InlineData("\"deceased\":true", "3234 Patient.deceased")]
    [InlineData("\"deceasedString\":\"x\"", "3234 Patient.deceasedString")]
    [InlineData("\"fhir_comments\":[\"x\"]", "3234 Patient.fhir_comments")]
    [InlineData("\"a b <script>\":1", "3234 Patient.(a name that is none of FHIR)")]
    [InlineData("\"active\":true,\"active\":false", "3231 Patient.active")]
    [InlineData("\"name\":{\"text\":\"x\"}", "3235 Patient.name")]
    [InlineData("\"active\":[true]", "3235 Patient.active")]
    [InlineData("\"name\":[\"Gwen\"]", "3235 Patient.name[0]")]
    [InlineData("\"maritalStatus\":\"M\"", "3235 Patient.maritalStatus")]
    [InlineData("\"_gender\":\"x\"", "3235 Patient.gender")]
    [InlineData("\"contained\":[\"x\"]", "3235 Patient.contained[0]")]
    [InlineData("\"contained\":[{\"id\":\"x\"}]", "3233 Patient.contained[0]")]
    [InlineData("\"contained\":[{\"resourceType\":\"Patent\",\"id\":\"x\"}]", "3233 Patient.contained[0]")]
    [InlineData("\"deceasedBoolean\":true,\"deceasedDateTime\":\"2026\"", "3238 Patient.deceasedDateTime")]
    [InlineData("\"deceasedBoolean\":true,\"_deceasedDateTime\":{\"id\":\"x\"}", "3238 Patient.deceasedDateTime")]
    [InlineData("\"name\":[]", "3239 Patient.name")]
    [InlineData("\"name\":[{}]", "3239 Patient.name[0]")]
    [InlineData("\"language\":\"\"", "3239 Patient.language")]
    [InlineData("\"active\":null", "3244 Patient.active")]
    [InlineData("\"active\":null,\"_active\":{\"id\":\"x\"}", "3244 Patient.active")]
    [InlineData("\"name\":[{\"given\":[\"a\",null]}]", "3244 Patient.name[0].given[1]")]
    [InlineData("\"name\":[{\"given\":[\"a\",\"b\"],\"_given\":[{\"id\":\"x\"}]}]", "3244 Patient.name[0]._given")]
    [InlineData("\"link\":[{\"other\":{\"reference\":\"Patient/1\"}}]", "3236 Patient.link[0].type")]
    [InlineData("\"communication\":[{\"preferred\":true}]", "3236 Patient.communication[0].language")]
    [InlineData("\"extension\":[{\"valueString\":\"x\"}]", "3236 Patient.extension[0].url")]
    [InlineData("\"extension\":[{\"url\":\"http://a.example/b\"}]", "3245 Patient.extension[0]")]
    [InlineData("\"extension\":[{\"url\":\"http://a.example/b\",\"valueString\":\"x\",\"extension\":[{\"url\":\"c\",\"valueString\":\"x\"}]}]", "3245 Patient.extension[0]")]
    [InlineData("\"extension\":[{\"url\":\"ward\",\"valueString\":\"x\"}]", "3245 Patient.extension[0]")]
    [InlineData("\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"x\"},{\"resourceType\":\"Patient\",\"id\":\"x\"}],\"link\":[{\"type\":\"seealso\",\"other\":{\"reference\":\"#x\"}}]", "3256 Patient.contained[1]")]
    public void What_R4_forbids_is_told_with_its_place(string members, string told) => Assert.Equal(told, Told(Patient(members)));

    [Fact]
    public void All_problems_are_told_at_once() => Assert.Equal(
        "3234 Patient.nam; 3240 Patient.active; 3241 Patient.birthDate; 3247 Patient.gender; 3247 Patient.name[0].use; 3257 Patient.contact[0]",
        Told(Patient("\"nam\":1,\"active\":\"yes\",\"birthDate\":\"1.1.1980\",\"gender\":\"F\",\"name\":[{\"use\":\"CURRENT\"}],\"contact\":[{\"gender\":\"male\"}]")));

    [Theory]
    [InlineData("", "3230 ")]
    [InlineData("{", "3230 ")]
    [InlineData("{\"resourceType\":\"Patient\"} x", "3230 ")]
    [InlineData("{\"resourceType\":\"Patient\",}", "3230 ")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"\\ud800\"}", "3230 ")]
    [InlineData("{}", "3233 ")]
    [InlineData("[]", "3235 ")]
    [InlineData("\"Patient\"", "3235 ")]
    [InlineData("{\"resourceType\":7}", "3233 ")]
    [InlineData("{\"resourceType\":\"patient\"}", "3233 ")]
    [InlineData("{\"resourceType\":\"DomainResource\"}", "3233 ")]
    [InlineData("{\"resourceType\":\"HumanName\"}", "3233 ")]
    [InlineData("{\"resourceType\":\"Observation\",\"status\":\"final\"}", "3236 Observation.code")]
    [InlineData("{\"resourceType\":\"Observation\",\"code\":{\"text\":\"x\"}}", "3236 Observation.status")]
    [InlineData("{\"resourceType\":\"Extension\"}", "3233 ")]
    public void What_is_no_resource_is_told(string json, string told) => Assert.Equal(told, Told(json));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_told_and_a_mark_before_the_text_is_not()
    {
        Assert.Equal(3230, new FhirValidator().Validate(new byte[] { (byte)'{', 0xFF }).Single().Rule);
        Assert.Empty(new FhirValidator().Validate((byte[])[0xEF, 0xBB, 0xBF, .. "{\"resourceType\":\"Patient\",\"id\":\"1\"}"u8]));
    }

    [Fact]
    public void A_quantity_whose_profile_has_no_comparator_may_not_have_one()
    {
        Assert.Equal("", Told(Observation("\"valueQuantity\":{\"value\":1,\"comparator\":\"<\"}")));
        Assert.Equal("3237 Observation.referenceRange[0].low.comparator; 3257 Observation.referenceRange[0].low", Told(Observation("\"referenceRange\":[{\"low\":{\"value\":1,\"comparator\":\"<\"}}]")));
    }

    [Fact]
    public void What_an_element_refers_to_for_its_content_is_checked_as_that()
    {
        const string range = "\"component\":[{\"code\":{\"text\":\"y\"},\"referenceRange\":[{\"low\":{\"value\":1}}]}]";
        Assert.Equal("", Told(Observation(range)));
        Assert.Equal("3234 Observation.component[0].referenceRange[0].lowest", Told(Observation(range.Replace("low\":", "low\":{\"value\":0},\"lowest\":", StringComparison.Ordinal))));
    }

    [Fact]
    public void No_text_of_a_problem_holds_a_value_of_the_resource()
    {
        IReadOnlyList<FhirProblem> problems = Check(Patient("\"gender\":\"SECRET\",\"birthDate\":\"SECRET\",\"SECRET name\":1,\"active\":\"SECRET\",\"contained\":[{\"resourceType\":\"SECRET\"}],\"managingOrganization\":{\"reference\":\"SECRET\"},\"extension\":[{\"url\":\"SECRET\",\"valueString\":\"x\"}],\"text\":{\"status\":\"SECRET\",\"div\":\"<SECRET/>\"}"));
        Assert.True(problems.Count > 7);
        Assert.DoesNotContain(problems, problem => problem.ToString().Contains("SECRET", StringComparison.Ordinal));
    }
}
