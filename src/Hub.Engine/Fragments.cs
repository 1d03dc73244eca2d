using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

// Fragments are rows of the journal like other messages, so nothing here has to survive a stop. The journal says of each, in the transaction
// that stores it, whether it waits, completes its message, or is refused (FragmentVerdict). The one that completes its message has it put together
// (FragmentJoiner), and the journal stores the whole in one transaction with the note that they are parts of it. The loop looks
// after what nobody completes: after a restart it makes the messages that a stop came in between, and it sets aside what
// waited too long (protocol C04), or all that waits when the channel puts nothing together any more.

/// <summary>The fragments of one channel that wait for others to become messages (protocol C02 to C04).</summary>
internal sealed partial class Fragments : IAsyncDisposable
{
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromSeconds(5);

    // A look reads all that waits; late by this much harms nobody.
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1);

    private readonly IJournal _journal;
    private readonly TimeProvider _clock;
    private readonly ILogger<Fragments> _log;
    private readonly FragmentWaiters _waiters = new();
    private readonly FragmentsAside _aside;
    private readonly FragmentJoiner _joiner;
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private volatile Settings? _settings;
    private Task _loop = Task.CompletedTask;
    private int _sleepsLong;

    public Fragments(IJournal journal, TimeProvider clock, ILogger<Fragments> log)
    {
        (_journal, _clock, _log) = (journal, clock, log);
        _aside = new(journal, _waiters, log);
        _joiner = new(journal, _waiters, _aside);
    }

    private sealed record Settings(string Channel, bool Reassembles, TimeSpan Timeout, Intake Intake);

    /// <summary>Begins to look after what waits. Called once.</summary>
    public void Start() => _loop = Task.Run(LoopAsync);

    /// <summary>Goes by this version of the channel from now on.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="source">Its source.</param>
    /// <param name="intake">Takes what becomes whole without anybody waiting for it.</param>
    public void Use(string channel, ListenerConfig source, Intake intake)
    {
        _settings = new(channel, source.Reassemble, TimeSpan.FromSeconds(source.ReassembleTimeoutSeconds), intake);
        Wake();
    }

    /// <summary>Stores a fragment and, when it is the one that completes its message, makes that.</summary>
    /// <param name="intake">Takes both.</param>
    /// <param name="part">The fragment.</param>
    /// <param name="plan">What the sender waits for.</param>
    /// <param name="waits">Whether the sender sends nothing more meanwhile.</param>
    /// <returns>What became of the whole; the receipt of the fragment as incomplete when others are missing.</returns>
    public async Task<Receipt> AcceptAsync(Intake intake, MessageArrived part, AnswerPlan plan, bool waits)
    {
        // Before it is stored: another part may complete the message at once.
        Task<Receipt>? outcome = plan is AnswerPlan.WhenKnown or AnswerPlan.StoredThenKnown ? _waiters.Add(part.Id) : null;
        (Receipt stored, AppendResult? result) = await intake.AppendAsync(part, waits);
        bool isTaken = stored.Kind is ReceiptKind.Accepted or ReceiptKind.Silent;
        if (result?.Fragments is { Problem: not null } verdict)
            await TellRefusedAsync(intake, part.Id, verdict);
        else if (isTaken && result?.DuplicateOf is { } first)
            return await AcceptAgainAsync(intake, first, stored, plan);
        else if (isTaken && result is { IsNew: true, Fragments: { } complete })
            return await AnswerAsync(known => JoinAsync(intake, complete.Complete, known, stored), stored, plan);
        if (!isTaken || result is not { IsNew: true })
        {
            _waiters.TellNothing(part.Id);
            return stored;
        }

        if (Interlocked.Exchange(ref _sleepsLong, 0) == 1)
            Wake();
        return stored with { IsIncomplete = true, Outcome = outcome };
    }

    /// <summary>Tells of a part that the journal refused, and of those that it set aside with it.</summary>
    /// <param name="intake">Took it.</param>
    /// <param name="part">The part.</param>
    /// <param name="verdict">What the journal said.</param>
    public Task TellRefusedAsync(Intake intake, MessageId part, FragmentVerdict verdict) => TryAsync(
        async () =>
        {
            await _aside.TellAsync(intake, part, verdict);
            return Receipt.Accepted;
        },
        Receipt.Accepted);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _waiters.TellNothing();
        _stopping.Dispose();
        _work.Dispose();
    }

    // A fragment that came again: its sender did not hear the answer.
    private async Task<Receipt> AcceptAgainAsync(Intake intake, StoredMessage first, Receipt stored, AnswerPlan plan)
    {
        Task<Receipt>? outcome = plan is AnswerPlan.WhenKnown or AnswerPlan.StoredThenKnown ? _waiters.Add(first.Id) : null;
        // Looked at after the wait has begun, so that an end between the two is not missed.
        OpenFragment[] parts = [.. _journal.ReadFragments(_settings!.Channel, FragmentLimits.Default.MostPartsOfChannel)];
        OpenFragment? known = parts.FirstOrDefault(fragment => fragment.Id == first.Id);
        // More may wait than are read, and a part is never all of its message.
        if (known is { First: null } || (known is null && _journal.Read(first.Id) is { State: MessageState.Fragment, PartOf: null }))
            return stored with { IsIncomplete = true, Outcome = outcome };
        _waiters.TellNothing(first.Id);
        MessageId[] all = known is null ? [first.Id] : [.. parts.Where(fragment => fragment.First == known.First).OrderBy(fragment => fragment.Number).Select(fragment => fragment.Id)];
        return await AnswerAsync(later => JoinAsync(intake, all, later, stored), stored, plan);
    }

    private static async Task<Receipt> AnswerAsync(Func<AnswerPlan, Task<Receipt>> join, Receipt stored, AnswerPlan plan)
    {
        switch (plan)
        {
            case AnswerPlan.WhenStored:
                await join(plan);
                return stored;
            case AnswerPlan.StoredThenOnce:
                return stored with { Outcome = join(AnswerPlan.Once) };
            case AnswerPlan.StoredThenKnown:
                return stored with { Outcome = join(AnswerPlan.WhenKnown) };
            default:
                return await join(plan);
        }
    }

    private Task<Receipt> JoinAsync(Intake intake, IReadOnlyList<MessageId> parts, AnswerPlan plan, Receipt stored) => TryAsync(
        async () =>
        {
            Receipt outcome = await _joiner.JoinAsync(intake, parts, plan);
            // They wait on: the loop tries again, and so does a sender that sends its last part again.
            if (outcome.Kind == ReceiptKind.CannotStore)
                Wake();
            return outcome with { IsOfAnswer = stored.Kind == ReceiptKind.Silent, Id = outcome.Id ?? stored.Id, SequenceNumber = stored.SequenceNumber };
        },
        stored);

    private async Task<Receipt> TryAsync(Func<Task<Receipt>> act, Receipt stored)
    {
        try
        {
            return await act();
        }
        catch (JournalException exception)
        {
            Log.Failed(_log, _settings!.Channel, exception.Message);
            Wake();
            return new(ReceiptKind.CannotStore, [new(207, null, exception.Message)]) { IsOfAnswer = stored.Kind == ReceiptKind.Silent, SequenceNumber = stored.SequenceNumber };
        }
    }

    private void Wake()
    {
        if (!_stopping.IsCancellationRequested)
            _work.Release();
    }

    private static partial class Log
    {
        [LoggerMessage(3052, LogLevel.Error, "Channel {Channel}: parts of a message could not be put together and are tried again. {Reason}")]
        public static partial void Failed(ILogger log, string channel, string reason);
    }
}
