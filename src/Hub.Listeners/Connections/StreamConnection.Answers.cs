using System.Collections.Concurrent;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Listeners.Connections;

// What a message asks for is answered when its receipt is there, in the order of the messages. An outcome that is known only
// later (enhanced mode, or release 2 of MLLP) is followed aside, at most MostOwed and MostOwedBytes at a time: it wakes the
// loop, which alone writes, and stands between the answers to later messages. An outcome that does not come in time, or not
// before the connection ends, is not told: the sender sends again and hears it then (protocol D01).
internal sealed partial class StreamConnection
{
    private const int MostOwed = 1_000;

    // Of what is kept to answer them. A batch is kept whole, since each of its messages is answered.
    private const long MostOwedBytes = 64 * 1024 * 1024;
    private const int MostUndecodable = 10;

    // Of parts of messages (protocol C02). Their outcome may take as long as parts are waited for, so nothing waits for these.
    private const int MostUnhurried = 1_000;
    private static readonly Receipt s_tooLarge = new(ReceiptKind.Rejected, [new(207, null, "The message is longer than maxMessageBytes.") { Advice = "The message is longer than is taken here. Send a shorter one, or ask the receiving side to take longer ones." }]) { IsTooLarge = true };
    private static readonly Receipt s_noRoom = new(ReceiptKind.CannotStore, [new(207, null, "There is no room in memory for a large message now.") { Advice = "The message is larger than can be taken at this moment, and nothing of it was stored. Send it again later." }]) { IsTooLarge = true };
    private static readonly Receipt s_unknown = new(ReceiptKind.Unknown, []);

    private readonly CommitQueue? _commits;
    private readonly Queue<Task> _followed = [];
    private readonly ConcurrentQueue<(Exchange Exchange, Receipt Receipt, Receipt Outcome)> _outcomes = [];
    private long _owedBytes;
    private int _undecodable;
    private int _unhurried;
    private bool _silenced;
    private bool _complained;
    private volatile bool _ended;

    /// <summary>A message and what is to be said about it.</summary>
    private readonly record struct Exchange(byte[] Message, AcknowledgmentRequest Request, Task<Receipt> Receipt);

    // With release 2 the commit says that it is stored, whatever else is to be said later.
    private AnswerPlan PlanOf(AcknowledgmentRequest request) => (Hl7Answers.PlanOf(request), _commits is not null) switch
    {
        (AnswerPlan.Once, true) => AnswerPlan.StoredThenOnce,
        (AnswerPlan.WhenKnown, true) => AnswerPlan.StoredThenKnown,
        (var plan, _) => plan,
    };

    private async ValueTask AnswerAsync()
    {
        bool isIdle = _inFlight.Count == 0 && _outcomes.IsEmpty && _commits?.HasNext != true;
        if (isIdle)
            return;
        while (_inFlight.TryDequeue(out Exchange next))
            Answer(next, await next.Receipt);
        if (_followed.Count > 0 || !_outcomes.IsEmpty)
            await TellOutcomesAsync();
        _commits?.WriteNext(_context.Transport.Output);
        await FlushAsync();
    }

    // A06, A07, A12: after which receipts the connection goes no further.
    private void Answer(Exchange exchange, Receipt receipt)
    {
        if (_silenced)
            return;
        // What is known only later is not said now: in original mode nothing is, in enhanced mode that the message is stored.
        bool isOwed = receipt.Outcome is not null;
        byte[]? first = isOwed && !exchange.Request.IsEnhanced ? null : _protocol.First(exchange.Request, exchange.Message, receipt);
        byte[]? second = isOwed ? null : _protocol.Second(exchange.Request, exchange.Message, receipt, receipt);
        if (Silences(receipt, first is null && second is null && _commits is null))
            return;
        _commits?.Commit(_context.Transport.Output, receipt.Kind != ReceiptKind.CannotStore);
        // F12: what is not stored has been said.
        if (_commits is null || receipt.Kind != ReceiptKind.CannotStore)
        {
            Say(first);
            Say(second);
        }

        if (isOwed)
            Follow(exchange, receipt);
        _undecodable = receipt.Kind == ReceiptKind.Undecodable ? _undecodable + 1 : 0;
        if (_undecodable == MostUndecodable)
            Close($"{MostUndecodable} blocks in a row were no HL7 messages");
    }

    // Where nothing is ever answered, or by the sender's wish nothing now, closing is the one way to tell that a message was not stored.
    private bool Silences(Receipt receipt, bool saysNothing)
    {
        bool unknown = receipt.Kind == ReceiptKind.Unknown;
        bool unstored = receipt.Kind == ReceiptKind.CannotStore && (_config.OnStoreFailure == OnStoreFailure.Close || !_protocol.Answers || saysNothing);
        if (unknown || unstored)
            Silence(unknown ? "the outcome was not known in time; the sender is to send again" : "a message could not be stored");
        return _silenced;
    }

    private void Follow(Exchange exchange, Receipt receipt)
    {
        if (receipt.IsIncomplete)
        {
            FollowUnhurried(exchange, receipt);
            return;
        }

        while (_followed.TryPeek(out Task? oldest) && oldest.IsCompleted)
            _followed.Dequeue();
        // Only the header is needed to answer; of a batch, those of all its messages.
        byte[] head = exchange.Message.Length <= HeadKept || Hl7Batch.Is(exchange.Message) ? exchange.Message : Hl7Header.Segment(exchange.Message).ToArray();
        _followed.Enqueue(FollowAsync(exchange with { Message = head, Receipt = Task.FromResult(receipt) }, receipt));
    }

