using System.IO.Pipelines;
using Hub.Contracts;
using Hub.Formats.Framing;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Hub.Listeners.Connections;

// One loop: read what came, hand every complete message to the intake in order, then wait for the receipts in the same
// order, write the answers and flush them once. A sender that waits for each answer gets it with no detour; one that sends
// ahead has its messages stored together. While receipts are awaited nothing is read: that is the back-pressure, and what
// one read holds (1 MiB at most, the transport's buffer) and the message that it ended is all that is ever on its way.
// What was handed on is answered even when the connection closes for what came after it; only a receipt that calls for
// silence (A06, A12) silences the rest too, because an answer after a gap would be taken for the wrong message.

/// <summary>One connection of a sender.</summary>
internal sealed partial class StreamConnection : IDisposable
{
    private const int MostInFlight = 64;
    private const int MostUndecodable = 10;
    private static readonly Receipt s_tooLarge = new(ReceiptKind.Rejected, [new(207, null, "The message is longer than maxMessageBytes.")]);

    private readonly ConnectionContext _context;
    private readonly StreamListenerConfig _config;
    private readonly IStreamProtocol _protocol;
    private readonly ListenerHost _host;
    private readonly ILogger _log;
    private readonly string _peer;
    private readonly FrameReader _reader;
    private readonly Queue<(byte[] Message, Task<Receipt> Receipt)> _inFlight = [];
    private readonly Patience _patience;
    private int _undecodable;
    private bool _closing;
    private bool _silenced;
    private volatile bool _stopping;

    public StreamConnection(ConnectionContext context, StreamListenerConfig config, IStreamProtocol protocol, ListenerHost host, ILogger log)
    {
        _context = context;
        _config = config;
        _protocol = protocol;
        _host = host;
        _log = log;
        _peer = context.RemoteEndPoint?.ToString() ?? "unknown";
        _reader = protocol.CreateReader();
        _patience = new(_reader, config, host.Clock, context.Transport.Input.CancelPendingRead);
    }

    /// <summary>Ends the connection once the messages that have been read are answered.</summary>
    public void Stop()
    {
        _stopping = true;
        _context.Transport.Input.CancelPendingRead();
    }

    /// <summary>Ends the connection now.</summary>
    public void Cut() => _context.Abort();

    public void Dispose() => _patience.Dispose();

    public async Task RunAsync()
    {
        try
        {
            while (!_closing && !_stopping)
                await ReadOnceAsync();
        }
        catch (Exception exception) when (exception is IOException or ConnectionAbortedException or ConnectionResetException or OperationCanceledException)
        {
            // F11: the peer is gone; what was accepted stays accepted.
            Log.Lost(_log, _host.Channel, _peer, exception.Message);
        }
        catch (TimeoutException)
        {
            Log.Closed(_log, _host.Channel, _peer, $"it did not take its answers for {_config.MaxMessageSeconds} s");
            Cut();
        }
        catch (Exception exception)
        {
            Log.Failed(_log, _host.Channel, _peer, exception);
        }
        finally
        {
            Dispose();
            if (_reader.IsInBlock)
                Log.Torn(_log, _host.Channel, _peer);
            await _context.Transport.Input.CompleteAsync();
            await _context.Transport.Output.CompleteAsync();
        }
    }

    private async Task ReadOnceAsync()
    {
        PipeReader input = _context.Transport.Input;
        _patience.Begin();
        ReadResult result = await input.ReadAsync();
        _patience.End(result.Buffer.IsEmpty);
        if (_patience.BlockEnds)
        {
            _reader.EndBySilence();
            await AcceptAsync();
        }

        foreach (ReadOnlyMemory<byte> part in result.Buffer)
            await TakeAsync(part);
        input.AdvanceTo(result.Buffer.End);
        if (result.IsCompleted && !_closing && _reader.EndOfInput() == FrameEvent.Message)
            await AcceptAsync();
        await AnswerAsync();
        if (!_closing && _patience.Complaint() is { } complaint)
            Close(complaint);
        _closing |= result.IsCompleted;
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> part)
    {
        while (!part.IsEmpty && !_closing)
        {
            FrameEvent happened = Read(ref part);
            if (happened == FrameEvent.Message)
                await AcceptAsync(moreFollow: !part.IsEmpty);
            else if (happened == FrameEvent.TooLarge)
                await RefuseTooLargeAsync();
            else if (happened == FrameEvent.Torn)
                Log.Torn(_log, _host.Channel, _peer);
            else if (happened == FrameEvent.TooMuchJunk)
                Close("more than 64 KiB came without the start of a message; does the sender frame its messages as this channel expects?");
            else if (happened == FrameEvent.Malformed)
                Close("what came is no frame; does the sender frame its messages as this channel expects?");
        }
    }

