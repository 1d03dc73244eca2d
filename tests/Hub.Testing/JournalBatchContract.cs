using Hub.Contracts;

namespace Hub.Testing;

/// <summary>What every journal promises about batches (protocol B03): all rows or none, in order, linked, each message by itself from then on.</summary>
public abstract class JournalBatchContract : JournalContractBase
{
    private static readonly TimeSpan s_window = TimeSpan.FromHours(72);

    [Fact]
    public async Task B03_a_batch_and_each_of_its_messages_is_a_row_with_bytes_and_deliveries_of_its_own_in_order()
    {
        MessageArrived batch = Batch("B1", "a", "b", "c");
        Assert.Equal(3, (await Journal.AppendAsync(batch)).Deliveries);

        StoredMessage whole = Journal.Read(batch.Id)!;
        Assert.Equal((MessageState.Divided, "B1", 3, 0), (whole.State, whole.Header.ControlId, whole.BatchSize, whole.Deliveries.Count));
        Assert.Equal((null, 0), (whole.Batch, whole.BatchPlace));
        Assert.Equal(batch.Content.ToArray(), Journal.ReadContent(batch.Id)!.Value.ToArray());

        IReadOnlyList<StoredMessage> messages = Journal.Find(new() { Batch = batch.Id });
        Assert.Equal([("a", 1), ("b", 2), ("c", 3)], messages.Select(message => (message.Header.ControlId, message.BatchPlace)));
        Assert.All(messages, message => Assert.Equal((batch.Id, 3, batch.Peer, batch.ReceivedAt, MessageState.Accepted), (message.Batch!.Value, message.BatchSize, message.Peer, message.ReceivedAt, message.State)));
        Assert.All(messages, message => Assert.Equal(JournalSamples.Bytes(message.Header.ControlId).ToArray(), Journal.ReadContent(message.Id)!.Value.ToArray()));
        Assert.All(messages, message => Assert.Equal(message.Bytes, Assert.Single(message.Deliveries).Bytes));
        Assert.Equal(messages.Select(message => message.Id), Told.Select(delivery => delivery.Message));
        Assert.Equal(["b", "c"], Journal.Find(new() { Batch = batch.Id, After = messages[0].Id }).Select(message => message.Header.ControlId));
        Assert.Equal(["a", "b"], Journal.Find(new() { Batch = batch.Id, Limit = 2 }).Select(message => message.Header.ControlId));
        Assert.Equal(["a", "b", "c"], Journal.Find(new() { Batch = batch.Id, Delivery = DeliveryState.Queued }).Select(message => message.Header.ControlId));
        Assert.Empty(Journal.Find(new() { Batch = batch.Id, Delivery = DeliveryState.Parked }));
    }

    [Fact]
    public async Task B03_a_batch_that_was_stored_first_gets_its_messages_when_it_is_processed()
    {
        MessageArrived batch = Batch("B1", "a", "b");
        await Journal.AppendAsync(batch with { State = MessageState.Received, Messages = [] });
        await Journal.AppendAsync(new MessageProcessed { Id = batch.Id, Channel = batch.Channel, State = MessageState.Divided, Messages = batch.Messages, StartedAt = batch.ReceivedAt.AddMilliseconds(5), Working = TimeSpan.FromMilliseconds(2) });

        // Each was worked on with the whole.
        Assert.All(Journal.Find(new() { Batch = batch.Id }).Append(Journal.Read(batch.Id)!), message => Assert.Equal((TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(2)), (message.Waited, message.Working)));
        Assert.Equal((MessageState.Divided, 2), (Journal.Read(batch.Id)!.State, Journal.Read(batch.Id)!.BatchSize));
        Assert.Equal([("a", batch.Peer), ("b", batch.Peer)], Journal.Find(new() { Batch = batch.Id }).Select(message => (message.Header.ControlId, message.Peer)));
        Assert.Equal(2, Told.Count);
    }

    [Fact]
    public async Task B03_one_message_that_cannot_be_kept_keeps_all_of_the_batch_out_and_nothing_else()
    {
        MessageArrived other = JournalSamples.Accepted(Journal.NextMessageId(), "other", "lab");
        await Journal.AppendAsync(other);
        MessageArrived batch = Batch("B1", "a", "b", "c");
        // The number of the last one is used already: the others are written before that is known.
        await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(batch with { Messages = [batch.Messages[0], batch.Messages[1], batch.Messages[2] with { Id = other.Id }] }));

