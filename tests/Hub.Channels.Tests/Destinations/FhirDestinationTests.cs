using System.Globalization;
using System.Text;
using Hub.Channels.Config;
using Hub.Channels.Destinations.Fhir;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Channels.Tests.Destinations;

/// <summary>Sending FHIR: what is asked of the server for a resource, and what its answers mean.</summary>
public sealed class FhirDestinationTests : IAsyncLifetime
{
    private const string Patient = """{"resourceType":"Patient","id":"p1","identifier":[{"system":"https://h.example/mrn","value":"9 9&9"}],"name":[{"family":"PRAWF"}]}""";
    private const string Transaction = """{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient","id":"p1"},"request":{"method":"PUT","url":"Patient/p1"}}]}""";
    private const string Create = """{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}}]}""";
    private const string Batch = """{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Patient","id":"p1"},"request":{"method":"PUT","url":"Patient/p1"}}]}""";
    private const string MessageBundle = """{"resourceType":"Bundle","type":"message","entry":[{"resource":{"resourceType":"MessageHeader"}}]}""";

    private readonly ManualTime _time = new();
    private HttpReceiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await HttpReceiver.StartAsync();

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    [Theory]
    [InlineData(Patient, "", "PUT /fhir/Patient/p1")]
    [InlineData(Transaction, "", "POST /fhir")]
    [InlineData(Batch, "", "POST /fhir")]
    [InlineData(MessageBundle, "", "POST /fhir/$process-message")]
    [InlineData(Patient, ", \"interaction\": \"update\"", "PUT /fhir/Patient/p1")]
    [InlineData(Patient, ", \"interaction\": \"update\", \"search\": \"identifier=https://h.example/mrn|${/identifier/0/value}\"", "PUT /fhir/Patient?identifier=https://h.example/mrn%7C9%209%269")]
    [InlineData(Patient, ", \"interaction\": \"create\", \"search\": \"identifier=x|${/identifier/0/value}\"", "POST /fhir/Patient If-None-Exist: identifier=x%7C9%209%269")]
    public async Task S09_what_is_asked_can_be_asked_again(string resource, string members, string request)
    {
        Assert.Equal((DeliveryVerdict.Sent, "200"), await SendAsync(members, resource) is var result ? (result.Verdict, result.AnswerCode) : default);
        ReceivedRequest received = Assert.Single(_receiver.Requests);
        string condition = received.Headers.TryGetValue("If-None-Exist", out var value) ? $" If-None-Exist: {value}" : "";
        Assert.Equal(request, $"{received.Method} {received.Target}{condition}");
        Assert.Equal("application/fhir+json", received.Headers.ContentType);
        Assert.Equal("application/fhir+json", received.Headers.Accept);
        Assert.Equal(resource, Encoding.UTF8.GetString(received.Body));
    }

