using Hub.Contracts;
using Hub.Testing;

namespace Hub.Dashboard.Tests.Api;

/// <summary>What is wrong with a request is told as a problem (RFC 9457), all of it at once.</summary>
public sealed class ApiProblemTests
{
    [Theory]
    [InlineData("GET", "/nothing", null, 404, "HUB7151", "openapi.json")]
    [InlineData("GET", "/api/deliveries", null, 404, "HUB7151", "The API is at /api/v1")]
    [InlineData("GET", "/messages/x", null, 404, "HUB7151", "a number in it is none")]
    [InlineData("GET", "/messages/99999999999999999999", null, 404, "HUB7151", "a number in it is none")]
    [InlineData("GET", "/messages/7", null, 404, "HUB7151", "There is no message 7")]
    [InlineData("GET", "/channels/lab", null, 404, "HUB7151", "There is no channel lab")]
    [InlineData("GET", "/channels/adt/destinations/lab", null, 404, "HUB7151", "no destination lab")]
    [InlineData("GET", "/channels/adt/versions/9", null, 404, "HUB7151", "Version 9")]
    [InlineData("GET", "/deliveries/7/content", null, 404, "HUB7151", "There is no delivery 7")]
    [InlineData("GET", "/replays/7", null, 404, "HUB7151", "There is no replay 7")]
    [InlineData("GET", "/incidents/7", null, 404, "HUB7151", "There is no incident 7")]
    [InlineData("POST", "/messages", "{}", 405, "HUB7158", "It takes GET")]
    [InlineData("POST", "/replays/7/pause", "{}", 404, "HUB7151", "There is no replay 7")]
    [InlineData("PUT", "/channels/adt/destinations/lab/state", """{ "paused": true }""", 409, "HUB7152", "has no destination lab")]
    [InlineData("PUT", "/channels/adt/destinations/out/state", """{ "paused": false }""", 409, "HUB7152", "is not paused")]
    [InlineData("POST", "/replays/preview", """{ "messages": [7] }""", 409, "HUB7152", "There is no message 7")]
    [InlineData("POST", "/replays", "", 400, "HUB7150", "no JSON")]
    [InlineData("POST", "/replays", "{", 400, "HUB7150", "no JSON in line 1")]
    [InlineData("POST", "/replays", """{ "rate": 1, "rate": 2 }""", 400, "HUB7150", "twice")]
    [InlineData("POST", "/incidents/1/mute", """{ "hours": 0 }""", 400, "HUB7150", "0.1 to 2160")]
    public async Task Each_problem_has_its_status_its_number_and_what_to_do(string method, string path, string? body, int status, string code, string told)
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1));
        using ApiClient client = new(hub);

        ApiAnswer answer = await client.AskAsync(new(method), path, body);

        Assert.Equal(status, answer.Status);
        ApiDocument.Assert(new(method), path, answer);
        Assert.Equal("application/problem+json", answer.Headers["Content-Type"]);
        Assert.Equal((answer.Status, code, $"urn:hub:{code}"), (answer["status"].GetInt32(), answer["code"].GetString(), answer["type"].GetString()));
        Assert.Contains(told, answer["detail"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_wrong_with_a_query_is_told_at_once()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1));
        using ApiClient client = new(hub);

        ApiAnswer answer = await client.GetAsync("/messages?limit=501&state=Lost&since=2026-03-01&until=2026-03-01T08:00:00&trace=-1&quarantine=yes&colour=red&type=A&type=B&cursor=AAAA");

        Assert.Equal(["colour", "cursor", "limit", "quarantine", "since", "state", "trace", "type", "until"], answer["problems"].EnumerateArray().Select(one => one.GetProperty("path").GetString()).Order());
    }

    [Fact]
    public async Task Everything_wrong_with_a_body_is_told_at_once_and_nothing_of_it_is_repeated()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1));
        using ApiClient client = new(hub);

        ApiAnswer answer = await client.PostAsync("/replays", """{ "messages": [1, "PRAWF"], "rate": 1.5, "confirmed": "PRAWF", "filter": { "state": "PRAWF", "since": "yesterday", "trace": true, "x": 1 }, "files": {}, "y": null, "waits": null }""");

        Assert.Equal(400, answer.Status);
        ApiDocument.Assert(HttpMethod.Post, "/replays", answer);
        Assert.Equal(
            ["$", "$.confirmed", "$.files", "$.filter", "$.filter.since", "$.filter.state", "$.filter.trace", "$.messages[1]", "$.rate", "$.waits"],
            answer["problems"].EnumerateArray().Select(one => one.GetProperty("path").GetString()).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("PRAWF", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_longer_than_its_address_takes_is_refused()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1));
        using ApiClient client = new(hub);

        ApiAnswer answer = await client.PutAsync("/channels/adt/state", $$"""{ "runs": false, "reason": "{{new string('x', 1024 * 1024)}}" }""");

        Assert.Equal((413, "HUB7156"), (answer.Status, answer["code"].GetString()));
        ApiDocument.Assert(HttpMethod.Put, "/channels/adt/state", answer);
        Assert.Equal("Running", (await client.GetAsync("/channels/adt"))["state"].GetString());
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "runs=false")]
    [InlineData("text/plain", """{ "runs": false }""")]
    public async Task What_a_form_of_another_site_can_send_is_refused(string type, string body)
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1));
        using ApiClient client = new(hub);

        ApiAnswer answer = await client.AskAsync(HttpMethod.Put, "/channels/adt/state", body, type);

        Assert.Equal((415, "HUB7157"), (answer.Status, answer["code"].GetString()));
        ApiDocument.Assert(HttpMethod.Put, "/channels/adt/state", answer);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer 00")]
    [InlineData("Basic bG9jYWw6eA==")]
    public async Task Nobody_unknown_is_let_in(string? authorization)
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1));
        using ApiClient client = new(hub.AdminUrl);

        ApiAnswer answer = await client.GetAsync("/channels", authorization is null ? [] : [("Authorization", authorization)]);

        Assert.Equal((401, "HUB7153", "Bearer"), (answer.Status, answer["code"].GetString(), answer.Headers["WWW-Authenticate"]));
        ApiDocument.Assert(HttpMethod.Get, "/channels", answer);
    }

    [Fact]
    public async Task What_each_address_answers_is_in_its_description()
    {
        await using RoleHub hub = await RoleHub.StartAsync(Samples.PassThrough("adt", 1));
        await hub.Hub.Journal.AppendAsync(JournalSamples.Accepted(new(1), "A"));
        using ApiClient client = new(hub.Url);
        (string, string) anybody = ("Role", "Administrator");
        (string, string)[][] callers = [[anybody], [anybody, ("Channels", "other")], [anybody, ("If-Match", "\"abc\"")], [anybody, ("If-None-Match", "*")], [("Role", "Auditor")], []];

        foreach ((HttpMethod method, string path, bool takesBody) in ApiDocument.Operations)
        {
            string[] places = path.Contains('{', StringComparison.Ordinal) ? [ApiDocument.Fill(path, "adt", "out", "1"), ApiDocument.Fill(path, "none", "none", "999")] : [path];
            foreach (string place in places)
            {
                foreach ((string, string)[] caller in callers)
                    ApiDocument.Assert(method, place, await client.AskAsync(method, place, takesBody ? """{ "paused": true, "runs": true, "operation": "Skip", "deliveries": [7] }""" : null, headers: caller));
                ApiDocument.Assert(method, $"{place}?colour=red", await client.AskAsync(method, $"{place}?colour=red", takesBody ? "{" : null, headers: anybody));
                if (takesBody)
                    ApiDocument.Assert(method, place, await client.AskAsync(method, place, "runs=false", "application/x-www-form-urlencoded", anybody));
            }
        }
    }

    [Fact]
    public async Task What_is_damaged_or_cannot_be_read_now_is_in_the_description_of_what_gives_content()
    {
        await using MessageHub site = await MessageHub.StartAsync();
        await site.ParkAsync("A", 1);
        using ApiClient client = new(site.Hub);
        foreach ((Exception thrown, string code) in new (Exception, string)[] { (new DamagedContentException("The content is damaged."), "HUB7163"), (new ContentRemovedException("It was removed."), "HUB7162"), (new JournalException("The disk is away.") { IsTrouble = true }, "HUB7160") })
        {
            site.Hub.Journal.BeforeReadContent = () => throw thrown;
            foreach (string path in new[] { "/messages/1/content", "/deliveries/1/content", "/deliveries/1/differences", "/messages/1/explanation" })
            {
                ApiAnswer answer = await client.GetAsync(path);
                Assert.Equal((path, code), (path, answer["code"].GetString()));
                ApiDocument.Assert(HttpMethod.Get, path, answer);
            }
        }
    }
}
