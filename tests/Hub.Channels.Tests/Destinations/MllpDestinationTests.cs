using System.Text;
using Hub.Channels.Destinations.Mllp;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Channels.Tests.Destinations;

/// <summary>Sending over MLLP by the rules of its protocol, to receivers that do everything wrong.</summary>
public sealed class MllpDestinationTests : IAsyncDisposable
{
    private readonly ScriptedPeer _receiver = new();
    private readonly ManualTime _time = new();
    private readonly MllpDestination _destination;

    public MllpDestinationTests() => _destination = Open(config => config);

    [Theory]
    [InlineData("AA", DeliveryVerdict.Sent)]
    [InlineData("CA", DeliveryVerdict.Sent)]
    [InlineData("AE", DeliveryVerdict.Refused)]
    [InlineData("CE", DeliveryVerdict.Refused)]
    [InlineData("AR", DeliveryVerdict.Retry)]
    [InlineData("CR", DeliveryVerdict.Retry)]
    public async Task S05_the_code_decides(string code, DeliveryVerdict verdict)
    {
        Task<DeliveryResult> sending = SendAsync("1");
        using RawPeer line = await _receiver.AcceptAsync();
        Assert.Equal(Samples.Adt("1"), await line.ReadFrameAsync());
        await line.SendAsync(ScriptedPeer.Answer(code, "1"));

        DeliveryResult result = await sending;
        Assert.Equal((verdict, code), (result.Verdict, result.AnswerCode));
        Assert.Equal(ScriptedPeer.Answer(code, "1")[1..^2], Encoding.Latin1.GetString(result.Answer.Span));
        Assert.Equal(verdict == DeliveryVerdict.Retry ? TimeSpan.FromHours(24) : null, result.RetryFor);
        Assert.Equal(verdict == DeliveryVerdict.Sent, result.Reason is null);
    }

    [Fact]
    public async Task S05_AE_is_sent_again_when_the_file_says_so()
    {
        await using MllpDestination destination = Open(config => config with { OnError = OnError.Retry });
        Task<DeliveryResult> sending = SendAsync("1", destination);
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        await line.SendAsync(ScriptedPeer.Answer("AE", "1"));
        DeliveryResult result = await sending;
        Assert.Equal((DeliveryVerdict.Retry, "AE", (TimeSpan?)null), (result.Verdict, result.AnswerCode, result.RetryFor));
    }

    [Fact]
    public async Task S05_a_code_that_is_none_closes_and_is_sent_again()
    {
        Task<DeliveryResult> sending = SendAsync("1");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        await line.SendAsync(ScriptedPeer.Answer("OK", "1"));
        Assert.Equal((DeliveryVerdict.Retry, null), ((await sending).Verdict, (await sending).AnswerCode));
        Assert.True(await line.EndsAsync());
    }

    [Fact]
    public async Task S01_messages_follow_each_other_on_one_connection()
    {
        Task<DeliveryResult> sending = SendAsync("1");
        using RawPeer line = await _receiver.AcceptAsync();
        for (int number = 1; number <= 100; number++)
        {
            Assert.Equal(Samples.Adt($"{number}"), await line.ReadFrameAsync());
            await line.SendAsync(ScriptedPeer.Answer("AA", $"{number}"));
            Assert.Equal(DeliveryVerdict.Sent, (await sending).Verdict);
            sending = SendAsync($"{number + 1}");
        }

        Assert.False(_receiver.HasAnother);
        line.Dispose();
        await sending;
    }

    [Fact]
    public async Task S02_a_connection_that_was_closed_between_messages_is_made_anew()
    {
        using (RawPeer line = await ExchangeAsync("1"))
            line.EndSending();
        using RawPeer next = await ExchangeAsync("2");
    }

    [Fact]
    public async Task S02_bytes_that_come_between_messages_discard_the_connection()
    {
        using RawPeer line = await ExchangeAsync("1");
        await line.SendAsync(ScriptedPeer.Answer("AA", "2"));
        Task<DeliveryResult> sending = SendAsync("2");
        Assert.True(await line.EndsAsync());
        using RawPeer next = await _receiver.AcceptAsync();
        await next.ReadFrameAsync();
        await next.SendAsync(ScriptedPeer.Answer("AE", "2"));
        Assert.Equal("AE", (await sending).AnswerCode);
    }

