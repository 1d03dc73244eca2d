using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hub.Contracts;
using Hub.Formats.Fhir.Validation;
using Hub.Listeners.Fhir;
using Hub.Listeners.Http;
using Hub.Testing;

namespace Hub.Listeners.Tests;

/// <summary>The FHIR listener: what it takes, and the outcomes that it answers with.</summary>
public sealed class FhirListenerTests : ListenerContract
{
    private const string Patient = """{"resourceType":"Patient","id":"p1","gender":"female"}""";
    private const string MessageBundle = """{"resourceType":"Bundle","type":"message","entry":[{"fullUrl":"urn:uuid:11111111-1cbf-4d64-b04d-cd9187a4c6e0","resource":{"resourceType":"MessageHeader","eventUri":"http://a.example/e","source":{"endpoint":"http://a.example/s"}}}]}""";

    [Theory]
    [InlineData("POST", "/fhir/Patient", Patient, 201)]
    [InlineData("PUT", "/fhir/Patient/p1", Patient, 200)]
    [InlineData("POST", "/fhir", Patient, 200)]
    [InlineData("POST", "/fhir/", "{\"resourceType\":\"Bundle\",\"type\":\"collection\"}", 200)]
    [InlineData("POST", "/fhir/$process-message", MessageBundle, 200)]
    public async Task A_valid_resource_is_taken_as_it_came_and_answered_with_an_outcome(string method, string path, string resource, int status)
    {
        Intake.Answer = _ => Task.FromResult(Receipt.Accepted with { Id = new(41) });
        using HttpClient client = await ClientAsync();
        using HttpResponseMessage response = await SendAsync(client, method, path, resource);
        Assert.Equal((status, "application/fhir+json"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        string outcome = await OutcomeAsync(response);
        Assert.Contains("Stored as message 41.", outcome, StringComparison.Ordinal);
        Assert.Equal(status == 201 ? "/fhir/Patient/41" : null, response.Headers.Location?.ToString());
        Assert.Equal([resource], Intake.Texts);
    }

    [Theory]
    [InlineData("POST", "/fhir/Patient", "{\"resourceType\":\"Patient\",\"gender\":\"F\",\"name\":[{\"use\":\"x\"}]}", 422, "Patient.gender Patient.name[0].use")]
    [InlineData("POST", "/fhir/Patient", "{\"resourceType\":\"Patient\",", 400, "")]
    [InlineData("POST", "/fhir/Patient", "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"}}", 400, "")]
    [InlineData("PUT", "/fhir/Patient/p2", Patient, 400, "")]
    [InlineData("POST", "/fhir/$process-message", Patient, 400, "")]
    [InlineData("POST", "/fhir/Patent", Patient, 404, "")]
    [InlineData("POST", "/fhir/Patient/p1/_history", Patient, 404, "")]
    [InlineData("PUT", "/fhir/Patient", Patient, 405, "")]
    [InlineData("GET", "/fhir/Patient/p1", "", 405, "")]
    [InlineData("DELETE", "/fhir/Patient/p1", "", 405, "")]
    public async Task What_is_not_taken_is_answered_with_where_and_why_and_never_handed_on(string method, string path, string resource, int status, string places)
    {
        using HttpClient client = await ClientAsync();
        using HttpResponseMessage response = await SendAsync(client, method, path, resource);
        Assert.Equal(status, (int)response.StatusCode);
        using JsonDocument outcome = JsonDocument.Parse(await OutcomeAsync(response));
        Assert.Equal(places, string.Join(' ', outcome.RootElement.GetProperty("issue").EnumerateArray().Where(issue => issue.TryGetProperty("expression", out _)).Select(issue => issue.GetProperty("expression")[0].GetString())));
        Assert.Empty(Intake.Messages);
    }

    [Theory]
    [InlineData("application/fhir+xml", 415)]
    [InlineData("text/plain", 415)]
    [InlineData("application/fhir+json; charset=iso-8859-1", 415)]
    [InlineData("application/fhir+json; fhirVersion=4.0", 201)]
    [InlineData("application/json; charset=utf-8", 201)]
    public async Task Resources_come_in_JSON(string contentType, int status)
    {
        Intake.Answer = _ => Task.FromResult(Receipt.Accepted);
        using HttpClient client = await ClientAsync();
        using HttpResponseMessage response = await SendAsync(client, "POST", "/fhir/Patient", Patient, contentType);
        Assert.Equal(status, (int)response.StatusCode);
        await OutcomeAsync(response);
    }

    [Theory]
    [InlineData(ReceiptKind.Error, 422)]
    [InlineData(ReceiptKind.Rejected, 422)]
    [InlineData(ReceiptKind.Undecodable, 400)]
    [InlineData(ReceiptKind.CannotStore, 503)]
    [InlineData(ReceiptKind.Unknown, 504)]
    public async Task What_the_channel_says_is_told_as_an_outcome(ReceiptKind kind, int status)
    {
        Intake.Answer = _ => Task.FromResult(new Receipt(kind, [new(101, "/birthDate", "not for the sender")]) { IsRecognised = true });
        using HttpClient client = await ClientAsync();
        using HttpResponseMessage response = await SendAsync(client, "POST", "/fhir", Patient);
        Assert.Equal((status, status >= 500), ((int)response.StatusCode, response.Headers.RetryAfter is not null));
        Assert.DoesNotContain("not for the sender", await OutcomeAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_and_secrets_are_those_of_http_and_told_as_outcomes()
    {
        using HttpClient small = await ClientAsync(config => config with { MaxMessageBytes = 10 });
        using HttpResponseMessage large = await SendAsync(small, "POST", "/fhir", Patient);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        await OutcomeAsync(large);
        using HttpClient locked = await ClientAsync(config => config with { Authentication = new() { Type = HttpAuthenticationType.ApiKey, Key = "secret" } });
        using HttpResponseMessage unknown = await SendAsync(locked, "GET", "/fhir/metadata", "");
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        await OutcomeAsync(unknown);
    }

    [Fact]
    public async Task The_capability_statement_is_valid_and_lists_what_is_taken()
    {
        using HttpClient client = await ClientAsync(config => config with { Resources = ["Bundle", "Patient"] });
        using HttpResponseMessage response = await SendAsync(client, "GET", "/fhir/metadata", "");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        Assert.Empty(new FhirValidator().Validate(body));
        using JsonDocument statement = JsonDocument.Parse(body);
        Assert.Equal(["Bundle", "Patient"], statement.RootElement.GetProperty("rest")[0].GetProperty("resource").EnumerateArray().Select(resource => resource.GetProperty("type").GetString()));
        using HttpResponseMessage other = await SendAsync(client, "POST", "/fhir", "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"}}");
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
    }

    [Fact]
    public void Mistakes_in_the_file_are_told()
    {
        FhirListenerConfig config = new() { Type = "fhir", Listen = "127.0.0.1:0" };
        Assert.Empty(Codes(config));
        Assert.Equal([2300], Codes(config with { Path = "/fhir/" }));
        Assert.Equal([1344], Codes(config with { Path = "fhir" }));
        Assert.Equal([2301], Codes(config with { DataType = DataType.Hl7v2 }));
        Assert.Equal([2302], Codes(config with { Resources = ["patient"] }));
        Assert.Equal([2302], Codes(config with { Resources = [] }));
        FhirListenerConfig below = config with { Listen = "127.0.0.1:8080", Path = "/fhir/r4" };
        Assert.True(below.SharesAddressWith(config with { Listen = "127.0.0.1:8080" }));
        Assert.Equal(1350, below.ClashWith(config with { Listen = "127.0.0.1:8080" })!.Code);
        Assert.Null(below.ClashWith(config with { Listen = "127.0.0.1:8080", Path = "/fhir2" }));
    }

    protected override IListener Make(string listen, ListenerHost host) => Make(new() { Type = "fhir", Listen = listen, Validation = FhirCheck.Off }, host);

    protected override string OnTheWire(string message) =>
        string.Create(CultureInfo.InvariantCulture, $"POST /fhir HTTP/1.1\r\nHost: hub\r\nContent-Type: application/fhir+json\r\nContent-Length: {message.Length}\r\n\r\n{message}");

    protected override string Positive(string controlId) => "\"severity\":\"information\"";

    protected override async Task<string?> ReadAnswerAsync(RawPeer peer)
    {
        if (await peer.ReadToAsync("\r\n\r\n") is not { } head)
            return null;
        string? length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal));
        return head + (length is null ? "" : await peer.ReadAsync(int.Parse(length["Content-Length: ".Length..], CultureInfo.InvariantCulture)));
    }

    private static IEnumerable<int> Codes(FhirListenerConfig config) => config.Check().Select(problem => problem.Code);

    private static IListener Make(FhirListenerConfig config, ListenerHost host) => new ComponentCatalog().AddListeners().CreateListener(config, host);

    /// <summary>The body, which has to be a valid outcome.</summary>
    private static async Task<string> OutcomeAsync(HttpResponseMessage response)
    {
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal([], new FhirValidator().Validate(body).Where(problem => problem.Severity == FhirSeverity.Error));
        Assert.StartsWith("{\"resourceType\":\"OperationOutcome\"", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
        return Encoding.UTF8.GetString(body);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path, string body, string contentType = "application/fhir+json")
    {
        using HttpRequestMessage request = new(new(method), path);
        if (body.Length > 0)
            request.Content = new StringContent(body, Encoding.UTF8) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } };
        return await client.SendAsync(request);
    }

    private async Task<HttpClient> ClientAsync(Func<FhirListenerConfig, FhirListenerConfig>? change = null) => new()
    {
        BaseAddress = new($"http://127.0.0.1:{await StartAsync(host => Make((change ?? (config => config))(new() { Type = "fhir", Listen = "127.0.0.1:0" }), host))}/"),
    };
}
