using System.Globalization;

namespace Hub.Faults.Checks;

/// <summary>What a scenario found: counts, and every broken promise.</summary>
internal sealed class Verdict
{
    private const int MostShown = 12;

    private readonly List<string> _broken = [];
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>Nothing is broken.</summary>
    public bool IsGood => _broken.Count == 0;

    /// <summary>Why the scenario did not run; null when it did.</summary>
    public string? Skipped { get; set; }

    /// <summary>Messages acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>How many faults were made.</summary>
    public int Faults { get; set; }

    /// <summary>Arrivals that repeat an earlier one.</summary>
    public int Repeats { get; set; }

    /// <summary>Acknowledged messages that are nowhere.</summary>
    public int Lost { get; set; }

    /// <summary>Notes what was acknowledged.</summary>
    public void AddAcknowledged(int count) => Acknowledged += count;

    /// <summary>Counts something worth a word in the report.</summary>
    public void Count(string what, int number = 1) => _counts[what] = _counts.GetValueOrDefault(what) + number;

    /// <summary>Notes a broken promise.</summary>
    public void Break(string problem) => _broken.Add(problem);

    /// <summary>Notes broken promises of one kind, the first of them in full.</summary>
    public void Break(string promise, IReadOnlyCollection<string> cases)
    {
        if (cases.Count > 0)
            _broken.Add(string.Create(CultureInfo.InvariantCulture, $"{promise}: {cases.Count:N0}, among them {string.Join("; ", cases.Take(MostShown))}"));
    }

    /// <summary>Everything broken.</summary>
    public IReadOnlyList<string> Broken => _broken;

    /// <summary>The counts in words.</summary>
    public string Words => string.Join(", ", _counts.Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Value:N0} {count.Key}")));
}
