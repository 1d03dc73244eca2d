namespace Hub.Faults.Traffic;

/// <summary>What the senders of a site sent and what the Hub acknowledged to them. Outlives every Hub.</summary>
internal sealed class Ledger
{
    private readonly Lock _lock = new();
    private readonly int[] _sent = new int[NumberedMessage.Senders];
    private readonly int[] _acknowledged = new int[NumberedMessage.Senders];
    private readonly List<(NumberedMessage Message, int Run)> _entries = [];
    private readonly List<string> _strange = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];
    private int _refusals;
    private int _interruptions;

    /// <summary>Which start of the Hub the senders now speak to, from 1; kept with each acknowledgment, so that a loss can be dated.</summary>
    public int Run { get; set; }

    /// <summary>The acknowledged messages with the run in which they were, in the order of their acknowledgments.</summary>
    public IReadOnlyList<(NumberedMessage Message, int Run)> Acknowledged
    {
        get
        {
            lock (_lock)
                return [.. _entries];
        }
    }

    /// <summary>How many messages were acknowledged.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>How many answers were not AA.</summary>
    public int Refusals => Volatile.Read(ref _refusals);

    /// <summary>How many connections broke or were refused.</summary>
    public int Interruptions => Volatile.Read(ref _interruptions);

    /// <summary>Answers that name another message than the one that was sent.</summary>
    public IReadOnlyList<string> StrangeAnswers
    {
        get
        {
            lock (_lock)
                return [.. _strange];
        }
    }

    /// <summary>The message a sender has to send next: the one after the last that was acknowledged.</summary>
    public int NextOf(int sender) => _acknowledged[sender] + 1;

    /// <summary>The last number that a sender sent, acknowledged or not.</summary>
    public int LastSentOf(int sender) => sender < _sent.Length ? Volatile.Read(ref _sent[sender]) : 0;

    /// <summary>Notes that a message goes out.</summary>
    public void AddSent(NumberedMessage message)
    {
        lock (_lock)
            _sent[message.Sender] = Math.Max(_sent[message.Sender], message.Number);
    }

    /// <summary>Notes an acknowledgment.</summary>
    public void AddAcknowledged(NumberedMessage message)
    {
        lock (_lock)
        {
            _acknowledged[message.Sender] = Math.Max(_acknowledged[message.Sender], message.Number);
            _entries.Add((message, Run));
            _waiting.RemoveAll(waiting =>
            {
                if (waiting.Count > _entries.Count)
                    return false;
                waiting.Reached.SetResult();
                return true;
            });
        }
    }

    /// <summary>Notes an answer that refuses.</summary>
    public void AddRefusal() => Interlocked.Increment(ref _refusals);

    /// <summary>Notes that a connection was lost or could not be made.</summary>
    public void AddInterruption() => Interlocked.Increment(ref _interruptions);

    /// <summary>Notes an answer that names another message.</summary>
    public void AddStrangeAnswer(NumberedMessage message, string answer)
    {
        lock (_lock)
            _strange.Add($"{message.ControlId} was answered \"{answer.Replace('\r', '/')}\"");
    }

    /// <summary>Completes when so many messages are acknowledged in all.</summary>
    public Task ReachedAsync(int count)
    {
        lock (_lock)
        {
            if (_entries.Count >= count)
                return Task.CompletedTask;
            TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            return reached.Task;
        }
    }
}