    [Fact]
    public async Task S03_an_answer_for_another_message_is_dropped_and_the_wait_goes_on()
    {
        Task<DeliveryResult> sending = SendAsync("1");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        await line.SendAsync(ScriptedPeer.Answer("AA", "0") + ScriptedPeer.Answer("AA", "") + ScriptedPeer.Answer("AA", "1 ") + "\r\n junk ");
        await line.SendAsync(ScriptedPeer.Answer("AE", "1"));
        Assert.Equal("AE", (await sending).AnswerCode);
    }

    [Fact]
    public async Task S03_answers_for_other_messages_alone_are_no_answer()
    {
        Task<DeliveryResult> sending = SendAsync("1");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        await line.SendAsync(ScriptedPeer.Answer("AA", "0") + ScriptedPeer.Answer("AA", "2"));
        // They are read when silence after an EB is waited for beside the answer.
        await line.SendAsync(ScriptedPeer.Answer("AA", "3")[..^1]);
        await _time.TimersSetAsync(2);
        _time.Advance(TimeSpan.FromSeconds(30));
        DeliveryResult result = await sending;
        Assert.Equal(DeliveryVerdict.Retry, result.Verdict);
        // The time runs out while the third is waited for; both ends of that wait are right.
        Assert.Matches(@" did not answer within 30 s\. It sent [23] answers for other messages, which were dropped\.", result.Reason);
    }

    [Fact]
    public async Task S03_an_answer_may_come_one_byte_at_a_time()
    {
        Task<DeliveryResult> sending = SendAsync("1");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        await line.SendOneByOneAsync(ScriptedPeer.Answer("AA", "1"));
        Assert.Equal(DeliveryVerdict.Sent, (await sending).Verdict);
    }

    [Fact]
    public async Task F03_an_answer_without_its_CR_ends_by_silence()
    {
        Task<DeliveryResult> sending = SendAsync("1");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        await line.SendAsync(ScriptedPeer.Answer("AA", "1")[..^1]);
        await _time.TimersSetAsync(2);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(DeliveryVerdict.Sent, (await sending).Verdict);
    }

    [Fact]
    public async Task S04_a_late_answer_is_not_taken_for_the_next_message()
    {
        Task<DeliveryResult> sending = SendAsync("1");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        _time.Advance(TimeSpan.FromSeconds(30));
        DeliveryResult late = await sending;
        Assert.Equal(DeliveryVerdict.Retry, late.Verdict);
        Assert.Equal($"127.0.0.1:{_receiver.Port} did not answer within 30 s. Whether it has the message is not known; it is sent again. Look at the receiver, or raise ackTimeoutSeconds.", late.Reason);
        Assert.True(await line.EndsAsync());

        Task<DeliveryResult> next = SendAsync("1");
        using RawPeer again = await _receiver.AcceptAsync();
        Assert.Equal(Samples.Adt("1"), await again.ReadFrameAsync());
        await again.SendAsync(ScriptedPeer.Answer("AE", "1"));
        Assert.Equal("AE", (await next).AnswerCode);
    }

