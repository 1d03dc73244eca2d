using Hub.Contracts;

namespace Hub.Testing;

/// <summary>What every journal promises about what people do to deliveries, and about paused destinations. Each kind of journal has a test class that inherits this.</summary>
public abstract class JournalOperationContract : JournalContractBase
{
    [Fact]
    public async Task A_released_delivery_is_queued_with_its_number_and_its_tries_forgiven()
    {
        await ArrivedAsync("A");
        await Journal.AppendAsync(JournalSamples.Attempted(1, 1, DeliveryState.Queued));
        await Journal.AppendAsync(JournalSamples.Attempted(1, 2, DeliveryState.Parked));
        await Journal.AppendAsync(Operated(1, DeliveryOperation.Release));
        await RestartAsync();
        QueuedDelivery queued = Journal.ReadQueued("adt", "lab", 0, 10).Single();
        Assert.Equal((1L, 2, 2, (DateTimeOffset?)null), (queued.Delivery, queued.Attempts, queued.Forgiven, queued.DueAt));
        await Journal.AppendAsync(JournalSamples.Attempted(1, 3, DeliveryState.Sent));
        StoredDelivery sent = Journal.Read(new(1))!.Deliveries.Single();
        Assert.Equal((DeliveryState.Sent, 3), (sent.State, sent.History.Count));
        Assert.Equal((1, DeliveryOperation.Release, "nurse", "why", DeliveryState.Queued), sent.Operations.Select(one => (one.Number, one.Operation, one.By, one.Reason!, one.State)).Single());
    }

    [Fact]
    public async Task A_delivery_that_holds_its_lane_is_found_and_goes_on_with_its_tries_forgiven()
    {
        await ArrivedAsync("A");
        await ArrivedAsync("B");
        await Journal.AppendAsync(JournalSamples.Attempted(1, 1, DeliveryState.Queued) with { HoldsLane = true, DueAt = null });
        await RestartAsync();
        Assert.Equal([(true, null), (false, (DateTimeOffset?)null)], Journal.ReadQueued("adt", "lab", 0, 10).Select(row => (row.HoldsLane, row.DueAt)));
        Assert.Equal((1L, true, null), Journal.FindDeliveries(new() { HoldsLane = true }).Select(one => (one.Delivery.Delivery, one.Delivery.HoldsLane, one.Delivery.DueAt)).Single());
        await Journal.AppendAsync(Operated(1, DeliveryOperation.Retry));
        Assert.Empty(Journal.FindDeliveries(new() { HoldsLane = true }));
        Assert.Equal((false, 1), Journal.ReadQueued("adt", "lab", 0, 1).Select(row => (row.HoldsLane, row.Forgiven)).Single());
    }

    [Fact]
    public async Task What_waits_gets_other_lanes_and_what_is_at_its_end_keeps_its_own()
    {
        await ArrivedAsync("A");
        await ArrivedAsync("B");
        await ArrivedAsync("C");
        await Journal.AppendAsync(JournalSamples.Attempted(1, 1, DeliveryState.Sent));
        await Journal.AppendAsync(JournalSamples.Attempted(2, 1, DeliveryState.Parked));
        Assert.Null(Journal.ReadLane("adt", "lab"));
        await Journal.AppendAsync(new LanesChanged("adt", "lab", new Dictionary<long, long> { [1] = 7, [2] = 7 }, null));
        Assert.Null(Journal.ReadLane("adt", "lab"));
        await Journal.AppendAsync(new LanesChanged("adt", "lab", new Dictionary<long, long> { [3] = 7 }, "PID-3.1"));
        await Journal.AppendAsync(Operated(2, DeliveryOperation.Release));
        await RestartAsync();
        Assert.Equal("PID-3.1", Journal.ReadLane("adt", "lab"));
        QueuedDelivery[] queued = [.. Journal.ReadQueued("adt", "lab", 0, 10)];
        Assert.Equal([2L, 3L], queued.Select(row => row.Delivery));
        Assert.Single(queued.DistinctBy(row => row.Lane));
    }

