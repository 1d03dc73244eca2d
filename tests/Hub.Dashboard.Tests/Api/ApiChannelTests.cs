using System.Net.Sockets;
using System.Text.Json;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Dashboard.Tests.Api;

/// <summary>Channels over the API: how they stand, their files and versions, and people who stop and start them.</summary>
public sealed class ApiChannelTests
{
    [Fact]
    public async Task A_channel_is_shown_with_its_tag_and_not_again_while_nothing_changed()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1));
        using ApiClient client = new(hub);

        ApiAnswer first = await client.GetAsync("/channels/adt");
        ApiAnswer again = await client.GetAsync("/channels/adt", ("If-None-Match", $"\"other\", W/{first.Headers["ETag"]}"));
        ApiAnswer file = await client.GetAsync("/channels/adt/file");

        Assert.Equal(("Running", "mllp", $"127.0.0.1:{hub.Port("adt")}"), (first["state"].GetString(), first["sourceType"].GetString(), first["address"].GetString()));
        Assert.Equal((304, ""), (again.Status, again.Text));
        Assert.Equal(first.Headers["ETag"], again.Headers["ETag"]);
        Assert.Equal(Samples.PassThrough("adt", 1), file.Text);
        Assert.Equal(304, (await client.GetAsync("/channels/adt/file", ("If-None-Match", file.Headers["ETag"]))).Status);
    }

    [Fact]
    public async Task A_destination_that_hands_to_another_channel_works_as_long_as_its_channel_runs_and_cannot_be_paused()
    {
        await using HubHost hub = await HubHost.StartAsync(
            """{ "id": "first", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [{ "id": "next", "type": "channel", "channel": "second" }] }""",
            """{ "id": "second", "source": { "type": "channel" }, "destinations": [{ "id": "log", "type": "log" }] }""");
        using ApiClient client = new(hub);

        Assert.Equal("HandsOver", (await client.GetAsync("/channels/first/destinations/next"))["state"].GetString());
        Assert.Contains((await client.GetAsync("/destinations")).Items, one => one.GetProperty("destination").GetString() == "next");
        Assert.Equal(409, (await client.PutAsync("/channels/first/destinations/next/state", """{ "paused": true }""")).Status);
        using HttpClient pages = Visits.Client(hub);
        string page = await pages.GetStringAsync(new Uri("/channels/first", UriKind.Relative));
        Assert.Contains("Hands over", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/queues/pause", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/queues/pause?channel=first", await pages.GetStringAsync(new Uri("/queues", UriKind.Relative)), StringComparison.Ordinal);

        await client.PutAsync("/channels/first/state", """{ "runs": false }""");
        Assert.Contains("Stopped", await pages.GetStringAsync(new Uri("/channels/first", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_channel_lets_go_of_its_port_finishes_what_it_has_and_keeps_what_waits()
    {
        await using MllpReceiver receiver = new() { Answer = _ => null };
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, destination: """, "ackTimeoutSeconds": 2"""));
        int port = hub.Port("adt");
        using (MllpSender sender = await MllpSender.ConnectAsync(port))
        {
            await sender.SendAsync(Samples.Adt("A"));
            await sender.SendAsync(Samples.Adt("B"));
        }

        using ApiClient client = new(hub);
        ApiAnswer stopped = await client.PutAsync("/channels/adt/state", """{ "runs": false, "reason": "moving house" }""", ("Hub-By", "Gwen%20Prawf"));

        Assert.Equal(("Stopped", "Gwen Prawf", "moving house"), (stopped["state"].GetString(), stopped["stoppedBy"].GetString(), stopped["stopReason"].GetString()));
        await Assert.ThrowsAnyAsync<SocketException>(() => MllpSender.ConnectAsync(port));
        Assert.Equal(2, (await client.GetAsync("/deliveries?state=Queued")).Items.Count);
        Assert.Equal("Stopped", (await client.GetAsync("/channels/adt/destinations/out"))["state"].GetString());
        receiver.Answer = _ => "AA";
        Assert.Equal("Running", (await client.PutAsync("/channels/adt/state", """{ "runs": true }"""))["state"].GetString());
        await hub.UntilAsync(DeliveryState.Sent, 2);
    }

    [Fact]
    public async Task A_stopped_channel_stays_stopped_over_a_changed_file_and_a_restart()
    {
        TestFolder folder = new();
        HubHost first = await HubHost.StartAsync(folder, Samples.PassThrough("adt", 1), Samples.PassThrough("lab", 1));
        using (ApiClient client = new(first))
            Assert.Equal(200, (await client.PutAsync("/channels/adt/state", """{ "runs": false }""")).Status);
        await first.ChangeFilesAsync(() => folder.WriteChannel(Samples.PassThrough("adt", 2)));
        Assert.Equal(("Stopped", "Running"), (first.Status("adt").State, first.Status("lab").State));
        await first.StopAsync();

        await using HubHost second = await HubHost.StartAsync(folder);
        using ApiClient after = new(second);
        Assert.Equal(("Stopped", "local"), (second.Status("adt").State, (await after.GetAsync("/channels/adt"))["stoppedBy"].GetString()));
        Assert.Equal("Running", (await after.PutAsync("/channels/adt/state", """{ "runs": true }"""))["state"].GetString());
        Assert.Equal(409, (await after.PutAsync("/channels/adt/state", """{ "runs": true }""")).Status);
    }

    [Fact]
    public async Task A_stopped_channel_is_not_started_while_its_file_has_problems()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1));
        using ApiClient client = new(hub);
        await client.PutAsync("/channels/adt/state", """{ "runs": false }""");
        await hub.ChangeFilesAsync(() => hub.Folder.Write("channels/adt.json", """{ "id": "adt", "sauce": {} }"""));

        ApiAnswer refused = await client.PutAsync("/channels/adt/state", """{ "runs": true }""");
        ApiAnswer problems = await client.GetAsync("/channels/adt/problems");

        Assert.Equal((409, "HUB7180"), (refused.Status, refused["code"].GetString()));
        Assert.Contains("sauce", refused["problems"][0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(problems["problems"].EnumerateArray());
        Assert.Equal("Stopped", (await client.GetAsync("/channels/adt"))["state"].GetString());
    }

    [Fact]
    public async Task A_channel_whose_file_says_that_it_is_not_enabled_is_not_started()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1).Replace("\"id\": \"adt\",", "\"id\": \"adt\", \"enabled\": false,", StringComparison.Ordinal));
        using ApiClient client = new(hub);

        ApiAnswer refused = await client.PutAsync("/channels/adt/state", """{ "runs": true }""");

        Assert.Equal(409, refused.Status);
        Assert.Contains("enabled", refused["detail"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_that_is_not_as_it_was_seen_is_not_changed()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1));
        using ApiClient client = new(hub);
        string seen = (await client.GetAsync("/channels/adt")).Headers["ETag"];
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Samples.PassThrough("adt", 1).Replace("\"id\": \"adt\",", "\"id\": \"adt\", \"description\": \"other\",", StringComparison.Ordinal)));

        ApiAnswer refused = await client.PutAsync("/channels/adt/state", """{ "runs": false }""", ("If-Match", seen));
        ApiAnswer done = await client.PutAsync("/channels/adt/state", """{ "runs": false }""", ("If-Match", (await client.GetAsync("/channels/adt")).Headers["ETag"]));

        Assert.Equal((412, "HUB7155"), (refused.Status, refused["code"].GetString()));
        Assert.Equal((200, "Stopped"), (done.Status, done["state"].GetString()));
        Assert.Equal((await client.GetAsync("/channels/adt")).Headers["ETag"], done.Headers["ETag"]);
    }

    [Fact]
    public async Task Each_version_of_a_file_is_kept_accepted_or_not_and_two_can_be_compared()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1));
        string second = Samples.PassThrough("adt", 2);
        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(second));
        await hub.ChangeFilesAsync(() => hub.Folder.Write("channels/adt.json", """{ "id": "adt", "sauce": {} }"""));
        await hub.UntilAsync(journal => journal.ReadChannelVersions("adt").Count == 3);
        using ApiClient client = new(hub);

        IReadOnlyList<JsonElement> versions = await client.WalkAsync("/channels/adt/versions?limit=2");
        ApiAnswer diff = await client.GetAsync("/channels/adt/diff?from=1&to=2");

        Assert.Equal([(3, false), (2, true), (1, true)], versions.Select(one => (one.GetProperty("number").GetInt32(), one.GetProperty("isAccepted").GetBoolean())));
        Assert.All(versions, one => Assert.Equal("file", one.GetProperty("by").GetString()));
        Assert.Equal(second, (await client.GetAsync("/channels/adt/versions/2")).Text);
        Assert.StartsWith("--- adt 1\n+++ adt 2\n@@ -2,5 +2,5 @@\n", diff.Text, StringComparison.Ordinal);
        Assert.Equal(2, diff.Text.Split('\n').Count(line => line.StartsWith("-  ", StringComparison.Ordinal) || line.StartsWith("+  ", StringComparison.Ordinal)));
        Assert.Equal("", (await client.GetAsync("/channels/adt/diff?from=2&to=2")).Text);
        Assert.Equal(400, (await client.GetAsync("/channels/adt/diff")).Status);
        Assert.Equal(404, (await client.GetAsync("/channels/adt/diff?from=1&to=9")).Status);
    }

    [Fact]
    public async Task The_version_that_a_restart_finds_again_is_not_kept_twice()
    {
        TestFolder folder = new();
        HubHost first = await HubHost.StartAsync(folder, Samples.PassThrough("adt", 1));
        await first.UntilAsync(journal => journal.ReadChannelVersions("adt").Count == 1);
        await first.StopAsync();
        await using HubHost second = await HubHost.StartAsync(folder);
        await second.ChangeFilesAsync(() => folder.WriteChannel(Samples.PassThrough("adt", 2)));

        await second.UntilAsync(journal => journal.ReadChannelVersions("adt").Count > 1);

        Assert.Equal(2, second.Journal.ReadChannelVersions("adt").Count);
    }
}
