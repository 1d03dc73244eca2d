using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>Reads events, incidents and mails. A file of before them has none.</summary>
internal static class IncidentRows
{
    private const string Table = "alerts";

    private const string Columns =
        """
        SELECT id, kind, channel, destination, fingerprint, text, opened_at, last_at, closed_at, count, first_message, last_message, lasts,
            acknowledged_by, acknowledged_at, muted_until, muted_by, rule, thread, mails, count_mailed, mailed_at, escalated_at
        FROM incident
        """;

    private const string SelectEvents =
        "SELECT id, at, kind, channel, destination, fingerprint, count, text, message, delivery, is_end, lasts FROM event WHERE id > ? ORDER BY id LIMIT ?";

    private const string SelectIncidents =
        Columns + " WHERE (?1 = 0 OR closed_at IS NULL) AND (?2 IS NULL OR channel = ?2) AND (?3 IS NULL OR id = ?3) AND (?4 IS NULL OR id < ?4)"
        + " AND (?5 IS NULL OR channel IN (SELECT value FROM json_each(?5))) ORDER BY id DESC LIMIT ?6";

    // By the index of open incidents.
    private const string SelectOpenOf =
        Columns + " WHERE closed_at IS NULL AND kind = ?1 AND channel = ?2 AND destination = ?3 AND (?4 = '' OR fingerprint = ?4) ORDER BY id DESC LIMIT ?5";

    private const string MailColumns = "SELECT id, incident, recipients, subject, text, html, message_id, thread, at, due_at, state, attempts, reason FROM mail";

    private const string SelectQueued = MailColumns + " WHERE state = 0 ORDER BY due_at, id LIMIT ?";

    // A webhook is told by its address: that of a person has no scheme. By the index of those that wait.
    private const string SelectWaiting =
        MailColumns + """ WHERE state = 0 AND (recipients LIKE '["http://%' OR recipients LIKE '["https://%') = ?1 ORDER BY due_at, id LIMIT ?2""";

    // By the index of ids, from the last that begins so.
    private const string SelectLastId = "SELECT message_id FROM mail WHERE message_id >= ?1 AND message_id < ?2 AND length(message_id) = ?3 ORDER BY message_id DESC LIMIT 1";

    private const string SelectMails = MailColumns + " WHERE (?1 IS NULL OR state = ?1) AND (?4 IS NULL OR id < ?4) ORDER BY id DESC LIMIT ?3";

    // By the index of incidents.
    private const string SelectMailsOf = MailColumns + " WHERE incident = ?2 AND (?1 IS NULL OR state = ?1) AND (?4 IS NULL OR id < ?4) ORDER BY id DESC LIMIT ?3";

    /// <summary>Events after one.</summary>
    public static IReadOnlyList<StoredEvent> Events(SqliteDatabase database, long after, int limit)
    {
        List<StoredEvent> events = [];
        if (!database.Has(Table))
            return events;
        Statement row = database.Prepare(SelectEvents).Bind(after).Bind(limit);
        while (row.Step())
        {
            events.Add(new(row.Long(0), new()
            {
                At = row.Time(1),
                Kind = (EventKind)row.Int(2),
                Channel = row.Text(3),
                Destination = row.Text(4),
                Fingerprint = row.Text(5),
                Count = row.Int(6),
                Text = row.Text(7),
                Message = Message(row, 8),
                Delivery = row.LongOrNull(9),
                IsEnd = row.Int(10) == 1,
                Lasts = row.Int(11) == 1,
            }));
        }

        return events;
    }

    /// <summary>Through which event the alerts have come.</summary>
    public static long Through(SqliteDatabase database) => database.Has(Table) ? database.Number("SELECT through FROM alerts") : 0;

    /// <summary>Incidents, newest first.</summary>
    public static IReadOnlyList<Incident> Find(SqliteDatabase database, IncidentQuery query)
    {
        List<Incident> incidents = [];
        if (!database.Has(Table))
            return incidents;
        Statement row = query.Cause is { } cause
            ? database.Prepare(SelectOpenOf).Bind((long)cause.Kind).Bind(cause.Channel).Bind(cause.Destination).Bind(cause.Fingerprint).Bind(query.Limit)
            : database.Prepare(SelectIncidents).Bind(query.IsOpen ? 1 : 0).Bind(query.Channel).Bind(query.Id).Bind(query.Before).Bind(JournalJson.Write(query.Channels)).Bind(query.Limit);
        while (row.Step())
            incidents.Add(Incident(row));
        return incidents;
    }

    /// <summary>Mails; those that wait by their time, others newest first.</summary>
    public static IReadOnlyList<OutgoingMail> Mails(SqliteDatabase database, MailState? state, long? incident, int limit, long? before)
    {
        List<OutgoingMail> mails = [];
        if (!database.Has(Table))
            return mails;
        Statement row = state == MailState.Queued && incident is null
            ? database.Prepare(SelectQueued).Bind(limit)
            : database.Prepare(incident is null ? SelectMails : SelectMailsOf).Bind((long?)state).Bind(incident).Bind(limit).Bind(before);
        while (row.Step())
            mails.Add(Mail(row));
        return mails;
    }

