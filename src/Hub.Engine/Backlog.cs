using System.Collections.Concurrent;
using Hub.Channels;
using Hub.Contracts;
using Hub.Engine.Delivery;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

// With "acknowledge: received" a message is stored and answered first; this runs the pipeline over such messages afterwards,
// in the order in which they were appended. It holds a bounded number of them in memory. When more come, or after a restart,
// it reads the unprocessed ones from the journal instead ("behind"), oldest first, until none is left, and only then takes from memory again.
// The journal is read only when every outcome is on disk: a message whose outcome is on its way there would be read and processed again.
// A message whose append failed may be on disk all the same (D04), so a failed append puts it behind too.

/// <summary>The messages of one channel that are stored and not yet processed.</summary>
internal sealed partial class Backlog(IJournal journal, HandOvers handOvers, TimeProvider clock, ILogger<Backlog> log) : IAsyncDisposable
{
    private const int MostHeld = 1_000;
    private const long MostBytesHeld = 8 * 1024 * 1024;
    private const int ReadAtOnce = 200;
    private const int MostInFlight = 64;
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<(MessageId Id, ReadOnlyMemory<byte> Content, Task<AppendResult> Stored, IReadOnlyList<MessageProblem>? Found)> _held = [];
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Queue<(MessageId Id, Task Stored)> _inFlight = [];
    private readonly ConcurrentDictionary<MessageId, TaskCompletionSource> _awaited = [];
    private ChannelModel? _model;
    private Task _loop = Task.CompletedTask;
    private Task? _lastUnheld;
    private long _heldBytes;
    private long _lastRead;
    private bool _behind = true;
    private bool _busy = true;
    private int _expected;

    public void Start(ChannelModel model)
    {
        Use(model);
        _loop = Task.Run(LoopAsync);
        _work.Release();
    }

    public void Use(ChannelModel model) => Volatile.Write(ref _model, model);

