using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hub.Channels.Tests.Destinations;

/// <summary>A receiver of the tests' own that takes messages between STX and ETX EOT and answers each with TAKEN.</summary>
internal sealed class FramedReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<byte[]> _messages = [];
    private readonly Task _accepting;

    public FramedReceiver(int port)
    {
        _listener = new(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public IReadOnlyList<byte[]> Messages => [.. _messages];

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

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
        List<byte> received = [];
        byte[] buffer = new byte[4 * 1024];
        try
        {
            int count;
            while ((count = await socket.ReceiveAsync(buffer, _stopping.Token)) > 0)
            {
                received.AddRange(buffer.AsSpan(0, count));
                if (received is not [0x02, .., 0x03, 0x04])
                    continue;
                _messages.Enqueue([.. received[1..^2]]);
                received.Clear();
                await socket.SendAsync(Encoding.Latin1.GetBytes("\u0002TAKEN\u0003\u0004"));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The other side or the test ended it.
        }
    }
}
