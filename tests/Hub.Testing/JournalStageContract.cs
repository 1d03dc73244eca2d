using Hub.Contracts;

namespace Hub.Testing;

/// <summary>What every journal promises about how long each stage of a message took, and who had it sent again. Each kind of journal has a test class that inherits this.</summary>
public abstract class JournalStageContract : JournalContractBase
{
    [Fact]
    public async Task A_delivery_that_was_sent_again_says_when_and_by_whom()
    {
        MessageArrived arrived = JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab");
        await Journal.AppendAsync(arrived);
        await Journal.AppendAsync(new DeliveriesRepeated(arrived.Id, "lab", JournalSamples.Time) { By = "gwen" });
        await using IJournalReader reader = OpenReader();
        Assert.Equal([((DateTimeOffset?)null, null), (JournalSamples.Time, "gwen")], reader.Read(arrived.Id)!.Deliveries.Select(delivery => (delivery.RepeatedAt, delivery.RepeatedBy)));
    }

    [Fact]
    public async Task The_record_of_a_message_has_the_time_in_each_stage()
    {
        TimeSpan admitted = TimeSpan.FromMicroseconds(150);
        MessageArrived atOnce = JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab") with { Waited = TimeSpan.Zero, Working = TimeSpan.FromMicroseconds(412) };
        MessageArrived later = JournalSamples.Accepted(Journal.NextMessageId(), "B") with { State = MessageState.Received, Working = admitted };
        await Journal.AppendAsync(atOnce);
        await Journal.AppendAsync(later);
        Assert.Equal((null, admitted), (Journal.Read(later.Id)!.Waited, Journal.Read(later.Id)!.Working));
        await Journal.AppendAsync(new MessageProcessed
        {
            Id = later.Id,
            State = MessageState.Accepted,
            StartedAt = JournalSamples.Time.AddMilliseconds(20) + admitted,
            Working = TimeSpan.FromMicroseconds(850),
            Deliveries = [new("lab", 0, null)],
        });
        foreach (QueuedDelivery delivery in Told.ToArray())
        {
            await Journal.AppendAsync(JournalSamples.Attempted(delivery.Delivery, 1, DeliveryState.Queued));
            await Journal.AppendAsync(JournalSamples.Attempted(delivery.Delivery, 2, DeliveryState.Sent));
        }

        await using IJournalReader reader = OpenReader();
        StageTimes first = StageTimes.Of(reader.Read(atOnce.Id)!);
        StageTimes second = StageTimes.Of(reader.Read(later.Id)!);
        // Its tries began 1 s and 2 s after it came, and took 3 ms each.
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromMicroseconds(412), TimeSpan.FromMilliseconds(2_003)), (first.Waited, first.Working, first.Whole));
        Assert.Equal((TimeSpan.FromMicroseconds(2_000_000 - 3_000 - 412), TimeSpan.FromMilliseconds(6)), (first.Deliveries.Single().Queued, first.Deliveries.Single().Sending));
        Assert.Equal((TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(1)), (second.Waited, second.Working));
        Assert.Equal(TimeSpan.FromMilliseconds(2_000 - 3 - 21), second.Deliveries.Single().Queued);
    }

    [Fact]
    public async Task A_message_of_which_no_times_were_kept_says_nothing_of_them()
    {
        MessageArrived arrived = JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab");
        await Journal.AppendAsync(arrived);
        await Journal.AppendAsync(JournalSamples.Attempted(Told.Single().Delivery, 1, DeliveryState.Sent));
        StageTimes times = StageTimes.Of(Journal.Read(arrived.Id)!);
        Assert.Equal((null, null, null), (times.Waited, times.Working, times.Deliveries.Single().Queued));
        Assert.Equal(TimeSpan.FromMilliseconds(1_003), times.Whole);
    }
}
