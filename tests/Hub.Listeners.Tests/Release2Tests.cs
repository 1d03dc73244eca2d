using Hub.Contracts;
using Hub.Listeners.Mllp;
using Hub.Testing;
using static Hub.Testing.Exchanges;

namespace Hub.Listeners.Tests;

/// <summary>Release 2 of MLLP (protocol F12): each side commits to a block before anything is said about what is in it.</summary>
public sealed class Release2Tests : ListenerContract
{
    private const string Ack = "\u0006";
    private const string Nak = "\u0015";

    [Fact]
    public async Task F12_a_stored_message_is_committed_to_and_then_answered()
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(OnTheWire(Samples.Adt("1")));
        Assert.Equal("\v\u0006\u001c\r", await peer.ReadAsync(4));
        Assert.Contains("MSA|AA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task F12_a_message_that_cannot_be_stored_is_not_committed_to_and_gets_no_other_answer()
    {
        Intake.Answer = message => Task.FromResult(message.Content.Span.IndexOf("|1|"u8) >= 0 ? new Receipt(ReceiptKind.CannotStore, [new(207, null, "The disk is full.")]) : Receipt.Accepted);
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(OnTheWire(Samples.Adt("1")) + OnTheWire(Samples.Adt("2")));
        Assert.Equal(Nak, await peer.ReadFrameAsync());
        Assert.Equal(Ack, await peer.ReadFrameAsync());
        Assert.Contains("MSA|AA|2\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task F12_a_message_that_is_too_large_is_not_committed_to()
    {
        using RawPeer peer = await RawPeer.ConnectAsync(await StartAsync(host => Make(new() { Type = "mllp", Listen = "127.0.0.1:0", MllpRelease = 2, MaxMessageBytes = 200 }, host)));
        await peer.SendAsync(OnTheWire(Samples.Adt("1") + new string('x', 1_000)));
        Assert.Equal(Nak, await peer.ReadFrameAsync());
    }

    [Fact]
    public async Task F12_the_commit_does_not_wait_for_the_outcome()
    {
        TaskCompletionSource<Receipt> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Intake.Answer = _ => Task.FromResult(Receipt.Accepted with { Outcome = outcome.Task });
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(OnTheWire(Samples.Adt("1")));
        Assert.Equal(Ack, await peer.ReadFrameAsync());
        Assert.Equal(AnswerPlan.StoredThenOnce, Intake.Messages.Single().Answers);
        outcome.SetResult(Receipt.Accepted);
        Assert.Contains("MSA|AA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task F12_batches_whose_outcome_is_owed_are_bounded_in_bytes()
    {
        TaskCompletionSource<Receipt> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Intake.Answer = _ => Task.FromResult(Receipt.Accepted with { Outcome = outcome.Task });
        using RawPeer peer = await ConnectAsync();
        string batch = OnTheWire($"BHS|^~\\&|PAS\r{Samples.Adt("1")}NTE|1||{new string('x', 20 * 1024 * 1024)}\r");
        Task sending = Task.Run(async () =>
        {
            for (int i = 0; i < 5; i++)
                await peer.SendAsync(batch);
        });
        for (int i = 0; i < 4; i++)
            Assert.Equal(Ack, await peer.ReadFrameAsync());
        // Four are over 64 MiB. While others are served the fifth is not read.
        using RawPeer other = await ConnectAsync();
        for (int i = 0; i < 20; i++)
        {
            await other.SendAsync(OnTheWire(Samples.Adt("2")));
            Assert.Equal(Ack, await other.ReadFrameAsync());
        }

        Assert.Equal(4, Intake.Messages.Count(message => message.Content.Length > 100_000));
        outcome.SetResult(Receipt.Accepted);
        for (string? said = await peer.ReadFrameAsync(); said != Ack; said = await peer.ReadFrameAsync())
            await peer.SendAsync(OnTheWire(Ack));
        await sending;
    }

    [Fact]
    public async Task F12_an_answer_waits_for_the_peers_commit_to_the_one_before()
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(OnTheWire(Message("1", "AL", "AL")) + OnTheWire(Samples.Adt("2")));
        Assert.Equal(Ack, await peer.ReadFrameAsync());
        Assert.Equal(Ack, await peer.ReadFrameAsync());
        Assert.Contains("MSA|CA|1\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
        // What comes to this message can only come before its answers.
        await peer.SendAsync(OnTheWire(Samples.Adt("3")));
        Assert.Equal(Ack, await peer.ReadFrameAsync());
        foreach (string expected in new[] { "MSA|AA|1\r", "MSA|AA|2\r", "MSA|AA|3\r" })
        {
            await peer.SendAsync(OnTheWire(Ack));
            Assert.Contains(expected, await peer.ReadFrameAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(3, Intake.Messages.Count);
    }

    [Fact]
    public async Task F12_a_peer_that_does_not_commit_to_an_answer_is_closed()
    {
        using RawPeer peer = await ConnectAsync();
        Task set = Time.NextTimerAsync();
        await peer.SendAsync(OnTheWire(Samples.Adt("1")));
        await peer.ReadFrameAsync();
        await peer.ReadFrameAsync();
        await set;
        Time.Advance(TimeSpan.FromSeconds(60));
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task F12_a_peer_that_cannot_store_an_answer_is_closed_so_that_it_sends_again()
    {
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(OnTheWire(Samples.Adt("1")));
        await peer.ReadFrameAsync();
        await peer.ReadFrameAsync();
        await peer.SendAsync(OnTheWire(Nak));
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task F12_with_release_1_a_block_of_one_byte_is_no_commit()
    {
        using RawPeer peer = await RawPeer.ConnectAsync(await StartAsync(host => Make(new() { Type = "mllp", Listen = "127.0.0.1:0" }, host)));
        await peer.SendAsync(OnTheWire(Ack));
        Assert.Contains("MSA|AR|\r", await peer.ReadFrameAsync(), StringComparison.Ordinal);
    }

    protected override IListener Make(string listen, ListenerHost host) => Make(new() { Type = "mllp", Listen = listen, MllpRelease = 2 }, host);

    protected override string OnTheWire(string message) => $"\v{message}\u001c\r";

    // As a peer of release 2 reads: commits are passed over, and each answer is committed to.
    protected override async Task<string?> ReadAnswerAsync(RawPeer peer)
    {
        string? frame = await peer.ReadFrameAsync();
        while (frame is Ack or Nak)
        {
            if (frame == Nak)
                return frame;
            frame = await peer.ReadFrameAsync();
        }

        if (frame is not null)
            await peer.SendAsync(OnTheWire(Ack));
        return frame;
    }

    private static IListener Make(MllpListenerConfig config, ListenerHost host) => new ComponentCatalog().AddListeners().CreateListener(config, host);
}
