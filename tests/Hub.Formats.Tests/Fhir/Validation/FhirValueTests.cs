using System.Text.Json;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Formats.Fhir.Validation;
using Hub.Testing;
using static Hub.Formats.Tests.Fhir.Validation.Resources;

namespace Hub.Formats.Tests.Fhir.Validation;

/// <summary>The forms of values, and codes.</summary>
public sealed class FhirValueTests
{
    [Theory]
    [InlineData("Boolean", "true", "")]
    [InlineData("Boolean", "\"true\"", "3240")]
    [InlineData("Integer", "-7", "")]
    [InlineData("Integer", "\"7\"", "3240")]
    [InlineData("Integer", "7.5", "3241")]
    [InlineData("Integer", "1e3", "3241")]
    [InlineData("Integer", "2147483648", "3243")]
    [InlineData("UnsignedInt", "-1", "3241")]
    [InlineData("Integer", "-0", "")]
    [InlineData("PositiveInt", "0", "3243")]
    [InlineData("Decimal", "1.50", "")]
    [InlineData("Decimal", "1e-7", "")]
    [InlineData("Decimal", "\"1.5\"", "3240")]
    [InlineData("String", "\" \\t\\n x\"", "")]
    [InlineData("String", "\"\"", "3239")]
    [InlineData("String", "\"a\\u0000b\"", "3241")]
    [InlineData("String", "7", "3240")]
    [InlineData("Code", "\"a b\"", "")]
    [InlineData("Code", "\"a  b\"", "3241")]
    [InlineData("Code", "\" a\"", "3241")]
    [InlineData("Id", "\"a-1.B\"", "")]
    [InlineData("Id", "\"a_1\"", "3241")]
    [InlineData("Uri", "\"urn:x:y\"", "")]
    [InlineData("Uri", "\"a b\"", "3241")]
    [InlineData("Oid", "\"urn:oid:1.2.840.0\"", "")]
    [InlineData("Oid", "\"1.2.840\"", "3241")]
    [InlineData("Oid", "\"urn:oid:1.02\"", "3241")]
    [InlineData("Uuid", "\"urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0\"", "")]
    [InlineData("Uuid", "\"urn:uuid:0C3151BD-1cbf-4d64-b04d-cd9187a4c6e0\"", "3241")]
    [InlineData("Base64Binary", "\"QUJD\\n REVG\"", "")]
    [InlineData("Base64Binary", "\"QUJ\"", "3241")]
    [InlineData("Base64Binary", "\"Q===\"", "3241")]
    [InlineData("Date", "\"2026\"", "")]
    [InlineData("Date", "\"2026-03\"", "")]
    [InlineData("Date", "\"2024-02-29\"", "")]
    [InlineData("Date", "\"2026-02-29\"", "3242")]
    [InlineData("Date", "\"2026-04-31\"", "3242")]
    [InlineData("Date", "\"2026-13\"", "3241")]
    [InlineData("Date", "\"0000\"", "3241")]
    [InlineData("Date", "\"20260301\"", "3241")]
    [InlineData("DateTime", "\"2026-03-01T12:30:00Z\"", "")]
    [InlineData("DateTime", "\"2026-03-01T12:30:60.5-14:00\"", "")]
    [InlineData("DateTime", "\"2026-03-01T12:30Z\"", "3241")]
    [InlineData("DateTime", "\"2026-03-01T12:30:00\"", "3241")]
    [InlineData("DateTime", "\"2026-03-01T24:00:00Z\"", "3241")]
    [InlineData("DateTime", "\"2026-03-01T12:30:00+14:30\"", "3241")]
    [InlineData("DateTime", "\"2026-02-30T12:30:00Z\"", "3242")]
    [InlineData("Instant", "\"2026-03-01\"", "3241")]
    [InlineData("Instant", "\"2026-03-01T12:30:00.123Z\"", "")]
    [InlineData("Time", "\"12:30:00\"", "")]
    [InlineData("Time", "\"12:30\"", "3241")]
    [InlineData("Time", "\"12:30:00Z\"", "3241")]
    public void Values_have_the_form_of_their_type(string type, string json, string told) =>
        Assert.Equal(told.Length == 0 ? "" : $"{told} Patient.extension[0].value", Told(Patient($"\"extension\":[{{\"url\":\"http://a.example/b\",\"value{type}\":{json}}}]")));

