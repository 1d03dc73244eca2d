using System.Text;
using Hub.Channels.Destinations.Mllp;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Channels.Tests.Destinations;

/// <summary>Sending messages that ask for two answers (protocol S07), and over release 2 of MLLP (F12).</summary>
public sealed class MllpExchangeTests : IAsyncDisposable
{
    private const string Ack = "\v\u0006\u001c\r";
    private const string Nak = "\v\u0015\u001c\r";

    private readonly ScriptedPeer _receiver = new();
    private readonly ManualTime _time = new();
    private readonly List<MllpDestination> _opened = [];

    [Theory]
    [InlineData("AA", DeliveryVerdict.Sent)]
    [InlineData("AE", DeliveryVerdict.Refused)]
    [InlineData("AR", DeliveryVerdict.Retry)]
    public async Task S07_CA_stops_the_first_timer_and_the_application_answer_decides(string code, DeliveryVerdict verdict)
    {
        Task<DeliveryResult> sending = SendAsync("AL", "AL");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        Task set = _time.NextTimerAsync();
        await line.SendAsync(ScriptedPeer.Answer("CA", "1"));
        await set;
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(sending.IsCompleted);
        await line.SendAsync(ScriptedPeer.Answer(code, "1"));
        Assert.Equal((verdict, code), ((await sending).Verdict, (await sending).AnswerCode));
    }

    [Fact]
    public async Task S07_without_the_application_answer_in_time_it_is_not_delivered()
    {
        Task<DeliveryResult> sending = SendAsync("AL", "AL");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        Task set = _time.NextTimerAsync();
        await line.SendAsync(ScriptedPeer.Answer("CA", "1"));
        await set;
        _time.Advance(TimeSpan.FromSeconds(60));
        DeliveryResult result = await sending;
        Assert.Equal(DeliveryVerdict.Retry, result.Verdict);
        Assert.Contains("accepted the message (CA) and did not say within 60 s what became of it", result.Reason, StringComparison.Ordinal);
        Assert.True(await line.EndsAsync());
    }

