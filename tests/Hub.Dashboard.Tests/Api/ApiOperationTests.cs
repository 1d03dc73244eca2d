using System.Text;
using System.Text.Json;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Testing;

namespace Hub.Dashboard.Tests.Api;

/// <summary>What the API does to deliveries, destinations, replays, incidents and the journal, and what it shows of content.</summary>
public sealed class ApiOperationTests
{
    [Fact]
    public async Task Deliveries_are_released_edited_and_skipped_each_with_its_outcome()
    {
        await using MllpReceiver receiver = new() { Answer = _ => "AE" };
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        for (int i = 1; i <= 3; i++)
        {
            await sender.SendAsync(Samples.Adt($"{i}"));
            await receiver.NextAsync();
        }

        await hub.UntilAsync(DeliveryState.Parked, 3);
        receiver.Answer = _ => "AA";
        using ApiClient client = new(hub);
        string fixedMessage = Samples.Adt("2").Replace("PRAWF", "PROBE", StringComparison.Ordinal);

        ApiAnswer released = await client.PostAsync("/deliveries/operations", """{ "operation": "Release", "deliveries": [1, 9], "reason": "put right" }""");
        ApiAnswer edited = await client.PostAsync("/deliveries/operations", $$"""{ "operation": "Edit", "deliveries": [2], "content": "{{Convert.ToBase64String(Encoding.UTF8.GetBytes(fixedMessage))}}" }""");
        ApiAnswer skipped = await client.PostAsync("/deliveries/operations", """{ "operation": "Skip", "deliveries": [3] }""");

        Assert.Equal([true, false], released["results"].EnumerateArray().Select(one => one.GetProperty("done").GetBoolean()));
        Assert.True(edited["results"][0].GetProperty("done").GetBoolean() && skipped["results"][0].GetProperty("done").GetBoolean());
        await receiver.NextAsync();
        Assert.Equal(fixedMessage, Encoding.UTF8.GetString(await receiver.NextAsync()));
        await hub.UntilAsync(DeliveryState.Sent, 2);
        ApiAnswer message = await client.GetAsync("/messages/1");
        Assert.Equal("put right", message["deliveries"][0].GetProperty("operations")[0].GetProperty("reason").GetString());
        Assert.Equal(2, message["deliveries"][0].GetProperty("history").GetArrayLength());
        Assert.Equal(304, (await client.GetAsync("/messages/1", ("If-None-Match", message.Headers["ETag"]))).Status);
        Assert.Contains("PRAWF", (await client.GetAsync("/deliveries/2/content?before=1")).Text, StringComparison.Ordinal);
        Assert.Contains("PROBE", (await client.GetAsync("/deliveries/2/content")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await client.GetAsync("/deliveries/2/content?before=2")).Status);
    }

