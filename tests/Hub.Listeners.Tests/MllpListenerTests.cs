using Hub.Contracts;
using Hub.Listeners.Mllp;
using Hub.Testing;

namespace Hub.Listeners.Tests;

/// <summary>The MLLP listener by the rules of its protocol, through real sockets.</summary>
public sealed partial class MllpListenerTests : ListenerContract
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
