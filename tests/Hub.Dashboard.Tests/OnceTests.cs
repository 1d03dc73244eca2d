using System.Net;
using System.Text.RegularExpressions;
using Hub.Contracts;
using Hub.Dashboard.Access;

namespace Hub.Dashboard.Tests;

/// <summary>A form that a browser sends twice does once what it is for, and who sent it is told.</summary>
public sealed partial class OnceTests
{
    [Theory]
    [InlineData("do=resend")]
    [InlineData("do=send&to=lab")]
    public async Task A_form_that_is_sent_twice_sends_a_message_once(string action)
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1"));
        await hub.Hub.UntilAsync(DeliveryState.Sent, 1);
        using Visitor visitor = await Visitor.AsAsync(hub.Hub, Role.Operator);
        string path = $"/messages/1?tab=actions&{action}";
        string once = Once((await visitor.GetAsync(path)).Text);

        (HttpStatusCode first, _) = await visitor.PostAsync(path, "act", ("once", once));
        (HttpStatusCode second, string said) = await visitor.PostAsync(path, "act", ("once", once));

        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.OK), (first, second));
        Assert.Contains("This was done already", said, StringComparison.Ordinal);
        Assert.Single(hub.Hub.Journal.FindAudit(new() { Act = AuditAct.Replayed }));
        Assert.Equal(2, hub.Hub.Journal.Find(new()).Sum(message => message.Deliveries.Count));
        // Who wants it once more opens the form once more.
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.PostAsync(path, "act", ("once", Once((await visitor.GetAsync(path)).Text)))).Status);
        Assert.Equal(3, hub.Hub.Journal.Find(new()).Sum(message => message.Deliveries.Count));
    }

    [Fact]
    public async Task An_edited_message_that_is_sent_twice_is_taken_up_once()
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1"));
        await hub.Hub.UntilAsync(DeliveryState.Sent, 1);
        using Visitor visitor = await Visitor.AsAsync(hub.Hub, Role.Administrator);
        const string Path = "/messages/1?tab=actions&do=rewrite";
        string text = MessageHub.Admission("C1", name: "JONES^SIAN");
        string once = Once((await visitor.PostAsync(Path, "edit", ("step", "look"), ("text", text))).Text);

        (HttpStatusCode first, _) = await visitor.PostAsync(Path, "edit", ("step", "send"), ("text", text), ("once", once));
        (HttpStatusCode second, string said) = await visitor.PostAsync(Path, "edit", ("step", "send"), ("text", text), ("once", once));

        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.OK), (first, second));
        Assert.Contains("This was done already", said, StringComparison.Ordinal);
        Assert.Equal(2, hub.Hub.Journal.Find(new()).Count);
    }

    [Fact]
    public async Task A_form_that_is_sent_twice_makes_one_token()
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        using Visitor visitor = await Visitor.AsAsync(hub.Hub, Role.Administrator);
        string once = Once((await visitor.GetAsync("/access/tokens")).Text);
        (string, string)[] fields = [("TokenName", "export"), ("RoleName", "Viewer"), ("Days", "1"), ("once", once)];

        (_, string first) = await visitor.PostAsync("/access/tokens", "add", fields);
        (_, string second) = await visitor.PostAsync("/access/tokens", "add", fields);

        Assert.Contains("id=\"token\"", first, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"token\"", second, StringComparison.Ordinal);
        Assert.Single(hub.Hub.Access.Tokens.All, token => token.Name == "export");
    }

    [Fact]
    public async Task A_message_that_was_resent_says_by_whom()
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1"));
        await hub.Hub.UntilAsync(DeliveryState.Sent, 1);
        using Visitor visitor = await Visitor.AsAsync(hub.Hub, Role.Operator);
        const string Path = "/messages/1?tab=actions&do=resend";

        await visitor.PostAsync(Path, "act", ("once", Once((await visitor.GetAsync(Path)).Text)));

        Assert.Equal("replay of 1 by token:Operator", hub.Hub.Journal.Read(new(2))!.Peer);
    }

    [Fact]
    public async Task The_story_says_who_had_a_message_resent_and_who_sent_it_to_one_destination_again_and_how_long_each_stage_took()
    {
        await using MessageHub hub = await MessageHub.StartAsync();
        await hub.SendAsync(MessageHub.Admission("C1"));
        await hub.Hub.UntilAsync(DeliveryState.Sent, 1);
        using Visitor visitor = await Visitor.AsAsync(hub.Hub, Role.Operator);
        foreach (string path in (string[])["/messages/1?tab=actions&do=resend", "/messages/1?tab=actions&do=send&to=lab"])
            await visitor.PostAsync(path, "act", ("once", Once((await visitor.GetAsync(path)).Text)));
        await hub.Hub.UntilAsync(DeliveryState.Sent, 2);

        string story = (await visitor.GetAsync("/messages/1")).Text;

        Assert.Contains("replay of 1 by token:Operator", story, StringComparison.Ordinal);
        Assert.Contains("lab: sent again by token:Operator", story, StringComparison.Ordinal);
        Assert.Contains("Time in each stage", story, StringComparison.Ordinal);
        Assert.Contains("Processing: validate, filter, transform", story, StringComparison.Ordinal);
        Assert.Contains("lab: waiting in its queue", story, StringComparison.Ordinal);
    }

    private static string Once(string page) => Number().Match(page).Groups["number"].Value;

    [GeneratedRegex("name=\"once\" value=\"(?<number>[^\"]+)\"")]
    private static partial Regex Number();
}
