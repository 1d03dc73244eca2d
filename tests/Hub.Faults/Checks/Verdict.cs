using System.Globalization;

namespace Hub.Faults.Checks;

/// <summary>What a scenario found: counts, and every broken promise. For several sites at once.</summary>
internal sealed class Verdict
{
    private const int MostShown = 12;

    private readonly Lock _lock = new();
    private readonly List<string> _broken = [];
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _skipped = new(StringComparer.Ordinal);

    /// <summary>Nothing is broken.</summary>
    public bool IsGood => Broken.Count == 0;

    /// <summary>Why the scenario, or a part of it, did not run; empty when all of it did.</summary>
    public string Skipped => string.Join(" ", _skipped);

    /// <summary>Messages acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>How many faults were made.</summary>
    public int Faults { get; private set; }

    /// <summary>Arrivals that repeat an earlier one.</summary>
    public int Repeats { get; private set; }

    /// <summary>Acknowledged messages that are nowhere.</summary>
    public int Lost { get; private set; }

    /// <summary>Notes what was acknowledged.</summary>
    public void AddAcknowledged(int count)
    {
        lock (_lock)
            Acknowledged += count;
    }

    /// <summary>Notes faults that were made.</summary>
    public void AddFaults(int count = 1)
    {
        lock (_lock)
            Faults += count;
    }

    /// <summary>Notes arrivals that repeat an earlier one.</summary>
    public void AddRepeats(int count)
    {
        lock (_lock)
            Repeats += count;
    }

    /// <summary>Notes acknowledged messages that are nowhere.</summary>
    public void AddLost(int count)
    {
        lock (_lock)
            Lost += count;
    }

    /// <summary>Notes why something did not run.</summary>
    public void Skip(string reason)
    {
        lock (_lock)
            _skipped.Add(reason);
    }

    /// <summary>Counts something worth a word in the report.</summary>
    public void Count(string what, long number = 1)
    {
        lock (_lock)
            _counts[what] = _counts.GetValueOrDefault(what) + number;
    }

    /// <summary>Keeps the largest of what several sites measured.</summary>
    public void Most(string what, long number)
    {
        lock (_lock)
            _counts[what] = Math.Max(_counts.GetValueOrDefault(what), number);
    }

    /// <summary>Notes a broken promise.</summary>
    public void Break(string problem)
    {
        lock (_lock)
            _broken.Add(problem);
    }

    /// <summary>Notes broken promises of one kind, the first of them in full.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Break(string promise, IReadOnlyCollection<string> cases)
    {
        if (cases.Count > 0)
            Break(string.Create(CultureInfo.InvariantCulture, $"{promise}: {cases.Count:N0}, among them {string.Join("; ", cases.Take(MostShown))}"));
        return cases.Count > 0;
    }

    /// <summary>Takes over what another one has.</summary>
    public void Add(Verdict other)
    {
        lock (_lock)
        {
            Acknowledged += other.Acknowledged;
            Faults += other.Faults;
            Repeats += other.Repeats;
            Lost += other.Lost;
            _broken.AddRange(other.Broken);
            foreach ((string what, long number) in other._counts)
                _counts[what] = _counts.GetValueOrDefault(what) + number;
        }
    }

    /// <summary>Everything broken.</summary>
    public IReadOnlyList<string> Broken
    {
        get
        {
            lock (_lock)
                return [.. _broken];
        }
    }

    /// <summary>The counts in words.</summary>
    public string Words
    {
        get
        {
            lock (_lock)
                return string.Join(", ", _counts.Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Value:N0} {count.Key}")));
        }
    }
}