    [SkippableFact]
    public void Forms_are_those_of_the_expressions_of_R4()
    {
        using JsonDocument definitions = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Corpus.Need("fhir-r4"), "datatypes.json")));
        Dictionary<string, Regex> expressions = definitions.RootElement.GetProperty("structureDefinitions").EnumerateArray()
            .Where(type => type.GetProperty("kind").GetString() == "primitive-type")
            .SelectMany(type => type.GetProperty("elements").EnumerateArray().Where(element => element.GetProperty("path").GetString()!.EndsWith(".value", StringComparison.Ordinal))
                .Select(element => (Name: type.GetProperty("name").GetString()!, Type: element.GetProperty("type")[0])))
            .Where(value => value.Type.TryGetProperty("regex", out _) && value.Name is not ("boolean" or "decimal"))
            .ToDictionary(value => value.Name, value => new Regex($"^(?:{value.Type.GetProperty("regex").GetString()})$", RegexOptions.NonBacktracking));
        Assert.Equal(17, expressions.Count);

        string[] pieces = ["2026", "0001", "0000", "-", "02", "29", "30", "T", "12", ":", "30", "60", "61", "Z", "+", "14:00", "13:59", ".", "5", "urn:oid:", "urn:uuid:", "0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "1", "0", "a", "B", "=", "/", "QUJD", " ", "\t", "_", "é", "\n"];
        Gen<string> texts = Gen.Elements(pieces).ListOf().Select(list => string.Concat(list));
        Gen<string> moments = Gen.ArrayOf(Gen.Elements(pieces), 2).Select(mess => "2026-03-01T12:30:00" + string.Concat(mess));
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(Arb.From(Gen.OneOf(texts, moments)), text =>
        {
            foreach ((string type, Regex expression) in expressions)
            {
                FormFault fault = PrimitiveForms.Check(type, text);
                // Days that a month does not have, numbers beyond 32 bits, and base64 whose end is none, are of the form and wrong all the same.
                bool isStricter = fault is FormFault.Calendar or FormFault.Range || (type == "base64Binary" && text.Contains('=', StringComparison.Ordinal));
                bool isEnd = text.EndsWith('\n');
                if (text.Length > 0 && !isStricter && !isEnd && expression.IsMatch(text) != (fault == FormFault.None))
                    Assert.Fail($"{type} of {JsonSerializer.Serialize(text)}: the expression says {expression.IsMatch(text)}");
            }
        }));
    }

    [Theory]
    [InlineData("\"gender\":\"female\"", "")]
    [InlineData("\"gender\":\"F\"", "3247 Patient.gender")]
    [InlineData("\"gender\":\"Female\"", "3247 Patient.gender")]
    [InlineData("\"telecom\":[{\"system\":\"phone\",\"value\":\"1\",\"use\":\"HOME\"}]", "3247 Patient.telecom[0].use")]
    [InlineData("\"maritalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus\",\"code\":\"M\"}]}", "")]
    [InlineData("\"maritalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus\",\"code\":\"XX\"}]}", "?3248 Patient.maritalStatus")]
    [InlineData("\"maritalStatus\":{\"coding\":[{\"system\":\"http://a.example/marital\",\"code\":\"M\"}]}", "~3248 Patient.maritalStatus")]
    [InlineData("\"maritalStatus\":{\"text\":\"married\"}", "")]
    [InlineData("\"photo\":[{\"contentType\":\"image/png\",\"url\":\"http://a.example/p\"}]", "")]
    [InlineData("\"communication\":[{\"language\":{\"coding\":[{\"system\":\"urn:ietf:bcp:47\",\"code\":\"cy\"}]}}]", "")]
    public void Codes_come_from_their_value_sets(string members, string told) => Assert.Equal(told, Told(Patient(members)));

    [Theory]
    [InlineData("{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-clinical\",\"code\":\"active\"}]}", "")]
    [InlineData("{\"coding\":[{\"system\":\"http://a.example/x\",\"code\":\"x\"},{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-clinical\",\"code\":\"active\"}]}", "")]
    [InlineData("{\"coding\":[{\"code\":\"active\"}]}", "3247 Condition.clinicalStatus")]
    [InlineData("{\"text\":\"active\"}", "3247 Condition.clinicalStatus")]
    public void A_required_set_needs_one_code_of_a_concept_with_its_system(string status, string told) =>
        Assert.Equal(told, Told($$$$"""{"resourceType":"Condition","clinicalStatus":{{{{status}}}},"subject":{"reference":"Patient/1"}}"""));
}
