using System.Security.Cryptography;
using Hub.Contracts;

namespace Hub.Testing;

/// <summary>What every journal promises. Each kind of journal has a test class that inherits this. The rest is in <c>JournalReadingContract</c> and <c>JournalHandOverContract</c>.</summary>
public abstract class JournalContract : JournalContractBase
{
    [Fact]
    public async Task A_message_and_its_deliveries_are_readable_when_the_append_has_completed()
    {
        MessageId id = Journal.NextMessageId();
        AppendResult result = await Journal.AppendAsync(JournalSamples.Accepted(id, "A", "lab", "archive"));
        await using IJournalReader reader = OpenReader();
        StoredMessage stored = reader.Read(id)!;
        Assert.Equal(2, result.Deliveries);
        Assert.Equal(["lab", "archive"], stored.Deliveries.Select(delivery => delivery.Destination));
        Assert.Equal(MessageState.Accepted, stored.State);
        Assert.Equal(JournalSamples.Time, stored.ReceivedAt);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(JournalSamples.Bytes("A").Span)), stored.Sha256);
        Assert.Equal(JournalSamples.Bytes("A"), reader.ReadContent(id)!.Value);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(7)]
    [InlineData(1)]
    public async Task Deliveries_are_told_in_the_order_of_the_appends_and_before_the_tasks_complete(int waitsForEach)
    {
        List<Task<AppendResult>> appends = [];
        for (int i = 0; i < 500; i++)
            appends.Add(Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), $"A{i}", "lab"), waits: i % waitsForEach == waitsForEach - 1));
        await appends[^1];
        QueuedDelivery[] told = [.. Told];
        Assert.Equal(500, told.Length);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => JournalSamples.Bytes($"A{i}").ToArray()), told.Select(delivery => delivery.Content!.Value.ToArray()));
        Assert.Equal(told.Select(delivery => delivery.Delivery).Order(), told.Select(delivery => delivery.Delivery));
        await Task.WhenAll(appends);
    }

    [Fact]
    public async Task Outcomes_are_stored_when_no_message_comes_after_them()
    {
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "A0", "lab"), waits: true);
        for (int i = 1; i < 300; i++)
        {
            Task<AppendResult> outcome = Journal.AppendAsync(JournalSamples.Attempted(Told.Last().Delivery, 1, DeliveryState.Sent));
            await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), $"A{i}", "lab"), waits: true);
            await outcome;
        }

        await Journal.AppendAsync(JournalSamples.Attempted(Told.Last().Delivery, 1, DeliveryState.Sent));
        Assert.Equal(300, Journal.Find(new() { Delivery = DeliveryState.Sent, Limit = 1_000 }).Count);
    }

    [Fact]
    public async Task Messages_of_many_senders_that_wait_are_all_stored_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(sender => Task.Run(async () =>
        {
            for (int i = 0; i < 200; i++)
                await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), $"{sender}.{i}", "lab"), waits: true);
        })));
        Assert.Equal(1_600, Journal.Find(new() { Limit = 2_000 }).Select(message => message.Header.ControlId).Distinct().Count());
        Assert.Equal(1_600, Told.Select(delivery => delivery.Message).Distinct().Count());
    }

    [Fact]
    public async Task D01_The_same_block_within_the_window_is_kept_as_a_duplicate_of_the_first()
    {
        MessageArrived first = Windowed("A");
        await Journal.AppendAsync(first);
        await Journal.AppendAsync(JournalSamples.Attempted(Told.Single().Delivery, 1, DeliveryState.Sent));
        MessageArrived second = Windowed("A") with { ReceivedAt = first.ReceivedAt.AddHours(72) };
        AppendResult result = await Journal.AppendAsync(second);
        Assert.Equal(first.Id, result.DuplicateOf!.Id);
        Assert.Equal(DeliveryState.Sent, result.DuplicateOf.Deliveries.Single().State);
        Assert.Equal(0, result.Deliveries);
        StoredMessage stored = Journal.Read(second.Id)!;
        Assert.Equal((MessageState.Duplicate, first.Id), (stored.State, stored.DuplicateOf));
        Assert.Empty(stored.Deliveries);
        Assert.Equal(first.Content, Journal.ReadContent(second.Id)!.Value);
        Assert.Single(Told);
    }

    [Fact]
    public async Task D01_The_same_block_after_the_window_is_a_new_message()
    {
        MessageArrived first = Windowed("A");
        await Journal.AppendAsync(first);
        AppendResult result = await Journal.AppendAsync(Windowed("A") with { ReceivedAt = first.ReceivedAt.AddHours(72).AddSeconds(1) });
        Assert.Null(result.DuplicateOf);
        Assert.Equal(2, Told.Count);
    }

    [Theory]
    [InlineData("other", "REGADT^HOSPITAL", "A")]
    [InlineData("adt", "LAB^HOSPITAL", "A")]
    [InlineData("adt", "REGADT^HOSPITAL", "")]
    public async Task D01_Another_channel_or_sender_or_no_control_id_makes_no_duplicate(string channel, string sender, string controlId)
    {
        await Journal.AppendAsync(Windowed("A") with { Channel = "adt" });
        MessageArrived second = Windowed("A");
        second = second with { Channel = channel, Header = second.Header with { Sender = sender, ControlId = controlId } };
        Assert.Null((await Journal.AppendAsync(second)).DuplicateOf);
        Assert.Empty(Journal.Read(second.Id)!.Flags);
    }

    [Fact]
    public async Task D02_A_used_control_id_with_other_bytes_is_a_new_message_with_a_flag()
    {
        await Journal.AppendAsync(Windowed("A"));
        MessageArrived second = Windowed("A") with { Content = JournalSamples.Bytes("B"), Flags = ["missing-cr"] };
        Assert.Null((await Journal.AppendAsync(second)).DuplicateOf);
        Assert.Equal(["missing-cr", "control-id-reuse"], Journal.Read(second.Id)!.Flags);
    }

    [Fact]
    public async Task D03_A_second_copy_that_waits_with_the_first_finds_it()
    {
        Task<AppendResult>[] copies = [.. Enumerable.Range(0, 20).Select(_ => Journal.AppendAsync(Windowed("A")))];
        AppendResult[] results = await Task.WhenAll(copies);
        Assert.Null(results[0].DuplicateOf);
        Assert.All(results.Skip(1), result => Assert.Equal(new MessageId(1), result.DuplicateOf!.Id));
        Assert.Single(Told);
    }

    [Fact]
    public async Task A_duplicate_of_a_rejected_message_has_its_answer_and_problems()
    {
        MessageProblem problem = new(203, "MSH-12", "Version 9 is not taken here.");
        await Journal.AppendAsync(Windowed("A") with { State = MessageState.Rejected, Answer = ReceiptKind.Rejected, Problems = [problem], Deliveries = [] });
        StoredMessage first = (await Journal.AppendAsync(Windowed("A"))).DuplicateOf!;
        Assert.Equal((ReceiptKind.Rejected, problem), (first.Answer, first.Problems.Single()));
    }

    [Fact]
    public async Task D01_A_duplicate_of_a_message_that_was_taken_up_again_has_the_latest_outcome()
    {
        MessageArrived first = Windowed("A") with { State = MessageState.Rejected, Answer = ReceiptKind.Error, Deliveries = [] };
        await Journal.AppendAsync(first);
        MessageArrived replay = first with { Id = Journal.NextMessageId(), ReplayOf = first.Id, DuplicateWindow = null };
        await Journal.AppendAsync(replay);
        MessageArrived second = Windowed("A") with { ReplayOf = replay.Id, DuplicateWindow = null };
        await Journal.AppendAsync(second);
        MessageArrived copy = Windowed("A");
        StoredMessage latest = (await Journal.AppendAsync(copy)).DuplicateOf!;
        Assert.Equal((second.Id, ReceiptKind.Accepted, "lab"), (latest.Id, latest.Answer, latest.Deliveries.Single().Destination));
        Assert.Equal(first.Id, Journal.Read(copy.Id)!.DuplicateOf);
    }

    [Fact]
    public async Task A_message_stored_before_processing_gets_its_outcome_once()
    {
        MessageArrived arrived = JournalSamples.Accepted(Journal.NextMessageId(), "A") with { State = MessageState.Received, Flags = ["charset-guessed"] };
        await Journal.AppendAsync(arrived);
        Assert.Equal(arrived.Id, Journal.ReadUnprocessed("adt", new(0), 10).Single().Id);
        MessageProcessed processed = new()
        {
            Id = arrived.Id,
            State = MessageState.Accepted,
            Flags = ["embedded-lf"],
            Deliveries = [new("lab", 7, JournalSamples.Bytes("changed")), new("archive", 0, null)],
        };
        Assert.Equal(2, (await Journal.AppendAsync(processed)).Deliveries);
        Assert.Empty(Journal.ReadUnprocessed("adt", new(0), 10));
        Assert.Equal(["charset-guessed", "embedded-lf"], Journal.Read(arrived.Id)!.Flags);
        Assert.Equal(JournalSamples.Bytes("changed"), Journal.ReadDeliveryContent(Told.First().Delivery)!.Value);
        Assert.Equal(arrived.Content, Journal.ReadDeliveryContent(Told.Last().Delivery)!.Value);
        await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(processed));
        Assert.Equal(2, Told.Count);
    }

    [Fact]
    public async Task An_illegal_move_fails_alone()
    {
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab"));
        long delivery = Told.Single().Delivery;
        await Journal.AppendAsync(JournalSamples.Attempted(delivery, 1, DeliveryState.Sent));
        Task<AppendResult> before = Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "B", "lab"));
        Task<AppendResult> illegal = Journal.AppendAsync(JournalSamples.Attempted(delivery, 2, DeliveryState.Queued));
        Task<AppendResult> unknown = Journal.AppendAsync(JournalSamples.Attempted(99, 1, DeliveryState.Sent));
        Task<AppendResult> twice = Journal.AppendAsync(JournalSamples.Accepted(new(1), "C", "lab"));
        Task<AppendResult> after = Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "D", "lab"));
        foreach (Task<AppendResult> refused in new[] { illegal, unknown, twice })
            await Assert.ThrowsAsync<JournalException>(() => refused);
        await Task.WhenAll(before, after);
        Assert.Equal(DeliveryState.Sent, Journal.Read(new(1))!.Deliveries.Single().State);
        Assert.Equal(3, Journal.Find(new()).Count);
    }

    [Fact]
    public async Task D04_A_try_that_is_stored_already_can_be_appended_again()
    {
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab"));
        DeliveryAttempted sent = JournalSamples.Attempted(Told.Single().Delivery, 1, DeliveryState.Sent);
        await Journal.AppendAsync(sent);
        await Journal.AppendAsync(sent);
        Assert.Single(Journal.Read(new(1))!.Deliveries.Single().History);
    }

    [Fact]
    public async Task Repeated_deliveries_are_new_ones_with_the_same_bytes()
    {
        MessageArrived arrived = JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab") with
        {
            Deliveries = [new("lab", 5, JournalSamples.Bytes("changed")), new("archive", 0, null)],
        };
        await Journal.AppendAsync(arrived);
        foreach (QueuedDelivery delivery in Told.ToArray())
            await Journal.AppendAsync(JournalSamples.Attempted(delivery.Delivery, 1, DeliveryState.Sent));
        Assert.Equal(1, (await Journal.AppendAsync(new DeliveriesRepeated(arrived.Id, "lab", JournalSamples.Time))).Deliveries);
        Assert.Equal(2, (await Journal.AppendAsync(new DeliveriesRepeated(arrived.Id, null, JournalSamples.Time))).Deliveries);
        QueuedDelivery[] repeated = [.. Told.Skip(2)];
        // The number may be the journal's own, but it is the lane of before.
        long lane = Told.First().Lane;
        Assert.NotEqual(0, lane);
        Assert.Equal([("lab", lane), ("lab", lane), ("archive", 0L)], repeated.Select(delivery => (delivery.Destination, delivery.Lane)));
        Assert.Equal(JournalSamples.Bytes("changed"), Journal.ReadDeliveryContent(repeated[1].Delivery)!.Value);
        Assert.Equal(arrived.Content, Journal.ReadDeliveryContent(repeated[2].Delivery)!.Value);
    }

    [Fact]
    public async Task Parts_of_a_message_keep_their_numbers_when_they_are_told_read_and_repeated()
    {
        MessageArrived arrived = JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab") with
        {
            Deliveries = [.. Enumerable.Range(1, 3).Select(i => new NewDelivery("lab", 0, JournalSamples.Bytes($"{i}"), new(i, 3)))],
        };
        await Journal.AppendAsync(arrived);
        await Journal.AppendAsync(new DeliveriesRepeated(arrived.Id, "lab", JournalSamples.Time));
        MessagePart[] parts = [new(1, 3), new(2, 3), new(3, 3), new(1, 3), new(2, 3), new(3, 3)];
        Assert.Equal(parts, Told.Select(delivery => delivery.Part));
        Assert.Equal(parts, Journal.ReadQueued("adt", "lab", 0, 10).Select(delivery => delivery.Part));
        Assert.Equal(parts, Journal.Read(arrived.Id)!.Deliveries.Select(delivery => delivery.Part));
    }

    [Fact]
    public async Task What_is_wrong_with_a_message_is_kept_whole()
    {
        MessageProblem[] problems =
        [
            new(102, "PID-7", "PID-7 is no date.") { Rule = 3120, Remedy = "Write YYYYMMDD." },
            new(103, "PV1-2", "A table does not have it.") { Severity = ProblemSeverity.Warning, Rule = 3130 },
            new(0, null, "Worth knowing.") { Severity = ProblemSeverity.Information },
        ];
        MessageArrived arrived = JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab") with { Problems = problems };
        MessageArrived received = JournalSamples.Accepted(Journal.NextMessageId(), "B") with { State = MessageState.Received };
        await Journal.AppendAsync(arrived);
        await Journal.AppendAsync(received);
        await Journal.AppendAsync(new MessageProcessed { Id = received.Id, State = MessageState.Accepted, Problems = problems, Deliveries = [new("lab", 0, null)] });
        Assert.Equal(problems, Journal.Read(arrived.Id)!.Problems);
        Assert.Equal(problems, Journal.Read(received.Id)!.Problems);
    }

    [Fact]
    public async Task A_delivery_that_arrives_parked_has_its_reason_is_told_to_no_lane_and_can_be_repeated()
    {
        MessageArrived arrived = JournalSamples.Accepted(Journal.NextMessageId(), "A") with
        {
            Deliveries = [new("lab", 0, JournalSamples.Bytes("changed"), ParkedFor: "Not valid: PID-7."), new("archive", 0, null)],
        };
        AppendResult result = await Journal.AppendAsync(arrived);
        StoredDelivery parked = Journal.Read(arrived.Id)!.Deliveries[0];
        Assert.Equal(1, result.Deliveries);
        Assert.Equal((DeliveryState.Parked, "Not valid: PID-7.", 0), (parked.State, parked.Reason, parked.Attempts));
        Assert.Equal("archive", Assert.Single(Told).Destination);
        Assert.Equal(arrived.Id, Assert.Single(Journal.Find(new() { Delivery = DeliveryState.Parked })).Id);
        Assert.Empty(Journal.ReadQueued("adt", "lab", 0, 10));

        await Journal.AppendAsync(new DeliveriesRepeated(arrived.Id, "lab", JournalSamples.Time));
        QueuedDelivery repeated = Told.Last();
        Assert.Equal("lab", repeated.Destination);
        Assert.Equal(JournalSamples.Bytes("changed"), Journal.ReadDeliveryContent(repeated.Delivery)!.Value);
    }

    [Theory]
    [InlineData(9, null)]
    [InlineData(1, "nowhere")]
    public async Task What_cannot_be_repeated_is_refused(long message, string? destination)
    {
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab"));
        JournalException refused = await Assert.ThrowsAsync<JournalException>(() =>
            Journal.AppendAsync(new DeliveriesRepeated(new(message), destination, JournalSamples.Time)));
        Assert.Contains("hub ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_restart_numbers_go_on_and_queued_deliveries_are_there_in_order()
    {
        for (int i = 0; i < 5; i++)
            await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), $"A{i}", "lab"));
        long first = Told.First().Delivery;
        await Journal.AppendAsync(JournalSamples.Attempted(first, 1, DeliveryState.Queued));
        await RestartAsync();
        Assert.Equal(new MessageId(6), Journal.NextMessageId());
        IReadOnlyList<QueuedDelivery> queued = Journal.ReadQueued("adt", "lab", 0, 10);
        Assert.Equal([1, 2, 3, 4, 5], queued.Select(delivery => delivery.Message.Value));
        Assert.Equal((1, JournalSamples.Time.AddSeconds(1), JournalSamples.Time.AddMinutes(1)), (queued[0].Attempts, queued[0].FirstTriedAt, queued[0].DueAt));
        Assert.Empty(Told);
    }

    [Fact]
    public async Task What_waits_when_the_journal_closes_is_stored_and_what_comes_later_is_refused()
    {
        Task<AppendResult>[] appends = [.. Enumerable.Range(0, 300).Select(i => Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), $"A{i}", "lab")))];
        IJournal closed = Journal;
        await RestartAsync();
        await Task.WhenAll(appends);
        Assert.Equal(300, Journal.Find(new() { Limit = 1000 }).Count);
        await Assert.ThrowsAsync<JournalException>(() => closed.AppendAsync(JournalSamples.Accepted(new(999), "Z", "lab")));
    }

    private MessageArrived Windowed(string controlId) =>
        JournalSamples.Accepted(Journal.NextMessageId(), controlId, "lab") with { DuplicateWindow = TimeSpan.FromHours(72) };
}
