using Hub.Contracts;
using Hub.Formats.Hl7V2;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

// Fragments are rows of the journal like other messages, so nothing here has to survive a stop: which of them wait for others is
// read there each time one comes. A fragment that completes its message takes all of them (_claimed tells concurrent
// ones apart), and the journal stores the whole in one transaction with the note that they are parts of it. The loop looks
// after what nobody completes: after a restart it makes the messages that a stop came in between, and it sets aside what
// waited too long (protocol C04).

/// <summary>The fragments of one channel that wait for others to become messages (protocol C02 to C04).</summary>
internal sealed partial class Fragments(IJournal journal, TimeProvider clock, ILogger<Fragments> log) : IAsyncDisposable
{
    /// <summary>Most fragments of a channel that wait at once. A message of a thousand parts is none.</summary>
    private const int MostOpen = 1_000;

    /// <summary>The longest message that is put together: as long as a block may be by default.</summary>
    private const long MostBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly HashSet<MessageId> _claimed = [];
    private readonly Dictionary<(string Sender, string Pointer), DateTimeOffset> _mixed = [];
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private Intake? _intake;
    private Task _loop = Task.CompletedTask;
    private string _channel = "";
    private long _timeoutTicks;

    /// <summary>Begins to look after what waits. Called once.</summary>
    public void Start() => _loop = Task.Run(LoopAsync);

    /// <summary>Goes by this version of the channel from now on.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="source">Its source.</param>
    /// <param name="intake">Takes what becomes whole without anybody waiting for it.</param>
    public void Use(string channel, ListenerConfig source, Intake intake)
    {
        _channel = channel;
        Volatile.Write(ref _timeoutTicks, TimeSpan.FromSeconds(source.ReassembleTimeoutSeconds).Ticks);
        Volatile.Write(ref _intake, intake);
        Wake();
    }

    /// <summary>Makes the whole message of a fragment that was just stored, if the others are there.</summary>
    /// <param name="intake">Takes the message.</param>
    /// <param name="stored">The receipt of the fragment, or of the one that it is a duplicate of.</param>
    /// <param name="plan">What the sender waits for.</param>
    /// <returns>What became of the whole; the receipt as incomplete when others are missing.</returns>
    public async Task<Receipt> JoinAsync(Intake intake, Receipt stored, AnswerPlan plan)
    {
        try
        {
            return await JoinStoredAsync(intake, stored, plan);
        }
        catch (Exception exception) when (exception is DamagedContentException or JournalException)
        {
            Log.Failed(log, _channel, exception.Message);
            Wake();
            return new(ReceiptKind.CannotStore, [new(207, null, exception.Message)]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
        _work.Dispose();
    }

    private async Task<Receipt> JoinStoredAsync(Intake intake, Receipt stored, AnswerPlan plan)
    {
        MessageId id = stored.Id!.Value;
        IReadOnlyList<OpenFragment> open = journal.ReadFragments(_channel, MostOpen + 1);
        if (open.Count > MostOpen && open.FirstOrDefault(fragment => fragment.Id == id) is not null)
            return await ParkAsync([id], new(207, null, $"More than {MostOpen} parts of messages wait for others in this channel. Look for senders that do not send the rest."), stored);
        if (FindMixed(open, id) is { } mixed)
            return await ParkAsync(mixed, new(207, null, "Several waiting parts of this sender have the same pointer, so that nobody can say which belong together. Let the sender use a pointer once, and send all parts again after the time for parts (reassembleTimeoutSeconds)."), stored);
        if (FindDone(open, id) is { } whole)
            return (await intake.FindOutcomeAsync(whole, plan)) with { Id = id, SequenceNumber = stored.SequenceNumber, About = journal.ReadContent(whole) };
        if (Claim(open, id) is not { } fragments)
        {
            Wake();
            return stored with { IsIncomplete = true };
        }

        Receipt outcome = await JoinClaimedAsync(intake, fragments, plan, stored);
        // They wait on: the loop tries again, and so does a sender that sends its last part again.
        if (outcome.Kind == ReceiptKind.CannotStore)
            Wake();
        return outcome with { Id = id, SequenceNumber = stored.SequenceNumber };
    }

    private void Wake()
    {
        if (!_stopping.IsCancellationRequested)
            _work.Release();
    }

    // A fragment came again after its message was made: its sender did not hear the answer.
    private MessageId? FindDone(IReadOnlyList<OpenFragment> open, MessageId id) =>
        open.Any(fragment => fragment.Id == id) || journal.Read(id) is not { State: MessageState.Fragment, PartOf: { } whole } ? null
        : whole;

    // Parts that follow must not be taken for those of the message that came first: the pointers are used up until nobody waits for them any more.
    private MessageId[]? FindMixed(IReadOnlyList<OpenFragment> open, MessageId id)
    {
        if (open.FirstOrDefault(fragment => fragment.Id == id) is not { } known)
            return null;
        DateTimeOffset now = clock.GetUtcNow();
        lock (_lock)
        {
            OpenFragment[] waiting = [.. open.Where(fragment => !_claimed.Contains(fragment.Id))];
            foreach ((string, string) past in _mixed.Where(pair => pair.Value <= now).Select(pair => pair.Key).ToArray())
                _mixed.Remove(past);
            bool isMixed = FragmentSet.IsAmbiguous(waiting, known) || _mixed.ContainsKey((known.Sender, known.Place.Pointer)) || _mixed.ContainsKey((known.Sender, known.Place.Continues));
            if (!isMixed || _claimed.Contains(id))
                return null;
            IReadOnlyList<OpenFragment> group = FragmentSet.Group(waiting).First(linked => linked.Contains(known));
            foreach (string pointer in group.SelectMany(fragment => new[] { fragment.Place.Pointer, fragment.Place.Continues }).Where(pointer => pointer.Length > 0))
                _mixed[(known.Sender, pointer)] = now + new TimeSpan(Volatile.Read(ref _timeoutTicks));
            return [.. group.Select(fragment => fragment.Id)];
        }
    }

    private FragmentSet? Claim(IReadOnlyList<OpenFragment> open, MessageId id)
    {
        lock (_lock)
        {
            if (FragmentSet.Find(open, _claimed, id) is not { } set)
                return null;
            // Read again under the claim: another may have made the message since.
            HashSet<MessageId> still = [.. journal.ReadFragments(_channel, MostOpen + 1).Select(fragment => fragment.Id)];
            if (!set.Ids.All(still.Contains))
                return null;
            _claimed.UnionWith(set.Ids);
            return set;
        }
    }

    private async Task<Receipt> JoinClaimedAsync(Intake intake, FragmentSet set, AnswerPlan plan, Receipt stored)
    {
        try
        {
            if (set.Bytes > MostBytes)
                return await ParkAsync(set.Ids, new(207, null, $"The parts make a message of {set.Bytes} bytes, and at most {MostBytes} are put together. Set \"reassemble\": false to pass the parts on as they are."), stored);
            ReadOnlyMemory<byte>[] contents = [.. set.Ids.Select(id => journal.ReadContent(id)!.Value)];
            if (Hl7Continuation.Join(contents) is not { } whole)
                return await ParkAsync(set.Ids, new(102, "MSH-2", "The parts have not the same delimiters and character set (MSH-1, MSH-2, MSH-18), so they make no message."), stored);
            InboundMessage message = new() { Channel = _channel, Peer = set.Peer, Content = whole, Answers = plan, Flags = ["reassembled"] };
            Receipt outcome = await intake.AcceptWholeAsync(message, set.Ids);
            return outcome with { About = contents[0] };
        }
        finally
        {
            lock (_lock)
                _claimed.ExceptWith(set.Ids);
        }
    }

    private async Task<Receipt> ParkAsync(IReadOnlyList<MessageId> fragments, MessageProblem problem, Receipt stored)
    {
        await journal.AppendAsync(new FragmentsParked(fragments, problem));
        Log.Parked(log, _channel, fragments.Count, fragments[0], problem.Text);
        return stored with { Kind = ReceiptKind.Error, Problems = [problem] };
    }

    private async Task LoopAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            TimeSpan next;
            try
            {
                next = await LookAsync();
            }
            catch (Exception exception)
            {
                Log.Failed(log, _channel, exception.Message);
                next = s_pauseAfterFailure;
            }

            await WaitAsync(next);
        }
    }