    // A connection that ends meanwhile ends without it: what was said is that the part is stored.
    private void FollowUnhurried(Exchange exchange, Receipt receipt)
    {
        if (Interlocked.Increment(ref _unhurried) <= MostUnhurried)
            _ = FollowAsync(exchange with { Message = Hl7Header.Segment(exchange.Message).ToArray(), Receipt = Task.FromResult(receipt) }, receipt);
        else
            Interlocked.Decrement(ref _unhurried);
    }

    private async Task FollowAsync(Exchange exchange, Receipt receipt)
    {
        Interlocked.Add(ref _owedBytes, exchange.Message.Length);
        Receipt outcome;
        try
        {
            outcome = await receipt.Outcome!;
        }
        catch (OperationCanceledException)
        {
            outcome = s_unknown;
        }

        Interlocked.Add(ref _owedBytes, -exchange.Message.Length);
        if (receipt.IsIncomplete)
            Interlocked.Decrement(ref _unhurried);
        if (outcome.IsIncomplete)
            return;
        _outcomes.Enqueue((exchange, receipt, outcome));
        if (!_ended)
            _context.Transport.Input.CancelPendingRead();
    }

    private async ValueTask TellOutcomesAsync()
    {
        // As with receipts that are awaited: nothing is read meanwhile, and each ends in time. What is known is said before.
        while (_followed.Count >= MostOwed || (_followed.Count > 0 && Interlocked.Read(ref _owedBytes) > MostOwedBytes))
        {
            await FlushAsync();
            await _followed.Dequeue();
        }

        TellOutcomes();
    }

    private void TellOutcomes()
    {
        while (_outcomes.TryDequeue(out var next))
        {
            bool isEnhanced = next.Exchange.Request.IsEnhanced;
            if (_silenced)
                continue;
            if (next.Outcome.Kind == ReceiptKind.Unknown && isEnhanced)
                Log.NotTold(_log, _host.Channel, _peer, next.Receipt.Id);
            else if (next.Outcome.Kind == ReceiptKind.Unknown)
                Silence("the outcome was not known in time; the sender is to send again");
            else
                Say(isEnhanced ? _protocol.Second(next.Exchange.Request, next.Exchange.Message, next.Receipt, next.Outcome) : _protocol.First(next.Exchange.Request, next.Exchange.Message, next.Outcome));
        }
    }

    // The sender may still read what it is owed.
    private async Task SettleAsync()
    {
        if (_complained || _followed.Count == 0)
            return;
        await Task.WhenAll(_followed);
        TellOutcomes();
        _commits?.WriteNext(_context.Transport.Output);
        await FlushAsync();
    }

    private async Task RefuseTooLargeAsync()
    {
        await AnswerAsync();
        Log.TooLarge(_log, _host.Channel, _peer, _config.MaxMessageBytes);
        await RefuseAsync(_reader.Take(), s_tooLarge);
    }

    // What was handed on is answered before: a sender that waits for its answers does not wait for the memory of others too.
    private async Task<bool> WaitForRoomAsync(long memory)
    {
        await AnswerAsync();
        Log.Waits(_log, _host.Channel, _peer);
        using CancellationTokenSource cancel = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, _context.ConnectionClosed);
        try
        {
            if (await _lease.TakeAsync(memory, TimeSpan.FromSeconds(_config.MaxMessageSeconds), cancel.Token))
                return true;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            _closing = true;
            return false;
        }

        Log.NoRoom(_log, _host.Channel, _peer, _config.MaxMessageSeconds);
        byte[] head = _reader.GiveUp();
        _lease.Return();
        await RefuseAsync(head, s_noRoom);
        return false;
    }

    // F06: answered from the header that was read; the rest of the block is dropped.
    private async Task RefuseAsync(byte[] head, Receipt receipt)
    {
        if (_silenced)
            return;
        if (receipt.Kind == ReceiptKind.CannotStore && _config.OnStoreFailure == OnStoreFailure.Close)
            Silence("a message could not be stored");
        else if (_commits is not null)
            _commits.Commit(_context.Transport.Output, isStored: false);
        else
            SayRefused(head, receipt);
        await FlushAsync();
    }

    private void SayRefused(byte[] head, Receipt receipt)
    {
        AcknowledgmentRequest request = _protocol.RequestOf(head);
        byte[]? first = _protocol.First(request, head, receipt);
        byte[]? second = _protocol.Second(request, head, receipt, receipt);
        if (first is null && second is null)
            Silence("a message was refused, and nothing is answered that could say so");
        Say(first);
        Say(second);
    }

    private void Say(byte[]? answer)
    {
        if (answer is null || _silenced)
            return;
        if (_commits is not null)
            _commits.Add(answer);
        else if (!_protocol.TryWrite(_context.Transport.Output, answer))
            Silence("an answer holds what ends a message in this framing, so it cannot be sent. Change the texts of the answer");
    }

    private void Silence(string reason)
    {
        _silenced = true;
        Close(reason);
    }
}
