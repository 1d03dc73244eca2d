using Hub.Contracts;

namespace Hub.Engine;

/// <summary>Which messages of a replay were taken up before a stop. Asked in their order; holds a page at a time.</summary>
internal sealed class TakenItems(IJournalReader journal, long replay)
{
    private const int PageSize = 1_000;
    private IReadOnlyList<StoredReplayItem> _page = [];
    private int _next;
    private long _read;
    private bool _isEmpty;

    public bool Has(long item)
    {
        while (!_isEmpty)
        {
            for (; _next < _page.Count && _page[_next].Item <= item; _next++)
            {
                if (_page[_next].Item == item)
                    return true;
            }

            if (_next < _page.Count)
                return false;
            // What is taken up from now on stands behind what is asked for.
            _page = journal.ReadReplayItems(replay, Math.Max(_read, item - 1), PageSize);
            _next = 0;
            _isEmpty = _page.Count == 0;
            _read = _isEmpty ? _read : _page[^1].Item;
        }

        return false;
    }
}