    /// <summary>Whether every message that came has been processed, and its outcome stored: then what is handed over next need not wait its turn here.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
                return !_busy && _expected == 0;
        }
    }

    /// <summary>Says that a message is about to be stored whose turn is here: what comes after it has to wait for it.</summary>
    public void Expect()
    {
        lock (_lock)
            _expected++;
    }

    /// <summary>Says that such a message is stored, and was taken with <see cref="Take"/>, or is not stored.</summary>
    public void Arrived()
    {
        lock (_lock)
            _expected--;
    }

    /// <summary>Takes a message's turn. Called in the order of the appends, before the disk has it.</summary>
    /// <param name="id">The message.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="stored">Ends when the disk has it.</param>
    /// <param name="found">What validation found when it was taken; null for one that was not validated yet.</param>
    public void Add(MessageId id, ReadOnlyMemory<byte> content, Task<AppendResult> stored, IReadOnlyList<MessageProblem>? found = null)
    {
        lock (_lock)
        {
            _busy = true;
            _behind |= stored.IsFaulted || _held.Count >= MostHeld || _heldBytes + content.Length > MostBytesHeld;
            if (stored.IsFaulted)
            {
                // Refused at once, maybe while those before it are still on their way: they are what is waited for.
            }
            else if (_behind)
            {
                _lastUnheld = stored;
            }
            else
            {
                _held.Enqueue((id, content, stored, found));
                _heldBytes += content.Length;
            }
        }

        _work.Release();
    }

    /// <summary>Takes the turn of a message that is stored already.</summary>
    public void Take(HandedMessage message)
    {
        // A task of its own for each: what came last is known by it.
        Task<AppendResult> stored = Task.FromResult(AppendResult.Stored);
        if (message.Content is { } content)
        {
            Add(message.Id, content, stored);
            return;
        }

        lock (_lock)
            (_busy, _behind, _lastUnheld) = (true, true, stored);
        _work.Release();
    }

    /// <summary>Waits for the outcome of a message that is stored and not yet processed. Look afterwards whether it has one already, and <see cref="Tell"/> then: nobody else does.</summary>
    /// <returns>A task that ends when the outcome is on disk.</returns>
    public Task ProcessedAsync(MessageId id) => _awaited.GetOrAdd(id, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Tells those who wait that the outcome of a message is on disk.</summary>
    public void Tell(MessageId id)
    {
        if (_awaited.TryRemove(id, out TaskCompletionSource? waiting))
            waiting.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
        _work.Dispose();
    }

    private async Task LoopAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _work.WaitAsync(_stopping.Token);
                while (await ProcessNextAsync())
                    _stopping.Token.ThrowIfCancellationRequested();
                await SettleAsync(0);
                lock (_lock)
                    _busy = _behind || _held.Count > 0;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // What was in hand is still unprocessed in the journal: read it again from there.
                Log.Failed(log, Volatile.Read(ref _model)!.Id, FailureText.Line(exception), exception);
                FallBehind();
                while (_inFlight.TryDequeue(out (MessageId Id, Task Stored) outcome))
                {
                    await outcome.Stored.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (outcome.Stored.IsCompletedSuccessfully)
                        Tell(outcome.Id);
                }

                await Task.Delay(s_pauseAfterFailure, clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _work.Release();
            }
        }
    }

    private async Task<bool> ProcessNextAsync()
    {
        (MessageId Id, ReadOnlyMemory<byte> Content, Task<AppendResult> Stored, IReadOnlyList<MessageProblem>? Found) next;
        lock (_lock)
        {
            if (_held.TryDequeue(out next))
                _heldBytes -= next.Content.Length;
            else if (!_behind)
                return false;
        }

        if (next.Stored is null)
            return await ReadBehindAsync();
        await ((Task)next.Stored).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // A duplicate was processed as the first one; what has not the sequence number that was expected is not processed.
        if (!next.Stored.IsCompletedSuccessfully)
            FallBehind();
        else if (next.Stored.Result.IsNew && !WasRead(next.Id))
            await ProcessAsync(next.Id, next.Content, next.Found);
        return true;
    }

    // A message that was stored at once can have been read from the journal before it was added here.
    private bool WasRead(MessageId id) => id.Value <= _lastRead && journal.Read(id) is { State: not MessageState.Received };

    // What is held comes from the journal too, in its order; so its last one has to be there first.
    private void FallBehind()
    {
        lock (_lock)
        {
            _behind = true;
            if (_held.Count > 0)
                _lastUnheld ??= _held.Last().Stored;
            _held.Clear();
            _heldBytes = 0;
        }
    }

    private async Task<bool> ReadBehindAsync()
    {
        Task? unheld;
        lock (_lock)
            unheld = _lastUnheld;
        if (unheld is not null)
            await unheld.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await SettleAsync(0);
        IReadOnlyList<StoredMessage> messages = journal.ReadUnprocessed(Volatile.Read(ref _model)!.Id, default, ReadAtOnce);
        foreach (StoredMessage message in messages)
        {
            _lastRead = Math.Max(_lastRead, message.Id.Value);
            await ReadAndProcessAsync(message.Id, FoundIn(message));
        }

        await SettleAsync(0);
        lock (_lock)
        {
            if (messages.Count == 0 && _lastUnheld == unheld)
                (_behind, _lastUnheld) = (false, null);
        }

        return true;
    }

    // What another channel handed over has not been validated yet; nor has what a person had processed anew.
    private static IReadOnlyList<MessageProblem>? FoundIn(StoredMessage message) => message.HandedFrom is null && message.ReplayOf is null ? message.Problems : null;

    private async Task ReadAndProcessAsync(MessageId id, IReadOnlyList<MessageProblem>? found)
    {
        ReadOnlyMemory<byte> content;
        try
        {
            content = journal.ReadContent(id) ?? throw new DamagedContentException($"The content of message {id} is not in the journal. Restore the journal from a backup.");
        }
        catch (JournalException exception) when (exception is DamagedContentException or ContentRemovedException)
        {
            // It would hold all that come after it, for ever.
            Log.Damaged(log, Volatile.Read(ref _model)!.Id, id, exception.Message);
            await RecordAsync(id, default, clock.GetLocalNow(), PipelineOutcome.Failed(exception.Message));
            return;
        }

        await ProcessAsync(id, content, found);
    }

    private async Task ProcessAsync(MessageId id, ReadOnlyMemory<byte> content, IReadOnlyList<MessageProblem>? found)
    {
        ChannelModel model = Volatile.Read(ref _model)!;
        DateTimeOffset now = clock.GetLocalNow();
        await RecordAsync(id, content, now, Intake.Guard(model, id, clock, log, () => model.Pipeline.Run(id, content, now, found: found, nextId: journal.NextMessageId)));
    }

    private async Task RecordAsync(MessageId id, ReadOnlyMemory<byte> content, DateTimeOffset startedAt, PipelineOutcome outcome)
    {
        ChannelModel model = Volatile.Read(ref _model)!;
        NewDelivery? answer = AnswerOf(id, content, outcome);
        IReadOnlyList<NewDelivery> deliveries = handOvers.Process(model.Id, outcome.Stored.Deliveries, content, out List<Backlog>? waiting);
        IReadOnlyList<BatchedMessage> messages = handOvers.Process(model.Id, outcome.Messages, ref waiting);
        Task<AppendResult> stored = HandOvers.ArriveAsync(journal.AppendAsync(new MessageProcessed
        {
            Id = id,
            Channel = model.Id,
            State = outcome.Stored.State,
            Problems = outcome.Stored.Problems,
            Flags = outcome.Flags,
            StartedAt = startedAt,
            Working = outcome.Working,
            Deliveries = deliveries,
            Messages = messages,
            MessagesWindow = Intake.WindowOf(model.Config.Source),
            ApplicationAnswer = answer,
        }), waiting);
        _inFlight.Enqueue((id, stored));
        ParkedBeforeSending.Tell(log, null, model.Id, id, deliveries);
        handOvers.Tell(deliveries);
        handOvers.Tell(model.Id, messages, AppendResult.Stored);
        await SettleAsync(MostInFlight);
    }

    // What another channel handed over was answered there.
    private NewDelivery? AnswerOf(MessageId id, ReadOnlyMemory<byte> content, PipelineOutcome outcome)
    {
        ChannelModel model = Volatile.Read(ref _model)!;
        return ApplicationAnswers.GoesElsewhere(model) && journal.Read(id) is { HandedFrom: null }
            ? ApplicationAnswers.AfterAccept(model, id, content, outcome, clock.GetLocalNow())
            : null;
    }

    /// <summary>Waits until no more outcomes than this are on their way to the disk.</summary>
    private async Task SettleAsync(int most)
    {
        while (_inFlight.Count > most)
        {
            (MessageId id, Task stored) = _inFlight.Dequeue();
            await stored;
            if (!_awaited.IsEmpty)
                Tell(id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3003, LogLevel.Error, "Channel {Channel}: a stored message could not be processed and is tried again. {Reason}")]
        public static partial void Failed(ILogger log, string channel, string reason, Exception exception);

        [LoggerMessage(3050, LogLevel.Error, "Channel {Channel}: message {Id} is rejected unprocessed. {Reason}")]
        public static partial void Damaged(ILogger log, string channel, MessageId id, string reason);
    }
}
