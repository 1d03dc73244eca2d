using System.Globalization;
using System.Text;
using Hub.Channels.Config;
using Hub.Channels.Destinations.Http;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Channels.Tests.Destinations;

/// <summary>Sending over HTTP: what goes out for a message, and what each answer means.</summary>
public sealed class HttpDestinationTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private HttpReceiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await HttpReceiver.StartAsync();

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    [Theory]
    [InlineData(200, DeliveryVerdict.Sent)]
    [InlineData(202, DeliveryVerdict.Sent)]
    [InlineData(204, DeliveryVerdict.Sent)]
    [InlineData(301, DeliveryVerdict.Retry)]
    [InlineData(307, DeliveryVerdict.Retry)]
    [InlineData(400, DeliveryVerdict.Refused)]
    [InlineData(401, DeliveryVerdict.Refused)]
    [InlineData(404, DeliveryVerdict.Refused)]
    [InlineData(408, DeliveryVerdict.Retry)]
    [InlineData(409, DeliveryVerdict.Refused)]
    [InlineData(425, DeliveryVerdict.Retry)]
    [InlineData(429, DeliveryVerdict.Retry)]
    [InlineData(500, DeliveryVerdict.Retry)]
    [InlineData(503, DeliveryVerdict.Retry)]
    [InlineData(599, DeliveryVerdict.Retry)]
    [InlineData(666, DeliveryVerdict.Retry)]
    public async Task S09_the_status_decides(int status, DeliveryVerdict verdict)
    {
        _receiver.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        };
        DeliveryResult result = await SendAsync("");
        Assert.Equal((verdict, status.ToString(CultureInfo.InvariantCulture)), (result.Verdict, result.AnswerCode));
        Assert.Equal(verdict == DeliveryVerdict.Sent, result.Reason is null);
        // A redirect is not followed.
        Assert.Equal("/in", Assert.Single(_receiver.Requests).Target);
    }

    // Whether a receiver may have the message: a gateway that heard nothing (504), one that got through to nobody (502), a server that does not take it now (503).
    [Theory]
    [InlineData(504, SendReach.Whole)]
    [InlineData(502, SendReach.Answered)]
    [InlineData(503, SendReach.Answered)]
    [InlineData(500, SendReach.Answered)]
    public async Task S09_a_gateway_that_heard_nothing_counts_as_no_answer(int status, SendReach reach)
    {
        _receiver.Answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        DeliveryResult result = await SendAsync("");
        Assert.Equal((DeliveryVerdict.Retry, reach), (result.Verdict, result.Reach));
    }

    [Fact]
    public async Task S09_a_connection_that_is_reset_after_the_request_was_sent_whole_counts_as_no_answer()
    {
        _receiver.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        DeliveryResult result = await SendAsync("");
        Assert.Equal((DeliveryVerdict.Retry, SendReach.Whole), (result.Verdict, result.Reach));
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Sun, 01 Mar 2026 12:05:00 GMT", 300)]
    [InlineData("Sun, 01 Mar 2026 11:00:00 GMT", null)]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("soon", null)]
    [InlineData("999999999", 600)]
    [InlineData("99999999999999", null)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 600)]
    public async Task S09_RetryAfter_is_honoured_within_bounds(string header, int? seconds)
    {
        _receiver.Answer = context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = header;
            return Task.CompletedTask;
        };
        DeliveryResult result = await SendAsync(", \"maxRetryAfterSeconds\": 600");
        Assert.Equal((DeliveryVerdict.Retry, seconds is { } wait ? TimeSpan.FromSeconds(wait) : null), (result.Verdict, result.RetryAfter));
    }

    [Fact]
    public async Task The_request_is_made_from_the_message_with_every_value_kept_a_value()
    {
        const string Members = """
            , "method": "PUT",
            "query": { "from ward": "${PV1-3.1}", "all": "a&b=${PID-5.1}" },
            "headers": { "X-Patient": "${PID-5.2}", "Idempotency-Key": "${channel.id}-${message.id}", "Content-Language": "cy" },
            "contentType": "application/json", "body": "{\"name\":\"${PID-5.1}\",\"id\":${MSH-10}}"
            """;
        string message = Samples.Adt("17").Replace("PRAWF^Gwen", "P\"R\\E\\\\T\\=ł^Gwên", StringComparison.Ordinal).Replace("NORTH|", "N/O?R#T%H |", StringComparison.Ordinal);
        Assert.Equal(DeliveryVerdict.Sent, (await SendAsync(Members, message, "/${MSH-4}/x?y=1")).Verdict);

        ReceivedRequest request = Assert.Single(_receiver.Requests);
        Assert.Equal(("PUT", "/N%2FO%3FR%23T%25H%20/x?y=1&from%20ward=2W&all=a%26b%3DP%22R%5C%26%3D%C5%82"), (request.Method, request.Target));
        Assert.Equal("""{"name":"P\"R\\&=ł","id":17}""", Encoding.UTF8.GetString(request.Body));
        Assert.Equal("application/json", request.Headers.ContentType.ToString());
        Assert.Equal("adt-7 cy", $"{request.Headers["Idempotency-Key"]} {request.Headers["Content-Language"]}");
    }

    [Fact]
    public async Task A_retry_sends_the_same_request_at_another_time()
    {
        const string Members = """, "headers": { "X-At": "${MSH-7}" }, "contentType": "text/xml", "body": "<a>${PID-5.1}</a>" """;
        await SendAsync(Members, Samples.Adt("1").Replace("PRAWF", "<P&'>", StringComparison.Ordinal));
        _time.Advance(TimeSpan.FromHours(5));
        await SendAsync(Members, Samples.Adt("1").Replace("PRAWF", "<P&'>", StringComparison.Ordinal));
        Assert.Equal("<a>&lt;P&amp;&apos;&gt;</a>", Encoding.UTF8.GetString(_receiver.Requests[0].Body));
        Assert.Equal(_receiver.Requests[0].Body, _receiver.Requests[1].Body);
        Assert.Equal(_receiver.Requests[0].Headers["X-At"], _receiver.Requests[1].Headers["X-At"]);
    }

    [Theory]
    [InlineData("UNICODE UTF-8", "application/hl7-v2; charset=utf-8")]
    [InlineData("", "application/hl7-v2; charset=utf-8")]
    [InlineData("8859/2", "application/hl7-v2; charset=iso-8859-2")]
    public async Task A14_the_content_goes_with_its_type_and_character_set(string characterSet, string type)
    {
        string message = Samples.Adt("1").Replace("|2.5\r", $"|2.5||||||{characterSet}\r", StringComparison.Ordinal);
        await SendAsync("", message);
        ReceivedRequest request = Assert.Single(_receiver.Requests);
        Assert.Equal((type, message), (request.Headers.ContentType.ToString(), Encoding.UTF8.GetString(request.Body)));
    }

    [Theory]
    [InlineData("\"dataType\": \"json\"", "{\"id\": 1.0}", "id", "application/json", "1.0")]
    [InlineData("\"dataType\": \"xml\"", "<a id='x&amp;y'/>", "/a/@id", "application/xml", "x&y")]
    [InlineData("\"dataType\": \"delimited\", \"delimited\": { \"charset\": \"latin1\" }", "id\n\"a,b\"\n", "id", "text/csv; charset=iso-8859-1", "a,b")]
    [InlineData("\"dataType\": \"fixedWidth\", \"fixedWidth\": { \"fields\": [{ \"name\": \"id\", \"start\": 1, \"length\": 3 }] }", "7  x\n", "id", "text/plain; charset=utf-8", "7")]
    public async Task Every_data_type_goes_with_its_type_and_its_places_make_the_request(string source, string content, string path, string type, string value)
    {
        string members = $$""", "query": { "q": "${{{path}}}" }, "headers": { "X-Id": "${{{path}}}" } """;
        await SendOfAsync(source, members, content);
        await SendOfAsync(source, $$"""{{members}}, "contentType": "application/json", "body": "{\"v\":\"${{{path}}}\"}" """, content);
        Assert.All(_receiver.Requests, request => Assert.Equal((value, $"?q={Uri.EscapeDataString(value)}"), (request.Headers["X-Id"].ToString(), request.Target[request.Target.IndexOf('?', StringComparison.Ordinal)..])));
        Assert.Equal([(type, content), ("application/json", $$"""{"v":"{{value}}"}""")], _receiver.Requests.Select(request => (request.Headers.ContentType.ToString(), Encoding.UTF8.GetString(request.Body))));
    }

    [Fact]
    public async Task A_destination_that_converts_reads_what_it_sends()
    {
        await SendOfAsync("\"dataType\": \"json\"", ", \"steps\": [{ \"type\": \"convert\", \"to\": \"xml\" }], \"headers\": { \"X-Id\": \"${/a/id}\" }", "<a><id>5</id></a>");
        ReceivedRequest request = Assert.Single(_receiver.Requests);
        Assert.Equal(("application/xml", "5"), (request.Headers.ContentType.ToString(), request.Headers["X-Id"].ToString()));
    }

    [Fact]
    public async Task What_is_not_of_the_data_type_is_parked_when_its_places_are_wanted()
    {
        DeliveryResult result = await SendOfAsync("\"dataType\": \"json\"", ", \"headers\": { \"X-Id\": \"${id}\" }", "{");
        Assert.Equal((DeliveryVerdict.Refused, true), (result.Verdict, result.Reason!.Contains("is not JSON", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_is_no_HL7_goes_as_bytes_and_is_parked_when_fields_are_wanted()
    {
        await SendAsync("", "{}");
        Assert.Equal("application/octet-stream", Assert.Single(_receiver.Requests).Headers.ContentType);
        DeliveryResult result = await SendAsync(""", "headers": { "X": "${PID-3}" }""", "{}");
        Assert.Equal(DeliveryVerdict.Refused, result.Verdict);
        Assert.Contains("not an HL7 v2 message", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\\X0D0A\\X-Other: 1", "PID-5.1")]
    [InlineData("a\\X00\\b", "PID-5.1")]
    public async Task A_line_end_in_a_header_parks_and_nothing_is_sent(string value, string path)
    {
        DeliveryResult result = await SendAsync($$""", "headers": { "X-Name": "${{{path}}}" }""", Samples.Adt("1").Replace("PRAWF", value, StringComparison.Ordinal));
        Assert.Equal(DeliveryVerdict.Refused, result.Verdict);
        Assert.Contains("X-Name", result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("Other", result.Reason, StringComparison.Ordinal);
        Assert.Empty(_receiver.Requests);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    public async Task A_value_that_would_lead_elsewhere_parks(string value)
    {
        DeliveryResult result = await SendAsync("", Samples.Adt("1").Replace("PRAWF", value, StringComparison.Ordinal), "/patients/${PID-5.1}/in");
        Assert.Equal(DeliveryVerdict.Refused, result.Verdict);
        Assert.Empty(_receiver.Requests);
    }

    [Theory]
    [InlineData(""" "authentication": { "basic": { "user": "hub", "password": "${env:PASSWORD}" } }""", "Authorization", "Basic aHViOnDDpDpzcw==")]
    [InlineData(""" "authentication": { "bearer": "${env:TOKEN}" }""", "Authorization", "Bearer abc.def-_~+/==")]
    [InlineData(""" "authentication": { "header": { "name": "X-Api-Key", "value": "${env:KEY}" } }""", "X-Api-Key", "k 1")]
    public async Task The_Hub_says_who_it_is(string member, string header, string value)
    {
        await SendAsync($", {member}");
        Assert.Equal(value, Assert.Single(_receiver.Requests).Headers[header]);
    }

    [Fact]
    public async Task GET_has_no_body()
    {
        await SendAsync(""", "method": "GET", "query": { "id": "${PID-3.1}" }""");
        ReceivedRequest request = Assert.Single(_receiver.Requests);
        Assert.Equal(("GET", "/in?id=9990000018", 0), (request.Method, request.Target, request.Body.Length));
    }

    [Fact]
    public async Task A_huge_answer_is_kept_as_far_as_64_KiB_and_judged_by_its_status()
    {
        _receiver.Answer = async context =>
        {
            try
            {
                for (int i = 0; i < 1_000 && !context.RequestAborted.IsCancellationRequested; i++)
                    await context.Response.WriteAsync(new string('x', 100_000), context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                // The Hub has heard enough.
            }
        };
        DeliveryResult result = await SendAsync("");
        Assert.Equal((DeliveryVerdict.Sent, 64 * 1024), (result.Verdict, result.Answer.Length));
        // No acknowledgment is that long.
        Assert.Equal(DeliveryVerdict.Retry, (await SendAsync(", \"answer\": \"hl7\"")).Verdict);
    }

    [Fact]
    public async Task S04_a_body_that_stands_still_is_given_up_at_the_deadline()
    {
        using ScriptedPeer peer = new();
        await using HttpDestination destination = Open("", $"http://127.0.0.1:{peer.Port}/in");
        Task<DeliveryResult> sending = destination.SendAsync(Message(Samples.Adt("1")), CancellationToken.None);
        using RawPeer line = await peer.AcceptAsync();
        await line.ReadToAsync("PV1||I|2W^212\r");
        await line.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(DeliveryVerdict.Retry, (await sending).Verdict);
        Assert.True(await line.EndsAsync());
    }

    [Fact]
    public async Task S04_a_reset_in_the_middle_of_the_answer_is_sent_again()
    {
        using ScriptedPeer peer = new();
        await using HttpDestination destination = Open("", $"http://127.0.0.1:{peer.Port}/in");
        Task<DeliveryResult> sending = destination.SendAsync(Message(Samples.Adt("1")), CancellationToken.None);
        using RawPeer line = await peer.AcceptAsync();
        await line.ReadToAsync("PV1||I|2W^212\r");
        await line.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
        line.Reset();
        Assert.Equal(DeliveryVerdict.Retry, (await sending).Verdict);
    }

    [Fact]
    public async Task What_does_not_speak_HTTP_is_told_as_that()
    {
        using ScriptedPeer peer = new();
        await using HttpDestination destination = Open("", $"http://127.0.0.1:{peer.Port}/in");
        Task<DeliveryResult> sending = destination.SendAsync(Message(Samples.Adt("1")), CancellationToken.None);
        using RawPeer line = await peer.AcceptAsync();
        await line.ReadToAsync("PV1||I|2W^212\r");
        await line.SendAsync("SSH-2.0-OpenSSH_9.2\r\n\r\n");
        DeliveryResult result = await sending;
        Assert.Equal(DeliveryVerdict.Retry, result.Verdict);
        Assert.Contains("not an HTTP answer", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_go_through_the_proxy()
    {
        using ScriptedPeer peer = new();
        await using HttpDestination destination = Open($$""", "proxy": { "endpoint": "http://127.0.0.1:{{peer.Port}}" }""", "http://lab.example/in");
        Task<DeliveryResult> sending = destination.SendAsync(Message(Samples.Adt("1")), CancellationToken.None);
        using RawPeer line = await peer.AcceptAsync();
        Assert.StartsWith("POST http://lab.example/in HTTP/1.1\r\n", await line.ReadToAsync("PV1||I|2W^212\r"), StringComparison.Ordinal);
        await line.SendAsync("HTTP/1.1 204 No Content\r\n\r\n");
        Assert.Equal(DeliveryVerdict.Sent, (await sending).Verdict);
    }

    [Theory]
    [InlineData(200, "AA", "1", DeliveryVerdict.Sent, "AA")]
    [InlineData(200, "CA", "1", DeliveryVerdict.Sent, "CA")]
    [InlineData(200, "AE", "1", DeliveryVerdict.Refused, "AE")]
    [InlineData(200, "AR", "1", DeliveryVerdict.Retry, "AR")]
    [InlineData(200, "OK", "1", DeliveryVerdict.Retry, null)]
    [InlineData(200, "AA", "2", DeliveryVerdict.Retry, "200")]
    [InlineData(200, null, "1", DeliveryVerdict.Retry, "200")]
    [InlineData(204, null, "1", DeliveryVerdict.Retry, "204")]
    [InlineData(500, "AA", "1", DeliveryVerdict.Retry, "500")]
    [InlineData(403, null, "1", DeliveryVerdict.Refused, "403")]
    public async Task A14_an_acknowledgment_in_the_body_is_judged_by_its_code(int status, string? code, string controlId, DeliveryVerdict verdict, string? answerCode)
    {
        _receiver.Answer = context => AnswerAsync(context, status, code is null ? "" : ScriptedPeer.Answer(code, controlId)[1..^2]);
        DeliveryResult result = await SendAsync(", \"answer\": \"hl7\"");
        Assert.Equal((verdict, answerCode), (result.Verdict, result.AnswerCode));
    }

    [Theory]
    [InlineData(409, "already exists", """{ "status": ["409"], "text": "already", "then": "accept" }""", DeliveryVerdict.Sent)]
    [InlineData(409, "conflict", """{ "status": ["409"], "text": "already", "then": "accept" }""", DeliveryVerdict.Refused)]
    [InlineData(200, "", """{ "status": ["200-201", "204"], "then": "park" }""", DeliveryVerdict.Refused)]
    [InlineData(202, "", """{ "status": ["200-201", "204"], "then": "park" }""", DeliveryVerdict.Sent)]
    [InlineData(404, "", """{ "status": ["4xx"], "then": "retry", "for": "15m" }""", DeliveryVerdict.Retry)]
    public async Task Rules_change_what_a_status_means(int status, string body, string rule, DeliveryVerdict verdict)
    {
        _receiver.Answer = context => AnswerAsync(context, status, body);
        Assert.Equal(verdict, (await SendAsync($", \"replies\": [{rule}]")).Verdict);
    }

    [Fact]
    public async Task L3_an_answer_for_another_message_is_no_delivery_whatever_the_rules()
    {
        _receiver.Answer = context => AnswerAsync(context, 200, ScriptedPeer.Answer("AA", "2")[1..^2]);
        Assert.Equal(DeliveryVerdict.Retry, (await SendAsync(""", "answer": "hl7", "replies": [{ "status": ["200"], "then": "accept" }]""")).Verdict);
    }

    private static Task AnswerAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        return status == 204 ? Task.CompletedTask : context.Response.WriteAsync(body);
    }

    private static OutboundMessage Message(string content) => new(new(7), 7, 1, Encoding.UTF8.GetBytes(content));

    private HttpDestination Open(string members, string endpoint) => new(
        (HttpDestinationConfig)TestChannels.Read<DestinationConfig>($$"""{ "id": "lab", "type": "http", "endpoint": "{{endpoint}}"{{members}} }"""),
        new("adt", _time, NullLoggerFactory.Instance));

    private async Task<DeliveryResult> SendOfAsync(string source, string members, string content)
    {
        ChannelModel channel = TestChannels.Make($$"""
            { "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0", {{source}} }, "destinations": [{ "id": "lab", "type": "http", "endpoint": "http://127.0.0.1:{{_receiver.Port}}/in"{{members}} }] }
            """);
        await using HttpDestination destination = new((HttpDestinationConfig)channel.Destinations[0].Config, new("adt", _time, NullLoggerFactory.Instance));
        return await destination.SendAsync(Message(content), CancellationToken.None);
    }

    private async Task<DeliveryResult> SendAsync(string members, string? message = null, string path = "/in")
    {
        await using HttpDestination destination = Open(members, $"http://127.0.0.1:{_receiver.Port}{path}");
        return await destination.SendAsync(Message(message ?? Samples.Adt("1")), CancellationToken.None);
    }
}
