using System.Collections.Concurrent;

namespace Hub.Dashboard.Search;

/// <summary>
/// Which lists people opened, so that what a page fetches by itself to stay fresh is not kept in the audit each second. The header that says that it does is not
/// enough: with it somebody could search unseen. In memory, at most so many; what is forgotten is kept once more.
/// </summary>
public sealed class KeptSearches
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<(string Who, string Query), bool> _opened = [];

    /// <summary>Notes that the audit has it that somebody opened a list.</summary>
    /// <param name="who">The name of the account or token.</param>
    /// <param name="query">What stands behind the path in its address.</param>
    public void Add(string who, string query)
    {
        if (_opened.Count >= Most)
            _opened.Clear();
        _opened[(who, query)] = true;
    }

    /// <summary>Whether somebody opened this list, and the audit has it.</summary>
    public bool Has(string who, string query) => _opened.ContainsKey((who, query));
}
