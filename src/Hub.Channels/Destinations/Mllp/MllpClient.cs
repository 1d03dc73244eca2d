using System.Buffers;
using System.Net.Sockets;
using Hub.Channels.Destinations.Connections;
using Hub.Channels.Destinations.Tls;
using Hub.Contracts;
using Hub.Formats.Framing;
using Hub.Formats.Hl7V2;
using Hub.Formats.Mllp;

namespace Hub.Channels.Destinations.Mllp;

// One socket, one unanswered message (S01). Before a write the socket must be quiet: bytes or an end that wait there
// belong to the past, so the connection is discarded (S02). After anything that is not a matching answer in time it is
// closed, which is what stops a late answer from being taken for the next message's (S04). Where no answer is wanted (S08),
// answers that come all the same are read and dropped: closing over unread bytes would reset the connection, and the
// receiver could lose what it was sent.

/// <summary>Sends single messages over MLLP and waits for their answers. Not for use by several tasks at once.</summary>
/// <param name="host">The receiver's name or address.</param>
/// <param name="port">Its port.</param>
/// <param name="connector">Opens connections.</param>
/// <param name="answerTimeout">How long sending and waiting may last.</param>
/// <param name="commits">Whether each side commits to a block before it says anything about what is in it: release 2 of MLLP (protocol F12).</param>
/// <param name="clock">The time.</param>
internal sealed class MllpClient(string host, int port, Connector connector, TimeSpan answerTimeout, bool commits, TimeProvider clock) : IDisposable
{
    // The answer to a batch of 10,000 messages has some MiB.
    private const int MostAnswerBytes = 16 * 1024 * 1024;
    private const int FrameKept = 64 * 1024;
    private static readonly TimeSpan s_silence = TimeSpan.FromMilliseconds(250);

    private readonly byte[] _buffer = new byte[8 * 1024];
    private ArrayBufferWriter<byte> _frame = new(4 * 1024);
    private CancellationTokenSource _deadline = new(Timeout.InfiniteTimeSpan, clock);
    private Socket? _socket;
    private TlsConnection? _tls;
    private Expectation? _expected;
    private bool _isAccepted;
    private bool _isCommitted;
    private int _commitsOwed;
    private int _others;

    /// <summary>How far the last message came.</summary>
    public SendReach Reach { get; private set; }

    private string Address => $"{host}:{port}";

    /// <summary>Sends one message.</summary>
    /// <param name="message">The message without a frame.</param>
    /// <param name="expected">The answer that is waited for; null waits for none.</param>
    /// <param name="stopping">Fires when it is to be given up.</param>
    /// <returns>The answer; null when none was waited for.</returns>
    /// <exception cref="ExchangeException">It could not be sent, or no matching answer came in time. The caller closes the client.</exception>
    /// <exception cref="SocketException">The connection broke.</exception>
    public async Task<byte[]?> SendAsync(ReadOnlyMemory<byte> message, Expectation? expected, CancellationToken stopping)
    {
        Reach = SendReach.NotReached;
        Socket socket = await ConnectAsync(expected is null, stopping);
        Reach = SendReach.Partial;
        // The room that one large message needed is not kept for the small ones after it.
        if (_frame.Capacity > FrameKept)
            _frame = new(4 * 1024);
        _frame.ResetWrittenCount();
        MllpFrame.Write(_frame, message.Span);
        (_expected, _isAccepted, _isCommitted, _commitsOwed, _others) = (expected, false, !commits, 0, 0);
        using CancellationTokenRegistration registration = Arm(answerTimeout, stopping);
        try
        {
            await WriteAsync(socket, _frame.WrittenMemory, _deadline.Token);
            Reach = SendReach.Whole;
            return expected is null ? null : await ReceiveAsync(socket);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            throw new ExchangeException(Reach == SendReach.Whole ? ExplainSilence() : $"{Address} did not take the whole message within {answerTimeout.TotalSeconds:0.#} s. It is sent again. Look at the receiver, or raise ackTimeoutSeconds.");
        }
        finally
        {
            // A source that fired cannot be used again.
            if (!_deadline.TryReset())
            {
                _deadline.Dispose();
                _deadline = new(Timeout.InfiniteTimeSpan, clock);
            }
        }
    }

    /// <summary>Writes a block that no answer is waited for, such as the answer to an answer.</summary>
    /// <param name="message">The block without a frame.</param>
    /// <param name="stopping">Fires when it is to be given up.</param>
    /// <exception cref="SocketException">The connection broke.</exception>
    public async Task PostAsync(ReadOnlyMemory<byte> message, CancellationToken stopping)
    {
        if (_socket is not { } socket)
            return;
        _frame.ResetWrittenCount();
        MllpFrame.Write(_frame, message.Span);
        using CancellationTokenSource limit = new(answerTimeout, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        await WriteAsync(socket, _frame.WrittenMemory, either.Token);
    }

    /// <summary>Closes the connection; the next message opens another.</summary>
    public void Close()
    {
        _tls?.Dispose();
        _tls = null;
        _socket?.Dispose();
        _socket = null;
    }

    public void Dispose()
    {
        Close();
        _deadline.Dispose();
    }

    private async ValueTask<Socket> ConnectAsync(bool ignoresAnswers, CancellationToken stopping)
    {
        if (_socket is not null && !(_tls is null ? IsQuiet(_socket, ignoresAnswers) : await _tls.IsQuietAsync(ignoresAnswers, clock)))
            Close();
        if (_socket is not null)
            return _socket;
        (_socket, _tls) = await connector.OpenAsync(host, port, protocols: null, stopping);
        return _socket;
    }

    /// <summary>Whether nothing waits to be read: no bytes of the past, and no end.</summary>
    private bool IsQuiet(Socket socket, bool dropsBytes)
    {
        while (socket.Poll(0, SelectMode.SelectRead))
        {
            if (!dropsBytes || socket.Receive(_buffer, SocketFlags.None, out SocketError error) == 0 || error != SocketError.Success)
                return false;
        }

        return true;
    }

    private CancellationTokenRegistration Arm(TimeSpan time, CancellationToken stopping)
    {
        _deadline.CancelAfter(time);
        return stopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _deadline);
    }

