using System.IO.Pipelines;
using Hub.Contracts;
using Hub.Formats.Mllp;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Hub.Listeners.Mllp;

// One loop: read what came, hand every complete message to the intake in order, then wait for the receipts in the same
// order, write the answers and flush them once. A sender that waits for each answer gets it with no detour; one that sends
// ahead has its messages stored together. While receipts are awaited nothing is read: that is the back-pressure.
// The timers of F03 and F07 are one timer that interrupts the read; it is set only while a block is incomplete.

/// <summary>One connection of a sender.</summary>
internal sealed partial class MllpConnection : IDisposable
{
    private const int MostInFlight = 64;
    private const int MostUndecodable = 10;
    private const int LeastBytesPerSecond = 256;
    private static readonly TimeSpan s_silence = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_discard = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_firstRateCheck = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_rateCheck = TimeSpan.FromSeconds(1);

    private readonly ConnectionContext _context;
    private readonly MllpListenerConfig _config;
    private readonly ListenerHost _host;
    private readonly ILogger _log;
    private readonly string _peer;
    private readonly MllpFrameReader _reader;
    private readonly Queue<(byte[] Message, Task<Receipt> Receipt)> _inFlight = [];
    private readonly ITimer _timer;
    private long _blockStarted;
    private int _undecodable;
    private bool _inBlock;
    private bool _closing;
    private volatile bool _stopping;
    private volatile bool _timeUp;

