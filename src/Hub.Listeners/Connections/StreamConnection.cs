using System.IO.Pipelines;
using Hub.Contracts;
using Hub.Formats.Framing;
using Hub.Formats.Hl7V2;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Hub.Listeners.Connections;

// One loop: read what came, hand every complete message to the intake in order, then wait for the receipts in the same
// order, write the answers and flush them once. A sender that waits for each answer gets it with no detour; one that sends
// ahead has its messages stored together. While receipts are awaited nothing is read: that is the back-pressure, and what
// one read holds (1 MiB at most, the transport's buffer) and the message that it ended is all that is ever on its way.
// A large message takes room before it takes memory (ReadingRoom), and while it waits for that nothing is read either.
// What was handed on is answered even when the connection closes for what came after it; only a receipt that calls for
// silence (A06, A12) silences the rest too, because an answer after a gap would be taken for the wrong message.

/// <summary>One connection of a sender.</summary>
internal sealed partial class StreamConnection : IDisposable
{
    private const int MostInFlight = 64;
    private const int HeadKept = 4 * 1024;

    private readonly ConnectionContext _context;
    private readonly StreamListenerConfig _config;
    private readonly IStreamProtocol _protocol;
    private readonly ListenerHost _host;
    private readonly ILogger _log;
    private readonly string _peer;
    private readonly FrameReader _reader;
    private readonly Queue<Exchange> _inFlight = [];
    private readonly Patience _patience;
    private readonly ReadingLease _lease;
    private readonly CancellationTokenSource _stopping = new();
    private bool _closing;

    public StreamConnection(ConnectionContext context, StreamListenerConfig config, IStreamProtocol protocol, ListenerHost host, ReadingRoom room, ILogger log)
    {
        _context = context;
        _config = config;
        _protocol = protocol;
        _host = host;
        _log = log;
        _peer = context.RemoteEndPoint?.ToString() ?? "unknown";
        _reader = protocol.CreateReader();
        _lease = new(room, host.Clock);
        _patience = new(_reader, _lease, config, host.Clock, context.Transport.Input.CancelPendingRead);
        _commits = protocol.Commits ? new(protocol, host.Clock, context.Transport.Input.CancelPendingRead) : null;
    }

    /// <summary>Ends the connection once the messages that have been read are answered.</summary>
    public void Stop()
    {
        _stopping.Cancel();
        _context.Transport.Input.CancelPendingRead();
    }

    /// <summary>Ends the connection now.</summary>
    public void Cut() => _context.Abort();

    public void Dispose()
    {
        _patience.Dispose();
        _commits?.Dispose();
        _reader.Drop();
        _lease.Dispose();
    }

    public async Task RunAsync()
    {
        try
        {
            while (!_closing && !_stopping.IsCancellationRequested)
                await ReadOnceAsync();
            await SettleAsync();
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
            _ended = true;
            if (_reader.IsInBlock)
                Log.Torn(_log, _host.Channel, _peer);
            Dispose();
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
        if (!_closing && (_patience.Complaint() ?? _commits?.Complaint()) is { } complaint)
            Close(complaint);
        _closing |= result.IsCompleted;
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> part)
    {
        while (!part.IsEmpty && !_closing)
        {
            if (_reader.MemoryWith(part.Length) is > 0 and var memory && !_lease.TryTake(memory) && !await WaitForRoomAsync(memory))
                continue;
            FrameEvent happened = Read(ref part);
            if (happened != FrameEvent.NeedMore)
                _lease.Return();
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
        if (_commits is not null && _protocol.TryReadCommit(message, out bool isStored))
        {
            if (_commits.Take(isStored) is { } complaint)
                Close(complaint);
            return;
        }

        AcknowledgmentRequest request = _protocol.RequestOf(message);
        InboundMessage inbound = new()
        {
            Channel = _host.Channel,
            Peer = _peer,
            Content = message,
            MoreFollow = moreFollow,
            Flags = Hl7Answers.FlagsOf(request, _reader.Flags),
            Answers = PlanOf(request),
        };
        _inFlight.Enqueue(new(message, request, _host.Intake.AcceptAsync(inbound)));
        if (_inFlight.Count >= MostInFlight)
            await AnswerAsync();
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
        _closing = _complained = true;
        Log.Closed(_log, _host.Channel, _peer, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(2008, LogLevel.Information, "Channel {Channel}: {Peer} was not told what became of message {Id}, because that was not known in time. It hears it when it sends the message again")]
        public static partial void NotTold(ILogger log, string channel, string peer, MessageId? id);

        [LoggerMessage(2003, LogLevel.Information, "Channel {Channel}: {Peer} is gone. {Reason}")]
        public static partial void Lost(ILogger log, string channel, string peer, string reason);

        [LoggerMessage(2004, LogLevel.Error, "Channel {Channel}: the connection of {Peer} failed")]
        public static partial void Failed(ILogger log, string channel, string peer, Exception exception);

        [LoggerMessage(2005, LogLevel.Warning, "Channel {Channel}: {Peer} sent a message that broke off; it was dropped unanswered (torn)")]
        public static partial void Torn(ILogger log, string channel, string peer);

        [LoggerMessage(2006, LogLevel.Warning, "Channel {Channel}: {Peer} sent a message over {Most} bytes; it was refused. Raise maxMessageBytes if such messages are wanted")]
        public static partial void TooLarge(ILogger log, string channel, string peer, int most);

        [LoggerMessage(2009, LogLevel.Information, "Channel {Channel}: {Peer} is not read from until there is room in memory for its large message")]
        public static partial void Waits(ILogger log, string channel, string peer);

        [LoggerMessage(2010, LogLevel.Warning, "Channel {Channel}: {Peer} sent a large message for which there was no room in memory for {Seconds} s; it was refused and nothing of it was stored. If that happens often, give the Hub more (--reading-memory-mib)")]
        public static partial void NoRoom(ILogger log, string channel, string peer, int seconds);

        [LoggerMessage(2007, LogLevel.Warning, "Channel {Channel}: the connection of {Peer} was closed: {Reason}")]
        public static partial void Closed(ILogger log, string channel, string peer, string reason);
    }
}