    private async Task WaitAsync(TimeSpan most)
    {
        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        Task work = _work.WaitAsync(waiting.Token);
        await Task.WhenAny(work, Task.Delay(most, clock, waiting.Token));
        await waiting.CancelAsync();
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_work.Wait(0))
        {
            // One look sees all that has come.
        }
    }

    /// <summary>Makes what can be made and sets aside what waited too long.</summary>
    /// <returns>How long nothing is to be done.</returns>
    private async Task<TimeSpan> LookAsync()
    {
        if (Volatile.Read(ref _intake) is not { } intake)
            return Timeout.InfiniteTimeSpan;
        TimeSpan timeout = new(Volatile.Read(ref _timeoutTicks));
        DateTimeOffset now = clock.GetUtcNow();
        TimeSpan next = Timeout.InfiniteTimeSpan;
        foreach (IReadOnlyList<OpenFragment> group in FragmentSet.Group(journal.ReadFragments(_channel, MostOpen + 1)))
        {
            _stopping.Token.ThrowIfCancellationRequested();
            TimeSpan left = group.Max(fragment => fragment.ReceivedAt) + timeout - now;
            if (Claim(group, group[0].Id) is { } whole)
                left = (await JoinClaimedAsync(intake, whole, AnswerPlan.WhenStored, Receipt.Accepted)).Kind == ReceiptKind.CannotStore ? s_pauseAfterFailure : Timeout.InfiniteTimeSpan;
            else if (left <= TimeSpan.Zero)
                left = await ParkLateAsync(group, timeout);
            if (left != Timeout.InfiniteTimeSpan && (next == Timeout.InfiniteTimeSpan || left < next))
                next = left;
        }

        // Timers know whole milliseconds.
        return next == Timeout.InfiniteTimeSpan ? next : next + TimeSpan.FromMilliseconds(1);
    }

    private async Task<TimeSpan> ParkLateAsync(IReadOnlyList<OpenFragment> group, TimeSpan timeout)
    {
        MessageId[] late;
        lock (_lock)
            late = [.. group.Select(fragment => fragment.Id).Where(id => !_claimed.Contains(id))];
        if (late.Length == 0)
            return s_pauseAfterFailure;
        await ParkAsync(late, new(207, null, $"The next part of the message did not come within {timeout.TotalSeconds:0} s. Nothing of it was delivered. Let the sender send all parts again."), Receipt.Accepted);
        return Timeout.InfiniteTimeSpan;
    }

    private static partial class Log
    {
        [LoggerMessage(3051, LogLevel.Warning, "Channel {Channel}: {Count} parts of a message were set aside, the first is message {First}. {Reason}")]
        public static partial void Parked(ILogger log, string channel, int count, MessageId first, string reason);

        [LoggerMessage(3052, LogLevel.Error, "Channel {Channel}: parts of a message could not be put together and are tried again. {Reason}")]
        public static partial void Failed(ILogger log, string channel, string reason);
    }
}