    public MllpConnection(ConnectionContext context, MllpListenerConfig config, ListenerHost host, ILogger log)
    {
        _context = context;
        _config = config;
        _host = host;
        _log = log;
        _peer = context.RemoteEndPoint?.ToString() ?? "unknown";
        _reader = new(config.MaxMessageBytes);
        _timer = host.Clock.CreateTimer(static connection => ((MllpConnection)connection!).TimeUp(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends the connection once the messages that have been read are answered.</summary>
    public void Stop()
    {
        _stopping = true;
        _context.Transport.Input.CancelPendingRead();
    }

    /// <summary>Ends the connection now.</summary>
    public void Cut() => _context.Abort();

    public void Dispose() => _timer.Dispose();

    public async Task RunAsync()
    {
        try
        {
            while (!_closing && !_stopping)
                await ReadOnceAsync();
        }
        catch (Exception exception) when (exception is IOException or ConnectionAbortedException or ConnectionResetException or OperationCanceledException or InvalidOperationException)
        {
            // F11: the peer is gone; what was accepted stays accepted.
            Log.Lost(_log, _host.Channel, _peer, exception.Message);
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
        SetTimer();
        ReadResult result = await _context.Transport.Input.ReadAsync();
        if (result.Buffer.IsEmpty && _timeUp)
            await OnTimeUpAsync();
        _timeUp = false;
        foreach (ReadOnlyMemory<byte> part in result.Buffer)
            await TakeAsync(part);
        _context.Transport.Input.AdvanceTo(result.Buffer.End);
        await AnswerAsync();
        _closing |= result.IsCompleted;
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> part)
    {
        while (!part.IsEmpty && !_closing)
        {
            MllpEvent happened = Read(ref part);
            if (happened == MllpEvent.Message)
                await AcceptAsync();
            else if (happened == MllpEvent.TooLarge)
                await RefuseTooLargeAsync();
            else if (happened == MllpEvent.Torn)
                Log.Torn(_log, _host.Channel, _peer);
            else if (happened == MllpEvent.TooMuchJunk)
                Close("more than 64 KiB came without a start block; is the sender speaking MLLP?");
        }
    }

    private MllpEvent Read(ref ReadOnlyMemory<byte> part)
    {
        ReadOnlySpan<byte> span = part.Span;
        MllpEvent happened = _reader.Read(ref span);
        part = part[^span.Length..];
        return happened;
    }

    private async ValueTask AcceptAsync()
    {
        byte[] message = _reader.Message;
        _inFlight.Enqueue((message, _host.Intake.AcceptAsync(new() { Channel = _host.Channel, Peer = _peer, Content = message, Flags = _reader.Flags })));
        if (_inFlight.Count >= MostInFlight)
            await AnswerAsync();
    }

    private async Task AnswerAsync()
    {
        if (_inFlight.Count == 0)
            return;
        PipeWriter output = _context.Transport.Output;
        while (_inFlight.TryDequeue(out (byte[] Message, Task<Receipt> Receipt) next))
        {
            Receipt receipt = await next.Receipt;
            if (_closing)
                continue;
            if (MllpAnswer.Build(next.Message, receipt, _host.Clock.GetLocalNow(), _host.NextControlId()) is { } answer && !ClosesInstead(receipt))
                MllpFrame.Write(output, answer);
            Judge(receipt);
        }

        FlushResult flushed = await output.FlushAsync();
        _closing |= flushed.IsCompleted;
    }

    // A06, A07, A12: after which receipts the connection goes no further.
    private void Judge(Receipt receipt)
    {
        _undecodable = receipt.Kind == ReceiptKind.Undecodable ? _undecodable + 1 : 0;
        if (receipt.Kind == ReceiptKind.Unknown)
            Close("the outcome was not known in time; the sender is to send again");
        else if (ClosesInstead(receipt))
            Close("a message could not be stored and onStoreFailure is close");
        else if (_undecodable >= MostUndecodable)
            Close($"{MostUndecodable} blocks in a row were no HL7 messages");
    }

    private bool ClosesInstead(Receipt receipt) => receipt.Kind == ReceiptKind.CannotStore && _config.OnStoreFailure == OnStoreFailure.Close;

    // F06: answered from the header that was read; the rest of the block is dropped.
    private async Task RefuseTooLargeAsync()
    {
        await AnswerAsync();
        Log.TooLarge(_log, _host.Channel, _peer, _config.MaxMessageBytes);
        Receipt receipt = new(ReceiptKind.Rejected, [new(207, null, "too large")]);
        if (MllpAnswer.Build(_reader.Message, receipt, _host.Clock.GetLocalNow(), _host.NextControlId()) is { } answer)
            MllpFrame.Write(_context.Transport.Output, answer);
        await _context.Transport.Output.FlushAsync();
        _blockStarted = _host.Clock.GetTimestamp();
    }

    private void Close(string reason)
    {
        _closing = true;
        Log.Closed(_log, _host.Channel, _peer, reason);
    }

    private void TimeUp()
    {
        _timeUp = true;
        _context.Transport.Input.CancelPendingRead();
    }

    private void SetTimer()
    {
        bool inBlock = _reader.IsInBlock;
        if (!inBlock && !_inBlock && _config.IdleTimeoutSeconds == 0)
            return;
        if (inBlock && !_inBlock)
            _blockStarted = _host.Clock.GetTimestamp();
        _inBlock = inBlock;
        _timer.Change(Wait(), Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Wait()
    {
        if (!_inBlock)
            return _config.IdleTimeoutSeconds == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(_config.IdleTimeoutSeconds);
        if (_reader.CanEndBySilence)
            return s_silence;
        TimeSpan passed = _host.Clock.GetElapsedTime(_blockStarted);
        TimeSpan left = (_reader.IsDiscarding ? s_discard : TimeSpan.FromSeconds(_config.MaxMessageSeconds)) - passed;
        TimeSpan check = passed < s_firstRateCheck ? s_firstRateCheck - passed : s_rateCheck;
        return TimeSpan.FromTicks(Math.Max(1, Math.Min(left.Ticks, check.Ticks)));
    }

    private async Task OnTimeUpAsync()
    {
        if (!_reader.IsInBlock)
        {
            Close($"nothing came for {_config.IdleTimeoutSeconds} s");
            return;
        }

        if (_reader.CanEndBySilence)
        {
            _reader.EndBySilence();
            await AcceptAsync();
            return;
        }

        // F07, and F06 for what is being dropped.
        TimeSpan passed = _host.Clock.GetElapsedTime(_blockStarted);
        if (_reader.IsDiscarding && passed >= s_discard)
            Close("the rest of a message that is too large did not end within 30 s");
        else if (!_reader.IsDiscarding && passed >= TimeSpan.FromSeconds(_config.MaxMessageSeconds))
            Close($"a message did not end within {_config.MaxMessageSeconds} s");
        else if (!_reader.IsDiscarding && passed >= s_firstRateCheck && _reader.BlockLength < LeastBytesPerSecond * passed.TotalSeconds)
            Close("a message came slower than 256 bytes a second");
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
