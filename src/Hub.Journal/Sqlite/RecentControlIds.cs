namespace Hub.Journal.Sqlite;

/// <summary>Messages by control id, in memory.</summary>
internal sealed class RecentControlIds
{
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<long, int> _lastOfControl = [];
    private readonly Dictionary<SearchKey, int> _lastOfKey = [];
    private int _without;

    private readonly record struct Entry(SearchKey Key, long Message, int EarlierOfControl, int EarlierOfKey);

    /// <summary>How many there are, those without a control id included.</summary>
    public int Count => _entries.Count + _without;

    /// <summary>The lowest number of a message.</summary>
    public long First { get; private set; } = long.MaxValue;

    /// <summary>The highest.</summary>
    public long Last { get; private set; }

    /// <summary>Adds a message.</summary>
    /// <param name="key">What it is found by; null when it has no control id.</param>
    /// <param name="message">Its number.</param>
    public void Add(SearchKey? key, long message)
    {
        (First, Last) = (Math.Min(First, message), Math.Max(Last, message));
        if (key is { } found)
            Add(found, message);
        else
            _without++;
    }

    private void Add(SearchKey key, long message) => _entries.Add(new(key, message, Replace(_lastOfControl, key.Control, _entries.Count), Replace(_lastOfKey, key, _entries.Count)));

    /// <summary>Whether there is one with this control id.</summary>
    public bool Has(long control) => _lastOfControl.ContainsKey(control);

    /// <summary>Those with this control id, the newest first.</summary>
    public IEnumerable<long> With(long control)
    {
        for (int at = _lastOfControl.GetValueOrDefault(control, -1); at >= 0; at = _entries[at].EarlierOfControl)
            yield return _entries[at].Message;
    }

    /// <summary>Those with this control id and these bytes, the newest first.</summary>
    public IEnumerable<long> With(SearchKey key)
    {
        for (int at = _lastOfKey.GetValueOrDefault(key, -1); at >= 0; at = _entries[at].EarlierOfKey)
            yield return _entries[at].Message;
    }

    /// <summary>All of them in the order of the table.</summary>
    public (SearchKey Key, long Message)[] Sorted()
    {
        (SearchKey Key, long Message)[] sorted = [.. _entries.Select(entry => (entry.Key, entry.Message))];
        Array.Sort(sorted, static (a, b) => a.Key.Control != b.Key.Control ? a.Key.Control.CompareTo(b.Key.Control)
            : a.Key.Content != b.Key.Content ? a.Key.Content.CompareTo(b.Key.Content)
            : a.Message.CompareTo(b.Message));
        return sorted;
    }

    private static int Replace<TKey>(Dictionary<TKey, int> last, TKey key, int at)
        where TKey : notnull
    {
        int earlier = last.GetValueOrDefault(key, -1);
        last[key] = at;
        return earlier;
    }
}
