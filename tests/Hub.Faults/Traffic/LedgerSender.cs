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

    /// <summary>How often it does wrong when it is told to.</summary>
    private const int BreaksOneOf = 11;

    private readonly int _number;
    private readonly int _port;
    private readonly Ledger _ledger;
    private readonly Random _random;
    private readonly SenderHabits _habits;
    private readonly ManualResetEventSlim _stopping = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Thread _thread;
    private Socket? _socket;

    /// <summary>Starts it.</summary>
    /// <param name="number">Which sender, from 0.</param>
    /// <param name="port">The Hub's port, whether it listens now or not.</param>
    /// <param name="ledger">Where it writes.</param>
    /// <param name="seed">Of its pauses.</param>
    /// <param name="habits">How it sends.</param>
    public LedgerSender(int number, int port, Ledger ledger, int seed, SenderHabits habits)
    {
        _number = number;
        _port = port;
        _ledger = ledger;
        _random = new(seed);
        _habits = habits;
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

    private bool IsDone => _stopping.IsSet || _ledger.NextOf(_number) > _habits.Last;

    private void Run()
    {
        while (!IsDone)
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
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = _habits.AnswerMilliseconds, SendTimeout = _habits.AnswerMilliseconds };
        _socket = socket;
        socket.Connect(IPAddress.Loopback, _port);
        FrameBuffer answers = new();
        while (!IsDone)
        {
            NumberedMessage message = new(_number, _ledger.NextOf(_number));
            BreakKind breaks = message.Number % BreaksOneOf == 0 ? _habits.Breaks : BreakKind.None;
            if (breaks == BreakKind.Spoil)
                Exchange(socket, answers, "MSH|^~\\&|WARD|NORTH|MPI|CENTRAL|20260301083015||ADT^A08||P|2.5\r"u8.ToArray());
            _ledger.AddSent(message);
            byte[] bytes = message.Bytes();
            if (IsAccepted(Exchange(socket, answers, bytes), message, breaks))
            {
                _ledger.AddAcknowledged(message);
                if (breaks == BreakKind.Renew)
                    Exchange(socket, answers, [.. bytes[..^2], (byte)'.', (byte)'\r']);
                if (breaks == BreakKind.Stall)
                    _stopping.Wait(Timeout.Infinite);
                if (_random.Next(4) == 0)
                    _stopping.Wait(_random.Next(8 * _habits.PauseMilliseconds));
            }
            else
            {
                _ledger.AddRefusal();
                _stopping.Wait(s_pauseAfterTrouble);
            }
        }
    }

    private byte[] Exchange(Socket socket, FrameBuffer answers, byte[] message)
    {
        socket.Send(FrameBuffer.Frame(message));
        return Receive(socket, answers);
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

    private bool IsAccepted(byte[] answer, NumberedMessage message, BreakKind breaks)
    {
        NumberedMessage? named = NumberedMessage.Read(answer, "MSA", 2);
        if (breaks == BreakKind.Misname)
            named = message with { Number = message.Number + 1 };
        if (named != message)
            _ledger.AddStrangeAnswer(message, Encoding.Latin1.GetString(answer));
        return Encoding.Latin1.GetString(answer).Contains("\rMSA|AA|", StringComparison.Ordinal);
    }
}
