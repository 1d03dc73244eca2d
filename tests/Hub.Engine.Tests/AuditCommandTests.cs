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
    public async Task A_list_by_anything_is_a_search_and_in_the_audit_without_what_was_looked_for(bool isRunning)
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        await PrepareAsync(folder, receiver);
        await using HubProcess? hub = isRunning ? await HubProcess.StartAsync(folder) : null;

        CommandResult found = await RunAsync(folder, "messages --control-id find-me --channel adt");
        Assert.True(found.Exit == 0, found.Errors);
        // What nothing fits is a search, too; how things stand is none.
        Assert.Equal(1, (await RunAsync(folder, "messages --quarantine --since 2d")).Exit);
        Assert.Equal(0, (await RunAsync(folder, "messages --limit 5")).Exit);

        JsonElement[] all = [.. await AuditAsync(folder, "Searched")];
        Assert.Equal([$"by channel, control id, by {Environment.UserName}", $"by quarantine, since, by {Environment.UserName}"], all.Select(one => one.GetProperty("text").GetString()));
        JsonElement kept = all[0];
        Assert.Equal(("local", "adt"), (kept.GetProperty("who").GetString(), kept.GetProperty("channel").GetString()));
    }

    [Theory]
    [InlineData("show 1 --raw")]
    [InlineData("show 1 --content")]
    [InlineData("diff 1 1:out")]
    [InlineData("messages --control-id find-me")]
    [InlineData("messages --channel adt")]
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_command_that_changes_something_is_in_the_audit_beside_a_Hub_and_without_one(bool isRunning)
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        await PrefillAsync(folder);
        string other = folder.Write("other.hl7", Samples.Adt("find-me").Replace("PRAWF", "PROBE", StringComparison.Ordinal));
        string at = $"--channels {folder.Path("channels")} --secrets {folder.Path("secrets")}";
        (string Line, string[] Kept)[] commands =
        [
            ($"destinations pause adt out --reason because {at}", ["Operated adt  pause destination out because"]),
            ($"deliveries edit 1 --content {other} --reason because {at}", ["Edited adt 1 delivery 1 to out; changed: PID-5.1 because"]),
            ($"deliveries move 1 --to elsewhere {at}", ["Operated adt 1 Move of delivery 1 to out, now to elsewhere "]),
            ($"deliveries skip 1 77 --reason because {at}", ["Operated adt 1 Skip of delivery 1 to out because"]),
            ($"deliveries release 77 {at}", ["Operated   Release of deliveries 77, of which none is there "]),
            ($"replay 1 {at}", ["Replayed adt 1 messages 1 "]),
            ($"replay --channel adt --control-id find-me {at}", ["Replayed adt  messages by a filter "]),
            ($"replays pause 1 {at}", ["Replayed adt  Pause replay 1 "]),
            ($"replays resume 1 {at}", ["Replayed adt  Resume replay 1 "]),
            ($"replays cancel 1 {at}", ["Replayed adt  Cancel replay 1 "]),
            // What comes of nothing was asked for all the same.
            ($"channels start adt {at}", ["Operated adt  start "]),
            ($"channels stop adt --reason because {at}", ["Operated adt  stop because"]),
            ($"channels start adt --reason because {at}", ["Operated adt  start because"]),
            ($"destinations resume adt out --reason because {at}", ["Operated adt  resume destination out because"]),
            ("incidents mute 1", ["Operated adt  Mute incident 1 for 4 h "]),
            ("incidents unmute 1", ["Operated adt  Unmute incident 1 "]),
            ("incidents acknowledge 1", ["Operated adt  Acknowledge incident 1 "]),
            ($"journal prune --clock-is-right {at}", ["Changed   prune the journal "]),
            ("journal rotate-key", ["Changed   make a new key of the journal "]),
            // Nothing is done.
            ($"replay 1 --dry-run {at}", []),
            ($"journal prune --dry-run {at}", []),
        ];
        await using HubProcess? hub = isRunning ? await HubProcess.StartAsync(folder) : null;

        foreach ((string line, _) in commands)
            await RunAsync(folder, line);

        CommandResult listed = await RunAsync(folder, "audit list --json --who local --limit 200");
        using JsonDocument document = JsonDocument.Parse(listed.Output);
        string by = $", by {Environment.UserName}";
        string[] kept =
        [
            .. document.RootElement.EnumerateArray().Reverse().Where(one => one.GetProperty("act").GetString() != "SawAudit" && one.GetProperty("text").GetString()!.EndsWith(by, StringComparison.Ordinal))
                .Select(one => $"{one.GetProperty("act").GetString()} {one.GetProperty("channel").GetString()} {(one.TryGetProperty("message", out JsonElement message) ? message.ToString() : "")} {one.GetProperty("text").GetString()![..^by.Length]} {one.GetProperty("reason").GetString()}"),
        ];
        Assert.Equal(commands.SelectMany(command => command.Kept), kept);
        Assert.DoesNotContain("PROBE", listed.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deliveries skip 1")]
    [InlineData("destinations pause adt out")]
    [InlineData("incidents acknowledge 1")]
    [InlineData("channels stop adt")]
    public async Task What_a_command_does_is_kept_before_it_is_done(string line)
    {
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", 1));
        await PrefillAsync(folder, isPaused: false);

        CommandResult done = await RunAsync(folder, line, line.StartsWith("incidents", StringComparison.Ordinal) ? [] : ["--channels", folder.Path("channels")]);

        Assert.True(done.Exit == 0, done.Errors);
        await using IJournalReader journal = Wiring.JournalReader(folder.Path("data"));
        DateTimeOffset kept = Assert.Single(journal.FindAudit(new())).Record.At;
        DateTimeOffset?[] did =
        [
            .. journal.Read(new(1))!.Deliveries.SelectMany(delivery => delivery.Operations).Select(operation => (DateTimeOffset?)operation.At),
            .. journal.ReadChannelStops().Select(stop => (DateTimeOffset?)stop.At), .. journal.ReadPauses().Select(pause => (DateTimeOffset?)pause.At), .. journal.FindIncidents(new()).Select(incident => incident.AcknowledgedAt),
        ];
        Assert.Contains(did, at => at is not null);
        Assert.All(did, at => Assert.True(at is null || at >= kept));
    }

    // A delivery that waits, also when a Hub runs as its destination is paused, and an incident that only a person ends.
    private static async Task PrefillAsync(TestFolder folder, bool isPaused = true)
    {
        await OwnHub.PrefillAsync(folder, journal => OwnHub.Message(journal, "find-me", "out"));
        await using IJournal journal = Wiring.Journal(new HubOptions { Data = folder.Path("data") }, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        if (isPaused)
            await journal.AppendAsync(new DestinationPaused("adt", "out", TimeProvider.System.GetUtcNow(), "tester", null));
        Incident incident = new() { Id = 1, Kind = EventKind.Raised, Channel = "adt", OpenedAt = TimeProvider.System.GetUtcNow(), LastAt = TimeProvider.System.GetUtcNow(), Count = 1, Lasts = true };
        await journal.AppendAsync(new IncidentsChanged { Through = 1, Incidents = [incident] });
    }

    private static async Task PrepareAsync(TestFolder folder, MllpReceiver receiver)
    {
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        await using OwnHub hub = await OwnHub.StartAsync(folder);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("find-me"));
        await hub.UntilAsync(journal => journal.Read(new(1)) is { Deliveries: [{ State: DeliveryState.Sent }] });
    }

    private static Task<CommandResult> RunAsync(TestFolder folder, string line, params string[] more) => HubProcess.RunAsync([.. line.Split(' '), "--data", folder.Path("data"), .. more]);

    /// <summary>The records of a kind, oldest first.</summary>
    private static async Task<JsonElement[]> AuditAsync(TestFolder folder, string act)
    {
        CommandResult listed = await RunAsync(folder, $"audit list --json --act {act}");
        using JsonDocument document = JsonDocument.Parse(listed.Output);
        return [.. document.RootElement.Clone().EnumerateArray().Reverse()];
    }
}
