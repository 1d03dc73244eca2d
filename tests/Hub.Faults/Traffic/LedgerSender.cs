using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hub.Faults.Traffic;

/// <summary>
/// A hospital system that never gives up: sends its messages one after the other on a thread of its own, each again and again, the same bytes,
/// until it is answered AA; connects again when the connection is lost. It keeps the ledger: what was acknowledged, and when.
/// </summary>
internal sealed class LedgerSender : IDisposable
{
    private static readonly TimeSpan s_pauseAfterTrouble = TimeSpan.FromMilliseconds(25);

    /// <summary>How long an answer may take before the message is sent again on a new connection.</summary>
    private const int AnswerMilliseconds = 5_000;

    private readonly int _number;
    private readonly int _port;
    private readonly Ledger _ledger;
    private readonly Random _random;
    private readonly int _averagePauseMilliseconds;
    private readonly ManualResetEventSlim _stopping = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Thread _thread;
    private Socket? _socket;

    /// <summary>Starts it.</summary>
    /// <param name="number">Which sender, from 0.</param>
    /// <param name="port">The Hub's port, whether it listens now or not.</param>
    /// <param name="ledger">Where it writes.</param>
    /// <param name="seed">Of its pauses.</param>
    /// <param name="averagePauseMilliseconds">Between two messages, on average; most come at once, some after a longer pause, as in life.</param>
    public LedgerSender(int number, int port, Ledger ledger, int seed, int averagePauseMilliseconds)
    {
        _number = number;
        _port = port;
        _ledger = ledger;
        _random = new(seed);
        _averagePauseMilliseconds = averagePauseMilliseconds;
        _thread = new(Run) { Name = $"sender {number}", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Stops it; what it has in hand stays without an acknowledgment.</summary>
    public void Dispose()
    {
        _stopping.Set();
        _socket?.Dispose();
        _thread.Join();
        _stopping.Dispose();
    }

    private void Run()
    {
        while (!_stopping.IsSet)
        {
            try
            {
                Converse();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
            {
                _ledger.AddInterruption();
                _stopping.Wait(s_pauseAfterTrouble);
            }
        }
    }

    private void Converse()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = AnswerMilliseconds, SendTimeout = AnswerMilliseconds };
        _socket = socket;
        socket.Connect(IPAddress.Loopback, _port);
        FrameBuffer answers = new();
        while (!_stopping.IsSet)
        {
            NumberedMessage message = new(_number, _ledger.NextOf(_number));
            _ledger.AddSent(message);
            socket.Send(FrameBuffer.Frame(message.Bytes()));
            if (IsAccepted(Receive(socket, answers), message))
            {
                _ledger.AddAcknowledged(message);
                if (_random.Next(4) == 0)
                    _stopping.Wait(_random.Next(8 * _averagePauseMilliseconds));
            }
            else
            {
                _ledger.AddRefusal();
                _stopping.Wait(s_pauseAfterTrouble);
            }
        }
    }

    private byte[] Receive(Socket socket, FrameBuffer answers)
    {
        byte[] answer;
        while (!answers.TryTake(out answer))
        {
            int count = socket.Receive(_buffer);
            if (count == 0)
                throw new IOException("The Hub closed the connection.");
            answers.Add(_buffer.AsSpan(0, count));
        }

        return answer;
    }

    private bool IsAccepted(byte[] answer, NumberedMessage message)
    {
        if (NumberedMessage.Read(answer, "MSA", 2) != message)
            _ledger.AddStrangeAnswer(message, Encoding.Latin1.GetString(answer));
        return Encoding.Latin1.GetString(answer).Contains("\rMSA|AA|", StringComparison.Ordinal);
    }
}
