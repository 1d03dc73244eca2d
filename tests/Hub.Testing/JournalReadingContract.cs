using Hub.Contracts;

namespace Hub.Testing;

/// <summary>What every journal promises to those who look into it. Each kind of journal has a test class that inherits this.</summary>
public abstract class JournalReadingContract : JournalContractBase
{
    [Fact]
    public async Task What_is_not_there_is_null_or_empty()
    {
        Assert.Null(Journal.Read(new(1)));
        Assert.Null(Journal.ReadContent(new(1)));
        Assert.Null(Journal.ReadDeliveryContent(1));
        Assert.Empty(Journal.Find(new()));
        Assert.Empty(Journal.ReadQueued("adt", "lab", 0, 10));
        await using IJournalReader reader = OpenReader();
        Assert.Empty(reader.Find(new()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1024 * 1024 - 1)]
    [InlineData(1024 * 1024)]
    [InlineData(1024 * 1024 + 1)]
    [InlineData(5 * 1024 * 1024 + 17)]
    public async Task Content_of_any_length_is_read_as_it_came_and_as_it_goes_out(int length)
    {
        byte[] received = new byte[length];
        byte[] changed = new byte[length + 1];
        new Random(length).NextBytes(received);
        new Random(length).NextBytes(changed);
        MessageArrived arrived = JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab", "archive") with { Content = received };
        await Journal.AppendAsync(arrived with { Deliveries = [arrived.Deliveries[0], arrived.Deliveries[1] with { Content = changed }] });
        Assert.Equal(received, Journal.ReadContent(new(1))!.Value.ToArray());
        Assert.Equal(received, Journal.ReadDeliveryContent(1)!.Value.ToArray());
        Assert.Equal(changed, Journal.ReadDeliveryContent(2)!.Value.ToArray());
    }

    [Fact]
    public async Task Every_try_and_answer_of_a_delivery_is_kept()
    {
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab"));
        await Journal.AppendAsync(JournalSamples.Attempted(Told.Single().Delivery, 1, DeliveryState.Queued));
        await Journal.AppendAsync(JournalSamples.Attempted(Told.Single().Delivery, 2, DeliveryState.Parked));
        StoredDelivery delivery = Journal.Read(new(1))!.Deliveries.Single();
        Assert.Equal((DeliveryState.Parked, 2, "The receiver said AE.", null), (delivery.State, delivery.Attempts, delivery.Reason, delivery.DueAt));
        Assert.Equal([DeliveryState.Queued, DeliveryState.Parked], delivery.History.Select(attempt => attempt.State));
        StoredAttempt last = delivery.History[1];
        Assert.Equal((2, JournalSamples.Time.AddSeconds(2), TimeSpan.FromMilliseconds(3), "AE"), (last.Attempt, last.StartedAt, last.Duration, last.AnswerCode));
        Assert.Equal(JournalSamples.Bytes("answer"), last.Answer);
    }

    [Fact]
    public async Task Queued_deliveries_come_in_pages_for_one_destination()
    {
        for (int i = 0; i < 5; i++)
            await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), $"A{i}", "lab", "archive"));
        IReadOnlyList<QueuedDelivery> page = Journal.ReadQueued("adt", "lab", 0, 3);
        Assert.Equal([1, 2, 3], page.Select(delivery => delivery.Message.Value));
        Assert.Equal([4, 5], Journal.ReadQueued("adt", "lab", page[^1].Delivery, 3).Select(delivery => delivery.Message.Value));
        Assert.All(page, delivery => Assert.Null(delivery.Content));
    }

    [Fact]
    public async Task Every_condition_of_a_search_holds()
    {
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab"));
        MessageArrived second = JournalSamples.Accepted(Journal.NextMessageId(), "B", "archive");
        await Journal.AppendAsync(second with { Channel = "orders", ReceivedAt = JournalSamples.Time.AddHours(1), Header = second.Header with { Type = "ADTX^A01" } });
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "C") with { State = MessageState.Filtered });
        await Journal.AppendAsync(JournalSamples.Attempted(Told.First().Delivery, 1, DeliveryState.Sent));
        Assert.Equal([3, 2, 1], Found(new()));
        Assert.Equal([3, 2], Found(new() { Limit = 2 }));
        Assert.Equal([1], Found(new() { Before = new(2) }));
        Assert.Equal([2], Found(new() { Channel = "orders" }));
        Assert.Equal([3], Found(new() { State = MessageState.Filtered }));
        Assert.Equal([1], Found(new() { ControlId = "A" }));
        Assert.Equal([3, 1], Found(new() { Type = "ADT" }));
        Assert.Equal([2], Found(new() { Type = "ADTX^A01" }));
        Assert.Equal([2], Found(new() { Since = JournalSamples.Time.AddHours(1) }));
        Assert.Equal([3, 1], Found(new() { Until = JournalSamples.Time.AddHours(1) }));
        Assert.Equal([1], Found(new() { Delivery = DeliveryState.Sent }));
        Assert.Equal([2], Found(new() { Delivery = DeliveryState.Queued }));
        Assert.Equal([1], Found(new() { Destination = "lab" }));
        Assert.Empty(Found(new() { Destination = "lab", Delivery = DeliveryState.Queued }));
        Assert.Empty(Found(new() { Channel = "orders", ControlId = "A" }));
    }

    [Fact]
    public async Task Ten_thousand_messages_are_searched_by_page()
    {
        List<Task> appends = [];
        for (int i = 0; i < 10_000; i++)
            appends.Add(Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), $"A{i}", "lab")));
        await Task.WhenAll(appends);
        List<StoredMessage> found = [];
        while (Journal.Find(new() { Type = "ADT", Limit = 1_000, Before = found.Count == 0 ? null : found[^1].Id }) is { Count: > 0 } page)
            found.AddRange(page);
        Assert.Equal(Enumerable.Range(1, 10_000).Reverse().Select(id => (long)id), found.Select(message => message.Id.Value));
        Assert.Equal(new MessageId(5_001), Journal.Find(new() { ControlId = "A5000" }).Single().Id);
    }

    [Fact]
    public async Task A_reader_sees_what_the_writer_commits_beside_it()
    {
        await using IJournalReader reader = OpenReader();
        for (int i = 1; i <= 50; i++)
        {
            await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), $"A{i}", "lab"));
            Assert.Equal(i, reader.ReadQueued("adt", "lab", 0, 100).Count);
        }
    }

    private IEnumerable<long> Found(MessageQuery query) => Journal.Find(query).Select(message => message.Id.Value);
}
