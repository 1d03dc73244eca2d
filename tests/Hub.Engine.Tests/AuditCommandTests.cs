using System.Text.Json;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>What commands of the machine show of messages is kept in the audit before it is shown.</summary>
public sealed class AuditCommandTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_command_that_shows_content_is_in_the_audit_as_local_with_its_user(bool isRunning)
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        await PrepareAsync(folder, receiver);
        await using HubProcess? hub = isRunning ? await HubProcess.StartAsync(folder) : null;

        foreach (string line in new[] { "show 1 --content", "show 1 --content --json", "show 1 --raw", "show 1 --raw --sent out", "diff 1 1:out" })
        {
            CommandResult shown = await RunAsync(folder, line);
            Assert.True(shown.Exit == 0, $"{line}: {shown.Errors}");
        }

        await RunAsync(folder, "show 1");
        JsonElement[] kept = await AuditAsync(folder, "SawContent");
        Assert.Equal(["message 1", "message 1", "message 1", "message 1:out", "message 1", "message 1:out"], kept.Select(one => one.GetProperty("text").GetString()!.Split(',')[0]));
        Assert.All(kept, one => Assert.Equal(("local", "adt", "1"), (one.GetProperty("who").GetString(), one.GetProperty("channel").GetString(), one.GetProperty("message").ToString())));
        Assert.All(kept, one => Assert.EndsWith($", by {Environment.UserName}", one.GetProperty("text").GetString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_search_by_control_id_is_in_the_audit_without_what_was_looked_for(bool isRunning)
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        await PrepareAsync(folder, receiver);
        await using HubProcess? hub = isRunning ? await HubProcess.StartAsync(folder) : null;

        CommandResult found = await RunAsync(folder, "messages --control-id find-me --channel adt");
        Assert.True(found.Exit == 0, found.Errors);
        // How things stand is no search.
        Assert.Equal(0, (await RunAsync(folder, "messages --channel adt")).Exit);

        JsonElement kept = Assert.Single(await AuditAsync(folder, "Searched"));
        Assert.Equal(("local", "adt", $"by control id, by {Environment.UserName}"), (kept.GetProperty("who").GetString(), kept.GetProperty("channel").GetString(), kept.GetProperty("text").GetString()));
    }

    [Theory]
    [InlineData("show 1 --raw")]
    [InlineData("show 1 --content")]
    [InlineData("diff 1 1:out")]
    [InlineData("messages --control-id find-me")]
    public async Task What_the_audit_cannot_keep_a_command_does_not_show(string line)
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        await PrepareAsync(folder, receiver);
        // Somebody has the journal who cannot be asked, as a Hub that is just starting.
        await using IJournal journal = await Wiring.OpenJournalAsync(new() { Data = folder.Path("data") }, CancellationToken.None);

        CommandResult shown = await RunAsync(folder, line);

        Assert.Equal((3, ""), (shown.Exit, shown.Output));
        Assert.Contains("audit", shown.Errors, StringComparison.Ordinal);
    }

    private static async Task PrepareAsync(TestFolder folder, MllpReceiver receiver)
    {
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        await using OwnHub hub = await OwnHub.StartAsync(folder);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("find-me"));
        await hub.UntilAsync(journal => journal.Read(new(1)) is { Deliveries: [{ State: DeliveryState.Sent }] });
    }

    private static Task<CommandResult> RunAsync(TestFolder folder, string line) => HubProcess.RunAsync([.. line.Split(' '), "--data", folder.Path("data")]);

    /// <summary>The records of a kind, oldest first.</summary>
    private static async Task<JsonElement[]> AuditAsync(TestFolder folder, string act)
    {
        CommandResult listed = await RunAsync(folder, $"audit list --json --act {act}");
        using JsonDocument document = JsonDocument.Parse(listed.Output);
        return [.. document.RootElement.Clone().EnumerateArray().Reverse()];
    }
}
