using Hub.Contracts;
using Hub.Testing;

namespace Hub.Listeners.Tests;

/// <content>What a sender hears (protocol A).</content>
public sealed partial class MllpListenerTests
{
    [Theory]
    [InlineData(ReceiptKind.Error, 101, "MSH-10", "AE", "ERR||MSH^1^10|101^Required field missing^HL70357|E||||A required field is empty. Fill it and send the message again.\r")]
    [InlineData(ReceiptKind.Rejected, 203, "MSH-12", "AR", "ERR||MSH^1^12|203^Unsupported version id^HL70357|E||||This version of HL7 is not taken here. Check where the message is to go.\r")]
    [InlineData(ReceiptKind.CannotStore, 207, null, "AR", "ERR|||207^Application internal error^HL70357|E||||Nothing of the message was stored, because the receiving side has no room or cannot write now. Send it again later; if it is refused again, tell the receiving side.\r")]
    public async Task A04_A05_a_refusal_is_answered_with_code_and_place(ReceiptKind kind, int problem, string? path, string code, string error)
    {
        Intake.Answer = _ => Task.FromResult(new Receipt(kind, [new(problem, path, "not for the sender")]));
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(Frame(Samples.Adt("1")));
        string answer = (await peer.ReadFrameAsync())!;
        Assert.Contains($"MSA|{code}|1|", answer, StringComparison.Ordinal);
        Assert.EndsWith(error, answer, StringComparison.Ordinal);
        Assert.DoesNotContain("not for the sender", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A06_close_says_nothing_when_a_message_cannot_be_stored()
    {
        Intake.Answer = _ => Task.FromResult(new Receipt(ReceiptKind.CannotStore, []));
        using RawPeer peer = await ConnectAsync(config => config with { OnStoreFailure = OnStoreFailure.Close });
        await peer.SendAsync(Frame(Samples.Adt("1")));
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task A07_what_is_no_message_is_refused_and_ten_in_a_row_close()
    {
        using RawPeer peer = await ConnectAsync();
        for (int i = 1; i <= 10; i++)
        {
            await peer.SendAsync(Frame("no message at all"));
            Assert.Equal($"MSH|^~\\&|||||20260301120000.000+0000||ACK|ID{i}|P|2.5\rMSA|AR|\rERR|||100^Segment sequence error^HL70357|E\r", await peer.ReadFrameAsync());
        }

        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task A12_an_outcome_that_is_not_known_closes_after_the_earlier_answers()
    {
        Intake.Answer = message => Task.FromResult(message.Content.Span.IndexOf("|2|"u8) >= 0 ? new Receipt(ReceiptKind.Unknown, []) : Receipt.Accepted);
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(Frame(Samples.Adt("1")) + Frame(Samples.Adt("2")) + Frame(Samples.Adt("3")));
        Assert.Contains("MSA|AA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task A13_an_answer_is_not_answered_and_the_connection_goes_on()
    {
        Intake.Answer = message => Task.FromResult(message.Content.Span.IndexOf("|1|"u8) >= 0 ? new Receipt(ReceiptKind.Silent, []) : Receipt.Accepted);
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(Frame(Samples.Adt("1")) + Frame(Samples.Adt("2")));
        Assert.Contains("MSA|AA|2\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AL", "NE", ReceiptKind.CannotStore, "MSA|CE|1|Application internal error\r")]
    [InlineData("AL", "AL", ReceiptKind.Error, "MSA|CE|1|Application internal error\r")]
    [InlineData("NE", "AL", ReceiptKind.CannotStore, "MSA|AR|1|Application internal error\r")]
    public async Task A04_what_is_not_taken_is_told_with_the_code_of_the_mode(string accept, string application, ReceiptKind kind, string msa)
    {
        Intake.Answer = _ => Task.FromResult(new Receipt(kind, [new(207, null, "The disk is full.")]));
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(Frame(Exchanges.Message("1", accept, application)));
        Assert.Contains(msa, await peer.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A04_in_enhanced_mode_too_large_is_CE()
    {
        using RawPeer peer = await ConnectAsync(config => config with { MaxMessageBytes = 200 });
        await peer.SendAsync(Frame(Exchanges.Message("1", "AL", "AL") + new string('x', 1_000)));
        Assert.Contains("MSA|CE|1|", await peer.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NE", "NE")]
    [InlineData("SU", "NE")]
    [InlineData("SU", "SU")]
    public async Task A09_a_message_that_wants_no_answer_and_cannot_be_stored_closes_the_connection(string accept, string application)
    {
        Intake.Answer = _ => Task.FromResult(new Receipt(ReceiptKind.CannotStore, [new(207, null, "The disk is full.")]));
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(Frame(Exchanges.Message("1", accept, application)));
        Assert.True(await peer.EndsAsync());
    }

    [Theory]
    [InlineData("", "", AnswerPlan.Once)]
    [InlineData("AL", "NE", AnswerPlan.WhenStored)]
    [InlineData("NE", "NE", AnswerPlan.WhenStored)]
    [InlineData("NE", "AL", AnswerPlan.WhenKnown)]
    [InlineData("ER", "SU", AnswerPlan.WhenKnown)]
    [InlineData("SU", "ER", AnswerPlan.StoredThenKnown)]
    public async Task A11_the_engine_waits_for_no_more_than_is_asked_for(string accept, string application, AnswerPlan plan)
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(Frame(Exchanges.Message("1", accept, application)));
        await Intake.ArrivedAsync();
        Assert.Equal(plan, Intake.Messages.Single().Answers);
    }

    [Fact]
    public async Task Stopping_waits_for_application_answers_that_are_owed()
    {
        TaskCompletionSource<Receipt> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Intake.Answer = _ => Task.FromResult(Receipt.Accepted with { Outcome = outcome.Task });
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(Frame(Exchanges.Message("1", "AL", "AL")));
        Assert.Contains("MSA|CA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        Task stopped = First.StopAsync(CancellationToken.None);
        outcome.SetResult(Receipt.Accepted);
        Assert.Contains("MSA|AA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        Assert.True(await peer.EndsAsync());
        await stopped;
    }
}