    [Fact]
    public async Task S07_without_CA_in_time_it_is_not_delivered()
    {
        Task<DeliveryResult> sending = SendAsync("AL", "AL");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Contains("did not answer within 30 s", (await sending).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("AL", "NE")]
    [InlineData("AL", "ER")]
    public async Task S07_CA_is_a_delivery_where_no_more_is_to_come(string accept, string application)
    {
        Task<DeliveryResult> sending = SendAsync(accept, application);
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        await line.SendAsync(ScriptedPeer.Answer("CA", "1"));
        Assert.Equal(DeliveryVerdict.Sent, (await sending).Verdict);
    }

    [Theory]
    [InlineData("CE", DeliveryVerdict.Refused)]
    [InlineData("CR", DeliveryVerdict.Retry)]
    [InlineData("AA", DeliveryVerdict.Sent)]
    public async Task S07_any_other_answer_ends_the_wait(string code, DeliveryVerdict verdict)
    {
        Task<DeliveryResult> sending = SendAsync("AL", "AL");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        await line.SendAsync(ScriptedPeer.Answer(code, "1"));
        Assert.Equal(verdict, (await sending).Verdict);
    }

    [Fact]
    public async Task S07_both_answers_in_one_write_are_read_one_after_the_other()
    {
        Task<DeliveryResult> sending = SendAsync("AL", "AL");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        await line.SendAsync(ScriptedPeer.Answer("CA", "1") + ScriptedPeer.Answer("AA", "1"));
        Assert.Equal((DeliveryVerdict.Sent, "AA"), ((await sending).Verdict, (await sending).AnswerCode));
    }

    [Fact]
    public async Task A10_an_application_answer_that_asks_for_it_is_accepted()
    {
        Task<DeliveryResult> sending = SendAsync("AL", "AL");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        await line.SendAsync("\vMSH|^~\\&|LAB|SOUTH|WARD|NORTH|20260301083016||ACK|A77|P|2.5|||AL|NE\rMSA|AA|1\r\u001c\r");
        string accepted = (await line.ReadFrameAsync())!;
        Assert.Contains("\rMSA|CA|A77\r", accepted, StringComparison.Ordinal);
        Assert.StartsWith("MSH|^~\\&|WARD|NORTH|LAB|SOUTH|", accepted, StringComparison.Ordinal);
        Assert.Equal(DeliveryVerdict.Sent, (await sending).Verdict);
    }

    [Fact]
    public async Task A10_a_message_is_delivered_though_the_application_answer_cannot_be_accepted()
    {
        // The clock is asked when the acceptance is made, after the answer came: from then on nothing can be written.
        using CancellationTokenSource stopping = new();
        CallingTime clock = new(stopping.Cancel);
        await using MllpDestination destination = new(Config(), new("adt", clock, NullLoggerFactory.Instance));
        Task<DeliveryResult> sending = destination.SendAsync(new(new(1), 1, 1, Encoding.ASCII.GetBytes(Exchanges.Message("1", "AL", "AL"))), stopping.Token);
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        await line.SendAsync("\vMSH|^~\\&|LAB|SOUTH|WARD|NORTH|20260301083016||ACK|A77|P|2.5|||AL|NE\rMSA|AA|1\r\u001c\r");
        Assert.Equal((DeliveryVerdict.Sent, "AA"), ((await sending).Verdict, (await sending).AnswerCode));
        Assert.True(stopping.IsCancellationRequested);
        Assert.True(await line.EndsAsync());
    }

    [Fact]
    public async Task A_message_that_says_it_wants_no_answer_is_told_so_when_none_comes()
    {
        Task<DeliveryResult> sending = SendAsync("NE", "NE");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Contains("says that it wants no answer (MSH-15 and MSH-16 are NE)", (await sending).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task F12_a_delivery_is_committed_to_and_each_answer_is_committed_to_in_turn()
    {
        MllpDestination destination = Open(release: 2);
        for (int i = 1; i <= 2; i++)
        {
            Task<DeliveryResult> sending = SendAsync("AL", "AL", destination);
            using RawPeer line = await _receiver.AcceptAsync();
            await line.ReadFrameAsync();
            await line.SendAsync(Ack);
            await line.SendAsync(ScriptedPeer.Answer("CA", "1"));
            Assert.Equal(Ack, await line.ReadAsync(4));
            Assert.False(sending.IsCompleted);
            await line.SendAsync(ScriptedPeer.Answer("AA", "1"));
            Assert.Equal(Ack, await line.ReadAsync(4));
            Assert.Equal(DeliveryVerdict.Sent, (await sending).Verdict);
            // A connection that ended is made anew.
            line.EndSending();
        }
    }

    [Fact]
    public async Task F12_a_commit_alone_is_no_delivery()
    {
        Task<DeliveryResult> sending = SendAsync("", "", Open(release: 2));
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        await line.SendOneByOneAsync(Ack);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(DeliveryVerdict.Retry, (await sending).Verdict);
    }

    [Fact]
    public async Task F12_a_message_that_the_receiver_cannot_store_is_sent_again()
    {
        Task<DeliveryResult> sending = SendAsync("", "", Open(release: 2));
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        await line.SendAsync(Nak);
        Assert.Equal((DeliveryVerdict.Retry, $"127.0.0.1:{_receiver.Port} could not store the message (NAK). It is sent again."), ((await sending).Verdict, (await sending).Reason));
        Assert.True(await line.EndsAsync());
    }

    [Fact]
    public async Task F12_a_receiver_that_sends_no_commit_is_told_so()
    {
        Task<DeliveryResult> sending = SendAsync("", "", Open(release: 2));
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Contains("does it speak release 2 of MLLP?", (await sending).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, true, 60, 1366)]
    [InlineData(3, true, 60, 1366)]
    [InlineData(2, false, 60, 1366)]
    [InlineData(1, true, 0, 1367)]
    [InlineData(1, true, double.NaN, 1367)]
    public void What_cannot_be_is_a_problem_of_the_file(int release, bool waits, double seconds, int code) =>
        Assert.Equal([code], Config(release, waits, seconds).Check().Select(problem => problem.Code));

    public async ValueTask DisposeAsync()
    {
        foreach (MllpDestination destination in _opened)
            await destination.DisposeAsync();
        _receiver.Dispose();
    }

    private MllpDestinationConfig Config(int release = 1, bool waits = true, double seconds = 60) =>
        new() { Id = "lab", Type = "mllp", Endpoint = $"127.0.0.1:{_receiver.Port}", MllpRelease = release, WaitForAnswer = waits, ApplicationAckTimeoutSeconds = seconds };

    private MllpDestination Open(int release = 1)
    {
        MllpDestination destination = new(Config(release), new("adt", _time, NullLoggerFactory.Instance));
        _opened.Add(destination);
        return destination;
    }

    private Task<DeliveryResult> SendAsync(string accept, string application, MllpDestination? destination = null) =>
        (destination ?? Open()).SendAsync(new(new(1), 1, 1, Encoding.ASCII.GetBytes(Exchanges.Message("1", accept, application))), CancellationToken.None);

    /// <summary>The present time, and a call when somebody asks for it.</summary>
    private sealed class CallingTime(Action asked) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            asked();
            return base.GetUtcNow();
        }
    }
}
