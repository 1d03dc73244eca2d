using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Writes events with the entries that they are of. They are gathered while a batch is written and stored before its commit: those of one cause are one
/// row with a count, so that a flood of failures costs a row a commit and not a row each. Without an event it costs nothing.
/// </summary>
internal sealed class EventWriter(SqliteDatabase database)
{
    private const string Insert =
        """
        INSERT INTO event (at, kind, channel, destination, fingerprint, count, text, message, delivery, is_end, lasts)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private readonly List<HubEvent> _happened = [];

    /// <summary>Whether the batch has events.</summary>
    public bool HasAny => _happened.Count > 0;

    /// <summary>Forgets what was gathered: the batch begins anew.</summary>
    public void Clear() => _happened.Clear();

    /// <summary>Takes an event into the transaction.</summary>
    public void Add(HubEvent happened)
    {
        int known = _happened.FindIndex(other => other.IsSameCause(happened));
        if (known < 0)
            _happened.Add(happened);
        else
            _happened[known] = happened with { Count = _happened[known].Count + happened.Count, Lasts = _happened[known].Lasts || happened.Lasts };
    }

    /// <summary>Stores what was gathered. Called before the commit.</summary>
    public void Flush()
    {
        foreach (HubEvent happened in _happened)
        {
            database.Prepare(Insert).Bind(happened.At).Bind((long)happened.Kind).Bind(happened.Channel).Bind(happened.Destination).Bind(happened.Fingerprint)
                .Bind(happened.Count).Bind(happened.Text).Bind(happened.Message?.Value).Bind(happened.Delivery).Bind(happened.IsEnd ? 1 : 0).Bind(happened.Lasts ? 1 : 0).Run();
        }
    }
}