    private async ValueTask WriteAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken until)
    {
        if (_tls is not null)
            await _tls.SendAsync(bytes, until);
        for (ReadOnlyMemory<byte> rest = _tls is null ? bytes : default; !rest.IsEmpty;)
            rest = rest[await socket.SendAsync(rest, until)..];
    }

    private string ExplainSilence()
    {
        string others = _others == 0 ? "" : $" It sent {_others} answers for other messages, which were dropped.";
        if (_isAccepted)
            return $"{Address} accepted the message (CA) and did not say within {_expected!.Value.OutcomeTimeout.TotalSeconds:0.#} s what became of it, which the message asks for (MSH-16).{others} It is sent again. Look at the receiver, or raise applicationAckTimeoutSeconds.";
        string commit = _isCommitted ? "" : " It sent no commit either: does it speak release 2 of MLLP?";
        string none = _expected?.AsksForNone == true ? " The message says that it wants no answer (MSH-15 and MSH-16 are NE): set them with a step." : "";
        return $"{Address} did not answer within {answerTimeout.TotalSeconds:0.#} s.{others}{commit}{none} Whether it has the message is not known; it is sent again. Look at the receiver, or raise ackTimeoutSeconds.";
    }

    private async Task<byte[]> ReceiveAsync(Socket socket)
    {
        MllpFrameReader reader = new(MostAnswerBytes);
        while (true)
        {
            int count = reader.CanEndBySilence ? await ReceiveSoonAsync(socket) : await ReceiveAsync(socket, _deadline.Token);
            if (count == 0)
            {
                throw new ExchangeException(reader.IsInBlock
                    ? $"{Address} closed the connection in the middle of its answer. The message is sent again."
                    : $"{Address} closed the connection without an answer. The message is sent again.");
            }

            byte[]? answer = count < 0
                ? Matching(reader, reader.EndBySilence())
                : Find(reader, _buffer.AsSpan(0, count));
            while (_commitsOwed > 0)
                await CommitAsync(socket);
            if (answer is not null)
                return answer;
        }
    }

    private ValueTask<int> ReceiveAsync(Socket socket, CancellationToken until) =>
        _tls is null ? socket.ReceiveAsync(_buffer, until) : _tls.ReceiveAsync(_buffer, until);

    /// <summary>Receives what comes before the silence that ends a block without a CR (protocol F03).</summary>
    /// <returns>How many bytes; -1 when none came.</returns>
    private async ValueTask<int> ReceiveSoonAsync(Socket socket)
    {
        using CancellationTokenSource silence = new(s_silence, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, _deadline.Token);
        try
        {
            return await ReceiveAsync(socket, either.Token);
        }
        catch (OperationCanceledException) when (!_deadline.IsCancellationRequested)
        {
            return -1;
        }
    }

    private async ValueTask CommitAsync(Socket socket)
    {
        _commitsOwed--;
        _frame.ResetWrittenCount();
        MllpFrame.WriteCommit(_frame, isStored: true);
        await WriteAsync(socket, _frame.WrittenMemory, _deadline.Token);
    }

    private byte[]? Find(MllpFrameReader reader, ReadOnlySpan<byte> data)
    {
        while (reader.Read(ref data) is var happened && happened != FrameEvent.NeedMore)
        {
            if (Matching(reader, happened) is { } answer)
                return answer;
        }

        return null;
    }

    /// <summary>The answer, if this is it; a block that answers something else is dropped and the wait goes on (protocol S03).</summary>
    private byte[]? Matching(MllpFrameReader reader, FrameEvent happened)
    {
        if (happened == FrameEvent.Torn)
            return null;
        if (happened == FrameEvent.TooLarge)
            throw new ExchangeException($"{Address} sent an answer of more than {MostAnswerBytes / (1024 * 1024)} MiB. Look at the receiver; of a batch, send smaller ones.");
        if (happened != FrameEvent.Message)
            throw new ExchangeException($"{Address} sent something that is not an MLLP answer. Is it an MLLP receiver?");
        byte[] block = reader.Take();
        if (commits && MllpFrame.TryReadCommit(block, out bool isStored))
            return TakeCommit(isStored);
        _commitsOwed += commits ? 1 : 0;
        if (!AnswerView.TryRead(block, out AnswerView view))
            throw new ExchangeException($"{Address} sent something that is not an HL7 answer. The connection is closed and the message sent again.") { Answer = block };
        if (!_expected!.Value.IsMetBy(view))
        {
            _others++;
            return null;
        }

        return AwaitsOutcome(view) ? null : block;
    }

    private byte[]? TakeCommit(bool isStored)
    {
        _isCommitted = true;
        Reach = isStored ? Reach : SendReach.Answered;
        return isStored ? null : throw new ExchangeException($"{Address} could not store the message (NAK). It is sent again.");
    }

    // S07: CA ends the wait for the receiver to have the message, and begins the wait for what becomes of it.
    private bool AwaitsOutcome(AnswerView view)
    {
        if (_expected is not { WaitsForOutcome: true } expected || view.Code != "CA")
            return false;
        if (!_isAccepted)
            _deadline.CancelAfter(expected.OutcomeTimeout);
        _isAccepted = true;
        return true;
    }
}
