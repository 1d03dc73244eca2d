using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

// Control ids are searched as hashes, so an index of them gets each new row at another page: of the pages that a commit of ten messages writes it was half.
// Here the newest messages are known in memory alone. When there are enough of them (Generation), they are sorted by key and written to the table
// control_id slice by slice, each with the commit of messages that come meanwhile: neighbours then share a page. Their rows in the table message are what a
// session that opens the file reads again; control_id_slice says from where on.
//
// Messages without a control id are only counted, so that those of a site which has no others do not keep the table from going on.
//
// What must stay true: a message is in the table, in _older or in _younger from its commit on. A row may be in the table and in memory at once.
// What retention removes before its turn is not written. Nothing of a transaction that is undone is remembered (Begin).

/// <summary>Finds messages by control id, for the writer. Readers ask the table and the newest rows of messages.</summary>
internal sealed class ControlIds
{
    /// <summary>How many messages are sorted and written at a time: memory (8 MB for two of them) and the time to read them at start against pages a commit.</summary>
    public const int Generation = 32_768;

    /// <summary>How many are written at least, so that messages which come one by one do not pay a page each.</summary>
    private const int Slice = 16;

    private const string SelectSlice = "SELECT through FROM control_id_slice";

    private const string SelectNewest = "SELECT id, control_id, sha256, state FROM message WHERE id > ? ORDER BY id";

    private const string Insert =
        "INSERT OR IGNORE INTO control_id (control, content, message) SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM message WHERE id = ?3)";

    private const string UpdateSlice = "UPDATE control_id_slice SET through = ?";

    private const string SelectAny = "SELECT 1 FROM control_id WHERE control = ? LIMIT 1";

    private const string Sent = "m.control_id = ? AND m.channel = ? AND m.sender = ? AND m.received_at >= ?";

    private const string Taken =
        $"""
        m.sha256 = ? AND m.state <> 4 AND (m.flags IS NULL OR (instr(m.flags, '"sequence-') = 0 AND instr(m.flags, '"{FragmentWriter.ParkedFlag}"') = 0 AND instr(m.flags, '"{MessageFlags.ToOne}"') = 0))
        """;

    // The table first: CROSS keeps SQLite from looking through the messages.
    private const string SelectOne = $"SELECT 1 FROM control_id i CROSS JOIN message m ON m.id = i.message WHERE i.control = ? AND {Sent} AND m.id <> ? LIMIT 1";

    private const string SelectIsOne = $"SELECT 1 FROM message m WHERE m.id = ? AND {Sent}";

    private const string SelectFirst =
        $"""
        SELECT m.id, m.content FROM control_id i CROSS JOIN message m ON m.id = i.message
        WHERE i.control = ? AND i.content = ? AND {Sent} AND {Taken} ORDER BY i.message LIMIT 1
        """;

    private const string SelectIsFirst = $"SELECT m.id, m.content FROM message m WHERE m.id = ? AND {Sent} AND {Taken}";

    private readonly SqliteDatabase _database;
    private readonly int _generation;
    private readonly List<(SearchKey? Key, long Message)> _added = [];
    private RecentControlIds _younger = new();
    private RecentControlIds? _older;
    private (SearchKey Key, long Message)[] _sorted = [];
    private int _written;
    private int _writing;
    private int _due;
    private bool _isWhole;
    private long _through;
    private long _throughNow;

    /// <summary>Reads what is not in the table yet.</summary>
    /// <param name="database">The writer's connection.</param>
    /// <param name="generation">How many messages are sorted and written at a time.</param>
    public ControlIds(SqliteDatabase database, int generation = Generation)
    {
        (_database, _generation) = (database, generation);
        _through = database.Number(SelectSlice);
        Statement row = database.Prepare(SelectNewest).Bind(_through);
        while (row.Step())
        {
            SearchTerm controlId = row.IsBlob(1) ? new(null, row.Bytes(1).ToArray()) : new(row.Text(1), default);
            _younger.Add(controlId.Text is "" ? null : new(SearchKey.Of(controlId), row.Int(3) == (int)MessageState.Duplicate ? 0 : SearchKey.Of(row.Bytes(2))), row.Long(0));
        }
    }

    /// <summary>A transaction begins; what the last one left without a commit is forgotten.</summary>
    public void Begin()
    {
        _added.Clear();
        (_writing, _throughNow, _isWhole) = (_written, _through, false);
    }

    /// <summary>A message that was written.</summary>
    /// <param name="message">Its number.</param>
    /// <param name="terms">What is searched of it.</param>
    /// <param name="isDuplicate">Whether it is a duplicate.</param>
    public void Add(long message, SearchTerms terms, bool isDuplicate) =>
        _added.Add((terms.ControlId.Text is "" ? null : isDuplicate ? terms.Key with { Content = 0 } : terms.Key, message));

