using System.Globalization;
using System.Text.Json;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Hub.Dashboard.Search;
using Hub.Testing;

namespace Hub.Dashboard.Tests.Api;

/// <summary>Lists come in pages, by a cursor that nothing moves.</summary>
public sealed class ApiListTests
{
    [Fact]
    public async Task A_walk_over_all_pages_misses_none_and_doubles_none_while_new_messages_come()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        for (int i = 1; i <= 23; i++)
            await sender.SendAsync(Samples.Adt($"{i}"));
        await hub.UntilAsync(DeliveryState.Sent, 23);
        using ApiClient client = new(hub);
        int more = 100;

        IReadOnlyList<JsonElement> messages = await client.WalkAsync("/messages?limit=5", () => sender.SendAsync(Samples.Adt($"{more++}")));
        IReadOnlyList<JsonElement> deliveries = await client.WalkAsync("/deliveries?limit=7");

        Assert.Equal(Enumerable.Range(1, 23).Reverse(), messages.Select(message => int.Parse(message.GetProperty("controlId").GetString()!, CultureInfo.InvariantCulture)));
        Assert.Equal(deliveries.Select(one => one.GetProperty("delivery").GetInt64()).Distinct().Order(), deliveries.Select(one => one.GetProperty("delivery").GetInt64()));
        Assert.True(deliveries.Count >= 23);
    }

    [Fact]
    public async Task The_header_Link_leads_to_the_next_page_with_the_same_filters()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        foreach (string type in new[] { "ADT^A01", "ADT^A08", "ADT^A01" })
            await sender.SendAsync(Samples.Adt(type, type: type));
        using ApiClient client = new(hub);

        ApiAnswer first = await client.GetAsync("/messages?type=ADT%5EA01&limit=1");
        string link = first.Headers["Link"];
        ApiAnswer second = await client.GetAsync(link[1..link.IndexOf('>', StringComparison.Ordinal)]);

        Assert.EndsWith("rel=\"next\"", link, StringComparison.Ordinal);
        Assert.Equal(1, Assert.Single(second.Items).GetProperty("id").GetInt32());
        Assert.Null(second.Next);
        Assert.Equal(400, (await client.GetAsync($"/messages?type=ADT%5EA08&limit=1&cursor={first.Next}")).Status);
        Assert.Equal(400, (await client.GetAsync($"/deliveries?cursor={first.Next}")).Status);
        Assert.Equal(200, (await client.GetAsync($"/messages?limit=2&type=ADT%5EA01&cursor={first.Next}")).Status);
    }

    [Fact]
    public async Task Each_filter_of_messages_finds_what_it_says()
    {
        await using MllpReceiver receiver = new();
        receiver.Answer = message => receiver.ControlIdOf(message) == "parked" ? "AE" : "AA";
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port), Samples.PassThrough("lab", receiver.Port));
        using MllpSender adt = await MllpSender.ConnectAsync(hub.Port("adt"));
        using MllpSender lab = await MllpSender.ConnectAsync(hub.Port("lab"));
        await adt.SendAsync(Samples.Adt("parked"));
        await adt.SendAsync(Samples.Adt("two", type: "ADT^A08"));
        await lab.SendAsync(Samples.Adt("three", patient: "9990000026").Replace("WARD|NORTH", "CLINIC|SOUTH", StringComparison.Ordinal));
        await adt.SendAsync(Samples.Adt("two", type: "ADT^A08"));
        await hub.UntilAsync(DeliveryState.Sent, 2);
        await hub.UntilAsync(DeliveryState.Parked, 1);
        await hub.ReplayAsync(new(3));
        await hub.UntilAsync(DeliveryState.Sent, 3);
        using ApiClient client = new(hub);
        async Task<string> FindAsync(string query) => string.Join(' ', (await client.GetAsync($"/messages?{query}")).Items.Select(item => item.GetProperty("id").GetInt32()).Order());

        Assert.Equal("1 2 4", await FindAsync("channel=adt"));
        Assert.Equal("4", await FindAsync("state=Duplicate"));
        Assert.Equal("1", await FindAsync("delivery=Parked&destination=out"));
        Assert.Equal("3 5", await FindAsync("controlId=three"));
        Assert.Equal("2 4", await FindAsync("type=ADT%5EA08"));
        Assert.Equal("3", await FindAsync("trace=3"));
        Assert.Equal("3 5", await FindAsync("sender=CLINIC%5ESOUTH"));
        Assert.Equal("3 5", await FindAsync("patient=9990000026"));
        Assert.Equal("", await FindAsync("patient=999000002"));
        Assert.Equal("3 5", await FindAsync("text=%7Cclinic%7C"));
        Assert.Equal("2 4", await FindAsync("patient=9990000018&text=prawf%5EGwen&type=ADT%5EA08&channel=adt"));
        Assert.Equal("", await FindAsync("quarantine=true"));
        Assert.Equal("1 2 3 4 5", await FindAsync("since=2026-01-01T00:00:00Z&quarantine=false"));
        Assert.Equal("", await FindAsync("until=2020-01-01T00:00:00%2B01:00"));
        Assert.Equal("", await FindAsync("replay=9"));
    }

    [Fact]
    public async Task What_messages_say_is_searched_by_who_may_see_it_page_by_page_and_kept_in_the_audit()
    {
        await using RoleHub hub = await RoleHub.StartAsync();
        ObservedJournal journal = hub.Hub.Journal;
        // More than one request opens; the two that are looked for are the oldest.
        int count = ContentSearch.MostMessages + 10;
        await Task.WhenAll(Enumerable.Range(1, count).Select(i => journal.AppendAsync(JournalSamples.Accepted(new(i), $"C{i}-"))));
        using ApiClient client = new(hub.Url);
        async Task<ApiAnswer> AskAsync(string query, Role role = Role.Analyst) => await client.GetAsync($"/messages?{query}", ("Role", role.ToString()));

        foreach (Role role in (Role[])[Role.Viewer, Role.Operator, Role.Auditor])
            Assert.Equal((403, 403), ((await AskAsync("text=C1-", role)).Status, (await AskAsync("patient=1", role)).Status));
        ApiAnswer first = await AskAsync("text=C1-&limit=1");
        ApiAnswer second = await AskAsync($"text=C1-&limit=1&cursor={first.Next}");
        ApiAnswer two = await AskAsync("text=%7CC200&limit=2");
        ApiAnswer three = await AskAsync($"text=%7CC200&limit=2&cursor={two.Next}");

        Assert.Empty(first.Items);
        Assert.Equal("no-store", first.Headers["Cache-Control"]);
        Assert.Contains("rel=\"next\"", first.Headers["Link"], StringComparison.Ordinal);
        Assert.Equal("C1-", Assert.Single(second.Items).GetProperty("controlId").GetString());
        Assert.Null(second.Next);
        Assert.Equal(["C2009-", "C2008-", "C2007-", "C2006-"], two.Items.Concat(three.Items).Select(item => item.GetProperty("controlId").GetString()));
        Assert.Equal(400, (await AskAsync($"text=C2-&cursor={first.Next}")).Status);
        AuditRecord[] kept = [.. ((IJournalReader)journal).FindAudit(new() { Act = AuditAct.Searched }).Select(row => row.Record)];
        Assert.Contains(kept, record => record.Text.Contains("a text in content", StringComparison.Ordinal));
        Assert.DoesNotContain(kept, record => record.Text.Contains("C1-", StringComparison.Ordinal) || record.Text.Contains("C200", StringComparison.Ordinal));
    }

    [Fact]
    public async Task B03_the_messages_of_a_batch_are_listed_in_its_order_page_by_page()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, steps: """[ { "type": "splitMessage", "by": "batch" } ]"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("alone"));
        await sender.SendAsync($"BHS|^~\\&|PAS|H|HUB|C|2026||||B77\r{Samples.Adt("a")}{Samples.Adt("b", patient: "9990000026")}{Samples.Adt("c")}BTS|3\r");
        await hub.UntilAsync(DeliveryState.Sent, 4);
        using ApiClient client = new(hub);
        async Task<string> FindAsync(string query) => string.Join(' ', (await client.WalkAsync($"/messages?{query}")).Select(item => item.GetProperty("controlId").GetString()));

        Assert.Equal("a b c", await FindAsync("batch=2"));
        Assert.Equal("a b c", await FindAsync("batch=2&limit=1"));
        Assert.Equal("b", await FindAsync("batch=2&patient=9990000026"));
        Assert.Equal("", await FindAsync("batch=1"));
    }

    [Fact]
    public async Task Each_filter_of_deliveries_finds_what_it_says()
    {
        await using MllpReceiver receiver = new();
        receiver.Answer = message => receiver.ControlIdOf(message) == "parked" ? "AE" : "AA";
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender adt = await MllpSender.ConnectAsync(hub.Port("adt"));
        await adt.SendAsync(Samples.Adt("parked"));
        await adt.SendAsync(Samples.Adt("two"));
        await hub.UntilAsync(DeliveryState.Sent, 1);
        await hub.UntilAsync(DeliveryState.Parked, 1);
        using ApiClient client = new(hub);
        async Task<string> FindAsync(string query) => string.Join(' ', (await client.GetAsync($"/deliveries?{query}")).Items.Select(item => item.GetProperty("delivery").GetInt32()));

        Assert.Equal("1", await FindAsync("state=Parked"));
        Assert.Equal("1 2", await FindAsync("state=Parked&state=Sent&channel=adt&destination=out"));
        Assert.Equal("2", await FindAsync("message=2"));
        Assert.Equal("", await FindAsync("maybeDelivered=true"));
        Assert.Equal("", await FindAsync("destination=lab"));
    }
}
