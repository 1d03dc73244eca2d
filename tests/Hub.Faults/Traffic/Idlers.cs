using System.Net;
using System.Net.Sockets;

namespace Hub.Faults.Traffic;

/// <summary>Connections that cost a Hub something and bring it nothing: most say nothing, one in five sends a message byte by byte and never ends it.</summary>
internal sealed class Idlers : IAsyncDisposable
{
    private const int SlowOneOf = 5;
    private static readonly TimeSpan s_betweenBytes = TimeSpan.FromSeconds(1);

    private readonly List<Socket> _sockets = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task _writing = Task.CompletedTask;

    /// <summary>How many are slow writers.</summary>
    public int Slow => _sockets.Count / SlowOneOf;

    /// <summary>Connects them one after the other.</summary>
    public async Task ConnectAsync(int port, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            _sockets.Add(socket);
            await socket.ConnectAsync(IPAddress.Loopback, port);
        }

        _writing = WriteAsync();
    }

    /// <summary>How many of those that say nothing the Hub has closed; of slow ones it has the right (protocol F07).</summary>
    public int CountClosed() => _sockets.Where((socket, number) => number % SlowOneOf != 0 && socket.Poll(0, SelectMode.SelectRead)).Count();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _writing;
        foreach (Socket socket in _sockets)
            socket.Dispose();
        _stopping.Dispose();
    }

    private async Task WriteAsync()
    {
        byte[] message = FrameBuffer.Frame(new NumberedMessage(NumberedMessage.Senders, 1).Bytes());
        for (int at = 0; at < message.Length - 2; at++)
        {
            for (int i = 0; i < _sockets.Count; i += SlowOneOf)
                await WriteAsync(_sockets[i], message.AsMemory(at, 1));
            await Task.Delay(s_betweenBytes, TimeProvider.System, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopping.IsCancellationRequested)
                return;
        }
    }

    private async Task WriteAsync(Socket socket, ReadOnlyMemory<byte> part)
    {
        try
        {
            await socket.SendAsync(part, _stopping.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // Stopped, or the Hub has had enough of it.
        }
    }
}
