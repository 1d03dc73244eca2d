using Hub.Contracts;
using Hub.Listeners.Mllp;
using Hub.Testing;

namespace Hub.Listeners.Tests;

/// <summary>The MLLP listener by the rules of its protocol, through real sockets.</summary>
public sealed class MllpListenerTests : ListenerContract
{
    [Fact]
    public async Task F01_a_block_is_handed_on_and_answered()
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(Frame(Samples.Adt("17")));

        string answer = (await peer.ReadFrameAsync())!;

        Assert.Equal([Samples.Adt("17")], Intake.Texts);
        Assert.Equal("MSH|^~\\&|MPI|CENTRAL|WARD|NORTH|20260301120000.000+0000||ACK^A01^ACK|ID1|P|2.5\rMSA|AA|17\r", answer);
    }

    [Fact]
    public async Task F02_junk_before_a_block_is_not_answered()
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync("\r\n  \0keep-alive" + Frame(Samples.Adt("1")));
        Assert.Contains("MSA|AA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task F02_more_than_64_KiB_of_junk_closes_the_connection()
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(new string('x', (64 * 1024) + 1));
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task F02_what_came_before_the_junk_is_answered()
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(Frame(Samples.Adt("1")) + new string('x', (64 * 1024) + 1));
        Assert.Contains("MSA|AA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task F03_EB_and_250_ms_of_silence_end_a_block_after_a_segment()
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync("\v" + Samples.Adt("1") + "\x1c");
        await Time.TimersSetAsync();
        Time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Empty(Intake.Messages);
        Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Contains("MSA|AA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        Assert.Equal(["missing-cr"], Intake.Messages.Single().Flags);
    }

    [Fact]
    public async Task F04_an_EB_in_the_middle_of_a_block_is_data()
    {
        string message = Samples.Adt("1") + "NTE|1||a\u001cb\u001c\u001cc\r";
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(Frame(message));
        Assert.Contains("MSA|AA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        Assert.Equal([message], Intake.Texts);
        Assert.Equal(["embedded-fs"], Intake.Messages.Single().Flags);
    }

    [Fact]
    public async Task F05_a_torn_block_is_dropped_and_the_next_one_taken()
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync("\vMSH|^~\\&|torn\rPID|" + Frame(Samples.Adt("2")));
        Assert.Contains("MSA|AA|2\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        Assert.Equal([Samples.Adt("2")], Intake.Texts);
    }

    [Fact]
    public async Task F06_a_message_over_the_limit_is_refused_and_the_next_one_taken()
    {
        using RawPeer peer = await ConnectAsync(config => config with { MaxMessageBytes = 200 });
        await peer.SendAsync(Frame(Samples.Adt("1") + new string('x', 1_000_000) + "\r") + Frame(Samples.Adt("2")));

        string refused = (await peer.ReadFrameAsync())!;
        Assert.Contains("MSA|AR|1|Application internal error\r", refused, StringComparison.Ordinal);
        Assert.Contains("|207^", refused, StringComparison.Ordinal);
        Assert.Contains("MSA|AA|2\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        Assert.Equal([Samples.Adt("2")], Intake.Texts);
    }

    [Fact]
    public async Task F06_a_message_over_the_limit_that_does_not_end_closes_after_30_s()
    {
        using RawPeer peer = await ConnectAsync(config => config with { MaxMessageBytes = 200 });
        await peer.SendAsync("\v" + Samples.Adt("1") + new string('x', 1_000));
        Assert.Contains("MSA|AR|1", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        for (int second = 0; second < 30; second++)
        {
            await Time.TimersSetAsync();
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task F07_a_message_that_does_not_end_inTime_closes_the_connection_unanswered()
    {
        using RawPeer peer = await ConnectAsync(config => config with { MaxMessageSeconds = 5 });
        await peer.SendAsync("\vMSH|^~\\&|");
        await Time.TimersSetAsync();
        Time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(await peer.EndsAsync());
        Assert.Empty(Intake.Messages);
    }

    [Fact]
    public async Task F07_a_message_slower_than_256_bytes_a_second_closes_the_connection()
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync("\vMSH|^~\\&|" + new string('x', 1000));
        await Time.TimersSetAsync();
        Time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task F07_a_sender_that_drips_is_judged_at_each_byte()
    {
        using RawPeer peer = await ConnectAsync();
        Task set = Time.NextTimerAsync();
        await peer.SendAsync("\vMSH|^~\\&|" + new string('x', 2_990));
        await set;
        set = Time.NextTimerAsync();
        Time.Advance(TimeSpan.FromSeconds(10));
        await set;
        Time.Advance(TimeSpan.FromSeconds(0.9));
        set = Time.NextTimerAsync();
        await peer.SendAsync("x");
        await set;
        Time.Advance(TimeSpan.FromSeconds(0.9));
        await peer.SendAsync("x");
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task F07_counts_each_block_for_itself_when_reads_end_inside_blocks()
    {
        using RawPeer peer = await ConnectAsync();
        string message = Samples.Adt("1");
        Task set = Time.NextTimerAsync();
        await peer.SendAsync("\v" + message[..20]);
        await set;
        for (int second = 0; second < 100; second++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            set = Time.NextTimerAsync();
            await peer.SendAsync(message[20..] + "\x1c\r\v" + message[..20]);
            Assert.Contains("MSA|AA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
            await set;
        }
    }

    [Fact]
    public async Task F07_a_slow_receipt_is_not_laid_at_the_sender()
    {
        TaskCompletionSource<Receipt> held = Hold();
        using RawPeer peer = await ConnectAsync();
        Task set = Time.NextTimerAsync();
        await peer.SendAsync("\vMSH|^~\\&|");
        await set;
        await peer.SendAsync(Samples.Adt("1")[9..] + "\x1c\r\vMSH|^~\\&|");
        await Intake.ArrivedAsync();
        Time.Advance(TimeSpan.FromSeconds(100));
        held.SetResult(Receipt.Accepted);

        Assert.Contains("MSA|AA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        await peer.SendAsync(Samples.Adt("2")[9..] + "\x1c\r");
        Assert.Contains("MSA|AA|2\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task F07_a_sender_that_does_not_take_its_answers_is_cut()
    {
        using RawPeer peer = await ConnectAsync();
        // The answer echoes MSH-3, so it is too long for all buffers between the two.
        await peer.SendAsync(Frame(Samples.Adt("1").Replace("WARD", new string('x', 32 * 1024 * 1024), StringComparison.Ordinal)));
        await Intake.ArrivedAsync();
        await Time.TimersSetAsync();
        Time.Advance(TimeSpan.FromSeconds(60));
        await First.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task F08_an_idle_connection_is_closed_when_the_file_says_so()
    {
        using RawPeer peer = await ConnectAsync(config => config with { IdleTimeoutSeconds = 90 });
        await peer.SendAsync(Frame(Samples.Adt("1")));
        await peer.ReadFrameAsync();
        await Time.TimersSetAsync();
        Time.Advance(TimeSpan.FromSeconds(90));
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task F09_the_end_of_the_connection_inside_a_block_leaves_nothing()
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync("\v" + Samples.Adt("1"));
        peer.EndSending();
        Assert.True(await peer.EndsAsync());
        Assert.Empty(Intake.Messages);
    }

    [Fact]
    public async Task F10_many_blocks_in_one_write_are_answered_in_order()
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(string.Concat(Enumerable.Range(1, 500).Select(i => Frame(Samples.Adt($"{i}")))));
        for (int i = 1; i <= 500; i++)
            Assert.Contains($"MSA|AA|{i}\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, 500).Select(i => Samples.Adt($"{i}")), Intake.Texts);
    }

    [Fact]
    public async Task F10_a_block_in_as_many_reads_as_bytes_is_the_same_message()
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendOneByOneAsync(Frame(Samples.Adt("1")));
        Assert.Contains("MSA|AA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        Assert.Equal([Samples.Adt("1")], Intake.Texts);
    }

    [Fact]
    public async Task F10_no_more_than_64_messages_are_on_their_way_at_once()
    {
        TaskCompletionSource<Receipt> held = Hold();
        using RawPeer peer = await ConnectAsync();
        // Small enough to come in one read: a later read waits for the answers of the earlier one anyway.
        await peer.SendAsync(string.Concat(Enumerable.Range(1, 100).Select(i => Frame($"MSH|^~\\&|||||||ADT|{i}|P|2.5\r"))));
        for (int i = 1; i <= 64; i++)
            await Intake.ArrivedAsync();
        Assert.Equal(64, Intake.Messages.Count);
        held.SetResult(Receipt.Accepted);
        for (int i = 1; i <= 100; i++)
            Assert.Contains($"MSA|AA|{i}\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task F10_answers_keep_the_order_when_receipts_do_not()
    {
        TaskCompletionSource<Receipt> first = new();
        Intake.Answer = message => Intake.Messages.Count == 1 ? first.Task : Task.FromResult(Receipt.Accepted);
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(Frame(Samples.Adt("1")) + Frame(Samples.Adt("2")));
        await Intake.ArrivedAsync();
        await Intake.ArrivedAsync();
        first.SetResult(Receipt.Accepted);
        Assert.Contains("MSA|AA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        Assert.Contains("MSA|AA|2\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task F11_a_peer_that_closed_before_its_answer_harms_nobody()
    {
        TaskCompletionSource<Receipt> held = new();
        Intake.Answer = message => message.Content.Span.IndexOf("|gone|"u8) >= 0 ? held.Task : Task.FromResult(Receipt.Accepted);
        int port = await StartAsync(config => config);
        using (RawPeer peer = await RawPeer.ConnectAsync(port))
        {
            await peer.SendAsync(Frame(Samples.Adt("gone")));
            await Intake.ArrivedAsync();
            peer.Reset();
        }

        held.SetResult(Receipt.Accepted);
        using RawPeer next = await RawPeer.ConnectAsync(port);
        await next.SendAsync(Frame(Samples.Adt("2")));
        Assert.Contains("MSA|AA|2\r", await next.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReceiptKind.Error, 101, "MSH-10", "AE", "ERR||MSH^1^10|101^Required field missing^HL70357|E||||A required field is empty. Fill it and send the message again.\r")]
    [InlineData(ReceiptKind.Rejected, 203, "MSH-12", "AR", "ERR||MSH^1^12|203^Unsupported version id^HL70357|E||||This version of HL7 is not taken here. Check where the message is to go.\r")]
    [InlineData(ReceiptKind.CannotStore, 207, null, "AR", "ERR|||207^Application internal error^HL70357|E||||The message was not taken. Send it again later; if it is refused again, give the receiving side what ERR-7 says.\r")]
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

    [Fact]
    public async Task More_senders_than_allowed_are_turned_away()
    {
        int port = await StartAsync(config => config with { MaxConnections = 1 });
        using RawPeer first = await RawPeer.ConnectAsync(port);
        await first.SendAsync(Frame(Samples.Adt("1")));
        await first.ReadFrameAsync();
        try
        {
            using RawPeer second = await RawPeer.ConnectAsync(port);
            Assert.True(await second.EndsAsync());
        }
        catch (System.Net.Sockets.SocketException exception)
        {
            // Turned away before connecting was done.
            Assert.Equal(System.Net.Sockets.SocketError.ConnectionReset, exception.SocketErrorCode);
        }
    }

    [Theory]
    [InlineData("127.0.0.1:2575", true)]
    [InlineData("[::1]:2575", true)]
    [InlineData("*:2575", true)]
    [InlineData("localhost:0", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.0.0.1:", false)]
    [InlineData("127.0.0.1:65536", false)]
    [InlineData("lab.example:2575", false)]
    [InlineData("2575", false)]
    [InlineData("", false)]
    public void An_address_is_checked(string listen, bool isAddress) =>
        Assert.Equal(isAddress, !new MllpListenerConfig { Type = "mllp", Listen = listen, AllowPlaintext = true }.Check().Any());

    protected override IListener Make(string listen, ListenerHost host) => Make(new() { Type = "mllp", Listen = listen }, host);

    protected override string OnTheWire(string message) => Frame(message);

    protected override Task<string?> ReadAnswerAsync(RawPeer peer) => peer.ReadFrameAsync();

    private static string Frame(string message) => $"\v{message}\x1c\r";

    private static IListener Make(MllpListenerConfig config, ListenerHost host) => new ComponentCatalog().AddListeners().CreateListener(config, host);

    private async Task<RawPeer> ConnectAsync(Func<MllpListenerConfig, MllpListenerConfig> change) => await RawPeer.ConnectAsync(await StartAsync(change));

    private Task<int> StartAsync(Func<MllpListenerConfig, MllpListenerConfig> change) =>
        StartAsync(host => Make(change(new() { Type = "mllp", Listen = "127.0.0.1:0" }), host));
}
