using System.Net;
using System.Net.Sockets;

namespace Hub.Faults.Traffic;

/// <summary>Stands between the Hub and a recorder and does what chance says with each message. It notes for which messages a whole answer went to the Hub: only those may count as delivered.</summary>
internal sealed class ChaosProxy : IAsyncDisposable
{
    private const byte BlockEnd = 0x1C;
    private static readonly TimeSpan s_refusing = TimeSpan.FromMilliseconds(40);

    private readonly int _target;
    private readonly TimeSpan _late;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<NumberedMessage> _confirmed = [];
    private readonly List<Task> _serving = [];
    private TcpListener _listener;
    private TaskCompletionSource _open = new();

    /// <summary>Listens.</summary>
    /// <param name="target">The recorder's port.</param>
    /// <param name="seed">Of its chances.</param>
    /// <param name="late">How long a late answer is held: longer than the Hub waits.</param>
    public ChaosProxy(int target, int seed, TimeSpan late)
    {
        _target = target;
        _late = late;
        Plan = new(seed);
        _listener = new(IPAddress.Loopback, 0);
        _listener.Start(512);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _open.SetResult();
        _serving.Add(AcceptAsync());
    }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>What it does.</summary>
    public ChaosPlan Plan { get; }

    /// <summary>Whether a whole answer for a message went to the Hub.</summary>
    public bool IsConfirmed(NumberedMessage message)
    {
        lock (_lock)
            return _confirmed.Contains(message);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        Task[] serving;
        lock (_lock)
            serving = [.. _serving];
        await Task.WhenAll(serving);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _open.Task;
                Socket socket = await _listener.AcceptSocketAsync(_stopping.Token);
                lock (_lock)
                    _serving.Add(ServeAsync(socket));
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                // Stopped, or refusing for a moment.
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using Socket hub = socket;
        using Socket receiver = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        hub.NoDelay = true;
        try
        {
            await receiver.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
            FrameBuffer frames = new();
            FrameBuffer answers = new();
            while (await ReadAsync(hub, frames) is { } message && await ActAsync(Plan.Choose(), hub, receiver, message, answers))
            {
                // The next message.
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The Hub gave up, or the test ended.
        }
    }

    /// <summary>Does one thing.</summary>
    /// <returns>Whether the connection goes on.</returns>
    private async Task<bool> ActAsync(Chaos chaos, Socket hub, Socket receiver, byte[] message, FrameBuffer answers)
    {
        switch (chaos)
        {
            case Chaos.Refuse:
                await RefuseAsync(hub);
                return false;
            case Chaos.Hang:
                await WaitForEndAsync(hub);
                return false;
            case Chaos.HalfOpen:
                hub.Shutdown(SocketShutdown.Send);
                await WaitForEndAsync(hub);
                return false;
            case Chaos.CutMessage:
                await receiver.SendAsync(FrameBuffer.Frame(message).AsMemory(0, Plan.NextBelow(message.Length)));
                Reset(hub);
                return false;
            case Chaos.Junk:
                await hub.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
                return false;
        }

        await receiver.SendAsync(FrameBuffer.Frame(message));
        byte[] answer = FrameBuffer.Frame(await ReadAsync(receiver, answers) ?? []);
        return await AnswerAsync(chaos, hub, answer, NumberedMessage.Read(message));
    }

    private async Task<bool> AnswerAsync(Chaos chaos, Socket hub, byte[] answer, NumberedMessage? message)
    {
        byte[] other = Plan.ChangeOther(message, answer);
        switch (chaos)
        {
            case Chaos.HangAfter:
                await WaitForEndAsync(hub);
                return false;
            case Chaos.CutAnswer:
                int cut = Plan.NextCut(answer.Length);
                await SendAsync(hub, answer.AsMemory(0, cut), message);
                return false;
            case Chaos.Late:
                await Task.Delay(_late, TimeProvider.System, _stopping.Token);
                // A Hub that is late itself may still take it, and rightly.
                await SendAsync(hub, answer, message);
                return true;
            case Chaos.Swapped:
                await SendAsync(hub, other, message: null);
                await WaitForEndAsync(hub);
                return false;
            case Chaos.SwappedFirst:
                await SendAsync(hub, other, message: null);
                break;
            case Chaos.Slow:
                for (int i = 0; i < answer.Length - 1; i++)
                    await SendAsync(hub, answer.AsMemory(i, 1), answer[i] == BlockEnd ? message : null);
                answer = answer[^1..];
                break;
        }

        await SendAsync(hub, answer, message);
        return true;
    }

    /// <summary>Sends an answer or a part of it. Noted before it goes out: once the block has its end, the Hub may believe it.</summary>
    private async Task SendAsync(Socket hub, ReadOnlyMemory<byte> answer, NumberedMessage? message)
    {
        if (message is { } known && answer.Span.Contains(BlockEnd))
        {
            lock (_lock)
                _confirmed.Add(known);
        }

        await hub.SendAsync(answer, _stopping.Token);
    }

    private async Task RefuseAsync(Socket hub)
    {
        Reset(hub);
        lock (_lock)
        {
            // Another connection may be refusing already.
            if (!_open.Task.IsCompleted)
                return;
            _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _listener.Stop();
        }

        await Task.Delay(s_refusing, TimeProvider.System);
        lock (_lock)
        {
            if (!_stopping.IsCancellationRequested)
            {
                _listener = new(IPAddress.Loopback, Port);
                _listener.Start(512);
            }

            _open.SetResult();
        }
    }

    private async Task<byte[]?> ReadAsync(Socket socket, FrameBuffer frames)
    {
        byte[] buffer = new byte[16 * 1024];
        byte[] message;
        while (!frames.TryTake(out message))
        {
            int count = await socket.ReceiveAsync(buffer, _stopping.Token);
            if (count == 0)
                return null;
            frames.Add(buffer.AsSpan(0, count));
        }

        return message;
    }

    private async Task WaitForEndAsync(Socket hub)
    {
        byte[] buffer = new byte[1024];
        while (await hub.ReceiveAsync(buffer, _stopping.Token) > 0)
        {
            // It says more.
        }
    }

    private static void Reset(Socket socket)
    {
        socket.LingerState = new(true, 0);
        socket.Dispose();
    }
}
