using System.Net;
using Hub.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Testing;

/// <summary>What every listener promises. Each kind inherits it and says how to make one and how its peers send and read.</summary>
public abstract class ListenerContract : IAsyncDisposable
{
    private readonly List<IListener> _listeners = [];
    private int _answers;

    /// <summary>Where messages go.</summary>
    protected RecordingIntake Intake { get; } = new();

    /// <summary>The time of the listeners.</summary>
    protected ManualTime Time { get; } = new();

    /// <summary>Makes a listener of the kind that is tested.</summary>
    protected abstract IListener Make(string listen, ListenerHost host);

    /// <summary>A message as a peer sends it.</summary>
    protected abstract string OnTheWire(string message);

    /// <summary>Reads the answer of the next message; null at the end of the connection.</summary>
    protected abstract Task<string?> ReadAnswerAsync(RawPeer peer);

    /// <summary>What a positive answer to a message holds.</summary>
    protected virtual string Positive(string controlId) => $"MSA|AA|{controlId}";

    [Fact]
    public async Task L1_a_message_that_cannot_be_stored_gets_no_positive_answer()
    {
        Intake.Answer = _ => Task.FromResult(new Receipt(ReceiptKind.CannotStore, [new(207, null, "The disk is full.")]));
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(OnTheWire(Samples.Adt("1")));
        Assert.DoesNotContain(Positive("1"), await ReadAnswerAsync(peer) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task L2_the_bytes_are_handed_on_unchanged_however_they_were_cut()
    {
        string message = Samples.Adt("1") + "NTE|1||\u00e9\u00ff\0\u0001\u007f\r";
        using RawPeer peer = await ConnectAsync();
        await peer.SendOneByOneAsync(OnTheWire(message));
        Assert.Contains(Positive("1"), await ReadAnswerAsync(peer), StringComparison.Ordinal);
        Assert.Equal([message], Intake.Texts);
    }

    [Fact]
    public async Task L3_an_outcome_that_is_not_known_gets_no_positive_answer()
    {
        Intake.Answer = _ => Task.FromResult(new Receipt(ReceiptKind.Unknown, []));
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(OnTheWire(Samples.Adt("1")));
        Assert.DoesNotContain(Positive("1"), await ReadAnswerAsync(peer) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task F09_a_message_that_breaks_off_is_not_handed_on()
    {
        int port = await StartAsync();
        string whole = OnTheWire(Samples.Adt("1"));
        using (RawPeer broken = await RawPeer.ConnectAsync(port))
        {
            await broken.SendAsync(whole[..^3]);
            broken.EndSending();
            await broken.DrainAsync();
        }

        using RawPeer next = await RawPeer.ConnectAsync(port);
        await next.SendAsync(OnTheWire(Samples.Adt("2")));
        Assert.Contains(Positive("2"), await ReadAnswerAsync(next), StringComparison.Ordinal);
        Assert.Equal([Samples.Adt("2")], Intake.Texts);
    }

    [Fact]
    public async Task F11_a_peer_that_is_gone_before_its_answer_harms_nobody()
    {
        TaskCompletionSource<Receipt> held = Hold();
        int port = await StartAsync();
        using (RawPeer gone = await RawPeer.ConnectAsync(port))
        {
            await gone.SendAsync(OnTheWire(Samples.Adt("1")));
            await Intake.ArrivedAsync();
            gone.Reset();
        }

        held.SetResult(Receipt.Accepted);
        using RawPeer next = await RawPeer.ConnectAsync(port);
        await next.SendAsync(OnTheWire(Samples.Adt("2")));
        Assert.Contains(Positive("2"), await ReadAnswerAsync(next), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_messages_of_one_connection_are_answered_one_after_the_other()
    {
        using RawPeer peer = await ConnectAsync();
        for (int i = 1; i <= 20; i++)
        {
            await peer.SendAsync(OnTheWire(Samples.Adt($"{i}")));
            Assert.Contains(Positive($"{i}"), await ReadAnswerAsync(peer), StringComparison.Ordinal);
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(i => Samples.Adt($"{i}")), Intake.Texts);
    }

    [Fact]
    public async Task L1_the_answer_waits_for_the_receipt()
    {
        TaskCompletionSource<Receipt> held = Hold();
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(OnTheWire(Samples.Adt("1")));
        await Intake.ArrivedAsync();

        Task<string?> answer = ReadAnswerAsync(peer);
        Assert.False(answer.IsCompleted);
        held.SetResult(Receipt.Accepted);
        Assert.Contains(Positive("1"), await answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_answers_what_was_read_and_closes()
    {
        TaskCompletionSource<Receipt> held = Hold();
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(OnTheWire(Samples.Adt("1")));
        await Intake.ArrivedAsync();

        Task stopped = _listeners[0].StopAsync(CancellationToken.None);
        held.SetResult(Receipt.Accepted);

        Assert.Contains(Positive("1"), await ReadAnswerAsync(peer), StringComparison.Ordinal);
        Assert.True(await peer.EndsAsync());
        await stopped;
    }

    [Fact]
    public async Task Stopping_closes_idle_connections_and_frees_the_port()
    {
        int port = await StartAsync();
        using RawPeer peer = await RawPeer.ConnectAsync(port);
        await peer.SendAsync(OnTheWire(Samples.Adt("1")));
        await ReadAnswerAsync(peer);

        await _listeners[0].StopAsync(CancellationToken.None);

        Assert.True(await peer.EndsAsync());
        Assert.Equal(port, await StartAsync($"127.0.0.1:{port}"));
    }

    [Fact]
    public async Task Stopping_cuts_what_is_left_at_the_deadline()
    {
        Hold();
        using RawPeer peer = await ConnectAsync();
        await peer.SendAsync(OnTheWire(Samples.Adt("1")));
        await Intake.ArrivedAsync();

        _ = _listeners[0].StopAsync(new CancellationToken(canceled: true));
        Assert.True(await peer.EndsAsync());
    }

    [Fact]
    public async Task A_port_that_is_in_use_is_told_with_what_to_do()
    {
        int port = await StartAsync();
        IOException exception = await Assert.ThrowsAsync<IOException>(() => StartAsync($"127.0.0.1:{port}"));
        Assert.Equal($"127.0.0.1:{port} is in use by another program or channel. Stop that one, or give this channel another port.", exception.Message);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IListener listener in _listeners)
            await listener.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Holds every receipt until the test gives it.</summary>
    protected TaskCompletionSource<Receipt> Hold()
    {
        TaskCompletionSource<Receipt> held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Intake.Answer = _ => held.Task;
        return held;
    }

    /// <summary>Starts a listener and connects to it.</summary>
    protected async Task<RawPeer> ConnectAsync() => await RawPeer.ConnectAsync(await StartAsync());

    /// <summary>Starts a listener.</summary>
    /// <returns>Its port.</returns>
    protected Task<int> StartAsync(string listen = "127.0.0.1:0") => StartAsync(host => Make(listen, host));

    /// <summary>Starts a listener that the test makes itself.</summary>
    /// <returns>Its port.</returns>
    protected async Task<int> StartAsync(Func<ListenerHost, IListener> make)
    {
        IListener listener = make(new("adt", Intake, Time, () => $"ID{++_answers}", NullLoggerFactory.Instance));
        IPEndPoint address = await listener.StartAsync(CancellationToken.None);
        _listeners.Add(listener);
        return address.Port;
    }

    /// <summary>The listener that was started first.</summary>
    protected IListener First => _listeners[0];
}
