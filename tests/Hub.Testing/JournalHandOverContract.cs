using Hub.Contracts;

namespace Hub.Testing;

/// <summary>What every journal promises about messages that one channel hands to another. Each kind of journal has a test class that inherits this.</summary>
public abstract class JournalHandOverContract : JournalContractBase
{
    private static readonly MessageHeader s_header = new() { Type = "ADT^A01", ControlId = "handed", Sender = "REGADT^HOSPITAL", Version = "2.5" };

    [Fact]
    public async Task What_is_handed_over_is_the_other_channels_message_when_the_append_has_completed()
    {
        MessageArrived arrived = Handing("A", JournalSamples.Bytes("changed"));
        Assert.Equal(2, (await Journal.AppendAsync(arrived)).Deliveries);

        HandedMessage told = Handed.Single();
        await using IJournalReader reader = OpenReader();
        StoredMessage handed = reader.Read(told.Id)!;
        Assert.Equal(("lab-channel", MessageState.Received, ReceiptKind.Accepted, "channel adt"), (handed.Channel, handed.State, handed.Answer, handed.Peer));
        Assert.Equal((s_header, JournalSamples.Time, (MessageId?)arrived.Id, (MessageId?)arrived.Id), (handed.Header, handed.ReceivedAt, handed.Trace, handed.HandedFrom));
        Assert.Equal(JournalSamples.Bytes("changed"), reader.ReadContent(told.Id)!.Value);
        Assert.Equal("lab-channel", told.Channel);
        Assert.Equal(JournalSamples.Bytes("changed"), told.Content!.Value);
        Assert.Equal([told.Id], reader.ReadUnprocessed("lab-channel", default, 10).Select(message => message.Id));
    }

    [Fact]
    public async Task The_delivery_that_hands_over_is_sent_and_no_lane_is_told_of_it()
    {
        MessageArrived arrived = Handing("A");
        await Journal.AppendAsync(arrived);
        Assert.Equal([("next", DeliveryState.Sent, 0), ("lab", DeliveryState.Queued, 0)], Journal.Read(arrived.Id)!.Deliveries.Select(delivery => (delivery.Destination, delivery.State, delivery.Attempts)));
        Assert.Equal("lab", Told.Single().Destination);
        Assert.Empty(Journal.ReadQueued("adt", "next", 0, 10));
        Assert.Equal(arrived.Content, Journal.ReadContent(Handed.Single().Id)!.Value);
    }

