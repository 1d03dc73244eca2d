using System.Net;
using System.Text.RegularExpressions;
using Hub.Contracts;
using Hub.Dashboard.Access;

namespace Hub.Dashboard.Tests;

/// <summary>Content is for those who may see it, each view of it is kept before it is shown, and what a role may not do is refused though it is sent.</summary>
public sealed partial class MessageRoleTests
{
    private const string Name = "JONES";
    private const string Patient = "9990001112";

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Operator)]
    [InlineData(Role.Auditor)]
    public async Task Who_may_not_see_content_sees_none_wherever_it_is_asked_for(Role role)
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.ParkAsync("C1", 1);
        using Visitor visitor = await Visitor.AsAsync(hub.Hub, role);
        foreach (string path in new[] { "/messages", "/messages?q=C1", $"/messages?text={Name}", $"/messages?patient={Patient}", "/messages/1", "/messages/1?tab=content", "/messages/1?tab=why", "/messages/1?tab=actions", "/messages/1?tab=actions&do=rewrite", "/messages/1?tab=actions&do=Edit&delivery=1", "/queues" })
        {
            (_, string text) = await visitor.GetAsync(path);
            Assert.DoesNotContain(Name, text.Replace($"text={Name}", "", StringComparison.Ordinal).Replace($"value=\"{Name}\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotContain("PID-5", text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("/messages/1\"", (await visitor.GetAsync($"/messages?q={Patient}")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await visitor.GetAsync("/messages/1?tab=content")).Status);
        Assert.DoesNotContain("id=\"f-text\"", (await visitor.GetAsync("/messages")).Text, StringComparison.Ordinal);
        // The forms are not there for this role; who sends them all the same is refused.
        foreach ((string path, string handler, string step) in new[] { ("/messages/1?tab=content", "show", ""), ("/messages/1?tab=why", "why", ""), ("/messages/1?tab=actions&do=rewrite", "edit", "open") })
        {
            (HttpStatusCode status, string text) = await visitor.PostAsync(path, handler, ("what", ""), ("step", step));
            Assert.True(status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden, $"{handler}: {status}");
            Assert.DoesNotContain(Name, text, StringComparison.Ordinal);
        }

        Assert.Empty(hub.Hub.Journal.FindAudit(new() { Act = AuditAct.SawContent }));
    }

    [Fact]
    public async Task A_viewer_operates_nothing()
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.ParkAsync("C1", 1);
        using Visitor visitor = await Visitor.AsAsync(hub.Hub, Role.Viewer);

        (_, string queues) = await visitor.GetAsync("/queues");
        (HttpStatusCode many, _) = await visitor.PostAsync("/queues/do?do=Release&d=1", "do");
        (HttpStatusCode pause, _) = await visitor.PostAsync("/queues/pause?channel=adt&destination=lab", "pause", ("to", "pause"));
        (HttpStatusCode one, _) = await visitor.PostAsync("/messages/1?tab=actions&do=Release&delivery=1", "act");

        Assert.DoesNotContain("type=\"checkbox\"", queues, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (many, pause));
        Assert.True(one is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden);
        Assert.Empty(hub.Hub.Journal.Read(new(1))!.Deliveries[0].Operations);
    }

    [Fact]
    public async Task An_operator_releases_and_does_not_edit()
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.ParkAsync("C1", 1);
        hub.Lab.Answer = _ => "AA";
        using Visitor visitor = await Visitor.AsAsync(hub.Hub, Role.Operator);
        (_, string actions) = await visitor.GetAsync("/messages/1?tab=actions");
        Assert.DoesNotContain("do=Edit", actions, StringComparison.Ordinal);
        Assert.DoesNotContain("do=rewrite", actions, StringComparison.Ordinal);

        (HttpStatusCode status, _) = await visitor.PostAsync("/messages/1?tab=actions&do=Release&delivery=1", "act", ("reason", "because"));

        Assert.Equal(HttpStatusCode.Redirect, status);
        await hub.Hub.UntilAsync(DeliveryState.Sent, 1);
        AuditRecord kept = hub.Hub.Journal.FindAudit(new() { Act = AuditAct.Operated, Message = new(1) }).Single().Record;
        Assert.Equal(("token:Operator", "adt", "Release of delivery 1 to lab", "because"), (kept.Who, kept.Channel, kept.Text, kept.Reason));
    }

    [Fact]
    public async Task Each_view_of_content_is_in_the_audit_with_its_reason_and_without_what_was_seen()
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1"));
        await hub.Hub.UntilAsync(DeliveryState.Sent, 1);
        using Visitor visitor = await Visitor.AsAsync(hub.Hub, Role.Analyst);

        (_, string shown) = await visitor.PostAsync("/messages/1?tab=content", "show", ("what", "1"), ("reason", "ticket 7"));
        await visitor.PostAsync("/messages/1?tab=why", "why");
        await visitor.PostAsync("/messages/1?tab=actions&do=rewrite", "edit", ("step", "open"));
        await visitor.GetAsync($"/messages?patient={Patient}&q=adt");
        await visitor.GetAsync($"/messages?q={Patient}");
        await visitor.GetAsync("/messages?q=adt%20Accepted");

        Assert.Contains(Name, shown, StringComparison.Ordinal);
        AuditRecord[] kept = [.. hub.Hub.Journal.FindAudit(new() { Who = "token:Analyst" }).Select(one => one.Record).Reverse()];
        Assert.Equal([AuditAct.SawContent, AuditAct.SawContent, AuditAct.SawContent, AuditAct.Searched, AuditAct.Searched, AuditAct.Searched, AuditAct.Searched], kept.Select(one => one.Act));
        Assert.Equal(["by channel, patient id in content", "by control id", "by patient id in content", "by channel, state"], kept[3..].Select(one => one.Text));
        Assert.Equal((new MessageId(1), "adt", "delivery 1", "ticket 7"), (kept[0].Message, kept[0].Channel, kept[0].Text, kept[0].Reason));
        Assert.All(kept, one => Assert.DoesNotContain(Patient, one.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_audit_cannot_keep_is_not_shown()
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1"));
        using Visitor visitor = await Visitor.AsAsync(hub.Hub, Role.Analyst);
        hub.Hub.Journal.Refuse = entry => entry is AuditRecord ? new JournalException("The disk is full.") { IsTrouble = true } : null;

        foreach ((string path, string handler, string step) in new[] { ("/messages/1?tab=content", "show", ""), ("/messages/1?tab=why", "why", ""), ("/messages/1?tab=actions&do=rewrite", "edit", "open") })
            Assert.DoesNotContain(Name, (await visitor.PostAsync(path, handler, ("what", ""), ("step", step))).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/messages/1\"", (await visitor.GetAsync($"/messages?patient={Patient}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_limited_to_other_channels_finds_nothing_of_this_one()
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.ParkAsync("C1", 1);
        using Visitor visitor = await Visitor.AsAsync(hub.Hub, Role.Analyst, "orders");

        foreach (string path in new[] { "/messages", "/messages?q=1", "/messages?q=C1", "/messages?channel=adt", $"/messages?patient={Patient}", "/queues", "/queues/do?do=Release&d=1", "/queues/pause?channel=adt&destination=lab" })
        {
            string text = (await visitor.GetAsync(path)).Text;
            Assert.DoesNotContain("href=\"/messages/1\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<form method=\"post\" class=\"confirm\"", text, StringComparison.Ordinal);
        }

        foreach (string tab in new[] { "story", "content", "why", "actions" })
            Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync($"/messages/1?tab={tab}")).Status);
        Assert.NotEqual(HttpStatusCode.Redirect, (await visitor.PostAsync("/queues/do?do=Release&d=1", "do")).Status);
    }

    [Fact]
    public async Task The_audit_is_a_page_that_keeps_that_it_was_looked_at()
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1"));
        using Visitor analyst = await Visitor.AsAsync(hub.Hub, Role.Analyst);
        await analyst.PostAsync("/messages/1?tab=content", "show", ("what", ""), ("reason", "<b>ticket</b>"));
        using Visitor auditor = await Visitor.AsAsync(hub.Hub, Role.Auditor);

        (_, string text) = await auditor.GetAsync("/audit?who=token:Analyst&act=SawContent");

        Assert.Contains("&lt;b&gt;ticket&lt;/b&gt;", text, StringComparison.Ordinal);
        Assert.Single(TableRow().Matches(text[text.IndexOf("<tbody>", StringComparison.Ordinal)..]));
        Assert.Single(hub.Hub.Journal.FindAudit(new() { Act = AuditAct.SawAudit, Who = "token:Auditor" }));
    }

    [GeneratedRegex("<tr>")]
    private static partial Regex TableRow();
}