    private FrameEvent Read(ref ReadOnlyMemory<byte> part)
    {
        ReadOnlySpan<byte> span = part.Span;
        FrameEvent happened = _reader.Read(ref span);
        part = part[^span.Length..];
        return happened;
    }

    private async ValueTask AcceptAsync(bool moreFollow = false)
    {
        byte[] message = _reader.Take();
        InboundMessage inbound = new() { Channel = _host.Channel, Peer = _peer, Content = message, MoreFollow = moreFollow, Flags = _reader.Flags };
        _inFlight.Enqueue((message, _host.Intake.AcceptAsync(inbound)));
        if (_inFlight.Count >= MostInFlight)
            await AnswerAsync();
    }

    private async ValueTask AnswerAsync()
    {
        if (_inFlight.Count == 0)
            return;
        while (_inFlight.TryDequeue(out (byte[] Message, Task<Receipt> Receipt) next))
            Answer(next.Message, await next.Receipt);
        await FlushAsync();
    }

    // A06, A07, A12: after which receipts the connection goes no further.
    private void Answer(byte[] message, Receipt receipt)
    {
        if (_silenced)
            return;
        bool unknown = receipt.Kind == ReceiptKind.Unknown;
        // Where nothing is ever answered, closing is the one way to tell that a message was not stored.
        _silenced = unknown || (receipt.Kind == ReceiptKind.CannotStore && (_config.OnStoreFailure == OnStoreFailure.Close || !_protocol.Answers));
        if (_silenced)
        {
            Close(unknown ? "the outcome was not known in time; the sender is to send again" : "a message could not be stored");
            return;
        }

        Write(message, receipt);
        _undecodable = receipt.Kind == ReceiptKind.Undecodable ? _undecodable + 1 : 0;
        if (_undecodable == MostUndecodable)
            Close($"{MostUndecodable} blocks in a row were no HL7 messages");
    }

    // F06: answered from the header that was read; the rest of the block is dropped.
    private async Task RefuseTooLargeAsync()
    {
        await AnswerAsync();
        Log.TooLarge(_log, _host.Channel, _peer, _config.MaxMessageBytes);
        if (_silenced)
            return;
        Write(_reader.Take(), s_tooLarge);
        await FlushAsync();
    }

    private void Write(byte[] message, Receipt receipt)
    {
        if (_protocol.TryAnswer(_context.Transport.Output, message, receipt))
            return;
        _silenced = true;
        Close("an answer holds what ends a message in this framing, so it cannot be sent. Change the texts of the answer");
    }

    /// <exception cref="TimeoutException">The sender does not take its answers, and no more of them are kept for it.</exception>
    private async ValueTask FlushAsync()
    {
        ValueTask<FlushResult> flushing = _context.Transport.Output.FlushAsync();
        FlushResult flushed = flushing.IsCompletedSuccessfully
            ? flushing.Result
            : await flushing.AsTask().WaitAsync(TimeSpan.FromSeconds(_config.MaxMessageSeconds), _host.Clock);
        _closing |= flushed.IsCompleted;
    }

    private void Close(string reason)
    {
        _closing = true;
        Log.Closed(_log, _host.Channel, _peer, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(2003, LogLevel.Information, "Channel {Channel}: {Peer} is gone. {Reason}")]
        public static partial void Lost(ILogger log, string channel, string peer, string reason);

        [LoggerMessage(2004, LogLevel.Error, "Channel {Channel}: the connection of {Peer} failed")]
        public static partial void Failed(ILogger log, string channel, string peer, Exception exception);

        [LoggerMessage(2005, LogLevel.Warning, "Channel {Channel}: {Peer} sent a message that broke off; it was dropped unanswered (torn)")]
        public static partial void Torn(ILogger log, string channel, string peer);

        [LoggerMessage(2006, LogLevel.Warning, "Channel {Channel}: {Peer} sent a message over {Most} bytes; it was refused. Raise maxMessageBytes if such messages are wanted")]
        public static partial void TooLarge(ILogger log, string channel, string peer, int most);

        [LoggerMessage(2007, LogLevel.Warning, "Channel {Channel}: the connection of {Peer} was closed: {Reason}")]
        public static partial void Closed(ILogger log, string channel, string peer, string reason);
    }
}
