using Hub.Channels.Config;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Tests;

/// <summary>What retention removes and what it never does, on a real journal.</summary>
public sealed partial class RetentionTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private readonly TestFolder _folder = new();
    private readonly ManualTime _time = new();
    private IJournal _journal = null!;

    public async Task InitializeAsync() => _journal = await OpenAsync();

    public async Task DisposeAsync() => await _journal.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Content_goes_after_its_time_and_the_record_later()
    {
        MessageId id = await StoreAsync("1", DeliveryState.Sent);
        await StoreAsync("newest", DeliveryState.Sent);

        Assert.Equal(new(0, 0, 0), await SweepAsync(9, "10d", "20d"));
        Assert.Equal(1, (await SweepAsync(2, "10d", "20d")).Contents);

        StoredMessage message = _journal.Read(id)!;
        Assert.Equal(_time.GetUtcNow(), message.ContentRemovedAt);
        Assert.Equal((1, 0), (message.Deliveries[0].Attempts, message.Deliveries[0].History[0].Answer.Length));
        Assert.Equal("AA", message.Deliveries[0].History[0].AnswerCode);
        ContentRemovedException removed = Assert.Throws<ContentRemovedException>(() => _journal.ReadContent(id));
        Assert.StartsWith($"The content of message {id} was removed by retention on 2026-03-1", removed.Message, StringComparison.Ordinal);
        Assert.Throws<ContentRemovedException>(() => _journal.ReadDeliveryContent(1));

        Assert.Equal(1, (await SweepAsync(10, "10d", "20d")).Records);
        Assert.Null(_journal.Read(id));
    }

    [Theory]
    [InlineData(DeliveryState.Queued)]
    [InlineData(DeliveryState.Parked)]
    public async Task What_waits_is_kept_whatever_its_age_and_goes_once_it_is_done(DeliveryState state)
    {
        MessageId id = await StoreAsync("waits", state);
        await StoreAsync("newest", DeliveryState.Sent);
        Assert.Equal(new(0, 0, 0), await SweepAsync(2_000, "10d", "20d"));
        Assert.Equal(1, Assert.Single(_journal.ReadRetention([Rule("adt", "10d", "20d")], _time.GetUtcNow()), one => one.Kept > 0).Kept);
        Assert.NotEqual(0, _journal.ReadContent(id)!.Value.Length);

        if (state == DeliveryState.Queued)
            await _journal.AppendAsync(JournalSamples.Attempted(1, 1, DeliveryState.Sent));
        else
            return;
        RetentionReport report = await SweepAsync(2, "10d", "20d");
        Assert.Equal((1, 1), (report.Contents, report.Records));
        Assert.Null(_journal.Read(id));
    }

    [Fact]
    public async Task What_waits_to_be_processed_and_parts_that_wait_for_others_are_kept()
    {
        MessageArrived received = Sample("received") with { State = MessageState.Received };
        MessageArrived part = Sample("part") with { State = MessageState.Fragment, Fragment = new("", "next") };
        await _journal.AppendAsync(received);
        await _journal.AppendAsync(part);
        await StoreAsync("newest", DeliveryState.Sent);
        Assert.Equal(new(0, 0, 0), await SweepAsync(2_000, "1d", "2d"));
        Assert.Equal(part.Content.ToArray(), _journal.ReadContent(part.Id)!.Value.ToArray());

        await _journal.AppendAsync(new FragmentsParked([part.Id], new(207, null, "late")));
        Assert.Equal(1, (await SweepAsync(2, "1d", "2d")).Records);
        Assert.NotNull(_journal.Read(received.Id));
    }

    [Fact]
    public async Task No_number_comes_twice_after_everything_is_past_its_time()
    {
        for (int i = 0; i < 5; i++)
            await StoreAsync($"{i}", DeliveryState.Sent);
        await SweepAsync(2_000, "1d", "2d");
        Assert.Equal(5, Assert.Single(_journal.Find(new())).Id.Value);
        await _journal.DisposeAsync();
        _journal = await OpenAsync();

        MessageId next = await StoreAsync("next", DeliveryState.Queued);
        Assert.Equal((6, 6), (next.Value, _journal.Read(next)!.Deliveries[0].Delivery));
        // A content of before that had its number would be shown as what it is not.
        Assert.Equal(Sample("4").Content.ToArray(), _journal.ReadContent(new(5))!.Value.ToArray());
    }

    [Fact]
    public async Task Nothing_goes_while_duplicates_of_it_are_looked_for()
    {
        MessageArrived first = Sample("1") with { DuplicateWindow = TimeSpan.FromDays(30) };
        await _journal.AppendAsync(first);
        await StoreAsync("newest", DeliveryState.Sent);
        Assert.Equal(new(0, 0, 0), await SweepAsync(29, "1d", "2d", repeats: "30d"));
        AppendResult again = await _journal.AppendAsync(first with { Id = _journal.NextMessageId(), ReceivedAt = JournalSamples.Time + (29 * s_day) });
        Assert.Equal(first.Id, again.DuplicateOf!.Id);

        Assert.Equal(1, (await SweepAsync(5, "1d", "2d", repeats: "30d")).Records);
        StoredMessage duplicate = _journal.Read(new(3))!;
        Assert.Equal((first.Id, _time.GetUtcNow()), (duplicate.DuplicateOf!.Value, duplicate.ContentRemovedAt!.Value));
        Assert.Throws<ContentRemovedException>(() => _journal.ReadContent(duplicate.Id));
    }

    [Fact]
    public async Task Bytes_that_two_channels_share_go_with_the_last_that_needs_them()
    {
        MessageArrived first = Sample("1");
        await _journal.AppendAsync(first with { Deliveries = [new("next", 0, null, default, new("next", first.Header, JournalSamples.Time))] });
        await _journal.AppendAsync(new MessageProcessed { Id = new(2), State = MessageState.Accepted, Deliveries = [new("lab", 0, null)] });
        await StoreAsync("newest", DeliveryState.Sent);
        RetentionSlice slice = new() { Work = RetentionWork.Content, Now = JournalSamples.Time + (9 * s_day), Rules = [Rule("adt", "1d", "900d"), Rule("next", "2d", "900d")] };
        Assert.Equal(1, (await _journal.AppendAsync(slice)).Retention!.Removed);
        Assert.Throws<ContentRemovedException>(() => _journal.ReadContent(first.Id));
        Assert.Equal(first.Content.ToArray(), _journal.ReadDeliveryContent(2)!.Value.ToArray());

        await _journal.AppendAsync(JournalSamples.Attempted(2, 1, DeliveryState.Sent));
        Assert.Equal(1, (await _journal.AppendAsync(slice with { Now = slice.Now + (2 * s_day) })).Retention!.Removed);
        Assert.Throws<ContentRemovedException>(() => _journal.ReadDeliveryContent(2));
    }

    [Fact]
    public async Task Bytes_that_were_changed_and_handed_over_stay_for_the_channel_that_made_them()
    {
        MessageArrived first = Sample("1");
        byte[] changed = [.. first.Content.ToArray(), .. "ZZZ|1\r"u8];
        await _journal.AppendAsync(first with { Deliveries = [new("next", 0, changed, default, new("next", first.Header, JournalSamples.Time))] });
        await _journal.AppendAsync(new MessageProcessed { Id = new(2), State = MessageState.Filtered });
        await StoreAsync("newest", DeliveryState.Sent);
        RetentionSlice slice = new() { Work = RetentionWork.Content, Now = JournalSamples.Time + (9 * s_day), Rules = [Rule("adt", "20d", "900d"), Rule("next", "1d", "900d")] };
        Assert.Equal(1, (await _journal.AppendAsync(slice)).Retention!.Removed);
        Assert.Throws<ContentRemovedException>(() => _journal.ReadContent(new(2)));

        Assert.Equal(changed, _journal.ReadDeliveryContent(1)!.Value.ToArray());
        await _journal.AppendAsync(new DeliveriesRepeated(first.Id, "next", JournalSamples.Time));
        Assert.Equal(changed, _journal.ReadContent(new(4))!.Value.ToArray());
        await _journal.AppendAsync(new MessageProcessed { Id = new(4), State = MessageState.Filtered });

        Assert.Equal(2, (await _journal.AppendAsync(slice with { Now = slice.Now + (20 * s_day) })).Retention!.Removed);
        Assert.Throws<ContentRemovedException>(() => _journal.ReadDeliveryContent(1));
    }

    [Fact]
    public async Task A_slice_looks_at_no_more_messages_than_it_may()
    {
        for (int i = 0; i < 25; i++)
            await StoreAsync($"{i}", DeliveryState.Sent);
        RetentionSlice slice = new() { Work = RetentionWork.Content, Now = JournalSamples.Time + (50 * s_day), Rules = [Rule("adt", "1d", "2d")], Rows = 10 };
        List<RetentionOutcome> outcomes = [];
        do
            outcomes.Add((await _journal.AppendAsync(slice)).Retention!);
        while (outcomes[^1].HasMore);
        Assert.Equal([new(10, true), new(10, true), new(4, false)], outcomes); // the newest stays
    }

    [Fact]
    public async Task A_rule_that_changes_holds_for_what_is_there_already_and_outlives_its_file()
    {
        MessageId id = await StoreAsync("1", DeliveryState.Sent);
        await StoreAsync("newest", DeliveryState.Sent);
        Assert.Equal(0, (await SweepAsync(10, "100d", "200d")).Contents);
        Assert.Equal(1, (await SweepAsync(1, "5d", "200d")).Contents);

        // The channel's file is gone; the rule of before holds.
        _time.Advance(195 * s_day);
        await using Retention retention = new(_journal, () => [], Options(), _time, NullLogger<Retention>.Instance);
        Assert.Equal(1, (await retention.SweepAsync(CancellationToken.None)).Records);
        Assert.Null(_journal.Read(id));
    }

    [Fact]
    public async Task A_channel_that_nobody_knows_is_kept_whole_for_as_long_as_a_record()
    {
        await _journal.AppendAsync(Sample("1") with { Channel = "unknown" });
        await StoreAsync("newest", DeliveryState.Sent);
        Assert.Equal(new(0, 0, 0), await SweepAsync(399, "1d", "900d"));
        Assert.Equal(1, (await SweepAsync(2, "1d", "900d")).Records);
    }

    [Fact]
    public async Task The_file_gives_the_room_back()
    {
        byte[] content = new byte[20_000];
        foreach (int[] some in Enumerable.Range(0, 2_000).Chunk(200))
            await Task.WhenAll(some.Select(i => _journal.AppendAsync(Sample($"{i}") with { Content = content })));
        long before = _journal.ReadSize().Bytes;
        RetentionReport report = await SweepAsync(20, "10d", "400d");
        Assert.Equal(1_999, report.Contents);
        Assert.True(before > 40_000_000 && _journal.ReadSize().Bytes < before / 4, $"{before} {_journal.ReadSize()}");
        Assert.Equal(before - _journal.ReadSize().Bytes, report.Bytes);
        await _journal.DisposeAsync();
        Assert.True(new FileInfo(Path.Combine(_folder.Path("data"), "journal.db")).Length < before / 4);
        _journal = await OpenAsync();
    }

    [Fact]
    public async Task A_journal_that_is_too_large_loses_its_oldest_content_before_its_time()
    {
        byte[] content = new byte[100_000];
        MessageId parked = await StoreAsync("parked", DeliveryState.Parked);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => _journal.AppendAsync(Sample($"{i}") with { Content = content })));
        RetentionReport report = await SweepAsync(2, "100d", "400d", repeats: "1d", most: 16 * 1024 * 1024);

        Assert.InRange(report.Contents, 100, 299);
        Assert.NotEqual(0, _journal.ReadContent(parked)!.Value.Length);
        bool[] removed = [.. _journal.Find(new() { Limit = 1_000 }).Reverse().Skip(1).Select(message => message.ContentRemovedAt is not null)];
        Assert.Equal(removed.OrderDescending(), removed); // the oldest first
        Assert.True(_journal.ReadSize() is var size && size.Bytes - size.Free <= 16 * 1024 * 1024);
        Assert.Equal(0, (await SweepAsync(1, "100d", "400d", repeats: "1d", most: 16 * 1024 * 1024)).Contents);
    }

    [Fact]
    public async Task A_size_that_cannot_be_held_is_told_and_nothing_that_waits_goes_for_it()
    {
        using RecordedLog log = new();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => _journal.AppendAsync(
            Sample($"{i}") with { Content = new byte[1_000_000], Deliveries = [new("lab", 0, null)] })));
        _time.Advance(30 * s_day);
        HubOptions options = Options() with { JournalMaxBytes = 16 * 1024 * 1024 };
        await using Retention retention = new(_journal, () => [Channel("1d", "2d")], options, _time, new Logger<Retention>(log));
        Assert.Equal(0, (await retention.SweepAsync(CancellationToken.None)).Contents);
        Assert.Contains("more than the 16 MiB", await log.NextAsync(5092), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_size_that_cannot_be_held_while_duplicates_are_looked_for_ends_the_work_and_is_told()
    {
        using RecordedLog log = new();
        await Task.WhenAll(Enumerable.Range(0, 250).Select(i => _journal.AppendAsync(Sample($"{i}") with { Content = new byte[100_000] })));
        _time.Advance(s_day);
        // The walk of before, that had another channel without a window, noted all of them.
        await _journal.AppendAsync(Forced(Rule("other", "1d", "2d") with { Repeats = TimeSpan.Zero }) with { Rows = 300 });
        int slices = 1;
        while ((await _journal.AppendAsync(Forced(Rule("adt", "1d", "2d", "3d")))).Retention!.HasMore)
            Assert.InRange(++slices, 1, 10);
        HubOptions options = Options() with { JournalMaxBytes = 16 * 1024 * 1024 };
        await using Retention retention = new(_journal, () => [Channel("1d", "2d", "3d")], options, _time, new Logger<Retention>(log));
        Assert.Equal(0, (await retention.SweepAsync(CancellationToken.None)).Contents);
        Assert.Contains("more than the 16 MiB", await log.NextAsync(5092), StringComparison.Ordinal);

        // Those of which no duplicates are looked for any more go.
        Assert.InRange((await SweepAsync(3, "100d", "400d", repeats: "3d", most: 16 * 1024 * 1024)).Contents, 50, 249);

        RetentionSlice Forced(RetentionRule rule) => new() { Work = RetentionWork.Content, Now = _time.GetUtcNow(), Rules = [rule, Rule("adt", "1d", "2d", "3d")], IsForced = true };
    }

    [Fact]
    public async Task What_would_go_is_what_goes()
    {
        await StoreAsync("1", DeliveryState.Sent);
        await StoreAsync("2", DeliveryState.Parked);
        await StoreAsync("newest", DeliveryState.Sent);
        Assert.Empty(_journal.ReadRetention([Rule("adt", "10d", "20d")], JournalSamples.Time + (9 * s_day)));
        RetentionPreview preview = Assert.Single(_journal.ReadRetention([Rule("adt", "10d", "20d")], JournalSamples.Time + (11 * s_day)));
        Assert.Equal(("adt", 2, 0, 1), (preview.Channel, preview.Contents, preview.Records, preview.Kept));
    }

    [Fact]
    public async Task A_replay_of_what_was_removed_says_so_and_so_does_the_command_line()
    {
        MessageId id = await StoreAsync("1", DeliveryState.Sent);
        await _journal.AppendAsync(Sample("1") with { ReplayOf = id, State = MessageState.Filtered });
        await StoreAsync("newest", DeliveryState.Sent);
        string channel = _folder.WriteChannel(Samples.PassThrough("adt", 1).Replace("\"steps\"", "\"retention\": { \"content\": \"10d\", \"record\": \"400d\" }, \"steps\"", StringComparison.Ordinal));
        await SweepAsync(30, "10d", "400d");
        JournalException refused = await Assert.ThrowsAsync<ContentRemovedException>(() => _journal.AppendAsync(new DeliveriesRepeated(id, "lab", _time.GetUtcNow())));
        Assert.Contains("removed by retention", refused.Message, StringComparison.Ordinal);
        await _journal.DisposeAsync();

        string data = _folder.Path("data");
        CommandResult shown = await HubProcess.RunAsync("show", $"{id}", "--data", data);
        CommandResult content = await HubProcess.RunAsync("show", $"{id}", "--content", "--data", data);
        CommandResult replay = await HubProcess.RunAsync("replay", $"{id}", "--data", data, "--channels", Path.GetDirectoryName(channel)!);
        CommandResult to = await HubProcess.RunAsync("replay", $"{id}", "--to", "lab", "--data", data, "--channels", Path.GetDirectoryName(channel)!, "--json");
        CommandResult dry = await HubProcess.RunAsync("journal", "prune", "--dry-run", "--data", data, "--channels", Path.GetDirectoryName(channel)!);
        _journal = await OpenAsync();

        Assert.Contains("Content      removed by retention on", shown.Output, StringComparison.Ordinal);
        Assert.Equal((3, 1, 1, 0), (content.Exit, replay.Exit, to.Exit, dry.Exit));
        Assert.All([content.Errors, replay.Output, to.Output], text => Assert.Contains($"The content of message {id} was removed by retention", text, StringComparison.Ordinal));
        Assert.Contains("The journal has", dry.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_is_kept_shorter_than_its_content_is_a_mistake_of_the_file()
    {
        string file = _folder.WriteChannel(Samples.PassThrough("adt", 1).Replace("\"steps\"", "\"retention\": { \"content\": \"30d\", \"record\": \"7d\" }, \"steps\"", StringComparison.Ordinal));
        ChannelProblem problem = Assert.Single(Wiring.Loader(Wiring.Catalog(), OwnHub.Options(_folder)).LoadFile(file).Problems);
        Assert.Equal(ProblemCodes.RetentionOrder, problem.Code);
        Assert.Contains("$.retention.record", problem.ToString(), StringComparison.Ordinal);
    }

    private static RetentionRule Rule(string channel, string content, string record, string repeats = "1s") =>
        new(channel, Duration.Parse(content).Length, Duration.Parse(record).Length, Duration.Parse(repeats).Length);

    private HubOptions Options() => OwnHub.Options(_folder) with { RetentionPause = TimeSpan.Zero };

    private ChannelConfig Channel(string content, string record, string repeats = "1h")
    {
        int hours = (int)Duration.Parse(repeats).Length.TotalHours;
        using TestFolder folder = new();
        return TestModels.Make(folder, Samples.PassThrough("adt", 1, source: $", \"duplicateWindowHours\": {hours}")
            .Replace("\"steps\"", $"\"retention\": {{ \"content\": \"{content}\", \"record\": \"{record}\" }}, \"steps\"", StringComparison.Ordinal)).Config;
    }

    private async Task<RetentionReport> SweepAsync(int daysLater, string content, string record, string repeats = "1h", long? most = null)
    {
        _time.Advance(daysLater * s_day);
        ChannelConfig channel = Channel(content, record, repeats);
        await using Retention retention = new(_journal, () => [channel], Options() with { JournalMaxBytes = most }, _time, NullLogger<Retention>.Instance);
        RetentionReport report = await retention.SweepAsync(CancellationToken.None);
        return most is null && report.Bytes > 0 && report.Contents < 100 ? report with { Bytes = 0 } : report;
    }

    private MessageArrived Sample(string controlId) => JournalSamples.Accepted(_journal.NextMessageId(), controlId);

    private async Task<MessageId> StoreAsync(string controlId, DeliveryState state)
    {
        MessageArrived message = Sample(controlId) with { Deliveries = [new("lab", 0, null)] };
        await _journal.AppendAsync(message);
        long delivery = _journal.Read(message.Id)!.Deliveries[0].Delivery;
        if (state != DeliveryState.Queued)
            await _journal.AppendAsync(JournalSamples.Attempted(delivery, 1, state));
        return message.Id;
    }

    private async Task<IJournal> OpenAsync()
    {
        IJournal journal = Wiring.Journal(_folder.Path("data"), NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        return journal;
    }
}