    /// <summary>Before the commit: writes the slice that is due. Twice as many as were added, so that the older ones are written before the younger are enough.</summary>
    public void WriteDue()
    {
        // A number that was given long ago, to a message that took its time.
        foreach ((SearchKey? key, long message) in _added)
        {
            if (message <= _through && key is { } late)
                Write(late, message);
        }

        int due = _due + (2 * _added.Count);
        if (_older is null || due < Slice)
            return;
        for (int end = Math.Min(_writing + due, _sorted.Length); _writing < end; _writing++)
            Write(_sorted[_writing].Key, _sorted[_writing].Message);
        if (_writing < _sorted.Length)
            return;
        // Numbers come nearly in order: of those up to the last of the older ones, some may be among the younger.
        _throughNow = Math.Max(_through, Math.Min(_older.Last, Math.Min(_younger.First, _added.Count == 0 ? long.MaxValue : _added.Min(added => added.Message)) - 1));
        _database.Prepare(UpdateSlice).Bind(_throughNow).Run();
        _isWhole = true;
    }

    /// <summary>After the commit: what was written is known from now on.</summary>
    public void Committed()
    {
        _due = _writing == _written ? _due + (2 * _added.Count) : 0;
        (_written, _through) = (_writing, _throughNow);
        foreach ((SearchKey? key, long message) in _added)
            _younger.Add(key, message);
        if (_isWhole)
            _older = null;
        if (_older is null && _younger.Count >= _generation)
            (_older, _sorted, _younger, _written, _due) = (_younger, _younger.Sorted(), new(), 0, 0);
    }

    /// <summary>Whether there may be a message with this control id. Nearly every one is new, and this alone says so: one seek in the table.</summary>
    public bool MayHave(SearchKey key)
    {
        if (_added.Exists(added => added.Key?.Control == key.Control) || _younger.Has(key.Control) || _older?.Has(key.Control) == true)
            return true;
        return Is(_database.Prepare(SelectAny).Bind(key.Control));
    }

    /// <summary>Whether a channel has a message of a sender with this control id, not older than a time.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="controlId">The control id.</param>
    /// <param name="sender">The sender.</param>
    /// <param name="since">The time.</param>
    /// <param name="except">A message that is not meant: a batch that has no number of its own goes by that of its first message. 0 for none.</param>
    public bool IsUsed(string channel, SearchTerm controlId, SearchTerm sender, long since, long except = 0)
    {
        long control = SearchKey.Of(controlId);
        IEnumerable<long> recent = _added.Where(added => added.Key?.Control == control).Select(added => added.Message)
            .Concat(_younger.With(control)).Concat(_older?.With(control) ?? []);
        return recent.Any(message => message != except && Is(_database.Prepare(SelectIsOne).Bind(message).Bind(controlId).Bind(channel).Bind(sender).Bind(since)))
            || Is(_database.Prepare(SelectOne).Bind(control).Bind(controlId).Bind(channel).Bind(sender).Bind(since).Bind(except));
    }

    /// <summary>The first message of a sender in a channel with this control id and these bytes, not older than a time, that was taken.</summary>
    /// <returns>Its number, and that of its content.</returns>
    public (long Message, long Content)? First(string channel, SearchTerms terms, long since)
    {
        Statement row = _database.Prepare(SelectFirst).Bind(terms.Key.Control).Bind(terms.Key.Content);
        if (Read(row, channel, terms, since) is { } written)
            return written;
        IEnumerable<long> recent = _added.Where(added => added.Key == terms.Key).Select(added => added.Message)
            .Concat(_younger.With(terms.Key)).Concat(_older?.With(terms.Key) ?? []);
        foreach (long message in recent.Order())
        {
            if (Read(_database.Prepare(SelectIsFirst).Bind(message), channel, terms, since) is { } found)
                return found;
        }

        return null;
    }

    private static (long, long)? Read(Statement row, string channel, SearchTerms terms, long since)
    {
        row.Bind(terms.ControlId).Bind(channel).Bind(terms.Sender).Bind(since).Bind(terms.Content.Span);
        (long, long)? found = row.Step() ? (row.Long(0), row.Long(1)) : null;
        row.Reset();
        return found;
    }

    private static bool Is(Statement row)
    {
        bool found = row.Step();
        row.Reset();
        return found;
    }

    private void Write(SearchKey key, long message) => _database.Prepare(Insert).Bind(key.Control).Bind(key.Content).Bind(message).Run();
}
