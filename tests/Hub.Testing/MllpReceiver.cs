using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hub.Testing;

/// <summary>A receiver of the tests' own, which knows nothing of the product: takes frames, keeps them in order, answers.</summary>
public sealed class MllpReceiver : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<byte[]> _messages = [];
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Task _accepting;

    /// <summary>Listens.</summary>
    /// <param name="port">The port; 0 takes a free one.</param>
    public MllpReceiver(int port = 0)
    {
        _listener = new(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What to answer to a message: MSA-1. Null answers nothing. Default AA.</summary>
    public Func<byte[], string?> Answer { get; set; } = _ => "AA";

    /// <summary>How to find MSH-10 of a message, for those whose bytes cannot be split at a delimiter. Default: the tenth field of the first line.</summary>
    public Func<byte[], string> ControlIdOf { get; set; } = ControlId;

    /// <summary>All messages so far, in the order of their arrival.</summary>
    public IReadOnlyList<byte[]> Messages => [.. _messages];

    /// <summary>How many there are so far.</summary>
    public int Count => _messages.Count;

    /// <summary>Waits for the next message that no one has waited for.</summary>
    public async Task<byte[]> NextAsync()
    {
        using CancellationTokenSource patience = new(s_patience);
        await _arrived.WaitAsync(patience.Token);
        return _messages.ElementAt(_taken++);
    }

    private int _taken;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
        _arrived.Dispose();
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
        using MemoryStream received = new();
        byte[] buffer = new byte[256 * 1024];
        try
        {
            int count;
            while ((count = await socket.ReceiveAsync(buffer, _stopping.Token)) > 0)
            {
                received.Write(buffer.AsSpan(0, count));
                await TakeFramesAsync(socket, received);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The other side or the test ended it.
        }
    }

    private async Task TakeFramesAsync(Socket socket, MemoryStream received)
    {
        byte[] all = received.ToArray();
        int start = 0;
        int length;
        while ((length = all.AsSpan(start).IndexOf((ReadOnlySpan<byte>)[0x1C, 0x0D])) >= 0)
        {
            byte[] message = all[(start + 1)..(start + length)];
            start += length + 2;
            _messages.Enqueue(message);
            _arrived.Release();
            if (Answer(message) is not { } code)
                continue;
            await socket.SendAsync(Encoding.Latin1.GetBytes($"\vMSH|^~\\&|R|R|S|S|20260301||ACK|A|P|2.5\rMSA|{code}|{ControlIdOf(message)}\r\x1c\r"));
        }

        received.SetLength(0);
        received.Write(all.AsSpan(start));
    }

    // Whatever stands before MSH, and however its segments end.
    private static string ControlId(byte[] message)
    {
        string text = Encoding.Latin1.GetString(message);
        string header = text[text.IndexOf("MSH", StringComparison.Ordinal)..].Split('\r', '\n')[0];
        return header.Split(header[3])[9];
    }
}
