using System.Collections.Concurrent;

namespace Hub.Dashboard.Search;

/// <summary>
/// Which lists people opened, so that what a page fetches by itself to stay fresh is not kept in the audit each second. The header that says that it does is not
/// enough: with it somebody could search unseen. In memory, at most so many; what is forgotten, or was not fetched for a quarter of an hour, is kept once more.
/// </summary>
/// <param name="clock">The time.</param>
public sealed class KeptSearches(TimeProvider clock)
{
    private const int Most = 1_000;
    private static readonly TimeSpan s_open = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<(string Who, string Query), DateTimeOffset> _opened = [];

    /// <summary>Notes that the audit has it that somebody opened a list.</summary>
    /// <param name="who">The name of the account or token.</param>
    /// <param name="query">What stands behind the path in its address.</param>
    public void Add(string who, string query)
    {
        if (_opened.Count >= Most)
            _opened.Clear();
        _opened[(who, query)] = clock.GetUtcNow();
    }

    /// <summary>Whether somebody opened this list, still looks at it, and the audit has it.</summary>
    public bool Has(string who, string query)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (!_opened.TryGetValue((who, query), out DateTimeOffset last) || now - last > s_open)
            return false;
        _opened[(who, query)] = now;
        return true;
    }
}
