using Hub.Contracts;

namespace Hub.Testing;

/// <summary>What every journal promises about statistics: each message and try is counted once, in its minute, whatever happens to the Hub.</summary>
public abstract class JournalStatisticsContract : JournalContractBase
{
    private static readonly DateTimeOffset s_minute = JournalSamples.Time;

    [Fact]
    public async Task When_the_Hub_ran_is_known_to_the_minute_and_one_that_was_not_kept_is_no_gap()
    {
        DateTimeOffset start = JournalSamples.Time;
        foreach (int minute in (int[])[0, 1, 3, 10, 11])
            await Journal.AppendAsync(new MinuteLived(start.AddMinutes(minute).AddSeconds(1), new Dictionary<string, ChannelHealth>()));

        LivedTime[] times = [new(start, start.AddMinutes(4)), new(start.AddMinutes(10), start.AddMinutes(12))];
        Assert.Equal(times, Journal.ReadLived(start, start.AddHours(1)));
        Assert.Equal(times[1..], Journal.ReadLived(start.AddMinutes(4), start.AddHours(1)));
        Assert.Equal(times[..1], Journal.ReadLived(start, start.AddMinutes(10)));
        Assert.Empty(Journal.ReadLived(start.AddMinutes(12), start.AddHours(1)));
    }

    [Fact]
    public async Task A_minute_is_written_once_it_is_over_with_what_came_in_and_went_out()
    {
        await AddMinuteAsync();
        Assert.Empty(Read());
        await Journal.AppendAsync(new StatisticsDue(s_minute.AddSeconds(90)));

        IReadOnlyList<MinuteStatistics> rows = Read();
        MinuteStatistics arrived = rows.Single(row => row is { Destination: "", Type: "ADT^A01" });
        Assert.Equal((s_minute, 2L, 0L, 0L, 2L * JournalSamples.Bytes("A").Length), (arrived.Minute, arrived.Received, arrived.Rejected, arrived.Filtered, arrived.Bytes));
        MinuteStatistics sent = rows.Single(row => row.Destination == "lab");
        Assert.Equal((2L, 3L, 1L, 1L), (sent.Delivered + sent.Parked, sent.Attempts, sent.Delivered, sent.Parked));
        Assert.Equal((TimeSpan.FromMilliseconds(9), 1L), (sent.Sending, sent.Latency.Count));
        Assert.InRange(sent.Latency.Percentile(0.95).TotalSeconds, 1.0, 1.3);
    }

    [Fact]
    public async Task Minutes_in_which_the_Hub_did_not_run_are_down_and_each_minute_counts_once()
    {
        DateTimeOffset midnight = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        Task LiveAsync(double minutes, ChannelHealth adt, bool hasOld = false) => Journal.AppendAsync(new MinuteLived(
            midnight.AddMinutes(minutes), hasOld ? new Dictionary<string, ChannelHealth> { ["adt"] = adt, ["old"] = ChannelHealth.Up } : new Dictionary<string, ChannelHealth> { ["adt"] = adt }));
        await LiveAsync(-3, ChannelHealth.Up, hasOld: true);
        await LiveAsync(-2, ChannelHealth.Off);
        await LiveAsync(-1, ChannelHealth.Down);
        await RestartAsync();
        await LiveAsync(6, ChannelHealth.Up);
        await LiveAsync(6.5, ChannelHealth.Up);
        await LiveAsync(7, ChannelHealth.Up);

        Assert.Equal(
            [new ChannelAvailability("adt", midnight.AddMinutes(-3), 3, 7, 1), new ChannelAvailability("old", midnight.AddMinutes(-3), 1, 0, 0)],
            Journal.ReadAvailability(midnight.AddDays(-30), midnight.AddMinutes(8)));
        // Nothing of what is down now is known before the Hub runs again.
        Assert.Equal((3, 9, 0.25), Journal.ReadAvailability(midnight.AddDays(-30), midnight.AddMinutes(10.9))[0] is var later ? (later.Up, later.Down, later.Share) : default);
        // Nothing of the days after the end is in it.
        Assert.Equal(
            [new ChannelAvailability("adt", midnight.AddMinutes(-3), 1, 1, 1), new ChannelAvailability("old", midnight.AddMinutes(-3), 1, 0, 0)],
            Journal.ReadAvailability(midnight.AddDays(-30), midnight));
        // Of a later time all is known from its beginning on.
        Assert.Equal(new ChannelAvailability("adt", midnight, 2, 6, 0), Assert.Single(Journal.ReadAvailability(midnight, midnight.AddMinutes(8))));
    }

