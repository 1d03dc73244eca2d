using static Hub.Formats.Tests.Fhir.Validation.Resources;

namespace Hub.Formats.Tests.Fhir.Validation;

/// <summary>References and the bundles that they lead about in.</summary>
public sealed class FhirReferenceTests
{
    private const string Uuid = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0";
    private const string Header = """{"fullUrl":"urn:uuid:11111111-1cbf-4d64-b04d-cd9187a4c6e0","resource":{"resourceType":"MessageHeader","eventUri":"http://a.example/e","source":{"endpoint":"http://a.example/s"},"focus":[{"reference":"FOCUS"}]}}""";

    [Theory]
    [InlineData("{\"reference\":\"Patient/1\"}", "")]
    [InlineData("{\"reference\":\"http://a.example/fhir/Group/1\"}", "")]
    [InlineData("{\"reference\":\"http://a.example/fhir/Group/1/_history/2\"}", "")]
    [InlineData("{\"reference\":\"http://a.example/other\"}", "")]
    [InlineData("{\"reference\":\"Patient?identifier=x|1\"}", "")]
    [InlineData("{\"display\":\"Gwen\"}", "")]
    [InlineData("{\"type\":\"Patient\",\"identifier\":{\"value\":\"1\"}}", "")]
    [InlineData("{\"reference\":\"Encounter/1\"}", "3250 Observation.subject")]
    [InlineData("{\"reference\":\"http://a.example/fhir/Encounter/1/_history/2\"}", "3250 Observation.subject")]
    [InlineData("{\"reference\":\"Encounter?identifier=1\"}", "3250 Observation.subject")]
    [InlineData("{\"reference\":\"Patient/1\",\"type\":\"Group\"}", "3250 Observation.subject")]
    [InlineData("{\"reference\":\"1\"}", "?3252 Observation.subject")]
    [InlineData("{\"reference\":\"Patient/\"}", "?3252 Observation.subject")]
    [InlineData("{\"reference\":\"Patent/1\"}", "?3252 Observation.subject")]
    [InlineData("{\"reference\":\"urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0\"}", "?3251 Observation.subject")]
    public void A_reference_leads_to_a_type_that_it_may_lead_to(string subject, string told) => Assert.Equal(told, Told(Observation($"\"subject\":{subject}")));

    [Fact]
    public void A_contained_resource_is_of_an_allowed_type() => Assert.Equal(
        "3250 Observation.subject",
        Told(Observation("\"contained\":[{\"resourceType\":\"Organization\",\"id\":\"o\",\"name\":\"x\"}],\"subject\":{\"reference\":\"#o\"}")));

    [Theory]
    [InlineData("transaction", Uuid, "")]
    [InlineData("transaction", "urn:uuid:99999999-1cbf-4d64-b04d-cd9187a4c6e0", "3251 Bundle.entry[1].resource.subject")]
    [InlineData("transaction", "Patient/7", "")]
    [InlineData("batch", "urn:uuid:99999999-1cbf-4d64-b04d-cd9187a4c6e0", "3251 Bundle.entry[1].resource.subject")]
    public void A_urn_leads_to_an_entry(string type, string reference, string told) => Assert.Equal(told, Told(Transaction(type, reference)));

    [Fact]
    public void What_an_entry_is_decides_whether_a_urn_may_lead_to_it() => Assert.Equal(
        "3250 Bundle.entry[1].resource.subject",
        Told(Transaction("transaction", Uuid).Replace("\"resourceType\":\"Patient\"", "\"resourceType\":\"Organization\",\"name\":\"North\"", StringComparison.Ordinal).Replace("\"url\":\"Patient\"", "\"url\":\"Organization\"", StringComparison.Ordinal)));

    [Theory]
    [InlineData(Uuid, Uuid, "")]
    [InlineData(Uuid, "Patient/p", "")]
    [InlineData("http://a.example/fhir/Patient/p", "http://a.example/fhir/Patient/p", "")]
    [InlineData(Uuid, "Patient/other", "3251 Bundle.entry[0].resource.focus[0]")]
    [InlineData("Patient/p", "Patient/p", "3254 Bundle.entry[1].fullUrl")]
    [InlineData("http://a.example/fhir/Patient/q", "Patient/p", "3254 Bundle.entry[1].fullUrl")]
    [InlineData("http://a.example/fhir/Group/p", "http://a.example/fhir/Group/p", "3254 Bundle.entry[1].fullUrl")]
    [InlineData("urn:uuid:7", "urn:uuid:7", "3254 Bundle.entry[1].fullUrl")]
    public void The_focus_of_a_message_is_in_it(string fullUrl, string focus, string told) =>
        Assert.Equal(told, Told($$$$"""{"resourceType":"Bundle","type":"message","entry":[{{{{Header.Replace("FOCUS", focus, StringComparison.Ordinal)}}}},{"fullUrl":"{{{{fullUrl}}}}","resource":{"resourceType":"Patient","id":"p"}}]}"""));

    [Theory]
    [InlineData("message", "3254 Bundle.entry[1]")]
    [InlineData("collection", "?3254 Bundle.entry[1]")]
    public void An_entry_has_a_fullUrl(string type, string told) =>
        Assert.Equal(told, Told($$$$"""{"resourceType":"Bundle","type":"{{{{type}}}}","entry":[{{{{Header.Replace(",\"focus\":[{\"reference\":\"FOCUS\"}]", "", StringComparison.Ordinal)}}}},{"resource":{"resourceType":"Patient","id":"p"}}]}"""));

    [Theory]
    [InlineData("POST", "Patient", "")]
    [InlineData("PUT", "Patient/p", "")]
    [InlineData("PUT", "Patient?identifier=x", "")]
    [InlineData("PUT", "Patient/q", "3255 Bundle.entry[0].request.url")]
    [InlineData("POST", "Group", "3255 Bundle.entry[0].request.url")]
    public void A_request_is_for_its_resource(string method, string url, string told) =>
        Assert.Equal(told, Told($$$$"""{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient","id":"p"},"request":{"method":"{{{{method}}}}","url":"{{{{url}}}}"}}]}"""));

    private static string Transaction(string type, string reference) => $$$$"""
        {"resourceType":"Bundle","type":"{{{{type}}}}","entry":[
          {"fullUrl":"{{{{Uuid}}}}","resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}},
          {"resource":{{{{Observation($"\"subject\":{{\"reference\":\"{reference}\"}}")}}}},"request":{"method":"POST","url":"Observation"}}]}
        """;
}