    [Theory]
    [InlineData("", "without an answer")]
    [InlineData("junk", "without an answer")]
    [InlineData("\vMSH|^~\\&|LAB", "in the middle of its answer")]
    public async Task S04_the_end_of_the_connection_is_not_an_answer(string sent, string reason)
    {
        for (int round = 0; round < 2; round++)
        {
            Task<DeliveryResult> sending = SendAsync("1");
            using RawPeer line = await _receiver.AcceptAsync();
            await line.ReadFrameAsync();
            await line.SendAsync(sent);
            line.EndSending();
            DeliveryResult result = await sending;
            Assert.Equal(DeliveryVerdict.Retry, result.Verdict);
            Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task S04_an_answer_that_is_cut_at_any_byte_is_not_an_answer()
    {
        string answer = ScriptedPeer.Answer("AA", "1");
        for (int cut = 0; cut < answer.Length; cut++)
        {
            Task<DeliveryResult> sending = SendAsync("1");
            using RawPeer line = await _receiver.AcceptAsync();
            await line.ReadFrameAsync();
            await line.SendAsync(answer[..cut]);
            line.EndSending();
            Assert.Equal(DeliveryVerdict.Retry, (await sending).Verdict);
        }
    }

    [Fact]
    public async Task S04_a_reset_is_sent_again()
    {
        Task<DeliveryResult> sending = SendAsync("1");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        line.Reset();
        DeliveryResult result = await sending;
        Assert.Equal(DeliveryVerdict.Retry, result.Verdict);
        Assert.Contains($"127.0.0.1:{_receiver.Port}", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\vno HL7 at all\x1c\r", "not an HL7 answer")]
    [InlineData("\vMSH|^~\\&|LAB|||||||7|P|2.5\rPID|1\r\x1c\r", "not an HL7 answer")]
    [InlineData("64 KiB", "not an MLLP answer")]
    public async Task S04_what_is_no_answer_closes_and_is_sent_again(string sent, string reason)
    {
        Task<DeliveryResult> sending = SendAsync("1");
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        await line.SendAsync(sent == "64 KiB" ? new string('x', (64 * 1024) + 1) : sent);
        DeliveryResult result = await sending;
        Assert.Equal(DeliveryVerdict.Retry, result.Verdict);
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
        Assert.True(await line.EndsAsync());
    }

    [Fact]
    public async Task S08_answers_that_nobody_waits_for_keep_the_connection()
    {
        await using MllpDestination destination = Open(config => config with { WaitForAnswer = false });
        RawPeer? line = null;
        for (int number = 1; number <= 5; number++)
        {
            DeliveryResult result = await SendAsync($"{number}", destination);
            Assert.Equal((DeliveryVerdict.Sent, null, null), (result.Verdict, result.AnswerCode, result.Reason));
            line ??= await _receiver.AcceptAsync();
            Assert.Equal(Samples.Adt($"{number}"), await line.ReadFrameAsync());
            await line.SendAsync(ScriptedPeer.Answer("AA", $"{number}"));
        }

        Assert.False(_receiver.HasAnother);
        line!.Dispose();
    }

    [Fact]
    public async Task F14_no_raw_mark_goes_out_in_data()
    {
        Task<DeliveryResult> sending = _destination.SendAsync(new(new(1), 1, 1, Encoding.Latin1.GetBytes("MSH|^~\\&|A\u001c\rB\v|||||||1|P|2.5\r")), CancellationToken.None);
        using RawPeer line = await _receiver.AcceptAsync();
        Assert.Equal("MSH|^~\\&|A\\X1C\\\rB\\X0B\\|||||||1|P|2.5\r", await line.ReadFrameAsync());
        line.Reset();
        await sending;
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_told_with_what_to_do()
    {
        _receiver.Dispose();
        DeliveryResult result = await SendAsync("1");
        Assert.Equal(DeliveryVerdict.Retry, result.Verdict);
        Assert.Equal($"127.0.0.1:{_receiver.Port} refused the connection. Is the receiver running, and is this its port?", result.Reason);
    }

    [Fact]
    public async Task S04_stopping_gives_up_the_wait_for_an_answer_and_the_message_is_maybe_delivered()
    {
        using CancellationTokenSource stopping = new();
        Task<DeliveryResult> sending = _destination.SendAsync(new(new(1), 1, 1, Samples.Bytes(Samples.Adt("1"))), stopping.Token);
        using RawPeer line = await _receiver.AcceptAsync();
        await line.ReadFrameAsync();
        await stopping.CancelAsync();
        Assert.True((await sending).IsMaybeDelivered);
        Assert.True(await line.EndsAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _destination.DisposeAsync();
        _receiver.Dispose();
    }

    private MllpDestination Open(Func<MllpDestinationConfig, MllpDestinationConfig> change) => new(
        change(new() { Id = "lab", Type = "mllp", Endpoint = $"127.0.0.1:{_receiver.Port}" }),
        new("adt", _time, NullLoggerFactory.Instance));

    private Task<DeliveryResult> SendAsync(string controlId, MllpDestination? destination = null) =>
        (destination ?? _destination).SendAsync(new(new(1), 1, 1, Samples.Bytes(Samples.Adt(controlId))), CancellationToken.None);

    /// <summary>One message and its answer on a new connection.</summary>
    private async Task<RawPeer> ExchangeAsync(string controlId)
    {
        Task<DeliveryResult> sending = SendAsync(controlId);
        RawPeer line = await _receiver.AcceptAsync();
        Assert.Equal(Samples.Adt(controlId), await line.ReadFrameAsync());
        await line.SendAsync(ScriptedPeer.Answer("AA", controlId));
        Assert.Equal(DeliveryVerdict.Sent, (await sending).Verdict);
        return line;
    }
}
