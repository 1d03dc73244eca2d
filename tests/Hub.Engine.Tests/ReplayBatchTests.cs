using System.Net;
using System.Text;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Tests;

/// <summary>Replays of many messages: what they take up, how far they are, and that a stop loses and doubles nothing.</summary>
public sealed class ReplayBatchTests : IAsyncLifetime, IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly MllpReceiver _receiver = new();
    private readonly ManualTime _time = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_filter_takes_up_what_senders_sent_once_and_in_order_under_one_replay()
    {
        Channel();
        await using OwnHub hub = await FilledAsync(5);
        await hub.Journal.AppendAsync(OwnHub.Message(hub.Journal, "1") with { ReplayOf = new(1), Deliveries = [] });
        await hub.Journal.AppendAsync(OwnHub.Message(hub.Journal, "2") with { DuplicateWindow = TimeSpan.FromHours(1), Deliveries = [] });
        await hub.Journal.AppendAsync(OwnHub.Message(hub.Journal, "x") with { Channel = "other" });

        ReplayView replay = await hub.Server.Replays.BeginAsync(Of(new() { Channel = "adt" }) with { Waits = true }, CancellationToken.None);

        Assert.Equal(("Done", 5, 5, 0), (replay.State, replay.Total, replay.Done, replay.Failed));
        IReadOnlyList<StoredMessage> made = hub.Journal.Find(new() { Replay = replay.Id });
        Assert.Equal([1, 2, 3, 4, 5], made.Reverse().Select(message => message.ReplayOf!.Value.Value));
        Assert.All(made, message => Assert.Equal(replay.Id, message.Replay));
        Assert.Equal(["1", "2", "3", "4", "5"], await ArrivedAsync(5));
    }

    [Fact]
    public async Task A_dry_run_says_how_many_of_which_channels_and_takes_up_nothing()
    {
        Channel();
        await using OwnHub hub = await FilledAsync(3);

        ReplayPreview preview = hub.Server.Replays.Preview(new() { Query = new() { Channel = "adt" }, Rate = 2 });

        ReplayedChannel channel = Assert.Single(preview.Channels);
        Assert.Equal((3, "adt", 1, 3, 1.5), (preview.Messages, channel.Channel, channel.First!.Value, channel.Last!.Value, preview.Seconds!.Value));
        Assert.Contains("for out", channel.Happens, StringComparison.Ordinal);
        Assert.Empty(hub.Journal.ReadReplays(10));
        Assert.Equal(3, hub.Journal.Find(new()).Count);
    }

    [Fact]
    public async Task To_a_destination_go_the_bytes_that_went_there_and_what_never_went_there_is_told()
    {
        Channel();
        await using OwnHub hub = await FilledAsync(2, "out");
        await ArrivedAsync(2);
        await hub.Journal.AppendAsync(OwnHub.Message(hub.Journal, "no"));

        ReplayView replay = await hub.Server.Replays.BeginAsync(
            new(new() { Messages = [1, 2, 3], Destination = "out" }) { Waits = true }, CancellationToken.None);

        Assert.Equal(("Done", 2, 1), (replay.State, replay.Done, replay.Failed));
        Assert.Equal(["queued again for out", "queued again for out", "Message 3 never went to out: it is Accepted. See why with: hub show 3"], replay.Results!.Select(result => result.Outcome));
        Assert.Equal([new(3, null, replay.Results![2].Outcome)], hub.Journal.ReadReplayItems(replay.Id, 0, 10, failed: true));
        Assert.Equal(["1", "2"], await ArrivedAsync(2));
        Assert.Equal([2, 1], hub.Journal.Find(new() { Replay = replay.Id }).Select(message => message.Id.Value));
    }

    [Fact]
    public async Task A_replay_that_a_stop_came_in_between_goes_on_where_it_was()
    {
        Channel();
        await using (OwnHub hub = await FilledAsync(3, time: _time))
        {
            // One a second, and the time stands still.
            await hub.Server.Replays.BeginAsync(Of(new() { Channel = "adt" }, rate: 1), CancellationToken.None);
            await hub.UntilAsync(journal => journal.ReadReplay(1)!.Done == 1);
        }

        await using OwnHub again = await OwnHub.StartAsync(_folder);
        await again.UntilReplayAsync(1, ReplayState.Done);

        Assert.Equal([1, 2, 3], again.Journal.Find(new() { Replay = 1 }).Reverse().Select(message => message.ReplayOf!.Value.Value));
        Assert.Equal((3, 0), (again.Journal.ReadReplay(1)!.Done, again.Journal.ReadReplay(1)!.Failed));
    }

    [Fact]
    public async Task A_replay_is_paused_resumed_and_cancelled()
    {
        Channel();
        await using OwnHub hub = await FilledAsync(4, time: _time);
        ReplayBatches replays = hub.Server.Replays;
        await replays.BeginAsync(Of(new() { Channel = "adt" }, rate: 1), CancellationToken.None);
        await hub.UntilAsync(journal => journal.ReadReplay(1)!.Done == 1);

        Assert.Equal("Paused", (await replays.PauseAsync(1)).State);
        Assert.Equal(1, hub.Journal.ReadReplay(1)!.Done);
        Assert.Equal("Running", (await replays.ResumeAsync(1)).State);
        await hub.UntilAsync(journal => journal.ReadReplay(1)!.Done == 2);
        Assert.Equal("Cancelled", (await replays.CancelAsync(1)).State);
        JournalException over = await Assert.ThrowsAsync<JournalException>(() => replays.ResumeAsync(1));

        Assert.Contains("hub replay", over.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2], hub.Journal.Find(new() { Replay = 1 }).Reverse().Select(message => message.ReplayOf!.Value.Value));
    }

    [Fact]
    public async Task A_channel_that_cannot_be_used_pauses_a_replay_until_it_can()
    {
        await using OwnHub hub = await FilledAsync(2);
        Assert.Contains("the replay would pause there", hub.Server.Replays.Preview(new() { Query = new() { Channel = "adt" } }).Channels[0].Happens, StringComparison.Ordinal);

        ReplayView paused = await hub.Server.Replays.BeginAsync(Of(new() { Channel = "adt" }) with { Waits = true }, CancellationToken.None);
        Assert.Equal(("Paused", 0), (paused.State, paused.Done));
        Assert.Contains("Channel adt of message 1 has no file that can be used", paused.Reason!, StringComparison.Ordinal);

        Channel();
        await hub.Server.Channels.FollowAsync(CancellationToken.None);
        Assert.Equal(("Done", 2, null), await hub.Server.Replays.ResumeAsync(1, waits: true) is var done ? (done.State, done.Done, done.Reason) : default);
    }

    [Theory]
    [InlineData(null, MessageState.Duplicate)]
    [InlineData("out", MessageState.Accepted)]
    public async Task What_a_file_brought_to_one_destination_alone_is_no_duplicate_when_its_sender_brings_it(string? destination, MessageState state)
    {
        Channel();
        await using OwnHub hub = await FilledAsync(0);
        FileInfo file = new(_folder.Write("in/one.hl7", Samples.Adt("f1")));
        await hub.Server.Replays.BeginAsync(new(new() { Channel = "adt", Files = [new(file.FullName, file.Length, new(file.LastWriteTimeUtc))], Destination = destination }) { Waits = true }, CancellationToken.None);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("f1"))).Code);

        Assert.Equal(state, hub.Journal.Find(new() { Limit = 1 })[0].State);
    }

    [Fact]
    public async Task Messages_of_files_go_through_a_channel_and_a_file_that_changed_pauses()
    {
        Channel();
        await using OwnHub hub = await FilledAsync(0, time: _time);
        string file = _folder.Write("in/some.hl7", Samples.Adt("f1") + Samples.Adt("f2") + Samples.Adt("f3"));
        FileInfo now = new(file);
        ReplayPlan plan = new() { Channel = "adt", Files = [new(file, now.Length, new(now.LastWriteTimeUtc))], Rate = 1 };
        Assert.Equal(3, hub.Server.Replays.Preview(plan).Messages);

        await hub.Server.Replays.BeginAsync(new(plan), CancellationToken.None);
        await hub.UntilAsync(journal => journal.ReadReplay(1)!.Done == 1);
        await hub.Server.Replays.PauseAsync(1);
        await File.AppendAllTextAsync(file, Samples.Adt("f4"));
        Assert.Contains("has changed since", (await hub.Server.Replays.ResumeAsync(1, waits: true)).Reason!, StringComparison.Ordinal);

        ReplayView whole = await hub.Server.Replays.BeginAsync(
            new(plan with { Rate = null, Destination = "out", Files = [new(file, new FileInfo(file).Length, new(new FileInfo(file).LastWriteTimeUtc))] }) { Waits = true }, CancellationToken.None);
        Assert.Equal(("Done", 4), (whole.State, whole.Done));
        Assert.Equal(["f1", "f1", "f2", "f3", "f4"], await ArrivedAsync(5));
        Assert.Equal("file " + file + "[4]", hub.Journal.Find(new() { Replay = 2, Limit = 1 })[0].Peer);
    }

    [Fact]
    public async Task More_than_a_thousand_messages_are_taken_up_only_when_that_is_meant()
    {
        await using OwnHub hub = await FilledAsync(1_001);
        ReplayRefusedException refused = await Assert.ThrowsAsync<ReplayRefusedException>(
            () => hub.Server.Replays.BeginAsync(Of(new() { Channel = "adt" }), CancellationToken.None));
        Assert.Contains("1001 messages", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--yes", refused.Message, StringComparison.Ordinal);
        Assert.Empty(hub.Journal.ReadReplays(1));
    }

    [Fact]
    public async Task A_journal_in_trouble_holds_a_replay_up_and_loses_nothing_of_it()
    {
        Channel();
        await using OwnHub hub = await FilledAsync(3);
        using RecordedLog log = new();
        int failures = 0;
        hub.Journal.Refuse = entry => entry is MessageArrived { Replay.Item: 2 } && ++failures <= 3 ? new("The disk is full.") { IsTrouble = true } : null; // What is small would fit.
        await using ReplayBatches replays = new(hub.Journal, hub.Server.Replayer, hub.Server.Channels.Find, () => null, _time, new Logger<ReplayBatches>(log));
        Task<ReplayView> replay = replays.BeginAsync(Of(new() { Channel = "adt" }) with { Waits = true }, CancellationToken.None);
        for (int i = 0; i < 3; i++)
        {
            Assert.Contains("The disk is full.", await log.NextAsync(5071), StringComparison.Ordinal);
            await _time.TimersSetAsync();
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(("Done", 3, 0), await replay is var done ? (done.State, done.Done, done.Failed) : default);
        Assert.Equal(["1", "2", "3"], await ArrivedAsync(3));
    }

    [Fact]
    public async Task An_entry_that_the_journal_alone_refuses_is_told_and_the_others_go_on()
    {
        Channel();
        await using OwnHub hub = await FilledAsync(3);
        hub.Journal.Refuse = entry => entry is MessageArrived { Replay.Item: 2 } ? new("This entry is odd.") : null;
        using RecordedLog log = new();
        await using ReplayBatches replays = new(hub.Journal, hub.Server.Replayer, hub.Server.Channels.Find, () => null, _time, new Logger<ReplayBatches>(log));
        Task<ReplayView> replay = replays.BeginAsync(Of(new() { Channel = "adt" }) with { Waits = true }, CancellationToken.None);
        await log.NextAsync(5071);
        await _time.TimersSetAsync();
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(("Done", 2, 1), await replay is var done ? (done.State, done.Done, done.Failed) : default);
        Assert.Equal([new(2, null, "This entry is odd.")], hub.Journal.ReadReplayItems(1, 0, 10, failed: true));
    }

    [Theory]
    [InlineData("{}", "Nothing says which")]
    [InlineData("null", "object")]
    [InlineData("{\"messages\":[]}", "name 1 to 1000")]
    [InlineData("{\"messages\":[1],\"filter\":{}}", "in one way")]
    [InlineData("{\"files\":[],\"channel\":\"adt\"}", "name 1 to 10000")]
    [InlineData("{\"files\":[null],\"channel\":\"adt\"}", "$.files[0]")]
    [InlineData("{\"files\":[{\"path\":\"-\"}],\"channel\":\"adt\"}", "$.files[0].bytes")]
    [InlineData("{\"files\":[{\"path\":\"-\",\"bytes\":1,\"changedAt\":\"2026-03-01T08:00:00Z\"}],\"channel\":\"adt\"}", "whole \\\"path")]
    [InlineData("{\"files\":[{\"path\":\"/in/a.hl7\",\"bytes\":1,\"changedAt\":\"2026-03-01T08:00:00Z\"}]}", "\\\"channel")]
    [InlineData("{\"messages\":[1],\"rate\":0}", "1 to 100000")]
    [InlineData("{\"messages\":[1],\"rate\":-5}", "1 to 100000")]
    public async Task A_plan_that_cannot_be_carried_out_is_answered_with_what_is_wrong_and_not_stored(string request, string told)
    {
        Channel();
        await using OwnHub hub = await FilledAsync(1);
        using HttpClient client = AdminAddress.Read(_folder.Path("data"))!.CreateClient();
        using StringContent body = new(request, Encoding.UTF8, "application/json");

        using HttpResponseMessage answer = await client.PostAsync(new Uri("/api/v1/replays", UriKind.Relative), body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(told, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(hub.Journal.ReadReplays(1));
    }

    [Theory]
    [InlineData("{\"Messages\":[1],\"Rate\":0}", "1 to 100000")]
    [InlineData("(damaged in the journal)", "cannot be read")]
    public async Task A_stored_plan_that_cannot_be_carried_out_is_paused_at_the_next_start(string plan, string told)
    {
        Channel();
        await FillAsync(1);
        await using (IJournal journal = Wiring.Journal(_folder.Path("data"), NullLoggerFactory.Instance))
        {
            await journal.OpenAsync(_ => { }, CancellationToken.None);
            ReplayBatch batch = new() { Id = 1, BegunAt = _time.GetUtcNow(), ChangedAt = _time.GetUtcNow(), State = ReplayState.Running, What = "message 1", Plan = plan, Total = 1 };
            await journal.AppendAsync(new ReplayBegun(batch));
        }

        await using OwnHub hub = await OwnHub.StartAsync(_folder);
        await hub.UntilReplayAsync(1, ReplayState.Paused);

        string reason = hub.Journal.ReadReplay(1)!.Reason!;
        Assert.Contains(told, reason, StringComparison.Ordinal);
        Assert.Contains("hub replays cancel 1", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_that_fails_on_a_mistake_of_the_Hub_is_paused_with_the_reason()
    {
        Channel();
        await using OwnHub hub = await FilledAsync(1);
        hub.Journal.Refuse = entry => entry is MessageArrived { Replay: not null } ? throw new InvalidTimeZoneException("content") : null;

        ReplayView replay = await hub.Server.Replays.BeginAsync(Of(new() { Channel = "adt" }) with { Waits = true }, CancellationToken.None);

        Assert.Equal(("Paused", "The Hub failed on it (InvalidTimeZoneException); its log says where. Report that."), (replay.State, replay.Reason));
    }

    [Fact]
    public async Task A_control_id_that_was_looked_for_is_told_to_the_person_and_not_to_the_log()
    {
        Channel();
        await FillAsync(1);
        using RecordedLog log = new();
        await using OwnHub hub = await OwnHub.StartAsync(_folder);
        await hub.Journal.AppendAsync(OwnHub.Message(hub.Journal, "PRAWF-77"));
        await using ReplayBatches replays = new(hub.Journal, hub.Server.Replayer, hub.Server.Channels.Find, () => null, _time, new Logger<ReplayBatches>(log));

        ReplayView replay = await replays.BeginAsync(Of(new() { ControlId = "PRAWF-77" }) with { Waits = true }, CancellationToken.None);

        Assert.Equal(("Done", 1), (replay.State, replay.Total));
        Assert.Contains("control id PRAWF-77", replay.What, StringComparison.Ordinal);
        Assert.Contains("a control id", Assert.Single(log.Take()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_waits_while_the_disk_is_too_full_for_new_messages()
    {
        Channel();
        await using OwnHub hub = await FilledAsync(1);
        using RecordedLog log = new();
        string? refusal = "The disk is nearly full.";
        await using ReplayBatches replays = new(hub.Journal, hub.Server.Replayer, hub.Server.Channels.Find, () => refusal, _time, new Logger<ReplayBatches>(log));
        Task<ReplayView> replay = replays.BeginAsync(Of(new() { Channel = "adt" }) with { Waits = true }, CancellationToken.None);
        Assert.Contains("The disk is nearly full.", await log.NextAsync(5071), StringComparison.Ordinal);
        await _time.TimersSetAsync();
        Assert.Equal(0, hub.Journal.ReadReplay(1)!.Done);
        refusal = null;
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("Done", (await replay).State);
    }

    [Fact]
    public async Task A_rate_is_kept_to_and_time_that_was_lost_is_not_made_up_for()
    {
        ReplayPace pace = new(2, _time);
        await pace.WaitAsync(CancellationToken.None);
        Task second = pace.WaitAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await second;

        _time.Advance(TimeSpan.FromMinutes(1));
        await pace.WaitAsync(CancellationToken.None);
        Assert.False(pace.WaitAsync(CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task A_kill_in_the_middle_of_a_replay_repeats_none_and_forgets_none()
    {
        // At its rate a replay takes ten seconds, of which a kill needs one or two on a busy machine.
        const int Count = 40;
        Channel();
        await FillAsync(Count);
        string[] site = ["--data", _folder.Path("data"), "--channels", _folder.Path("channels")];
        await using (HubProcess hub = await HubProcess.StartAsync(_folder))
        {
            CommandResult begun = await HubProcess.RunAsync(["replay", "--channel", "adt", "--rate", "4", .. site]);
            Assert.True(begun.Exit == 0, begun.Errors);
            Assert.Contains("Replay 1 Running", begun.Output, StringComparison.Ordinal);
            await ArrivedAsync(4);
            await hub.KillAsync();
        }

        CommandResult listed = await HubProcess.RunAsync("replays", "--data", _folder.Path("data"), "--json");
        Assert.Contains("\"Interrupted\"", listed.Output, StringComparison.Ordinal);
        CommandResult resumed = await HubProcess.RunAsync(["replays", "resume", "1", .. site]);
        Assert.Contains($"Replay 1 Done, {Count} of {Count}", resumed.Output, StringComparison.Ordinal);

        await using IJournalReader journal = Wiring.JournalReader(_folder.Path("data"));
        Assert.Equal(Enumerable.Range(1, Count).Select(id => (long)id), journal.Find(new() { Replay = 1, Limit = 1_000 }).Reverse().Select(message => message.ReplayOf!.Value.Value));
    }

    [Fact]
    public async Task The_command_line_asks_for_one_way_to_name_messages()
    {
        string data = _folder.Path("data");
        foreach ((string line, string told) in new[]
        {
            ("replay", "Say which messages"), ("replay 1 --channel adt", "in one way"), ("replay --file .", "--channel"), ("replay 1 --rate 0", "--rate"),
        })
        {
            CommandResult result = await HubProcess.RunAsync([.. line.Split(' '), "--data", data]);
            Assert.Equal(2, result.Exit);
            Assert.Contains(told, result.Errors, StringComparison.Ordinal);
        }
    }

    private static ReplayRequest Of(MessageQuery query, int? rate = null) => new(new() { Query = query, Rate = rate });

    private void Channel() => _folder.WriteChannel(Samples.PassThrough("adt", _receiver.Port));

    private Task FillAsync(int count, params string[] destinations) => OwnHub.PrefillAsync(
        _folder, Enumerable.Range(1, count).Select<int, Func<IJournal, MessageArrived>>(i => journal => OwnHub.Message(journal, $"{i}", destinations)));

    private async Task<OwnHub> FilledAsync(int count, string? destination = null, ManualTime? time = null)
    {
        await FillAsync(count, destination is null ? [] : [destination]);
        return await OwnHub.StartAsync(_folder, time);
    }

    private async Task<string[]> ArrivedAsync(int count)
    {
        string[] ids = new string[count];
        for (int i = 0; i < count; i++)
            ids[i] = Encoding.UTF8.GetString(await _receiver.NextAsync()).Split('|')[9];
        return ids;
    }
}