    [Theory]
    [InlineData(DeliveryOperation.Release, DeliveryState.Queued)]
    [InlineData(DeliveryOperation.Release, DeliveryState.Sent)]
    [InlineData(DeliveryOperation.Retry, DeliveryState.Parked)]
    [InlineData(DeliveryOperation.Skip, DeliveryState.Sent)]
    [InlineData(DeliveryOperation.Skip, DeliveryState.Skipped)]
    [InlineData(DeliveryOperation.Edit, DeliveryState.Sent)]
    [InlineData(DeliveryOperation.Move, DeliveryState.Skipped)]
    public async Task What_cannot_be_done_in_a_state_is_refused_and_leaves_nothing(DeliveryOperation operation, DeliveryState state)
    {
        await ArrivedAsync("A");
        if (state == DeliveryState.Skipped)
            await Journal.AppendAsync(Operated(1, DeliveryOperation.Skip));
        else if (state != DeliveryState.Queued)
            await Journal.AppendAsync(JournalSamples.Attempted(1, 1, state));
        int before = Journal.Read(new(1))!.Deliveries[0].Operations.Count;
        await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(Operated(1, operation)));
        StoredDelivery after = Journal.Read(new(1))!.Deliveries.Single();
        Assert.Equal((state, before), (after.State, after.Operations.Count));
    }

    [Fact]
    public async Task An_edit_changes_what_is_sent_and_keeps_what_was_there_each_time()
    {
        await ArrivedAsync("A");
        await Journal.AppendAsync(Operated(1, DeliveryOperation.Edit) with { Content = JournalSamples.Bytes("first") });
        await Journal.AppendAsync(Operated(1, DeliveryOperation.Edit) with { Content = JournalSamples.Bytes("second") });
        Assert.Equal(JournalSamples.Bytes("second"), Journal.ReadDeliveryContent(1)!.Value);
        Assert.Equal(JournalSamples.Bytes("A"), Journal.ReadContentBefore(1, 1)!.Value);
        Assert.Equal(JournalSamples.Bytes("first"), Journal.ReadContentBefore(1, 2)!.Value);
        Assert.Null(Journal.ReadContentBefore(1, 3));
        Assert.Equal(JournalSamples.Bytes("A"), Journal.ReadContent(new(1))!.Value);
    }

    [Fact]
    public async Task A_moved_delivery_is_ended_and_the_new_one_is_told_to_the_lanes()
    {
        await ArrivedAsync("A");
        AppendResult moved = await Journal.AppendAsync(Operated(1, DeliveryOperation.Move) with { Destination = "archive", Lane = 7 });
        Assert.Equal(2, moved.NewDelivery);
        QueuedDelivery told = Told.Last();
        Assert.Equal((2L, "archive", Journal.ReadQueued("adt", "archive", 0, 10).Single().Lane), (told.Delivery, told.Destination, told.Lane));
        Assert.NotEqual(0, told.Lane);
        Assert.Equal(JournalSamples.Bytes("A"), Journal.ReadDeliveryContent(2)!.Value);
        Assert.Equal([(DeliveryState.Skipped, 2L), (DeliveryState.Queued, 1L)], Journal.Read(new(1))!.Deliveries.Select(one => (one.State, one.Operations.Single().Other!.Value)));
    }

    [Fact]
    public async Task A_try_that_was_under_way_when_a_person_skipped_the_delivery_is_kept_and_only_a_delivery_changes_it()
    {
        await ArrivedAsync("A");
        await Journal.AppendAsync(Operated(1, DeliveryOperation.Skip));
        await Journal.AppendAsync(JournalSamples.Attempted(1, 1, DeliveryState.Queued));
        Assert.Equal((DeliveryState.Skipped, "Skipped by nurse: why"), Journal.Read(new(1))!.Deliveries.Select(one => (one.State, one.Reason!)).Single());
        await Journal.AppendAsync(JournalSamples.Attempted(1, 2, DeliveryState.Sent));
        Assert.Equal((DeliveryState.Sent, 2), Journal.Read(new(1))!.Deliveries.Select(one => (one.State, one.History.Count)).Single());
    }

    [Fact]
    public async Task Maybe_delivered_stays_until_the_receiver_has_it_and_is_found_and_counted()
    {
        await ArrivedAsync("A");
        await ArrivedAsync("B");
        await Journal.AppendAsync(JournalSamples.Attempted(1, 1, DeliveryState.Queued) with { MaybeDelivered = true });
        await Journal.AppendAsync(JournalSamples.Attempted(1, 2, DeliveryState.Parked));
        FoundDelivery found = Journal.FindDeliveries(new() { MaybeDelivered = true }).Single();
        Assert.Equal((1L, "adt", new MessageId(1), DeliveryState.Parked), (found.Delivery.Delivery, found.Channel, found.Message, found.Delivery.State));
        Assert.Equal([true, false], Journal.Read(new(1))!.Deliveries.Single().History.Select(attempt => attempt.MaybeDelivered));
        Assert.Equal(new DestinationCounts("adt", "lab", 1, 1, 1), Journal.CountDeliveries().Single());
        await Journal.AppendAsync(Operated(1, DeliveryOperation.Release));
        await Journal.AppendAsync(JournalSamples.Attempted(1, 3, DeliveryState.Sent));
        Assert.Equal(new DestinationCounts("adt", "lab", 1, 0, 0), Journal.CountDeliveries().Single());
    }

    [Fact]
    public async Task Deliveries_are_found_by_channel_destination_state_message_number_and_page()
    {
        await ArrivedAsync("A", "lab", "archive");
        await ArrivedAsync("B", "lab", "archive");
        await Journal.AppendAsync(JournalSamples.Attempted(3, 1, DeliveryState.Parked));
        long[] Find(DeliveryQuery query) => [.. Journal.FindDeliveries(query).Select(one => one.Delivery.Delivery)];
        Assert.Equal([1, 2, 3, 4], Find(new()));
        Assert.Equal([1, 3], Find(new() { Destination = "lab" }));
        Assert.Equal([3], Find(new() { States = [DeliveryState.Parked] }));
        Assert.Equal([1, 2, 4], Find(new() { States = [DeliveryState.Queued, DeliveryState.Sent] }));
        Assert.Equal([3, 4], Find(new() { Message = new(2) }));
        Assert.Equal([2, 4], Find(new() { Deliveries = [4, 2, 99] }));
        Assert.Equal([2, 3], Find(new() { After = 1, Limit = 2 }));
        Assert.Empty(Find(new() { Channel = "other" }));
    }

    [Fact]
    public async Task A_pause_outlives_a_restart_and_the_first_reason_stays()
    {
        await Journal.AppendAsync(new DestinationPaused("adt", "lab", JournalSamples.Time, "replies[0]", "AE"));
        await Journal.AppendAsync(new DestinationPaused("adt", "lab", JournalSamples.Time.AddHours(1), "nurse", null));
        await RestartAsync();
        Assert.Equal(new DestinationPause("adt", "lab", JournalSamples.Time, "replies[0]", "AE"), Journal.ReadPauses().Single());
        await Journal.AppendAsync(new DestinationResumed("adt", "lab", JournalSamples.Time.AddHours(2), "nurse", null));
        Assert.Empty(Journal.ReadPauses());
        await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(new DestinationResumed("adt", "lab", JournalSamples.Time, "nurse", null)));
        await Journal.AppendAsync(new DestinationPaused("adt", "lab", JournalSamples.Time.AddHours(3), "nurse", null));
        Assert.Equal("nurse", Journal.ReadPauses().Single().By);
    }

    private static DeliveryOperated Operated(long delivery, DeliveryOperation operation) => new()
    {
        Delivery = delivery,
        Operation = operation,
        At = JournalSamples.Time,
        By = "nurse",
        Reason = "why",
        Content = operation == DeliveryOperation.Edit ? JournalSamples.Bytes("edited") : (ReadOnlyMemory<byte>?)null,
        Destination = operation == DeliveryOperation.Move ? "archive" : null,
    };

    private async Task ArrivedAsync(string controlId, params string[] destinations) =>
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), controlId, destinations.Length == 0 ? ["lab"] : destinations));
}