    [Fact]
    public async Task The_next_message_writes_the_minutes_before_it()
    {
        await AddMinuteAsync();
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "C", "lab") with { ReceivedAt = s_minute.AddMinutes(1) });
        Assert.Equal(2, Read().Count);
        Assert.DoesNotContain(Read(), row => row.Minute > s_minute);
    }

    [Fact]
    public async Task A_stop_and_a_start_within_a_minute_lose_and_double_nothing()
    {
        await AddMinuteAsync();
        await Journal.AppendAsync(new StatisticsDue(s_minute.AddSeconds(10), IsEnd: true));
        await RestartAsync();
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "C", "lab") with { ReceivedAt = s_minute.AddSeconds(20) });
        await Journal.AppendAsync(new StatisticsDue(s_minute.AddMinutes(1)));
        Assert.Equal(3, Read().Sum(row => row.Received));
        Assert.Equal(1, Read().Sum(row => row.Delivered));
    }

    [Fact]
    public async Task What_was_in_memory_when_the_Hub_was_killed_is_counted_anew()
    {
        await AddMinuteAsync();
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "C", "lab") with { ReceivedAt = s_minute.AddMinutes(1) });
        await Journal.AppendAsync(JournalSamples.Attempted(3, 1, DeliveryState.Sent) with { StartedAt = s_minute.AddMinutes(1).AddSeconds(1) });
        // Closed without a word about the minute in hand, as after a kill.
        await RestartAsync();
        await Journal.AppendAsync(new StatisticsDue(s_minute.AddMinutes(3)));

        Assert.Equal([(0, 2L), (1, 1L)], Read().Where(row => row.Destination.Length == 0).Select(row => ((int)(row.Minute - s_minute).TotalMinutes, row.Received)));
        Assert.Equal([(0, 1L, 3L), (1, 1L, 1L)], Read().Where(row => row.Destination.Length > 0).Select(row => ((int)(row.Minute - s_minute).TotalMinutes, row.Delivered, row.Attempts)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_parked_before_it_is_sent_or_handed_over_counts_without_a_try(bool isKilled)
    {
        MessageHeader header = new() { Type = "ADT^A08", ControlId = "handed", Sender = "REGADT^HOSPITAL", Version = "2.5" };
        MessageArrived arrived = JournalSamples.Accepted(Journal.NextMessageId(), "A");
        HandOver next = new("next-channel", header, s_minute.AddSeconds(2))
        {
            Outcome = new(Journal.NextMessageId(), MessageState.Accepted, [], [], [new("lab", 0, null, ParkedFor: "Not valid.")]),
        };
        await Journal.AppendAsync(arrived with { Deliveries = [new("strict", 0, null, ParkedFor: "Not valid."), new("next", 0, null, To: next), new("lab", 0, null)] });
        // Of one that was stored before it was processed, too.
        MessageArrived received = JournalSamples.Accepted(Journal.NextMessageId(), "B") with { State = MessageState.Received };
        await Journal.AppendAsync(received);
        await Journal.AppendAsync(new MessageProcessed { Id = received.Id, State = MessageState.Accepted, Deliveries = [new("strict", 0, null, ParkedFor: "Not valid."), new("next", 0, null, To: next with { Outcome = null })] });
        await Journal.AppendAsync(new DeliveriesRepeated(arrived.Id, "next", s_minute.AddMinutes(1)));
        if (isKilled)
            await RestartAsync();
        await Journal.AppendAsync(new StatisticsDue(s_minute.AddMinutes(3)));

        IReadOnlyList<MinuteStatistics> rows = [.. Read().Where(row => row.Destination.Length > 0)];
        Assert.Equal(
            [(0, "adt", "next", "ADT^A01", 2L, 0L), (0, "adt", "strict", "ADT^A01", 0L, 2L), (0, "next-channel", "lab", "ADT^A08", 0L, 1L), (1, "adt", "next", "ADT^A01", 1L, 0L)],
            rows.Select(row => ((int)(row.Minute - s_minute).TotalMinutes, row.Channel, row.Destination, row.Type, row.Delivered, row.Parked)));
        Assert.All(rows, row => Assert.Equal((0L, TimeSpan.Zero, 0L), (row.Attempts, row.Sending, row.Latency.Count)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_waited_counts_when_it_came_and_when_it_was_processed(bool isKilled)
    {
        MessageId id = Journal.NextMessageId();
        await Journal.AppendAsync(JournalSamples.Accepted(id, "A") with { State = MessageState.Received });
        await Journal.AppendAsync(new MessageProcessed { Id = id, State = MessageState.Rejected, StartedAt = s_minute.AddMinutes(1), Working = TimeSpan.FromSeconds(1) });
        // Parked before it is sent.
        MessageId second = Journal.NextMessageId();
        await Journal.AppendAsync(JournalSamples.Accepted(second, "B") with { State = MessageState.Received });
        await Journal.AppendAsync(new MessageProcessed { Id = second, State = MessageState.Accepted, StartedAt = s_minute.AddMinutes(1), Working = TimeSpan.FromSeconds(1), Deliveries = [new("strict", 0, null, ParkedFor: "Not valid.")] });
        if (isKilled)
            await RestartAsync();
        await Journal.AppendAsync(new StatisticsDue(s_minute.AddMinutes(3)));

        Assert.Equal([(0, 2L, 0L), (1, 0L, 1L)], Read().Where(row => row.Destination.Length == 0).Select(row => ((int)(row.Minute - s_minute).TotalMinutes, row.Received, row.Rejected)));
        Assert.Equal([(1, "strict", 1L)], Read().Where(row => row.Destination.Length > 0).Select(row => ((int)(row.Minute - s_minute).TotalMinutes, row.Destination, row.Parked)));
    }

    [Fact]
    public async Task B03_a_batch_that_is_divided_in_a_later_minute_is_no_message_of_the_one_in_which_it_came()
    {
        MessageId id = Journal.NextMessageId();
        await Journal.AppendAsync(JournalSamples.Accepted(id, "B1") with { State = MessageState.Received });
        MessageArrived one = JournalSamples.Accepted(Journal.NextMessageId(), "A");
        BatchedMessage message = new(one.Id, one.Header, one.Content, MessageState.Accepted, one.Answer, [], [], []);
        await Journal.AppendAsync(new MessageProcessed { Id = id, Channel = "adt", State = MessageState.Divided, Messages = [message], StartedAt = s_minute.AddMinutes(1), Working = TimeSpan.FromSeconds(1) });
        await Journal.AppendAsync(new StatisticsDue(s_minute.AddMinutes(3)));

        // What is in it beside messages stays with it.
        long own = JournalSamples.Accepted(id, "B1").Content.Length - one.Content.Length;
        Assert.Equal([(0, 0L, own), (1, 1L, (long)one.Content.Length)], Read().Select(row => ((int)(row.Minute - s_minute).TotalMinutes, row.Received, row.Bytes)));
    }

    [Fact]
    public async Task What_is_counted_anew_after_a_crash_is_not_counted_since_the_start()
    {
        await AddMinuteAsync();
        await RestartAsync();
        Assert.Empty(Journal.CountSinceOpened());
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "C"));
        Assert.Equal(1, Assert.Single(Journal.CountSinceOpened()).Received);
    }

    [Fact]
    public async Task Minutes_are_kept_for_ninety_days()
    {
        await AddMinuteAsync();
        await Journal.AppendAsync(new StatisticsDue(s_minute.AddDays(89)));
        Assert.Equal(2, Read().Count);
        await Journal.AppendAsync(new StatisticsDue(s_minute.AddDays(91)));
        Assert.Empty(Read());
    }

    [Fact]
    public async Task A_type_that_a_refused_sender_made_up_is_not_told()
    {
        MessageArrived rejected = JournalSamples.Accepted(Journal.NextMessageId(), "A") with { State = MessageState.Rejected, Answer = ReceiptKind.Rejected, Problems = [new(200, "MSH-9", "x")] };
        await Journal.AppendAsync(rejected with { Header = rejected.Header with { Type = "PRAWF GWEN" } });
        await Journal.AppendAsync(new StatisticsDue(s_minute.AddMinutes(1)));
        MinuteStatistics row = Assert.Single(Read());
        Assert.Equal(("", 1L, 1L), (row.Type, row.Received, row.Rejected));
    }

    [Fact]
    public async Task Queues_are_told_with_their_depth_and_age_and_counts_since_the_start()
    {
        await AddMinuteAsync();
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "C", "lab", "pas") with { ReceivedAt = s_minute.AddSeconds(5) });
        Assert.Equal([new QueueStatus("adt", "lab", 1, s_minute.AddSeconds(5)), new QueueStatus("adt", "pas", 1, s_minute.AddSeconds(5))], Journal.ReadQueues());
        Assert.Equal(3, Journal.CountSinceOpened().Single(row => row.Destination.Length == 0).Received);
        Assert.Equal(3, Journal.CountSinceOpened().Single(row => row.Destination == "lab").Attempts);
    }

    [Fact]
    public async Task How_queues_stood_is_kept_for_the_minute_before_and_as_long_as_the_rest()
    {
        QueueStatus Lab(long depth, int seconds) => new("adt", "lab", depth, s_minute.AddSeconds(seconds));
        await Journal.AppendAsync(new StatisticsDue(s_minute.AddSeconds(61)) { Queues = [Lab(7, 1), new("adt", "pas", 2, s_minute.AddSeconds(31)), new("oru", "lab", 1, s_minute)] });
        await Journal.AppendAsync(new StatisticsDue(s_minute.AddSeconds(65)) { Queues = [Lab(4, 2)] });
        await Journal.AppendAsync(new StatisticsDue(s_minute.AddSeconds(121)) { Queues = [Lab(9, 100)] });
        await RestartAsync();

        IReadOnlyList<MinuteStatistics> rows = Journal.ReadStatistics(new() { Channel = "adt", From = s_minute, To = s_minute.AddHours(1) });
        Assert.Equal(
            [(s_minute, "lab", 7L, TimeSpan.FromSeconds(63)), (s_minute, "pas", 2L, TimeSpan.FromSeconds(30)), (s_minute.AddMinutes(1), "lab", 9L, TimeSpan.FromSeconds(21))],
            rows.Select(row => (row.Minute, row.Destination, row.QueueDepth, row.OldestAge)));
        Assert.All(rows, row => Assert.Equal((0L, 0L, 0L, ""), (row.Received, row.Delivered, row.Attempts, row.Type)));
        MinuteStatistics sum = rows[0].With(rows[2]);
        Assert.Equal((9L, TimeSpan.FromSeconds(63)), (sum.QueueDepth, sum.OldestAge));
        await Journal.AppendAsync(new StatisticsDue(s_minute.AddDays(91)));
        Assert.Empty(Read());
    }

    // Two messages, one delivered at its second try, one parked.
    private async Task AddMinuteAsync()
    {
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab"));
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "B", "lab"));
        await Journal.AppendAsync(JournalSamples.Attempted(1, 1, DeliveryState.Sent));
        await Journal.AppendAsync(JournalSamples.Attempted(2, 1, DeliveryState.Queued));
        await Journal.AppendAsync(JournalSamples.Attempted(2, 2, DeliveryState.Parked));
    }

    private IReadOnlyList<MinuteStatistics> Read() => Journal.ReadStatistics(new() { From = s_minute.AddDays(-1), To = s_minute.AddDays(1) });
}
