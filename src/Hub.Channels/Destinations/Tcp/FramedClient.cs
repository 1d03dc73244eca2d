using System.Net.Sockets;
using Hub.Channels.Destinations.Connections;
using Hub.Channels.Destinations.Tls;
using Hub.Contracts;
using Hub.Formats.Framing;

namespace Hub.Channels.Destinations.Tcp;

// As over MLLP: one socket, one unanswered message (S01). Before a write the socket must be quiet (S02). After anything that
// is no whole answer in time it is closed, and also when more than the answer came: what is too much would be taken for the
// answer to the next message (S04). With the framing endOfConnection each message has a connection of its own. Where no
// answer is wanted (S08), what comes all the same is read and dropped: closing over unread bytes would reset the
// connection, and the receiver could lose what it was sent.

/// <summary>Sends single messages in frames over TCP and waits for their answers. Not for use by several tasks at once.</summary>
/// <param name="host">The receiver's name or address.</param>
/// <param name="port">Its port.</param>
/// <param name="connector">Opens connections.</param>
/// <param name="framing">How answers are told apart.</param>
/// <param name="answerTimeout">How long sending and waiting may last.</param>
/// <param name="clock">The time.</param>
internal sealed class FramedClient(string host, int port, Connector connector, MessageFraming framing, TimeSpan answerTimeout, TimeProvider clock) : IDisposable
{
    private const int MostAnswerBytes = 1024 * 1024;

    private readonly byte[] _buffer = new byte[8 * 1024];
    private readonly bool _endsConnection = framing is WholeStreamFraming;
    private Connection? _connection;
    private int _others;

    /// <summary>How far the last message came.</summary>
    public SendReach Reach { get; private set; }

    private string Address => $"{host}:{port}";

    /// <summary>Sends one message.</summary>
    /// <param name="frame">The message in its frame.</param>
    /// <param name="isAnswer">Whether a block is the answer to this message; others are dropped (protocol S03). Null waits for no answer.</param>
    /// <param name="stopping">Fires when it is to be given up.</param>
    /// <returns>The answer; null when none was waited for.</returns>
    /// <exception cref="IOException">It could not be sent, or no answer came in time. The caller closes the client.</exception>
    public async Task<byte[]?> SendAsync(ReadOnlyMemory<byte> frame, Func<byte[], bool>? isAnswer, CancellationToken stopping)
    {
        Reach = SendReach.NotReached;
        Connection connection = await ConnectAsync(ignoresAnswers: isAnswer is null, stopping);
        Reach = SendReach.Partial;
        using CancellationTokenSource late = new(answerTimeout, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        _others = 0;
        try
        {
            await WriteAsync(connection, frame, either.Token);
            if (_endsConnection)
                await EndSendingAsync(connection);
            Reach = SendReach.Whole;
            byte[]? answer = isAnswer is null ? null : await ReceiveAsync(connection, isAnswer, either.Token);
            if (_endsConnection)
                EndConnection(connection, isAnswered: isAnswer is not null);
            return answer;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            if (Reach != SendReach.Whole)
                throw new ExchangeException($"{Address} did not take the whole message within {answerTimeout.TotalSeconds:0.#} s. It is sent again. Look at the receiver, or raise answerTimeoutSeconds.");
            string others = _others == 0 ? "" : $" It sent {_others} answers for other messages, which were dropped.";
            throw new ExchangeException($"{Address} did not answer within {answerTimeout.TotalSeconds:0.#} s.{others} Whether it has the message is not known; it is sent again. Look at the receiver, or raise answerTimeoutSeconds.");
        }
    }

    /// <summary>Closes the connection; the next message opens another.</summary>
    public void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }

    public void Dispose() => Close();

    private async ValueTask<Connection> ConnectAsync(bool ignoresAnswers, CancellationToken stopping)
    {
        // Nothing may wait to be read: no bytes of the past, and no end.
        if (_connection is { } open && !(open.Tls is null ? IsQuiet(open.Socket, ignoresAnswers) : await open.Tls.IsQuietAsync(ignoresAnswers, clock)))
            Close();
        return _connection ??= await connector.OpenAsync(host, port, protocols: null, stopping);
    }

