using System.Buffers;
using System.Net.Sockets;
using Hub.Formats.Hl7V2;
using Hub.Formats.Mllp;

namespace Hub.Channels.Destinations.Mllp;

// One socket, one unanswered message (S01). Before a write the socket must be quiet: bytes or an end that wait there
// belong to the past, so the connection is discarded (S02). After anything that is not a matching answer in time it is
// closed, which is what stops a late answer from being taken for the next message's (S04).

/// <summary>Sends single messages over MLLP and waits for their answers. Not for use by several tasks at once.</summary>
internal sealed class MllpClient(string host, int port, TimeSpan connectTimeout, TimeSpan answerTimeout, TimeProvider clock) : IDisposable
{
    private const int MostAnswerBytes = 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _frame = new(4 * 1024);
    private readonly byte[] _buffer = new byte[8 * 1024];
    private CancellationTokenSource _deadline = new(Timeout.InfiniteTimeSpan, clock);
    private Socket? _socket;

    private string Address => $"{host}:{port}";

    /// <summary>Sends one message.</summary>
    /// <param name="message">The message without a frame.</param>
    /// <param name="controlId">MSH-10 that the answer has to echo; null waits for no answer.</param>
    /// <param name="stopping">Fires when it is to be given up.</param>
    /// <returns>The answer; null when none was waited for.</returns>
    /// <exception cref="MllpException">It could not be sent, or no matching answer came in time. The caller closes the client.</exception>
    /// <exception cref="SocketException">The connection broke.</exception>
    public async Task<ReadOnlyMemory<byte>?> SendAsync(ReadOnlyMemory<byte> message, ReadOnlyMemory<byte>? controlId, CancellationToken stopping)
    {
        Socket socket = await ConnectAsync(stopping);
        _frame.ResetWrittenCount();
        MllpFrame.Write(_frame, message.Span);
        using CancellationTokenRegistration registration = Arm(answerTimeout, stopping);
        try
        {
            for (ReadOnlyMemory<byte> rest = _frame.WrittenMemory; !rest.IsEmpty;)
                rest = rest[await socket.SendAsync(rest, _deadline.Token)..];
            return controlId is { } id ? await ReceiveAsync(socket, id) : null;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            throw new MllpException($"{Address} did not answer within {answerTimeout.TotalSeconds:0.#} s. Whether it has the message is not known; it is sent again. Look at the receiver, or raise ackTimeoutSeconds.");
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

    /// <summary>Closes the connection; the next message opens another.</summary>
    public void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }

    public void Dispose()
    {
        Close();
        _deadline.Dispose();
    }

    private async ValueTask<Socket> ConnectAsync(CancellationToken stopping)
    {
        // Readable without a message on its way: an end, or bytes of the past.
        if (_socket is not null && _socket.Poll(0, SelectMode.SelectRead))
            Close();
        if (_socket is not null)
            return _socket;
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using CancellationTokenSource timeout = new(connectTimeout, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            await socket.ConnectAsync(host, port, either.Token);
            return _socket = socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new MllpException(Explain(exception), exception);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            socket.Dispose();
            throw new MllpException($"{Address} did not accept a connection within {connectTimeout.TotalSeconds:0.#} s. Is the address right, and does a firewall stand between?");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private CancellationTokenRegistration Arm(TimeSpan time, CancellationToken stopping)
    {
        _deadline.CancelAfter(time);
        return stopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _deadline);
    }

    private async Task<ReadOnlyMemory<byte>> ReceiveAsync(Socket socket, ReadOnlyMemory<byte> controlId)
    {
        MllpFrameReader reader = new(MostAnswerBytes);
        while (true)
        {
            int count = await socket.ReceiveAsync(_buffer, _deadline.Token);
            if (count == 0)
            {
                throw new MllpException(reader.CanEndBySilence || reader.IsInBlock
                    ? $"{Address} closed the connection in the middle of its answer. The message is sent again."
                    : $"{Address} closed the connection without an answer. The message is sent again.");
            }

            if (Find(reader, _buffer.AsSpan(0, count), controlId.Span) is { } answer)
                return answer;
        }
    }

    /// <summary>Looks for the answer among what came; blocks that answer something else are dropped and the wait goes on (protocol S03).</summary>
    private ReadOnlyMemory<byte>? Find(MllpFrameReader reader, ReadOnlySpan<byte> data, ReadOnlySpan<byte> controlId)
    {
        while (true)
        {
            switch (reader.Read(ref data))
            {
                case MllpEvent.Message:
                    if (!AnswerView.TryRead(reader.Message, out AnswerView view))
                        throw new MllpException($"{Address} sent something that is not an HL7 answer. The connection is closed and the message sent again.") { Answer = reader.Message };
                    if (view.ControlId.Span.SequenceEqual(controlId))
                        return reader.Message;
                    break;
                case MllpEvent.TooLarge or MllpEvent.TooMuchJunk:
                    throw new MllpException($"{Address} sent something that is not an MLLP answer. Is it an MLLP receiver?");
                case MllpEvent.NeedMore:
                    return null;
            }
        }
    }

    private string Explain(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => $"{Address} refused the connection. Is the receiver running, and is this its port?",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"{host} is not a known host. Is the name right, and does this machine's name service know it?",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => $"{Address} cannot be reached from this machine. Look at the network and its routes.",
        _ => $"{Address} cannot be connected to: {exception.Message}",
    };
}
