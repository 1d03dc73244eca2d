using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hub.Faults.Traffic;

/// <summary>The system behind a destination: keeps what arrives, in order and by connection, and answers AA, or 200. It never fails; what lies before it may.</summary>
internal sealed class Recorder : IAsyncDisposable
{
    /// <summary>How often it does wrong when it is told to: rare enough to look like a fault, often enough for the shortest run.</summary>
    private const int BreaksOneOf = 11;

    /// <summary>How many messages come again when it is told so: more than can be under way.</summary>
    private const int FloodMessages = 200;

    private readonly Lock _lock = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Arrival> _arrivals = [];
    private readonly HashSet<NumberedMessage> _known = [];
    private readonly string _receiver;
    private readonly BreakKind _breaks;
    private readonly bool _isWeb;
    private readonly Task _accepting;
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _connections;
    private int _lastRun;

    /// <summary>Listens.</summary>
    /// <param name="receiver">MSH-5 of what has to arrive.</param>
    /// <param name="breaks">What it does wrong, to show that the checker sees it.</param>
    /// <param name="isWeb">Whether messages come over HTTP; else over MLLP.</param>
    public Recorder(string receiver, BreakKind breaks = BreakKind.None, bool isWeb = false)
    {
        _receiver = receiver;
        _breaks = breaks;
        _isWeb = isWeb;
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    /// <summary>The port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Which start of the Hub is on.</summary>
    public int Run { get; set; }

    /// <summary>Everything that arrived, in order.</summary>
    public IReadOnlyList<Arrival> Arrivals
    {
        get
        {
            lock (_lock)
                return [.. _arrivals];
        }
    }

    /// <summary>How many arrived, those that came twice counted twice.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _arrivals.Count;
        }
    }

    /// <summary>Waits until all of some messages are here.</summary>
    /// <returns>False when nothing new came for as long as <paramref name="patience"/>, and some are missing.</returns>
    public async Task<bool> HasAllAsync(IEnumerable<NumberedMessage> messages, TimeSpan patience)
    {
        Queue<NumberedMessage> missing = new(messages);
        while (true)
        {
            Task arrived;
            lock (_lock)
            {
                while (missing.TryPeek(out NumberedMessage next) && _known.Contains(next))
                    missing.Dequeue();
                arrived = _arrived.Task;
            }

            if (missing.Count == 0)
                return true;
            if (await Task.WhenAny(arrived, Task.Delay(patience, TimeProvider.System)) != arrived)
                return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    /// <summary>The answer of a receiver that has taken a message, or will not.</summary>
    public static byte[] Answer(string controlId, string code = "AA") =>
        FrameBuffer.Frame(Encoding.Latin1.GetBytes($"MSH|^~\\&|R|R|S|S|20260301||ACK|A{controlId}|P|2.5\rMSA|{code}|{controlId}\r"));

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stopping.Token));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using Socket connection = socket;
        socket.NoDelay = true;
        int number = Interlocked.Increment(ref _connections);
        int run = Run;
        WireFrames frames = _isWeb ? new RequestBuffer() : new FrameBuffer();
        byte[] buffer = new byte[64 * 1024];
        try
        {
            int count;
            while ((count = await socket.ReceiveAsync(buffer, _stopping.Token)) > 0)
            {
                frames.Add(buffer.AsSpan(0, count));
                while (frames.TryTake(out byte[] message))
                    await socket.SendAsync(Keep(number, run, message));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The Hub, the proxy or the test ended it.
        }
        catch (InvalidDataException exception)
        {
            Keep(number, run, Encoding.ASCII.GetBytes(exception.Message));
        }
    }

    /// <summary>Keeps a message; only then is it answered.</summary>
    /// <returns>The answer.</returns>
    private byte[] Keep(int connection, int run, byte[] bytes)
    {
        NumberedMessage? message = NumberedMessage.Read(bytes);
        bool breaks = message?.Number % BreaksOneOf == 0;
        if (breaks && _breaks == BreakKind.Alter)
            bytes[^2] ^= 1;
        Arrival arrival = Arrival.Of(connection, run, bytes, _receiver);
        lock (_lock)
        {
            Add(arrival, breaks);
            if (message is { } name)
                _known.Add(name);
            TaskCompletionSource arrived = _arrived;
            _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
            arrived.SetResult();
        }

        return _isWeb ? RequestBuffer.Taken : Answer(message?.ControlId ?? "?", breaks && _breaks == BreakKind.Park ? "AE" : "AA");
    }

    private void Add(Arrival arrival, bool breaks)
    {
        bool isFirst = arrival.Run != _lastRun;
        _lastRun = arrival.Run;
        if (_breaks == BreakKind.Flood && isFirst)
            _arrivals.AddRange([.. _arrivals.TakeLast(FloodMessages).Select(earlier => earlier with { Connection = arrival.Connection, Run = arrival.Run })]);
        switch (breaks ? _breaks : BreakKind.None)
        {
            case BreakKind.Forget:
                return;
            case BreakKind.Swap when _arrivals.Count > 0:
                _arrivals.Insert(_arrivals.Count - 1, arrival);
                return;
            case BreakKind.Repeat:
                _arrivals.Add(arrival);
                break;
            case BreakKind.Again:
                _arrivals.Add(arrival with { Connection = -arrival.Connection });
                break;
        }

        _arrivals.Add(arrival);
    }
}