        Assert.Equal([other.Id], Journal.Find(new()).Select(message => message.Id));
        Assert.Equal([other.Id], Told.Select(delivery => delivery.Message));
        await Journal.AppendAsync(batch);
        Assert.Equal(3, Journal.Find(new() { Batch = batch.Id }).Count);
    }

    [Fact]
    public async Task B03_D01_a_batch_that_comes_again_is_one_duplicate_and_a_message_of_it_is_a_duplicate_of_its_row()
    {
        MessageArrived batch = Batch("B1", "a", "b");
        await Journal.AppendAsync(batch);
        AppendResult again = await Journal.AppendAsync(Batch("B1", "a", "b"));
        Assert.Equal(batch.Id, again.DuplicateOf!.Id);
        MessageId second = Journal.Find(new() { Batch = batch.Id })[1].Id;
        AppendResult alone = await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "b", "lab") with { DuplicateWindow = s_window });
        Assert.Equal(second, alone.DuplicateOf!.Id);
        Assert.Equal(2, Told.Count);
        Assert.Equal(5, Journal.Find(new()).Count);
    }

    [Fact]
    public async Task B03_D01_a_message_that_was_taken_before_is_a_duplicate_in_a_batch_and_one_that_was_refused_is_new()
    {
        MessageArrived taken = JournalSamples.Accepted(Journal.NextMessageId(), "a", "lab");
        MessageArrived refused = JournalSamples.Accepted(Journal.NextMessageId(), "b") with { State = MessageState.Rejected, Answer = ReceiptKind.Error };
        await Journal.AppendAsync(taken);
        await Journal.AppendAsync(refused);
        MessageArrived batch = Batch("B1", "a", "b", "c", "c");
        AppendResult result = await Journal.AppendAsync(batch);

        IReadOnlyList<StoredMessage> messages = Journal.Find(new() { Batch = batch.Id });
        Assert.Equal([MessageState.Duplicate, MessageState.Accepted, MessageState.Accepted, MessageState.Duplicate], messages.Select(message => message.State));
        Assert.Equal([taken.Id, null, null, messages[2].Id], messages.Select(message => message.DuplicateOf));
        Assert.Equal([messages[0].Id, messages[3].Id], result.Duplicates);
        Assert.Equal((2, 3), (result.Deliveries, Told.Count));
    }

    // A batch without a number of its own goes by that of its first message, which is no second use of it.
    [Fact]
    public async Task B03_D02_only_a_control_id_that_another_message_had_is_flagged()
    {
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "b", "lab") with { Content = JournalSamples.Bytes("otherwise") });
        MessageArrived batch = Batch("a", "a", "b");
        await Journal.AppendAsync(batch);
        Assert.Equal([0, 1], Journal.Find(new() { Batch = batch.Id }).Select(message => message.Flags.Count));
    }

    [Fact]
    public async Task B03_originals_are_the_messages_of_a_batch_and_neither_the_whole_nor_those_of_its_replay()
    {
        MessageArrived batch = Batch("B1", "a", "b");
        await Journal.AppendAsync(batch);
        MessageArrived replay = Batch("B1", "a", "b") with { ReplayOf = batch.Id, DuplicateWindow = null };
        // Whatever the window says: a person wants it again.
        Assert.Equal(2, (await Journal.AppendAsync(replay)).Deliveries);

        MessageId[] originals = [.. Journal.Find(new() { Batch = batch.Id }).Select(message => message.Id)];
        Assert.Equal(originals, Journal.FindIds(new() { AreOriginals = true }, default, 100));
        Assert.Equal(2, Journal.FindIds(new() { AreOriginals = true, Batch = replay.Id }, default, 100).Count);
        Assert.Equal(batch.Id, (await Journal.AppendAsync(Batch("B1", "a", "b"))).DuplicateOf!.ReplayOf);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B03_statistics_count_the_messages_of_a_batch_and_not_the_whole(bool isStoredFirst)
    {
        MessageArrived batch = Batch("B1", "a", "b", "c");
        if (isStoredFirst)
        {
            await Journal.AppendAsync(batch with { State = MessageState.Received, Messages = [] });
            await Journal.AppendAsync(new MessageProcessed { Id = batch.Id, Channel = batch.Channel, State = MessageState.Divided, Messages = batch.Messages });
        }
        else
        {
            await Journal.AppendAsync(batch);
        }

        Assert.Equal(3, Journal.CountSinceOpened().Sum(row => row.Received));
        await RestartAsync();
        await Journal.AppendAsync(new StatisticsDue(JournalSamples.Time.AddMinutes(3)));
        Assert.Equal(3, Journal.ReadStatistics(new() { From = JournalSamples.Time, To = JournalSamples.Time.AddMinutes(1) }).Sum(row => row.Received));
    }

    /// <summary>A batch of messages with these control ids, each with a delivery.</summary>
    protected MessageArrived Batch(string controlId, params string[] messages) => JournalSamples.Accepted(Journal.NextMessageId(), controlId) with
    {
        Content = JournalSamples.Bytes(string.Join('+', messages)),
        State = MessageState.Divided,
        DuplicateWindow = s_window,
        MessagesWindow = s_window,
        Messages = [.. messages.Select(message => JournalSamples.Accepted(Journal.NextMessageId(), message, "lab")).Select(message =>
            new BatchedMessage(message.Id, message.Header, message.Content, message.State, message.Answer, [], [], message.Deliveries))],
    };
}