    /// <summary>What waits to leave, by its time: calls of webhooks, or mails.</summary>
    public static IReadOnlyList<OutgoingMail> Waiting(SqliteDatabase database, bool calls, int limit)
    {
        List<OutgoingMail> waiting = [];
        if (!database.Has(Table))
            return waiting;
        Statement row = database.Prepare(SelectWaiting).Bind(calls ? 1 : 0).Bind(limit);
        while (row.Step())
            waiting.Add(Mail(row));
        return waiting;
    }

    /// <summary>The last id of a mail that begins in a way and has so many characters after that.</summary>
    public static string? LastMailId(SqliteDatabase database, string beginning, int more)
    {
        if (!database.Has(Table))
            return null;
        Statement row = database.Prepare(SelectLastId).Bind(beginning).Bind(beginning + '\uFFFF').Bind((long)beginning.Length + more);
        string? id = row.Step() ? row.Text(0) : null;
        row.Reset();
        return id;
    }

    private static MessageId? Message(Statement row, int column) => row.LongOrNull(column) is { } id ? new MessageId(id) : null;

    private static Incident Incident(Statement row) => new()
    {
        Id = row.Long(0),
        Kind = (EventKind)row.Int(1),
        Channel = row.Text(2),
        Destination = row.Text(3),
        Fingerprint = row.Text(4),
        Text = row.Text(5),
        OpenedAt = row.Time(6),
        LastAt = row.Time(7),
        ClosedAt = row.TimeOrNull(8),
        Count = row.Long(9),
        FirstMessage = Message(row, 10),
        LastMessage = Message(row, 11),
        Lasts = row.Int(12) == 1,
        AcknowledgedBy = row.TextOrNull(13),
        AcknowledgedAt = row.TimeOrNull(14),
        MutedUntil = row.TimeOrNull(15),
        MutedBy = row.TextOrNull(16),
        Rule = row.Text(17),
        Thread = row.Text(18),
        Mails = row.Int(19),
        CountMailed = row.Long(20),
        MailedAt = row.TimeOrNull(21),
        EscalatedAt = row.TimeOrNull(22),
    };

    private static OutgoingMail Mail(Statement row) => new()
    {
        Id = row.Long(0),
        Incident = row.LongOrNull(1),
        To = JournalJson.Flags(row.Text(2)) ?? [],
        Subject = row.Text(3),
        Text = row.Text(4),
        Html = row.Text(5),
        MessageId = row.Text(6),
        Thread = row.Text(7),
        At = row.Time(8),
        DueAt = row.Time(9),
        State = (MailState)row.Int(10),
        Attempts = row.Int(11),
        Reason = row.TextOrNull(12),
    };
}

/// <summary>What the journal reads of alerts.</summary>
internal sealed partial class SqliteJournalReader
{
    /// <inheritdoc/>
    public IReadOnlyList<StoredEvent> ReadEvents(long after, int limit) => Read(database => IncidentRows.Events(database, after, limit));

    /// <inheritdoc/>
    public long ReadAlertsThrough() => Read(IncidentRows.Through);

    /// <inheritdoc/>
    public IReadOnlyList<Incident> FindIncidents(IncidentQuery query) => Read(database => IncidentRows.Find(database, query));

    /// <inheritdoc/>
    public IReadOnlyList<OutgoingMail> ReadMails(MailState? state, long? incident, int limit, long? before) => Read(database => IncidentRows.Mails(database, state, incident, limit, before));

    /// <inheritdoc/>
    public string? FindLastMailId(string beginning, int more) => Read(database => IncidentRows.LastMailId(database, beginning, more));

    /// <inheritdoc/>
    public IReadOnlyList<OutgoingMail> ReadWaiting(bool calls, int limit) => Read(database => IncidentRows.Waiting(database, calls, limit));
}

/// <summary>What the journal reads of alerts.</summary>
internal sealed partial class SqliteJournal
{
    /// <inheritdoc/>
    public Action? EventsCommitted
    {
        get;
        set
        {
            field = value;
            _writer?.EventsCommitted = value;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredEvent> ReadEvents(long after, int limit) => _reader.ReadEvents(after, limit);

    /// <inheritdoc/>
    public long ReadAlertsThrough() => _reader.ReadAlertsThrough();

    /// <inheritdoc/>
    public IReadOnlyList<Incident> FindIncidents(IncidentQuery query) => _reader.FindIncidents(query);

    /// <inheritdoc/>
    public IReadOnlyList<OutgoingMail> ReadMails(MailState? state, long? incident, int limit, long? before) => _reader.ReadMails(state, incident, limit, before);

    /// <inheritdoc/>
    public string? FindLastMailId(string beginning, int more) => _reader.FindLastMailId(beginning, more);

    /// <inheritdoc/>
    public IReadOnlyList<OutgoingMail> ReadWaiting(bool calls, int limit) => _reader.ReadWaiting(calls, limit);
}
