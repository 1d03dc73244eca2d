using System.Text.Json;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary><c>hub channels</c>, beside a running Hub and without one.</summary>
public sealed class ChannelCommandTests
{
    [Fact]
    public async Task Channels_are_listed_stopped_and_started_beside_a_running_Hub_and_without_one()
    {
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", 1));
        folder.Write("channels/lab.json", """{ "id": "lab", "sauce": {} }""");
        string[] at = ["--data", folder.Path("data"), "--channels", folder.Path("channels"), "--secrets", folder.Path("secrets")];
        Assert.Equal(["Stopped", "Refused"], await StatesAsync(at));
        await using (HubProcess hub = await HubProcess.StartAsync(folder))
        {
            Assert.Equal(["Running", "Refused"], await StatesAsync(at));
            CommandResult stopped = await HubProcess.RunAsync(["channels", "stop", "adt", "--reason", "moving house", .. at]);
            Assert.Equal(0, stopped.Exit);
            Assert.Contains($"stopped by {Environment.UserName} on ", stopped.Output, StringComparison.Ordinal);
            Assert.Contains(": moving house", stopped.Output, StringComparison.Ordinal);
            CommandResult refused = await HubProcess.RunAsync(["channels", "start", "lab", .. at]);
            Assert.Equal(3, refused.Exit);
            Assert.Contains("has problems, so it is not started", refused.Errors, StringComparison.Ordinal);
            Assert.Contains("sauce", refused.Errors, StringComparison.Ordinal);
            await hub.TerminateAsync();
        }

        Assert.Contains("moving house", (await HubProcess.RunAsync(["channels", .. at])).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await HubProcess.RunAsync(["channels", "start", "adt", .. at])).Exit);
        CommandResult again = await HubProcess.RunAsync(["channels", "start", "adt", .. at]);
        Assert.Equal(3, again.Exit);
        await using HubProcess second = await HubProcess.StartAsync(folder);
        Assert.Equal(["Running", "Refused"], await StatesAsync(at));
    }

    [Fact]
    public async Task Versions_of_a_file_are_listed_and_compared()
    {
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", 1));
        string[] at = ["--data", folder.Path("data")];
        await using (HubProcess hub = await HubProcess.StartAsync(folder))
            await hub.TerminateAsync();
        folder.WriteChannel(Samples.PassThrough("adt", 2));
        await using (HubProcess hub = await HubProcess.StartAsync(folder))
            await hub.TerminateAsync();

        CommandResult versions = await HubProcess.RunAsync(["channels", "versions", "adt", "--json", .. at]);
        CommandResult diff = await HubProcess.RunAsync(["channels", "diff", "adt", "1", "2", .. at]);

        Assert.Equal([2, 1], JsonDocument.Parse(versions.Output).RootElement.EnumerateArray().Select(one => one.GetProperty("number").GetInt32()));
        Assert.Equal(1, diff.Exit);
        Assert.Contains("+  \"destinations\": [ { \"id\": \"out\", \"type\": \"mllp\", \"endpoint\": \"127.0.0.1:2\"", diff.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), await HubProcess.RunAsync(["channels", "diff", "adt", "2", "2", .. at]) is var same ? (same.Exit, same.Output) : default);
        Assert.Equal(3, (await HubProcess.RunAsync(["channels", "diff", "adt", "1", "9", .. at])).Exit);
        Assert.Equal(1, (await HubProcess.RunAsync(["channels", "versions", "lab", .. at])).Exit);
    }

    [Fact]
    public async Task A_version_that_is_on_its_way_to_the_journal_is_not_kept_twice()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", 1));
        using (WriteHold held = hub.Journal.HoldWrites())
        {
            await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Samples.PassThrough("adt", 2)));
            await held.Reached;
            await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Samples.PassThrough("lab", 1)));
        }

        await hub.VersionsKeptAsync();
        Assert.Equal([2, 1], hub.Journal.ReadChannelVersions("adt").Select(version => version.Number));
    }

    private static async Task<IEnumerable<string>> StatesAsync(string[] at)
    {
        CommandResult listed = await HubProcess.RunAsync(["channels", "--json", .. at]);
        return [.. JsonDocument.Parse(listed.Output).RootElement.EnumerateArray().Select(one => one.GetProperty("state").GetString()!)];
    }
}