    [Theory]
    [InlineData("not json", "", "HUB4302")]
    [InlineData("{\"name\":[]}", "", "HUB4302")]
    [InlineData(Create, "", "HUB4304")]
    [InlineData("{\"resourceType\":\"Patient\"}", "", "HUB4306")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"..\"}", "", "HUB4306")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"a/b\"}", "", "HUB4306")]
    [InlineData(Patient, ", \"interaction\": \"transaction\"", "HUB4306")]
    [InlineData(Transaction, ", \"interaction\": \"processMessage\"", "HUB4306")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"1\"}", ", \"interaction\": \"update\", \"search\": \"identifier=${/identifier/0/value}\"", "HUB4305")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"1\",\"gender\":\"F\"}", ", \"checkFirst\": true", "HUB4303")]
    public async Task S09_what_could_make_a_second_resource_or_is_none_is_parked_and_not_sent(string content, string members, string code)
    {
        DeliveryResult result = await SendAsync(members, content);
        Assert.Equal(DeliveryVerdict.Refused, result.Verdict);
        Assert.StartsWith(code, result.Reason, StringComparison.Ordinal);
        Assert.Empty(_receiver.Requests);
    }

    [Fact]
    public async Task A_resource_that_is_not_valid_is_parked_with_its_problems()
    {
        DeliveryResult result = await SendAsync(", \"checkFirst\": true", "{\"resourceType\":\"Patient\",\"id\":\"1\",\"gender\":\"SECRET\",\"nam\":1}");
        Assert.Contains("HUB3234 Patient.nam:", result.Reason, StringComparison.Ordinal);
        Assert.Contains("HUB3247 Patient.gender:", result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bare_creates_are_sent_where_the_file_allows_them() =>
        Assert.Equal(DeliveryVerdict.Sent, (await SendAsync(", \"allowBareCreates\": true", Create)).Verdict);

    [Theory]
    [InlineData(400, DeliveryVerdict.Refused)]
    [InlineData(412, DeliveryVerdict.Refused)]
    [InlineData(422, DeliveryVerdict.Refused)]
    [InlineData(307, DeliveryVerdict.Retry)]
    [InlineData(429, DeliveryVerdict.Retry)]
    [InlineData(503, DeliveryVerdict.Retry)]
    public async Task S09_the_status_decides_and_the_outcome_says_why_without_values(int status, DeliveryVerdict verdict)
    {
        Answer(status, """
            {"resourceType":"OperationOutcome","issue":[
              {"severity":"error","code":"required","diagnostics":"PRAWF has no birth date","expression":["Patient.birthDate"]},
              {"severity":"error","code":"value","details":{"text":"PRAWF"},"expression":["Patient.name.where(family='PRAWF')"]},
              {"severity":"error","code":"PRAWF","location":["/f:Patient/f:name"]}]}
            """);
        DeliveryResult result = await SendAsync("", Patient);
        Assert.Equal((verdict, status.ToString(CultureInfo.InvariantCulture)), (result.Verdict, result.AnswerCode));
        Assert.EndsWith("Its OperationOutcome says: error required at Patient.birthDate; error value at a place that is not shown; error at /f:Patient/f:name.", result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("PRAWF", result.Reason, StringComparison.Ordinal);
        Assert.Single(_receiver.Requests);
    }

    [Theory]
    [InlineData("201 Created", "200 OK", DeliveryVerdict.Sent)]
    [InlineData("201 Created", "422 Unprocessable", DeliveryVerdict.Refused)]
    [InlineData("201 Created", "503", DeliveryVerdict.Retry)]
    [InlineData("404", "503", DeliveryVerdict.Refused)]
    public async Task A_batch_is_delivered_when_all_its_entries_are(string first, string second, DeliveryVerdict verdict)
    {
        Answer(200, $$$$"""{"resourceType":"Bundle","type":"batch-response","entry":[{"response":{"status":"{{{{first}}}}"}},{"response":{"status":"{{{{second}}}}","outcome":{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid"}]}}}]}""");
        DeliveryResult result = await SendAsync("", Batch);
        Assert.Equal(verdict, result.Verdict);
        Assert.Equal(verdict != DeliveryVerdict.Sent, result.Reason?.Contains("(error invalid)", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("ok", DeliveryVerdict.Sent)]
    [InlineData("transient-error", DeliveryVerdict.Retry)]
    [InlineData("fatal-error", DeliveryVerdict.Refused)]
    public async Task A_message_is_delivered_when_its_answer_says_so(string code, DeliveryVerdict verdict)
    {
        Answer(200, $$$$"""{"resourceType":"Bundle","type":"message","entry":[{"resource":{"resourceType":"MessageHeader","response":{"code":"{{{{code}}}}"}}}]}""");
        Assert.Equal(verdict, (await SendAsync("", MessageBundle)).Verdict);
    }

    [Fact]
    public async Task S09_RetryAfter_is_honoured()
    {
        _receiver.Answer = context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "120";
            return Task.CompletedTask;
        };
        Assert.Equal(TimeSpan.FromSeconds(120), (await SendAsync("", Patient)).RetryAfter);
    }

    [Theory]
    [InlineData(", \"interaction\": \"create\"", 4300)]
    [InlineData(", \"search\": \"identifier=1\"", 4301)]
    [InlineData(", \"interaction\": \"update\", \"search\": \"?identifier=1\"", 4301)]
    [InlineData(", \"interaction\": \"update\", \"search\": \"_lastUpdated=${now:yyyy}\"", 1463)]
    [InlineData(", \"answerTimeoutSeconds\": 0", 1402)]
    public void Mistakes_in_the_file_are_told(string members, int code) =>
        Assert.Contains(code, TestChannels.Problems<ChannelConfig>(Channel(members, "http://127.0.0.1:1/fhir"), out _).Select(problem => problem.Code));

    [Fact]
    public void Who_sends_bare_creates_is_cautioned() => Assert.NotNull(Read(", \"allowBareCreates\": true", "http://127.0.0.1:1/fhir").FindCaution());

    private void Answer(int status, string body) => _receiver.Answer = context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    };

    private static string Channel(string members, string endpoint) => $$"""
        { "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0", "dataType": "json" }, "destinations": [{ "id": "repository", "type": "fhir", "endpoint": "{{endpoint}}"{{members}} }] }
        """;

    private static FhirDestinationConfig Read(string members, string endpoint)
    {
        ChannelModel channel = TestChannels.Make(Channel(members, endpoint));
        return (FhirDestinationConfig)channel.Destinations[0].Config;
    }

    private async Task<DeliveryResult> SendAsync(string members, string content)
    {
        await using FhirDestination destination = new(Read(members, $"http://127.0.0.1:{_receiver.Port}/fhir"), new("adt", _time, NullLoggerFactory.Instance));
        return await destination.SendAsync(new(new(7), 7, 1, Encoding.UTF8.GetBytes(content)), CancellationToken.None);
    }
}
