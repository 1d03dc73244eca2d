using System.Net;
using System.Text.Json;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Dashboard.Tests.Api;

namespace Hub.Dashboard.Tests;

/// <summary>What the audit keeps of searches and of what is done to deliveries, and what it does not.</summary>
public sealed class AuditKeptTests
{
    [Fact]
    public async Task Each_page_of_a_search_is_kept_and_an_empty_cursor_is_refused()
    {
        await using MessageHub hub = await WithTwoAsync();
        using ApiClient client = new(hub.Hub);

        ApiAnswer empty = await client.GetAsync("/messages?controlId=C1&cursor=");
        ApiAnswer first = await client.GetAsync("/messages?type=ADT&limit=1");
        ApiAnswer second = await client.GetAsync($"/messages?type=ADT&limit=1&cursor={first.Next}");

        Assert.Equal((400, 200, 200), (empty.Status, first.Status, second.Status));
        Assert.Equal(["type ADT, a later page", "type ADT"], hub.Hub.Journal.FindAudit(new() { Act = AuditAct.Searched }).Select(one => one.Record.Text.Replace(", by tester", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_list_with_any_filter_is_a_search_by_the_API_and_on_the_page_and_one_without_is_none()
    {
        await using MessageHub hub = await WithTwoAsync();
        using Visitor visitor = await Visitor.AsAsync(hub.Hub, Role.Viewer);
        int Kept() => hub.Hub.Journal.FindAudit(new() { Act = AuditAct.Searched, Limit = 100 }).Count;

        foreach (string path in new[] { "/messages", "/messages?before=2", "/api/v1/messages", "/api/v1/messages?limit=1" })
            Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(path)).Status);
        using (JsonDocument page = JsonDocument.Parse((await visitor.GetAsync("/api/v1/messages?limit=1")).Text))
            await visitor.GetAsync($"/api/v1/messages?limit=1&cursor={page.RootElement.GetProperty("next").GetString()}");
        Assert.Equal(0, Kept());

        string[] filters = ["channel=adt", "state=Accepted", "delivery=Sent", "destination=lab", "type=ADT", "trace=1", "replay=1"];
        string[] searches =
        [
            .. filters.SelectMany(filter => new[] { $"/messages?{filter}", $"/api/v1/messages?{filter}" }), "/messages?from=4h", "/api/v1/messages?since=2026-01-01T00:00:00Z", "/messages?control=C1", "/api/v1/messages?controlId=C1",
            "/messages?sender=PAS%5EWARD", "/messages?q=adt", "/api/v1/messages?quarantine=true",
        ];
        for (int i = 0; i < searches.Length; i++)
        {
            Assert.Equal((searches[i], HttpStatusCode.OK), (searches[i], (await visitor.GetAsync(searches[i])).Status));
            Assert.Equal((searches[i], i + 1), (searches[i], Kept()));
        }

        AuditRecord[] kept = [.. hub.Hub.Journal.FindAudit(new() { Act = AuditAct.Searched, Limit = 100 }).Select(one => one.Record).Reverse()];
        Assert.Equal(("by channel", "adt"), (kept[0].Text, kept[0].Channel));
        Assert.Equal("by time", kept[2 * filters.Length].Text);
        Assert.All(kept, one => Assert.DoesNotContain("C1", one.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_that_keeps_itself_fresh_searches_once_and_only_where_somebody_opened_it()
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        using Visitor visitor = await Visitor.AsAsync(hub.Hub, Role.Viewer);
        int Kept() => hub.Hub.Journal.FindAudit(new() { Act = AuditAct.Searched, Limit = 100 }).Count;
        (string, string) live = ("Hub-Live", "1");

        await visitor.GetAsync("/messages", live);
        Assert.Equal(0, Kept());
        await visitor.GetAsync("/messages?channel=adt");
        for (int i = 0; i < 3; i++)
            await visitor.GetAsync("/messages?channel=adt", live);
        Assert.Equal(1, Kept());
        // What nobody opened is no page that keeps itself fresh, whatever a header says.
        await visitor.GetAsync("/messages?channel=adt&state=Rejected", live);
        Assert.Equal(2, Kept());
        // Opened again by a person.
        await visitor.GetAsync("/messages?channel=adt");
        Assert.Equal(3, Kept());
        // What names somebody is kept each time.
        await visitor.GetAsync("/messages?control=C1");
        await visitor.GetAsync("/messages?control=C1", live);
        Assert.Equal(5, Kept());
    }

    [Fact]
    public async Task What_is_done_to_deliveries_is_kept_under_its_channel_and_an_edit_says_where_never_what()
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.ParkAsync("C1", 1);
        using ApiClient client = new(hub.Hub);
        string content = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(MessageHub.Admission("C1", name: "SECRET^MAIR")));

        await client.PostAsync("/deliveries/operations", $$"""{ "operation": "Edit", "deliveries": [1], "content": "{{content}}", "reason": "ticket 7" }""");
        ApiAnswer skip = await client.PostAsync("/deliveries/operations", """{ "operation": "Skip", "deliveries": [77, 1] }""");

        AuditRecord edited = hub.Hub.Journal.FindAudit(new() { Act = AuditAct.Edited }).Single().Record;
        Assert.Equal(("adt", new MessageId(1), "ticket 7"), (edited.Channel, edited.Message, edited.Reason));
        Assert.Contains("PID-5", edited.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", edited.Text, StringComparison.Ordinal);
        Assert.Equal("adt", hub.Hub.Journal.FindAudit(new() { Act = AuditAct.Operated }).Single().Record.Channel);
        Assert.Equal([77L, 1], skip["results"].EnumerateArray().Select(one => one.GetProperty("delivery").GetInt64()));
    }

    [Fact]
    public async Task A_reason_has_its_length()
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1"));
        using ApiClient client = new(hub.Hub);

        ApiAnswer refused = await client.GetAsync("/messages/1/content", ("Hub-Reason", new string('x', 501)));
        ApiAnswer muted = await client.AskAsync(HttpMethod.Put, "/channels/adt/state", $$"""{ "runs": false, "reason": "{{new string('x', 501)}}" }""");

        Assert.Equal((400, 400), (refused.Status, muted.Status));
        Assert.Contains("at most 500", refused.Text, StringComparison.Ordinal);
        Assert.Equal("Running", hub.Hub.Status("adt").State);
    }

    private static async Task<MessageHub> WithTwoAsync()
    {
        MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1"));
        await hub.SendAsync(MessageHub.Admission("C2"));
        await hub.Hub.UntilAsync(DeliveryState.Sent, 2);
        return hub;
    }
}
