using System.Globalization;
using Hub.Dashboard.Access;
using Hub.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Tests.Api;

/// <summary>Who may do what at which address.</summary>
public sealed class ApiRightsTests
{
    [Fact]
    public async Task Each_address_refuses_the_roles_that_may_not_use_it_and_those_alone()
    {
        await using RoleHub hub = await RoleHub.StartAsync(Samples.PassThrough("adt", 1));
        using ApiClient client = new(hub.Url);
        foreach (RouteEndpoint address in hub.Addresses.Where(address => address.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal) && address.RoutePattern.RawText != "/api/v1/openapi.json"))
        {
            Permission permission = Enum.Parse<Permission>(Assert.Single(address.Metadata.GetOrderedMetadata<IAuthorizeData>()).Policy!);
            HttpMethod method = new(address.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single());
            string path = address.RoutePattern.RawText!.Replace("{channel}", "adt", StringComparison.Ordinal).Replace("{destination}", "out", StringComparison.Ordinal);
            path = System.Text.RegularExpressions.Regex.Replace(path, @"\{\w+:\w+\}", "77");
            // A body that nobody understands, so that nothing is done.
            string? body = method == HttpMethod.Get ? null : """{ "none": 1 }""";
            Assert.Equal(401, (await client.AskAsync(method, path, body)).Status);
            foreach (Role role in Enum.GetValues<Role>())
            {
                ApiAnswer answer = await client.AskAsync(method, path, body, headers: ("Role", role.ToString()));
                Assert.True(Rights.Of(role, permission) == (answer.Status != 403), $"{method} {path} as {role}: {answer.Status} {answer.Text}");
                if (answer.Status == 403)
                    Assert.Equal("HUB7154", answer["code"].GetString());
            }
        }
    }

    [Fact]
    public async Task Only_who_may_edit_content_edits_and_only_who_may_change_settings_has_files_read()
    {
        await using RoleHub hub = await RoleHub.StartAsync(Samples.PassThrough("adt", 1));
        using ApiClient client = new(hub.Url);
        const string Edit = """{ "operation": "Edit", "deliveries": [1], "content": "TVNI" }""";
        const string Files = """{ "files": [{ "path": "/etc/passwd", "bytes": 1, "changedAt": "2026-03-01T08:00:00Z" }], "channel": "adt" }""";

        Assert.Equal(403, (await client.AskAsync(HttpMethod.Post, "/deliveries/operations", Edit, headers: ("Role", "Operator"))).Status);
        Assert.Equal(200, (await client.AskAsync(HttpMethod.Post, "/deliveries/operations", Edit, headers: ("Role", "Analyst"))).Status);
        Assert.Equal(403, (await client.AskAsync(HttpMethod.Post, "/replays/preview", Files, headers: ("Role", "Analyst"))).Status);
        Assert.NotEqual(403, (await client.AskAsync(HttpMethod.Post, "/replays/preview", Files, headers: ("Role", "Administrator"))).Status);
    }

    [Fact]
    public async Task Who_is_limited_to_a_channel_sees_and_does_nothing_of_others()
    {
        await using MllpReceiver receiver = new() { Answer = _ => "AE" };
        await using RoleHub hub = await RoleHub.StartAsync(Samples.PassThrough("adt", receiver.Port), Samples.PassThrough("lab", receiver.Port));
        using MllpSender adt = await MllpSender.ConnectAsync(hub.Hub.Port("adt"));
        using MllpSender lab = await MllpSender.ConnectAsync(hub.Hub.Port("lab"));
        for (int i = 0; i < 10; i++)
        {
            await adt.SendAsync(Samples.Adt($"A{i}"));
            await lab.SendAsync(Samples.Adt($"L{i}"));
        }

        await hub.Hub.UntilAsync(Contracts.DeliveryState.Parked, 20);
        using ApiClient client = new(hub.Url);
        (string, string)[] me = [("Role", "Administrator"), ("Channels", "lab")];
        async Task<ApiAnswer> AskAsync(string path) => await client.GetAsync(path, me);
        Assert.Equal(["lab"], (await AskAsync("/channels")).Items.Select(item => item.GetProperty("id").GetString()));
        Assert.Equal(["lab"], (await AskAsync("/destinations")).Items.Select(item => item.GetProperty("channel").GetString()));
        List<string?> seen = [];
        for (string? next = ""; next is not null;)
        {
            ApiAnswer page = await AskAsync($"/messages?limit=3{(next.Length > 0 ? $"&cursor={next}" : "")}");
            seen.AddRange(page.Items.Select(item => item.GetProperty("controlId").GetString()));
            next = page.Next;
        }

        Assert.Equal(Enumerable.Range(0, 10).Reverse().Select(i => $"L{i.ToString(CultureInfo.InvariantCulture)}"), seen);
        Assert.All((await AskAsync("/deliveries")).Items, item => Assert.Equal("lab", item.GetProperty("channel").GetString()));
        await hub.Hub.Journal.AppendAsync(new Contracts.MinuteLived(TimeProvider.System.GetUtcNow(), new Dictionary<string, Contracts.ChannelHealth> { ["adt"] = Contracts.ChannelHealth.Up, ["lab"] = Contracts.ChannelHealth.Up }));
        Assert.Equal(["lab"], (await AskAsync("/statistics/availability"))["channels"].EnumerateArray().Select(item => item.GetProperty("channel").GetString()));
        Assert.Equal(10, (await AskAsync("/messages?text=prawf")).Items.Count);
        foreach (string path in new[] { "/channels/adt", "/channels/adt/file", "/channels/adt/versions", "/messages/1", "/messages/1/content", "/messages/1/explanation", "/deliveries/1", "/deliveries/1/content", "/deliveries/1/differences", "/deliveries/1/attempts/1/answer", "/channels/adt/destinations/out" })
            Assert.Equal(404, (await AskAsync(path)).Status);
        ApiAnswer done = await client.AskAsync(HttpMethod.Post, "/deliveries/operations", """{ "operation": "Skip", "deliveries": [1] }""", "application/json", me);
        Assert.Contains("There is no delivery 1", done.Text, StringComparison.Ordinal);
        Assert.Equal(403, (await client.AskAsync(HttpMethod.Post, "/replays", """{ "messages": [1] }""", "application/json", me)).Status);
        Assert.Equal(403, (await client.AskAsync(HttpMethod.Post, "/replays", """{ "filter": { "type": "ADT" } }""", "application/json", me)).Status);
        Assert.Equal(404, (await client.AskAsync(HttpMethod.Put, "/channels/adt/state", """{ "runs": false }""", "application/json", me)).Status);
    }

    [Fact]
    public async Task Reasons_which_may_repeat_what_a_receiver_answered_are_not_shown_to_who_only_looks()
    {
        await using MllpReceiver receiver = new() { Answer = _ => "AE" };
        await using RoleHub hub = await RoleHub.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender adt = await MllpSender.ConnectAsync(hub.Hub.Port("adt"));
        await adt.SendAsync(Samples.Adt("A"));
        await hub.Hub.UntilAsync(Contracts.DeliveryState.Parked, 1);
        using ApiClient client = new(hub.Url);

        Assert.DoesNotContain("\"reason\"", (await client.GetAsync("/messages/1", ("Role", "Viewer"))).Text, StringComparison.Ordinal);
        Assert.Contains("\"reason\"", (await client.GetAsync("/messages/1", ("Role", "Operator"))).Text, StringComparison.Ordinal);
    }
}
