using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hub.Faults.Traffic;

/// <summary>
/// Many senders on bad lines. One half sends a message each in pieces, a second apart, as slowly as protocol F07 allows, and wants its answer; who is cut off
/// sends the same again in larger pieces. The other half sends a byte a second for ever, and has to be cut off.
/// </summary>
/// <param name="port">The Hub's port.</param>
/// <param name="ledger">Where acknowledgments are written.</param>
internal sealed class SlowWriters(int port, Ledger ledger) : IAsyncDisposable
{
    /// <summary>About 300 bytes in these pieces take 7 s; after 10 s the Hub wants 256 bytes a second.</summary>
    private const int FirstPiece = 40;
    private static readonly TimeSpan s_betweenPieces = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _patient = [];
    private readonly List<Task> _hopeless = [];
    private int _again;

    /// <summary>How often one of the first half had to send its message again.</summary>
    public int Again => _again;

    /// <summary>How many of the other half have been cut off.</summary>
    public int CutOff => _hopeless.Count(task => task.IsCompleted);

    /// <summary>Lets them begin.</summary>
    public void Start(int count)
    {
        for (int i = 0; i < count / 2; i++)
        {
            NumberedMessage message = new(NumberedMessage.SlowSender, i + 1);
            ledger.AddSent(message);
            _patient.Add(SendAsync(message));
        }

        for (int i = count / 2; i < count; i++)
            _hopeless.Add(DripAsync());
    }

    /// <summary>Completes when the first half has all its answers and the other half is cut off.</summary>
    public Task EndAsync() => Task.WhenAll(_patient.Concat(_hopeless));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await EndAsync();
        _stopping.Dispose();
    }

    private async Task SendAsync(NumberedMessage message)
    {
        byte[] frame = FrameBuffer.Frame(message.Bytes());
        for (int piece = FirstPiece; !_stopping.IsCancellationRequested; piece *= 2, Interlocked.Increment(ref _again))
        {
            try
            {
                using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await WriteAsync(socket, frame, piece);
                if (!await IsAcceptedAsync(socket, message))
                    continue;
                ledger.AddAcknowledged(message);
                return;
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // Cut off, or stopped.
            }
        }
    }

    private async Task DripAsync()
    {
        try
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await WriteAsync(socket, FrameBuffer.Frame(new NumberedMessage(NumberedMessage.Senders, 1).Bytes()), 1);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // Cut off, or stopped.
        }
    }

    private async Task WriteAsync(Socket socket, byte[] frame, int piece)
    {
        await socket.ConnectAsync(IPAddress.Loopback, port, _stopping.Token);
        for (int at = 0; at < frame.Length; at += piece)
        {
            await socket.SendAsync(frame.AsMemory(at, Math.Min(piece, frame.Length - at)), _stopping.Token);
            if (at + piece < frame.Length)
                await Task.Delay(s_betweenPieces, TimeProvider.System, _stopping.Token);
        }
    }

    private async Task<bool> IsAcceptedAsync(Socket socket, NumberedMessage message)
    {
        FrameBuffer answers = new();
        byte[] buffer = new byte[4096];
        byte[] answer;
        while (!answers.TryTake(out answer))
        {
            int count = await socket.ReceiveAsync(buffer, _stopping.Token);
            if (count == 0)
                return false;
            answers.Add(buffer.AsSpan(0, count));
        }

        if (NumberedMessage.Read(answer, "MSA", 2) != message)
            ledger.AddStrangeAnswer(message, Encoding.Latin1.GetString(answer));
        if (Encoding.Latin1.GetString(answer).Contains("\rMSA|AA|", StringComparison.Ordinal))
            return true;
        ledger.AddRefusal();
        return false;
    }
}
