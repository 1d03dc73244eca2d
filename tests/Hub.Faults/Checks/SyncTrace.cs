using System.Text.RegularExpressions;

namespace Hub.Faults.Checks;

/// <summary>
/// Reads what strace saw of a Hub, line by line: for each AA that goes into a socket, the page of the journal's log that first names its message
/// was written before a sync of the log began, and that sync ended well before the AA went out. Where the log does not show control ids
/// (they may be encrypted), the first page of the first commit that began after the message came stands for it.
/// The order of lines is the order of events: a call that ended cannot have effects before strace has written its line.
/// </summary>
internal sealed partial class SyncTrace
{
    private readonly Dictionary<string, long> _received = [];
    private readonly Dictionary<string, long> _written = [];
    private readonly Dictionary<string, long> _syncing = [];
    private readonly HashSet<string> _answered = [];
    private readonly List<long> _commits = [];
    private readonly List<string> _violations = [];
    private bool _isInCommit;
    private long _line;
    private long _synced;

    /// <summary>Acknowledgments seen, each message once.</summary>
    public int Answers => _answered.Count;

    /// <summary>Those whose page could be told by its content.</summary>
    public int ByContent { get; private set; }

    /// <summary>Syncs of the log that ended well.</summary>
    public int Syncs { get; private set; }

    /// <summary>Acknowledgments that went out too early.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>Reads a line.</summary>
    public void Read(string line)
    {
        _line++;
        Match call = Call().Match(line);
        if (!call.Success)
            return;
        string thread = call.Groups["thread"].Value;
        string name = call.Groups["name"].Value;
        if (name is "fdatasync" or "fsync")
            ReadSync(thread, line);
        else if (name is "pwrite64" && line.Contains("journal.db-wal>", StringComparison.Ordinal))
            ReadWrite(line);
        else if (name is "recvfrom" or "recvmsg" or "read")
            ReadReceived(line);
        else if (name is "sendto" or "sendmsg" or "write")
            ReadSent(line);
    }

    private void ReadSync(string thread, string line)
    {
        if (line.Contains("journal.db-wal>", StringComparison.Ordinal))
        {
            _syncing[thread] = _line;
            _isInCommit = false;
        }

        if (!line.EndsWith("= 0", StringComparison.Ordinal) || !_syncing.Remove(thread, out long began))
            return;
        _synced = Math.Max(_synced, began);
        Syncs++;
    }

    private void ReadWrite(string line)
    {
        // Pages are written at COMMIT alone; the first one after a sync begins it.
        if (!_isInCommit)
            _commits.Add(_line);
        _isInCommit = true;
        foreach (ValueMatch id in Id().EnumerateMatches(line))
            _written.TryAdd(line.Substring(id.Index, id.Length), _line);
    }

    private void ReadReceived(string line)
    {
        // Long messages come in parts; the id stands in the first.
        foreach (Match header in Header().Matches(line))
            _received.TryAdd(header.Groups["id"].Value, _line);
    }

    private void ReadSent(string line)
    {
        foreach (Match answer in Accepted().Matches(line))
        {
            string id = answer.Groups["id"].Value;
            if (!_answered.Add(id))
                continue;
            if (_written.TryGetValue(id, out long written))
                ByContent++;
            else
                written = FirstCommitAfter(_received.GetValueOrDefault(id, long.MaxValue));
            if (written > _synced)
                _violations.Add($"{id}: answered in line {_line}, written in line {(written == long.MaxValue ? "none" : written)}, the last sync that ended began in line {_synced}");
        }
    }

    private long FirstCommitAfter(long line)
    {
        int index = _commits.BinarySearch(line);
        index = index < 0 ? ~index : index;
        return index < _commits.Count ? _commits[index] : long.MaxValue;
    }

    [GeneratedRegex(@"^(?<thread>\d+) +(<\.\.\. )?(?<name>[a-z0-9]+)( resumed>|\()")]
    private static partial Regex Call();

    [GeneratedRegex(@"S\d\d-\d{7}")]
    private static partial Regex Id();

    [GeneratedRegex(@"MSH\|[^\r]{0,200}?\|(?<id>S\d\d-\d{7})\|")]
    private static partial Regex Header();

    [GeneratedRegex(@"MSA\|AA\|(?<id>S\d\d-\d{7})")]
    private static partial Regex Accepted();
}
