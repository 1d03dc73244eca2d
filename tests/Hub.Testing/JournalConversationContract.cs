using Hub.Contracts;

namespace Hub.Testing;

/// <summary>What every journal promises of sequence numbers and of messages that go on in others.</summary>
public abstract class JournalConversationContract : JournalContractBase
{
    [Fact]
    public async Task Q04_the_expected_number_is_stored_with_its_message()
    {
        Assert.Equal(new(true, 5), (await AppendAsync(5)).Sequence);
        Assert.Equal(new(true, 6), (await AppendAsync(6)).Sequence);
        Assert.Equal(2, Told.Count);
        await RestartAsync();
        Assert.Equal(new(false, 7), (await AppendAsync(0)).Sequence);
    }

    [Fact]
    public async Task Q04_messages_that_share_a_commit_are_judged_in_their_order()
    {
        AppendResult[] results = await Task.WhenAll(Enumerable.Range(1, 50).Select(i => AppendAsync(i == 25 ? 99 : i > 25 ? i - 1 : i)));
        Assert.Equal([99L], results.Index().Where(result => !result.Item.IsNew).Select(result => result.Index == 24 ? 99L : 0));
        Assert.Equal(49, Told.Count);
    }

    [Fact]
    public async Task Q04_a_number_whose_message_was_not_stored_is_not_taken()
    {
        await AppendAsync(1);
        // A number is used once, so this is refused after the sequence was judged.
        await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(Numbered(2) with { Id = new(1) }));
        Assert.Equal(new(true, 2), (await AppendAsync(2)).Sequence);
    }

    [Fact]
    public async Task Q02_each_sender_and_channel_has_its_own_numbers()
    {
        await AppendAsync(5);
        MessageArrived other = Numbered(0);
        Assert.Equal(new(false, -1), (await Journal.AppendAsync(other with { Channel = "other" })).Sequence);
        Assert.Equal(new(false, -1), (await Journal.AppendAsync(Numbered(0) with { Header = other.Header with { Sender = "LAB" } })).Sequence);
    }

    [Theory]
    [InlineData(0, MessageState.Filtered, "sequence-start")]
    [InlineData(-1, MessageState.Filtered, "sequence-reset")]
    [InlineData(5, MessageState.Rejected, "sequence-gap")]
    [InlineData(7, MessageState.Rejected, "sequence-gap")]
    [InlineData(4, MessageState.Rejected, "sequence-gap")]
    [InlineData(long.MinValue, MessageState.Rejected, "sequence-gap")]
    public async Task Q06_what_is_not_expected_is_kept_and_not_processed(long number, MessageState state, string flag)
    {
        await AppendAsync(5);
        MessageArrived arrived = Numbered(number);
        AppendResult result = await Journal.AppendAsync(arrived);
        StoredMessage stored = Journal.Read(arrived.Id)!;
        Assert.False(result.IsNew);
        Assert.Equal((state, flag, 0), (stored.State, stored.Flags.Single(), stored.Deliveries.Count));
        Assert.Equal(result.Sequence!.Problem is null ? [] : [result.Sequence.Problem], stored.Problems);
        Assert.Single(Told);
    }

    [Fact]
    public async Task Q05_the_last_message_again_is_a_duplicate_with_its_outcome()
    {
        MessageArrived first = Numbered(5) with { DuplicateWindow = TimeSpan.FromHours(72) };
        await Journal.AppendAsync(first);
        AppendResult again = await Journal.AppendAsync(first with { Id = Journal.NextMessageId() });
        Assert.Equal((first.Id, 6L), (again.DuplicateOf!.Id, again.Sequence!.Number));
    }

    [Fact]
    public async Task C02_fragments_wait_until_their_message_is_stored_also_over_a_restart()
    {
        MessageArrived[] parts = [Fragment("", "p"), Fragment("p", "q"), Fragment("q", "")];
        foreach (MessageArrived part in parts)
            await Journal.AppendAsync(part);
        await RestartAsync();
        Assert.Equal(parts.Select(part => (part.Id, part.Fragment!, "REGADT^HOSPITAL")), Journal.ReadFragments("adt", 10).Select(open => (open.Id, open.Place, open.Sender)));
        Assert.Equal(2, Journal.ReadFragments("adt", 2).Count);
        Assert.Empty(Journal.ReadFragments("other", 10));
        Assert.Empty(Journal.ReadUnprocessed("adt", default, 10));

        MessageArrived whole = JournalSamples.Accepted(Journal.NextMessageId(), "W", "lab") with { Fragments = [.. parts.Select(part => part.Id)] };
        await Journal.AppendAsync(whole);

        Assert.Empty(Journal.ReadFragments("adt", 10));
        Assert.All(parts, part => Assert.Equal((MessageState.Fragment, (MessageId?)whole.Id), (Journal.Read(part.Id)!.State, Journal.Read(part.Id)!.PartOf)));
        Assert.Single(Told);
    }

    [Fact]
    public async Task C02_a_fragment_is_a_part_of_one_message()
    {
        MessageArrived part = Fragment("", "p");
        await Journal.AppendAsync(part);
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "W", "lab") with { Fragments = [part.Id] });
        MessageArrived second = JournalSamples.Accepted(Journal.NextMessageId(), "V", "lab") with { Fragments = [part.Id] };
        await Assert.ThrowsAsync<JournalException>(() => Journal.AppendAsync(second));
        Assert.Null(Journal.Read(second.Id));
        Assert.Single(Told);
    }

    [Fact]
    public async Task C02_the_part_that_completes_its_message_is_told_all_of_them_in_order()
    {
        MessageArrived[] parts = [Fragment("q", ""), Fragment("", "p"), Fragment("p", "q")];
        Assert.Null((await Journal.AppendAsync(parts[0])).Fragments);
        Assert.Null((await Journal.AppendAsync(parts[1])).Fragments);
        Assert.Equal([parts[1].Id, parts[2].Id, parts[0].Id], (await Journal.AppendAsync(parts[2])).Fragments!.Complete);
        await RestartAsync();
        Assert.Equal([(parts[1].Id, 1), (parts[2].Id, 2), (parts[0].Id, 3)], Journal.ReadFragments("adt", 10).OrderBy(part => part.Number).Select(part => (part.Id, part.Number)));
        // The pointers are free again.
        Assert.Null((await Journal.AppendAsync(Fragment("", "p"))).Fragments);
    }

    [Fact]
    public async Task C02_a_part_beyond_the_limit_of_its_sender_is_refused_and_those_of_others_are_not()
    {
        FragmentLimits limits = new() { MostParts = 2 };
        await Journal.AppendAsync(Fragment("", "p") with { FragmentLimits = limits });
        await Journal.AppendAsync(Fragment("", "q") with { FragmentLimits = limits });
        MessageArrived third = Fragment("", "r") with { FragmentLimits = limits };
        FragmentVerdict refused = (await Journal.AppendAsync(third)).Fragments!;
        Assert.Equal((ReceiptKind.Rejected, 207), (refused.Answer, refused.Problem!.Code));
        Assert.Empty(refused.SetAside);
        Assert.Equal((MessageState.Rejected, ReceiptKind.Rejected), Journal.Read(third.Id) is { } stored ? (stored.State, stored.Answer) : default);
        MessageArrived other = Fragment("", "r") with { FragmentLimits = limits };
        Assert.Null((await Journal.AppendAsync(other with { Header = other.Header with { Sender = "LAB" } })).Fragments);
        MessageArrived full = Fragment("", "s") with { FragmentLimits = new() { MostPartsOfChannel = 3 } };
        Assert.Contains("in this channel", (await Journal.AppendAsync(full)).Fragments!.Problem!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C02_parts_that_are_too_long_together_are_refused_with_the_one_that_makes_them_so()
    {
        FragmentLimits limits = new() { MostBytes = 200 };
        MessageArrived first = Fragment("", "p") with { FragmentLimits = limits, Content = JournalSamples.Bytes(new string('a', 90)) };
        MessageArrived second = Fragment("p", "q") with { FragmentLimits = limits, Content = JournalSamples.Bytes(new string('b', 90)) };
        await Journal.AppendAsync(first);
        FragmentVerdict refused = (await Journal.AppendAsync(second)).Fragments!;
        Assert.Equal((ReceiptKind.Rejected, true), (refused.Answer, refused.Problem!.Text.Contains("at most 200 are put together", StringComparison.Ordinal)));
        Assert.Equal([first.Id], refused.SetAside);
        Assert.All([first, second], part => Assert.Equal(MessageState.Rejected, Journal.Read(part.Id)!.State));
        Assert.Equal(ReceiptKind.Error, (await Journal.AppendAsync(Fragment("q", ""))).Fragments!.Answer);
        Assert.Empty(Journal.ReadFragments("adt", 10));
    }

    [Fact]
    public async Task C02_a_pointer_of_two_messages_stays_used_up_over_a_restart_and_no_longer_than_parts_are_waited_for()
    {
        MessageArrived first = Fragment("", "p");
        await Journal.AppendAsync(first);
        FragmentVerdict mixed = (await Journal.AppendAsync(Fragment("", "p"))).Fragments!;
        Assert.Equal((ReceiptKind.Error, 1), (mixed.Answer, mixed.SetAside.Count));
        await RestartAsync();
        MessageArrived next = Fragment("p", "");
        Assert.Equal(ReceiptKind.Error, (await Journal.AppendAsync(next)).Fragments!.Answer);
        MessageArrived later = Fragment("", "p");
        Assert.Null((await Journal.AppendAsync(later with { ReceivedAt = next.ReceivedAt + later.FragmentLimits.Patience })).Fragments);
    }

    // Parts of patient A were set aside. Whatever comes next with the same pointer, its parts are never joined to those of A.
    [Fact]
    public async Task C02_a_pointer_of_parts_that_were_set_aside_is_taken_again_by_the_same_part_alone()
    {
        MessageArrived first = Fragment("", "p", "of A");
        await Journal.AppendAsync(first);
        DateTimeOffset until = first.ReceivedAt + first.FragmentLimits.Patience;
        await Journal.AppendAsync(new FragmentsParked([first.Id], new(207, null, "late")) { PointersUsedUntil = until });
        Assert.Equal(ReceiptKind.Error, (await Journal.AppendAsync(Fragment("p", "", "more of A"))).Fragments!.Answer);
        await RestartAsync();

        // A again, under a header of its own.
        MessageArrived[] again = [Fragment("", "p", "of A"), Fragment("p", "", "more of A")];
        Assert.Null((await Journal.AppendAsync(again[0])).Fragments);
        Assert.Equal([again[0].Id, again[1].Id], (await Journal.AppendAsync(again[1])).Fragments!.Complete);
    }

    [Fact]
    public async Task C02_another_message_with_the_pointer_of_parts_that_were_set_aside_is_refused_while_they_may_still_come()
    {
        MessageArrived first = Fragment("", "p", "of A");
        await Journal.AppendAsync(first);
        await Journal.AppendAsync(new FragmentsParked([first.Id], new(207, null, "late")) { PointersUsedUntil = first.ReceivedAt + first.FragmentLimits.Patience });
        FragmentVerdict refused = (await Journal.AppendAsync(Fragment("", "p", "of B"))).Fragments!;
        Assert.Equal(ReceiptKind.Error, refused.Answer);
        Assert.Contains("send all parts again after 600 s", refused.Problem!.Advice, StringComparison.Ordinal);
        Assert.Equal(ReceiptKind.Error, (await Journal.AppendAsync(Fragment("p", "", "more of A"))).Fragments!.Answer);
        Assert.Empty(Journal.ReadFragments("adt", 10));
    }

    [Fact]
    public async Task C02_a_refused_late_part_that_is_repeated_alone_is_never_joined_to_another_message()
    {
        MessageArrived first = Fragment("", "p", "of A");
        await Journal.AppendAsync(first with { State = MessageState.Rejected, Fragment = first.Fragment! with { IsRefused = true } });
        Assert.Equal(ReceiptKind.Error, (await Journal.AppendAsync(Fragment("p", "", "more of A"))).Fragments!.Answer);

        MessageArrived other = Fragment("", "p", "of B");
        Assert.Null((await Journal.AppendAsync(other)).Fragments);
        for (int i = 0; i < 3; i++)
        {
            FragmentVerdict refused = (await Journal.AppendAsync(Fragment("p", "", "more of A"))).Fragments!;
            Assert.Equal((ReceiptKind.Error, 0), (refused.Answer, refused.SetAside.Count));
            await RestartAsync();
        }

        MessageArrived last = Fragment("p", "", "more of B");
        Assert.Equal([other.Id, last.Id], (await Journal.AppendAsync(last)).Fragments!.Complete);
    }

    [Fact]
    public async Task C04_with_parts_that_are_set_aside_the_answer_of_the_first_is_queued()
    {
        MessageArrived part = Fragment("", "p");
        await Journal.AppendAsync(part);
        NewDelivery answer = new("acks", 0, JournalSamples.Bytes("answer"));
        AppendResult parked = await Journal.AppendAsync(new FragmentsParked([part.Id], new(207, null, "late")) { ApplicationAnswer = answer });
        Assert.Equal([part.Id], parked.Fragments!.SetAside);
        Assert.Equal(JournalSamples.Bytes("answer"), Journal.ReadDeliveryContent(Told.Single().Delivery)!.Value);
        MessageArrived[] complete = [Fragment("", "q"), Fragment("q", "")];
        foreach (MessageArrived one in complete)
            await Journal.AppendAsync(one);
        Assert.Empty((await Journal.AppendAsync(new FragmentsParked([complete[0].Id], new(207, null, "late")) { ApplicationAnswer = answer })).Fragments!.SetAside);
        Assert.Single(Told);

        // Somebody else set it aside, and told so.
        Assert.Empty((await Journal.AppendAsync(new FragmentsParked([part.Id], new(207, null, "late")) { ApplicationAnswer = answer })).Fragments!.SetAside);
        Assert.Single(Told);
        await Journal.AppendAsync(new FragmentsParked([part.Id], new(207, null, "late")) { ApplicationAnswer = answer, IsAnswerOnly = true });
        Assert.Equal(2, Told.Count);
    }

    [Fact]
    public async Task C04_fragments_that_are_given_up_are_rejected_and_no_duplicates_of_what_comes_again()
    {
        MessageArrived part = Fragment("", "p") with { DuplicateWindow = TimeSpan.FromHours(72), Flags = ["charset-guessed"] };
        MessageArrived joined = Fragment("q", "");
        await Journal.AppendAsync(part);
        await Journal.AppendAsync(joined);
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "W", "lab") with { Fragments = [joined.Id] });
        MessageProblem problem = new(207, null, "The rest did not come.");
        await Journal.AppendAsync(new FragmentsParked([part.Id, joined.Id], problem));

        StoredMessage stored = Journal.Read(part.Id)!;
        Assert.Equal((MessageState.Rejected, ReceiptKind.Error, problem), (stored.State, stored.Answer, stored.Problems.Single()));
        Assert.Equal(["charset-guessed", "fragment-parked"], stored.Flags);
        Assert.Equal(MessageState.Fragment, Journal.Read(joined.Id)!.State);
        Assert.Empty(Journal.ReadFragments("adt", 10));
        Assert.Null((await Journal.AppendAsync(part with { Id = Journal.NextMessageId() })).DuplicateOf);
    }

    [Theory]
    [InlineData(MessageState.Rejected)]
    [InlineData(MessageState.Filtered)]
    [InlineData(MessageState.Accepted)]
    public async Task A10_an_application_answer_is_queued_with_any_outcome(MessageState state)
    {
        NewDelivery answer = new("acks", 0, JournalSamples.Bytes("answer"));
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "A") with { State = state, ApplicationAnswer = answer });
        MessageArrived later = JournalSamples.Accepted(Journal.NextMessageId(), "B") with { State = MessageState.Received };
        await Journal.AppendAsync(later);
        await Journal.AppendAsync(new MessageProcessed { Id = later.Id, State = state, ApplicationAnswer = answer });
        Assert.Equal(["acks", "acks"], Told.Select(delivery => delivery.Destination));
        Assert.All(Told, delivery => Assert.Equal(JournalSamples.Bytes("answer"), Journal.ReadDeliveryContent(delivery.Delivery)!.Value));
    }

    [Fact]
    public async Task A07_what_is_in_quarantine_is_found()
    {
        await Journal.AppendAsync(JournalSamples.Accepted(Journal.NextMessageId(), "A"));
        MessageArrived block = JournalSamples.Accepted(Journal.NextMessageId(), "B") with { State = MessageState.Rejected, Answer = ReceiptKind.Undecodable, Header = MessageHeader.Empty };
        await Journal.AppendAsync(block);
        Assert.Equal(block.Id, Journal.Find(new() { InQuarantine = true }).Single().Id);
    }

    private Task<AppendResult> AppendAsync(long number) => Journal.AppendAsync(Numbered(number));

    private MessageArrived Numbered(long number)
    {
        MessageId id = Journal.NextMessageId();
        return JournalSamples.Accepted(id, $"N{id}", "lab") with { SequenceNumber = number };
    }

    private MessageArrived Fragment(string continues, string pointer, string body) =>
        Fragment(continues, pointer) with { Fragment = new(continues, pointer) { Body = body } };

    private MessageArrived Fragment(string continues, string pointer)
    {
        MessageId id = Journal.NextMessageId();
        return JournalSamples.Accepted(id, $"F{id}") with { State = MessageState.Fragment, Fragment = new(continues, pointer) };
    }
}