    [Fact]
    public async Task A_changed_copy_goes_through_the_channel_and_what_receivers_answered_is_given()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("1"));
        await receiver.NextAsync();
        await hub.UntilAsync(DeliveryState.Sent, 1);
        using ApiClient client = new(hub);
        async Task<ApiAnswer> SendAsync(string text, string more = "") =>
            await client.AskAsync(HttpMethod.Post, "/messages/1/resubmit", $$"""{ "content": "{{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}}"{{more}} }""");

        Assert.Equal((400, true), await RefusedAsync(Samples.Adt("1"), "These are the bytes that the message has"));
        Assert.Equal((400, true), await RefusedAsync("PID|1", "This is no message any more"));
        Assert.Equal((400, true), await RefusedAsync("", "Give the bytes of the message"));
        Assert.Equal(404, (await client.PostAsync("/messages/9/resubmit", """{ "content": "TVNI" }""")).Status);
        string changed = Samples.Adt("1").Replace("PRAWF", "PROBE", StringComparison.Ordinal);
        ApiAnswer copy = await SendAsync(changed, """, "reason": "ward 2W has moved" """);

        Assert.Equal((201, 2), (copy.Status, copy["message"].GetInt64()));
        Assert.Equal("/api/v1/messages/2", copy.Headers["Location"]);
        Assert.Equal(changed, Encoding.UTF8.GetString(await receiver.NextAsync()));
        await hub.UntilAsync(DeliveryState.Sent, 2);
        Assert.Equal(changed, (await client.GetAsync("/messages/2/content")).Text);
        AuditRecord kept = hub.Journal.FindAudit(new() { Act = AuditAct.Edited }).Single().Record;
        Assert.Equal(("local", "ward 2W has moved", "adt", 1L), (kept.Who, kept.Reason, kept.Channel, kept.Message!.Value.Value));
        Assert.DoesNotContain("PROBE", kept.Text, StringComparison.Ordinal);
        Assert.Contains("MSA|AA|1", (await client.GetAsync("/deliveries/1/attempts/1/answer")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await client.GetAsync("/deliveries/1/attempts/2/answer")).Status);
        Assert.Contains(hub.Journal.FindAudit(new() { Act = AuditAct.SawContent }), one => one.Record.Text == "answer of out to try 1 of delivery 1");

        async Task<(int, bool)> RefusedAsync(string text, string why) => await SendAsync(text) is var answer ? (answer.Status, answer["problems"][0].GetProperty("text").GetString()!.StartsWith(why, StringComparison.Ordinal)) : default;
    }

    [Fact]
    public async Task A_destination_is_paused_and_resumed()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using ApiClient client = new(hub);

        ApiAnswer paused = await client.PutAsync("/channels/adt/destinations/out/state", """{ "paused": true, "reason": "upgrade" }""", ("Hub-By", "ward.admin"));

        Assert.Equal(("Paused", "ward.admin", "upgrade"), (paused["state"].GetString(), paused["by"].GetString(), paused["reason"].GetString()));
        Assert.Equal("Paused", (await client.GetAsync("/destinations?channel=adt")).Items[0].GetProperty("state").GetString());
        Assert.Equal("Sending", (await client.PutAsync("/channels/adt/destinations/out/state", """{ "paused": false }"""))["state"].GetString());
    }

    [Fact]
    public async Task Why_a_channel_does_what_it_does_and_what_it_changed_are_told_after_the_audit_has_who_asked()
    {
        await using MessageHub site = await MessageHub.StartAsync();
        await site.ParkAsync("A", 1);
        using ApiClient client = new(site.Hub);

        ApiAnswer why = await client.GetAsync("/messages/1/explanation?reason=ward%20asks");
        ApiAnswer differences = await client.GetAsync("/deliveries/1/differences", ("Hub-Reason", "ward%20asks"));

        Assert.Equal("Accepted", why["state"].GetString());
        Assert.Contains("setField", why["steps"].GetRawText(), StringComparison.Ordinal);
        Assert.Contains("MSH-11", why["steps"].GetRawText(), StringComparison.Ordinal);
        Assert.Equal("lab", why["deliveries"][0].GetProperty("destination").GetString());
        JsonElement difference = Assert.Single(differences["differences"].EnumerateArray());
        Assert.Equal(("MSH-5", "LAB"), (difference.GetProperty("place").GetString(), difference.GetProperty("right").GetString()));
        AuditRecord[] kept = [.. ((IJournalReader)site.Hub.Journal).FindAudit(new() { Act = AuditAct.SawContent }).Select(row => row.Record)];
        Assert.Equal(2, kept.Count(record => record is { Channel: "adt", Reason: "ward asks", Message.Value: 1 }));
        Assert.Equal(404, (await client.GetAsync("/messages/9/explanation")).Status);
        Assert.Equal(404, (await client.GetAsync("/deliveries/9/differences")).Status);
        await client.PutAsync("/channels/adt/state", """{ "runs": false }""");
        Assert.Equal(409, (await client.GetAsync("/messages/1/explanation")).Status);
    }

    [Fact]
    public async Task The_mails_of_an_incident_are_listed_newest_first()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1));
        DateTimeOffset now = JournalSamples.Time;
        OutgoingMail Mail(string subject) => new() { Incident = 1, To = ["ward@hospital.example"], Subject = subject, Text = "What it says.", MessageId = subject, At = now, DueAt = now };
        await hub.Journal.AppendAsync(new IncidentsChanged
        {
            Through = 0,
            Incidents = [new() { Id = 1, Kind = EventKind.Rejected, Channel = "adt", Text = "One message was rejected.", OpenedAt = now, LastAt = now, Count = 1 }],
            Mails = [Mail("first"), Mail("second"), Mail("third")],
        });
        using ApiClient client = new(hub);

        ApiAnswer all = await client.GetAsync("/incidents/1/mails");

        Assert.Equal(["third", "second", "first"], all.Items.Select(mail => mail.GetProperty("subject").GetString()));
        Assert.Equal(("ward@hospital.example", "Queued"), (all.Items[0].GetProperty("to")[0].GetString(), all.Items[0].GetProperty("state").GetString()));
        Assert.Equal(["third", "second", "first"], (await client.WalkAsync("/incidents/1/mails?limit=1")).Select(mail => mail.GetProperty("subject").GetString()));
        Assert.Equal(404, (await client.GetAsync("/incidents/2/mails")).Status);
    }

    [Fact]
    public async Task Content_is_given_after_the_audit_has_who_saw_it_and_why()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("A"));
        using ApiClient client = new(hub);

        ApiAnswer content = await client.GetAsync("/messages/1/content", ("Hub-Reason", "ward%20asks"), ("Hub-By", "ward.admin"));

        Assert.Equal(Samples.Adt("A"), content.Text);
        Assert.Equal(("application/octet-stream", "no-store", "nosniff"), (content.Headers["Content-Type"], content.Headers["Cache-Control"], content.Headers["X-Content-Type-Options"]));
        Assert.StartsWith("attachment", content.Headers["Content-Disposition"], StringComparison.Ordinal);
        AuditRecord record = Assert.Single(hub.Journal.FindAudit(new() { Act = AuditAct.SawContent })).Record;
        Assert.Equal(("local", "adt", new MessageId(1), "ward asks"), (record.Who, record.Channel, record.Message!.Value, record.Reason));
        Assert.Equal("content as received, by ward.admin", record.Text);
    }

    [Fact]
    public async Task Messages_are_taken_up_again_after_a_look_at_what_that_would_be()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        for (int i = 1; i <= 3; i++)
            await sender.SendAsync(Samples.Adt($"{i}"));
        await hub.UntilAsync(DeliveryState.Sent, 3);
        using ApiClient client = new(hub);

        ApiAnswer preview = await client.PostAsync("/replays/preview", """{ "filter": { "channel": "adt", "controlId": "2" } }""");
        ApiAnswer begun = await client.PostAsync("/replays", """{ "messages": [2], "waits": true }""");
        ApiAnswer slow = await client.PostAsync("/replays", """{ "filter": { "channel": "adt" }, "rate": 1 }""");
        string address = slow.Headers["Location"];

        Assert.Equal(1, preview["messages"].GetInt32());
        Assert.Equal((201, "Done", "4"), (begun.Status, begun["state"].GetString(), begun["results"][0].GetProperty("newMessage").GetString()));
        Assert.Equal(201, slow.Status);
        Assert.Equal("Paused", (await client.PostAsync($"{address}/pause"))["state"].GetString());
        Assert.Equal("Running", (await client.PostAsync($"{address}/resume"))["state"].GetString());
        Assert.Equal("Cancelled", (await client.PostAsync($"{address}/cancel"))["state"].GetString());
        Assert.Equal("Cancelled", (await client.GetAsync(address))["state"].GetString());
        Assert.Equal([2, 1], (await client.WalkAsync("/replays?limit=1")).Select(one => one.GetProperty("id").GetInt32()));
        Assert.Empty((await client.GetAsync("/replays/1/failures")).Items);
    }

    [Fact]
    public async Task Why_a_message_of_a_replay_failed_is_for_those_who_read_reasons()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1));
        using ApiClient client = new(hub);
        await client.PostAsync("/replays", """{ "messages": [99], "waits": true }""");
        string viewer = await hub.Access.Tokens.AddAsync("screen", Role.Viewer, [], 1, Doer.Local);

        string told = (await client.GetAsync("/replays/1/failures")).Text;
        ApiAnswer shown = await client.GetAsync("/replays/1/failures", ("Authorization", $"Bearer {viewer}"));

        Assert.Contains("There is no message 99", told, StringComparison.Ordinal);
        Assert.Equal(99, Assert.Single(shown.Items).GetProperty("item").GetInt32());
        Assert.DoesNotContain("There is no message", shown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_incident_is_taken_on_muted_and_told_again()
    {
        TestFolder folder = new();
        Directory.CreateDirectory(folder.Path("alerts"));
        await using HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", 1, ", \"accept\": { \"versions\": [\"2.5\"] }"));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("A", version: "2.3"));
        await hub.UntilAsync(journal => journal.FindIncidents(new()).Any(incident => incident.Kind == EventKind.Rejected));
        long id = hub.Journal.FindIncidents(new()).First(incident => incident.Kind == EventKind.Rejected).Id;
        using ApiClient client = new(hub);

        Assert.Contains((await client.WalkAsync("/incidents?open=true&channel=adt&limit=1")), one => one.GetProperty("id").GetInt64() == id);
        Assert.Equal("local", (await client.PostAsync($"/incidents/{id}/acknowledge"))["acknowledgedBy"].GetString());
        Assert.Equal(400, (await client.PostAsync($"/incidents/{id}/mute", """{ "hours": 3000 }""")).Status);
        Assert.Equal("local", (await client.PostAsync($"/incidents/{id}/mute", """{ "hours": 1 }"""))["mutedBy"].GetString());
        Assert.False((await client.PostAsync($"/incidents/{id}/unmute")).Json.TryGetProperty("mutedUntil", out _));
        Assert.Equal("Rejected", (await client.GetAsync($"/incidents/{id}"))["kind"].GetString());
    }

    [Fact]
    public async Task What_has_changed_since_it_was_read_is_left_as_it_is()
    {
        TestFolder folder = new();
        Directory.CreateDirectory(folder.Path("alerts"));
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", receiver.Port, ", \"accept\": { \"versions\": [\"2.5\"] }"));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        for (int i = 1; i <= 3; i++)
            await sender.SendAsync(Samples.Adt($"{i}"));
        await sender.SendAsync(Samples.Adt("R", version: "2.3"));
        await hub.UntilAsync(DeliveryState.Sent, 3);
        await hub.UntilAsync(journal => journal.FindIncidents(new()).Any(incident => incident.Kind == EventKind.Rejected));
        string incident = $"/incidents/{hub.Journal.FindIncidents(new()).First(incident => incident.Kind == EventKind.Rejected).Id}";
        using ApiClient client = new(hub);
        await client.PostAsync("/replays", """{ "filter": { "channel": "adt" }, "rate": 1 }""");
        await client.PostAsync("/replays/1/pause");
        (HttpMethod Method, string Read, string Change, string Body)[] changes =
        [
            (HttpMethod.Post, "/replays/1", "/replays/1/resume", "{}"),
            (HttpMethod.Post, "/replays/1", "/replays/1/pause", "{}"),
            (HttpMethod.Post, "/replays/1", "/replays/1/cancel", "{}"),
            (HttpMethod.Post, incident, $"{incident}/acknowledge", "{}"),
            (HttpMethod.Post, incident, $"{incident}/mute", "{}"),
            (HttpMethod.Post, incident, $"{incident}/unmute", "{}"),
            (HttpMethod.Put, "/channels/adt/destinations/out", "/channels/adt/destinations/out/state", """{ "paused": true }"""),
            (HttpMethod.Put, "/channels/adt", "/channels/adt/state", """{ "runs": false }"""),
        ];

        List<string> wrong = [];
        foreach ((HttpMethod method, string read, string change, string body) in changes)
        {
            ApiAnswer before = await client.GetAsync(read);
            ApiAnswer refused = await client.AskAsync(method, change, body, headers: ("If-Match", "\"abc\""));
            if (refused.Status != 412 || refused["code"].GetString() != "HUB7155" || (await client.GetAsync(read)).Headers["ETag"] != before.Headers["ETag"])
                wrong.Add($"{change}: {refused.Status}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        // A replay that was resumed goes on by itself, so it is not as it was read for long.
        foreach ((HttpMethod method, string read, string change, string body) in changes.Skip(2))
        {
            ApiAnswer done = await client.AskAsync(method, change, body, headers: ("If-Match", (await client.GetAsync(read)).Headers["ETag"]));
            Assert.Equal((change, 200), (change, done.Status));
            Assert.Equal((await client.GetAsync(read)).Headers["ETag"], done.Headers["ETag"]);
        }
    }

    [Fact]
    public async Task Statistics_are_given_as_JSON_and_as_CSV()
    {
        await using MllpReceiver receiver = new();
        TestFolder folder = new();
        Directory.CreateDirectory(folder.Path("alerts"));
        await using HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("A"));
        await hub.UntilAsync(DeliveryState.Sent, 1);
        await hub.Journal.AppendAsync(new StatisticsDue(TimeProvider.System.GetUtcNow(), IsEnd: true));
        using ApiClient client = new(hub);

        ApiAnswer table = await client.GetAsync("/statistics?channel=adt");
        ApiAnswer csv = await client.GetAsync("/statistics.csv?by=Minute&types=true");

        Assert.Equal(1, table["rows"].EnumerateArray().Sum(row => row.GetProperty("received").GetInt32()));
        Assert.Equal("text/csv; charset=utf-8", csv.Headers["Content-Type"]);
        Assert.StartsWith("time,channel,destination,type,received,", csv.Text, StringComparison.Ordinal);
        Assert.Contains(",adt,,ADT^A01,1,0,", csv.Text, StringComparison.Ordinal);
        Assert.Equal(400, (await client.GetAsync("/statistics?from=2020-01-01T00:00:00Z")).Status);
        Assert.Equal(400, (await client.GetAsync("/statistics?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z")).Status);
    }

    [Fact]
    public async Task The_journal_is_pruned_and_gets_a_new_key()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1));
        using ApiClient client = new(hub);

        Assert.True((await client.GetAsync("/retention"))["bytes"].GetInt64() > 0);
        Assert.Equal(0, (await client.PostAsync("/retention/prune"))["contents"].GetInt64());
        ApiAnswer key = await client.PostAsync("/journal/keys");
        // The journal of this host is wrapped and shows no keys.
        Assert.Equal((409, "HUB7152"), (key.Status, key["code"].GetString()));
    }
}