    private bool IsQuiet(Socket socket, bool dropsBytes)
    {
        while (socket.Poll(0, SelectMode.SelectRead))
        {
            if (!dropsBytes || socket.Receive(_buffer, SocketFlags.None, out SocketError error) == 0 || error != SocketError.Success)
                return false;
        }

        return true;
    }

    private static async Task WriteAsync(Connection connection, ReadOnlyMemory<byte> frame, CancellationToken stopping)
    {
        if (connection.Tls is not null)
        {
            await connection.Tls.SendAsync(frame, stopping);
            return;
        }

        while (!frame.IsEmpty)
            frame = frame[await connection.Socket.SendAsync(frame, stopping)..];
    }

    private static async Task EndSendingAsync(Connection connection)
    {
        if (connection.Tls is not null)
            await connection.Tls.EndSendingAsync();
        else
            connection.Socket.Shutdown(SocketShutdown.Send);
    }

    private ValueTask<int> ReadAsync(Connection connection, CancellationToken stopping) =>
        connection.Tls is null ? connection.Socket.ReceiveAsync(_buffer, stopping) : connection.Tls.ReceiveAsync(_buffer, stopping);

    // Closed at once, an answer that nobody waits for would reset the connection before the receiver has read the message.
    private void EndConnection(Connection connection, bool isAnswered)
    {
        if (isAnswered)
            Close();
        else
            _ = DrainAsync(connection);
        _connection = null;
    }

    /// <summary>Reads and drops what comes until the other side ends, no longer than an answer would be waited for.</summary>
    private async Task DrainAsync(Connection connection)
    {
        using CancellationTokenSource late = new(answerTimeout, clock);
        using Connection owned = connection;
        byte[] buffer = new byte[4 * 1024];
        try
        {
            while (await (connection.Tls is null ? connection.Socket.ReceiveAsync(buffer, late.Token) : connection.Tls.ReceiveAsync(buffer, late.Token)) > 0)
                continue;
        }
        catch (Exception exception) when (exception is IOException or SocketException or TlsException or ObjectDisposedException or OperationCanceledException)
        {
            // Whatever ended it, the next message has another connection.
        }
    }

    private async Task<byte[]> ReceiveAsync(Connection connection, Func<byte[], bool> isAnswer, CancellationToken stopping)
    {
        FrameReader reader = framing.CreateReader(MostAnswerBytes);
        while (true)
        {
            int count = await ReadAsync(connection, stopping);
            byte[]? answer = count > 0 ? Find(reader, _buffer.AsSpan(0, count), isAnswer) : Matching(reader, reader.EndOfInput(), isAnswer);
            if (answer is not null)
                return answer;
            if (count == 0)
            {
                throw new ExchangeException(reader.IsInBlock
                    ? $"{Address} closed the connection in the middle of its answer. The message is sent again."
                    : $"{Address} closed the connection without an answer. The message is sent again.");
            }
        }
    }

    private byte[]? Find(FrameReader reader, ReadOnlySpan<byte> data, Func<byte[], bool> isAnswer)
    {
        while (reader.Read(ref data) is var happened && happened != FrameEvent.NeedMore)
        {
            if (Matching(reader, happened, isAnswer) is not { } answer)
                continue;
            if (!data.IsEmpty)
                Close();
            return answer;
        }

        return null;
    }

    private byte[]? Matching(FrameReader reader, FrameEvent happened, Func<byte[], bool> isAnswer)
    {
        if (happened is FrameEvent.NeedMore or FrameEvent.Torn)
            return null;
        if (happened != FrameEvent.Message)
            throw new ExchangeException($"{Address} sent something that is no answer in this framing. Does it frame its answers as \"framing\" says?");
        byte[] block = reader.Take();
        if (isAnswer(block))
            return block;
        _others++;
        return null;
    }
}
