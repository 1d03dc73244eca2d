using System.Text;
using Hub.Channels.Destinations.Replies;
using Hub.Channels.Values;
using Hub.Contracts;

namespace Hub.Testing;

/// <summary>
/// What every destination promises whose receiver answers: that nothing but a whole, fitting answer is a delivery (protocol L3, S04), and that its table of replies holds.
/// Each kind says how its wire looks; the peer is a bare socket.
/// </summary>
public abstract class AnsweredDestinationContract : DestinationContract
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly ManualTime _time = new();

    /// <summary>Makes a destination to a port of this machine, with a patience of less than two minutes.</summary>
    protected abstract IDestination OpenTo(int port, TimeProvider clock, IReadOnlyList<ReplyRuleConfig> replies);

    /// <summary>What follows the content of a message on the wire.</summary>
    protected abstract string EndOfRequest { get; }

    /// <summary>A whole answer that accepts the message with the control id 1.</summary>
    protected abstract string Accepting { get; }

    /// <summary>A whole answer for the message with the control id 1 that does not accept it, with the word DOWN in it.</summary>
    protected abstract string Declining { get; }

    [Fact]
    public async Task L3_an_answer_that_accepts_is_a_delivery()
    {
        DeliveryResult result = await AnsweredAsync(line => line.SendAsync(Accepting));
        Assert.Equal(DeliveryVerdict.Sent, result.Verdict);
    }

    [Fact]
    public async Task L3_an_answer_may_come_one_byte_at_a_time()
    {
        DeliveryResult result = await AnsweredAsync(line => line.SendOneByOneAsync(Accepting));
        Assert.Equal(DeliveryVerdict.Sent, result.Verdict);
    }

    [Fact]
    public async Task L3_the_end_of_the_connection_before_any_byte_of_the_answer_is_no_delivery_whatever_the_rules()
    {
        for (int cut = 0; cut < Accepting.Length; cut++)
        {
            DeliveryResult result = await AnsweredAsync(
                async line =>
                {
                    await line.SendAsync(Accepting[..cut]);
                    line.EndSending();
                },
                Any(ReplyVerdict.Accept));
            Assert.True(result.Verdict == DeliveryVerdict.Retry, $"An answer cut after {cut} bytes was {result.Verdict}.");
            Assert.NotEmpty(result.Reason!);
        }
    }

    [Fact]
    public async Task L3_a_reset_is_no_delivery()
    {
        DeliveryResult result = await AnsweredAsync(line =>
        {
            line.Reset();
            return Task.CompletedTask;
        });
        Assert.Equal(DeliveryVerdict.Retry, result.Verdict);
    }

    [Fact]
    public async Task S04_silence_is_no_delivery_whatever_the_rules_and_a_late_answer_is_nobodys()
    {
        using ScriptedPeer receiver = new();
        await using IDestination destination = OpenTo(receiver.Port, _time, Any(ReplyVerdict.Accept));
        Task<DeliveryResult> sending = destination.SendAsync(First(), CancellationToken.None);
        using RawPeer line = await receiver.AcceptAsync();
        await line.ReadToAsync(WireEnd);
        _time.Advance(s_patience);
        DeliveryResult late = await sending;
        Assert.Equal(DeliveryVerdict.Retry, late.Verdict);
        Assert.Contains("did not answer", late.Reason, StringComparison.Ordinal);
        Assert.True(await line.EndsAsync());

        Task<DeliveryResult> next = destination.SendAsync(First() with { Attempt = 2 }, CancellationToken.None);
        using RawPeer again = await receiver.AcceptAsync();
        await again.ReadToAsync(WireEnd);
        await again.SendAsync(Accepting);
        Assert.Equal(DeliveryVerdict.Sent, (await next).Verdict);
    }

    [Fact]
    public async Task S04_stopping_gives_up_the_wait_for_an_answer_and_the_message_is_maybe_delivered()
    {
        using ScriptedPeer receiver = new();
        using CancellationTokenSource stopping = new();
        await using IDestination destination = OpenTo(receiver.Port, _time, []);
        Task<DeliveryResult> sending = destination.SendAsync(First(), stopping.Token);
        using RawPeer line = await receiver.AcceptAsync();
        await line.ReadToAsync(WireEnd);
        await stopping.CancelAsync();
        DeliveryResult given = await sending;
        Assert.True(given.IsMaybeDelivered);
        Assert.Contains("was stopped", given.Reason, StringComparison.Ordinal);
        Assert.True(await line.EndsAsync());
    }

    [Theory]
    [InlineData(ReplyVerdict.Accept, DeliveryVerdict.Sent)]
    [InlineData(ReplyVerdict.Retry, DeliveryVerdict.Retry)]
    [InlineData(ReplyVerdict.Park, DeliveryVerdict.Refused)]
    public async Task The_first_rule_that_matches_decides(ReplyVerdict then, DeliveryVerdict verdict)
    {
        IReadOnlyList<ReplyRuleConfig> rules = [
            new() { Text = "nothing like it", Then = ReplyVerdict.Retry, For = Duration.Parse("1d") },
            new() { Text = "down", Then = then, For = then == ReplyVerdict.Retry ? Duration.Parse("90s") : null },
            .. Any(ReplyVerdict.Retry),
        ];
        DeliveryResult result = await AnsweredAsync(line => line.SendAsync(Declining), rules);
        Assert.Equal((verdict, then == ReplyVerdict.Retry ? TimeSpan.FromSeconds(90) : null), (result.Verdict, result.RetryFor));
        Assert.Contains("DOWN", Encoding.Latin1.GetString(result.Answer.Span), StringComparison.Ordinal);
        Assert.DoesNotContain("DOWN", result.Reason ?? "", StringComparison.Ordinal);
        Assert.Equal(verdict == DeliveryVerdict.Sent, result.Reason is null);
    }

    /// <summary>How the content of the message with the control id 1 ends.</summary>
    protected virtual string EndOfContent => "PV1||I|2W^212\r";

    private string WireEnd => EndOfContent + EndOfRequest;

    private static IReadOnlyList<ReplyRuleConfig> Any(ReplyVerdict then) => [new() { Text = "(?s).*", Then = then }];

    private OutboundMessage First() => new(new(1), 1, 1, Dress(Samples.Bytes(Samples.Adt("1"))));

    private async Task<DeliveryResult> AnsweredAsync(Func<RawPeer, Task> answer, IReadOnlyList<ReplyRuleConfig>? replies = null)
    {
        using ScriptedPeer receiver = new();
        await using IDestination destination = OpenTo(receiver.Port, _time, replies ?? []);
        Task<DeliveryResult> sending = destination.SendAsync(First(), CancellationToken.None);
        using RawPeer line = await receiver.AcceptAsync();
        Assert.NotNull(await line.ReadToAsync(WireEnd));
        await answer(line);
        return await sending.WaitAsync(TimeSpan.FromSeconds(60));
    }
}