    [Fact]
    public async Task An_entry_that_is_refused_hands_nothing_over()
    {
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "A", "lab"));
        await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(Handing("B") with { Id = new(1) }));
        await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(Processed(new(99))));
        await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(Handing("C") with { State = MessageState.Filtered }));
        Assert.Empty(Handed);
        Assert.Equal([new MessageId(1)], Journal.Find(new()).Select(message => message.Id));
    }

    [Fact]
    public async Task A_repeated_attempt_hands_nothing_over_again()
    {
        MessageArrived arrived = JournalSamples.Accepted(Journal.NextMessageId(), "A") with { State = MessageState.Received };
        await Journal.AppendAsync(arrived);
        await Journal.AppendAsync(Processed(arrived.Id));
        await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(Processed(arrived.Id)));
        long delivery = Journal.Read(arrived.Id)!.Deliveries.Single().Delivery;
        await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(JournalSamples.Attempted(delivery, 1, DeliveryState.Sent)));
        await AssertHandedOnceAsync();
    }

    [Fact]
    public async Task D01_A_duplicate_hands_nothing_over_again()
    {
        MessageArrived first = Handing("A") with { DuplicateWindow = TimeSpan.FromHours(72) };
        Task<AppendResult>[] both = [Journal.AppendAsync(first), Journal.AppendAsync(first with { Id = Journal.NextMessageId() })];
        await Task.WhenAll(both);
        Assert.Equal(first.Id, (await both[1]).DuplicateOf!.Id);
        await AssertHandedOnceAsync();
    }

    [Fact]
    public async Task After_a_restart_what_was_handed_over_waits_unprocessed_and_is_not_handed_over_again()
    {
        MessageArrived arrived = Handing("A");
        await Journal.AppendAsync(arrived);
        MessageId handed = Handed.Single().Id;
        await RestartAsync();

        Assert.Empty(Handed);
        Assert.Equal([handed], Journal.ReadUnprocessed("lab-channel", default, 10).Select(message => message.Id));
        Assert.Equal(arrived.Content, Journal.ReadContent(handed)!.Value);
        await Journal.AppendAsync(Handing("B"));
        Assert.Equal(2, Journal.Find(new() { Channel = "lab-channel" }).Select(message => message.Id).Distinct().Count());
        Assert.NotEqual(handed, Handed.Single().Id);
    }

    [Fact]
    public async Task The_trace_goes_back_to_the_message_from_outside_over_any_number_of_channels()
    {
        MessageArrived arrived = Handing("A");
        await Journal.AppendAsync(arrived);
        MessageId second = Handed.Single().Id;
        await Journal.AppendAsync(Processed(second) with { Deliveries = [new("further", 0, null, To: new("archive-channel", s_header, JournalSamples.Time))] });
        StoredMessage third = Journal.Read(Handed.Last().Id)!;
        Assert.Equal(("archive-channel", (MessageId?)arrived.Id, (MessageId?)second), (third.Channel, third.Trace, third.HandedFrom));
        Assert.Equal([third.Id, second, arrived.Id], Journal.Find(new() { Trace = arrived.Id }).Select(message => message.Id));
    }

    [Fact]
    public async Task What_a_person_has_sent_again_is_handed_over_once_more_as_a_new_message()
    {
        MessageArrived arrived = Handing("A", JournalSamples.Bytes("changed"));
        await Journal.AppendAsync(arrived);
        await Journal.AppendAsync(new DeliveriesRepeated(arrived.Id, "next", JournalSamples.Time.AddHours(1)));
        HandedMessage[] handed = [.. Handed];
        Assert.Equal(2, handed.Select(message => message.Id).Distinct().Count());
        StoredMessage again = Journal.Read(handed[1].Id)!;
        Assert.Equal((s_header, JournalSamples.Time.AddHours(1), (MessageId?)arrived.Id), (again.Header, again.ReceivedAt, again.Trace));
        Assert.Equal(JournalSamples.Bytes("changed"), Journal.ReadContent(again.Id)!.Value);
        Assert.All(Journal.Read(arrived.Id)!.Deliveries.Where(delivery => delivery.Destination == "next"), delivery => Assert.Equal(DeliveryState.Sent, delivery.State));
    }

    [Fact]
    public async Task Messages_are_handed_over_in_the_order_of_the_appends()
    {
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Journal.AppendAsync(Handing($"{i}"))).ToArray());
        Assert.Equal(Enumerable.Range(0, 300).Select(i => JournalSamples.Bytes($"{i}").ToArray()), Handed.Select(message => message.Content!.Value.ToArray()));
        Assert.Equal(Handed.Select(message => message.Id.Value), Journal.ReadUnprocessed("lab-channel", default, 1_000).Select(message => message.Id.Value));
    }

    [Theory]
    [InlineData("A")]
    [InlineData("changed")]
    public async Task What_was_processed_before_is_handed_over_with_its_outcome(string changed)
    {
        HandedOutcome outcome = Outcome(new("out", 0, null), new("archive", 0, JournalSamples.Bytes("once more")));
        MessageArrived arrived = Handing("A", JournalSamples.Bytes(changed), outcome);
        await Journal.AppendAsync(arrived);

        StoredMessage handed = Journal.Read(outcome.Id)!;
        Assert.Equal(("lab-channel", MessageState.Accepted, (MessageId?)arrived.Id, (MessageId?)arrived.Id), (handed.Channel, handed.State, handed.Trace, handed.HandedFrom));
        Assert.Equal((s_header, "noticed"), (handed.Header, handed.Flags.Single()));
        Assert.Equal([("out", changed), ("archive", "once more")], handed.Deliveries.Select(delivery => (delivery.Destination, Text(Journal.ReadDeliveryContent(delivery.Delivery)))));
        Assert.Equal(changed, Text(Journal.ReadContent(outcome.Id)));
        Assert.Equal(["out", "archive", "lab"], Told.Select(delivery => delivery.Destination));
        Assert.Equal(["lab-channel", "lab-channel", "adt"], Told.Select(delivery => delivery.Channel));
        Assert.Empty(Handed);
        Assert.Empty(Journal.ReadUnprocessed("lab-channel", default, 10));
    }

    [Fact]
    public async Task What_was_processed_before_can_go_on_to_a_third_channel_from_a_message_that_was_stored_first()
    {
        HandedOutcome third = Outcome(new NewDelivery("out", 0, JournalSamples.Bytes("last")));
        HandedOutcome second = Outcome(new NewDelivery("further", 0, JournalSamples.Bytes("A"), To: new("archive-channel", s_header, JournalSamples.Time) { Outcome = third }));
        MessageArrived arrived = JournalSamples.Accepted(Journal.NextMessageId(), "A") with { State = MessageState.Received };
        await Journal.AppendAsync(arrived);
        await Journal.AppendAsync(new MessageProcessed
        {
            Id = arrived.Id,
            State = MessageState.Accepted,
            Deliveries = [new("next", 0, null, To: new("lab-channel", s_header, JournalSamples.Time) { Outcome = second })],
        });
        await RestartAsync();

        Assert.Equal([third.Id, second.Id, arrived.Id], Journal.Find(new() { Trace = arrived.Id }).OrderBy(message => message.Id == third.Id ? 0 : message.Id == second.Id ? 1 : 2).Select(message => message.Id));
        Assert.Equal(arrived.Content, Journal.ReadContent(third.Id)!.Value);
        Assert.Equal("last", Text(Journal.ReadDeliveryContent(Journal.Read(third.Id)!.Deliveries.Single().Delivery)));
        Assert.Equal((MessageId?)second.Id, Journal.Read(third.Id)!.HandedFrom);
    }

    [Fact]
    public async Task A_rejected_outcome_is_handed_over_with_its_problem()
    {
        HandedOutcome outcome = Outcome() with { State = MessageState.Rejected, Problems = [new(207, "PID^1", "No name.")] };
        await Journal.AppendAsync(Handing("A", null, outcome));
        StoredMessage handed = Journal.Read(outcome.Id)!;
        Assert.Equal((MessageState.Rejected, "No name."), (handed.State, handed.Problems.Single().Text));
        Assert.Empty(handed.Deliveries);
    }

    [Fact]
    public async Task An_outcome_that_is_none_hands_nothing_over()
    {
        HandedOutcome none = Outcome() with { State = MessageState.Received };
        HandedOutcome contradicting = Outcome(new NewDelivery("out", 0, null)) with { State = MessageState.Filtered };
        await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(Handing("A", null, none)));
        await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(Handing("A", null, contradicting)));
        Assert.Empty(Journal.Find(new()));
    }

    private static string Text(ReadOnlyMemory<byte>? bytes) => System.Text.Encoding.UTF8.GetString(bytes!.Value.Span).Split('|')[9];

    private HandedOutcome Outcome(params NewDelivery[] deliveries) => new(Journal.NextMessageId(), MessageState.Accepted, [], ["noticed"], deliveries);

    private MessageArrived Handing(string controlId, ReadOnlyMemory<byte>? changed = null, HandedOutcome? outcome = null) => JournalSamples.Accepted(Journal.NextMessageId(), controlId) with
    {
        Deliveries = [new("next", 0, changed, To: new("lab-channel", s_header, JournalSamples.Time) { Outcome = outcome }), new("lab", 0, null)],
    };

    private static MessageProcessed Processed(MessageId id) => new()
    {
        Id = id,
        State = MessageState.Accepted,
        Deliveries = [new("next", 0, null, To: new("lab-channel", s_header, JournalSamples.Time))],
    };

    private async Task AssertHandedOnceAsync()
    {
        Assert.Single(Handed);
        Assert.Single(Journal.Find(new() { Channel = "lab-channel" }));
        await RestartAsync();
        Assert.Single(Journal.Find(new() { Channel = "lab-channel" }));
    }
}
