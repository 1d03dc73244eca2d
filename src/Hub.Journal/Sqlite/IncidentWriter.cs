using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>Writes incidents, what is mailed about them, and what people do to them.</summary>
internal sealed class IncidentWriter(SqliteDatabase database)
{
    /// <summary>Most rows of a table that one entry removes, so that a commit stays short.</summary>
    private const int MostRemoved = 500;

    /// <summary>Most mails: they are long.</summary>
    private const int MostMailsRemoved = 100;

    private const string Upsert =
        """
        INSERT INTO incident (id, kind, channel, destination, fingerprint, text, opened_at, last_at, closed_at, count, first_message, last_message, lasts,
            acknowledged_by, acknowledged_at, muted_until, muted_by, rule, thread, mails, count_mailed, mailed_at, escalated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET text = excluded.text, last_at = excluded.last_at, closed_at = excluded.closed_at, count = excluded.count,
            last_message = excluded.last_message, lasts = excluded.lasts, acknowledged_by = excluded.acknowledged_by, acknowledged_at = excluded.acknowledged_at,
            muted_until = excluded.muted_until, muted_by = excluded.muted_by, rule = excluded.rule, mails = excluded.mails, count_mailed = excluded.count_mailed,
            mailed_at = excluded.mailed_at, escalated_at = excluded.escalated_at
        """;

    private const string InsertMail =
        """
        INSERT INTO mail (incident, recipients, subject, text, html, message_id, thread, at, due_at, state, attempts)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)
        """;

    private const string UpdateThrough = "INSERT INTO alerts (id, through) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET through = max(through, ?1)";

    private const string UpdateMail = "UPDATE mail SET state = ?2, due_at = ?3, reason = ?4, recipients = coalesce(?5, recipients), attempts = attempts + 1 WHERE id = ?1 AND state = 0";

    private const string SelectOpen = "SELECT closed_at FROM incident WHERE id = ?";

    private const string UpdateAcknowledged = "UPDATE incident SET acknowledged_by = ?2, acknowledged_at = ?3 WHERE id = ?1";

    private const string UpdateMuted = "UPDATE incident SET muted_by = ?2, muted_until = ?3 WHERE id = ?1";

    // Oldest first, read row by row up to the first that is young, so that nothing is read that stays. The newest stays, so that no number comes twice.
    private const string SelectEvents = "SELECT id, at FROM event WHERE id <= ?1 AND id < (SELECT max(id) FROM event) ORDER BY id LIMIT ?2";

    private const string DeleteEvents = "DELETE FROM event WHERE id <= ?";

    // Those that wait are found in their index: a mail's time and state stand behind its text, which is long.
    private const string SelectMails =
        "SELECT id, at FROM mail NOT INDEXED WHERE id NOT IN (SELECT id FROM mail WHERE state = 0) AND id < (SELECT max(id) FROM mail) ORDER BY id LIMIT ?1";

    private const string DeleteMails = "DELETE FROM mail WHERE id <= ? AND id NOT IN (SELECT id FROM mail WHERE state = 0)";

    private const string SelectIncidents = "SELECT id, closed_at FROM incident NOT INDEXED WHERE closed_at IS NOT NULL AND id < (SELECT max(id) FROM incident) ORDER BY id LIMIT ?1";

    private const string DeleteIncidents = "DELETE FROM incident WHERE id <= ? AND closed_at IS NOT NULL";

    /// <summary>Stores what the alerts made of events.</summary>
    public AppendResult Write(IncidentsChanged changed)
    {
        foreach (Incident incident in changed.Incidents)
            Store(incident);
        foreach (OutgoingMail mail in changed.Mails)
        {
            database.Prepare(InsertMail).Bind(mail.Incident).Bind(JournalJson.Write(mail.To) ?? "[]").Bind(mail.Subject).Bind(mail.Text).Bind(mail.Html)
                .Bind(mail.MessageId).Bind(mail.Thread).Bind(mail.At).Bind(mail.DueAt).Run();
        }

        database.Prepare(UpdateThrough).Bind(changed.Through).Run();
        if (changed.RemovesBefore is not { } before)
            return AppendResult.Stored;
        bool isMore = Remove(database.Prepare(SelectEvents).Bind(changed.Through), DeleteEvents, changed.RemovesEventsBefore ?? before, MostRemoved);
        isMore |= Remove(database.Prepare(SelectMails), DeleteMails, before, MostMailsRemoved);
        isMore |= Remove(database.Prepare(SelectIncidents), DeleteIncidents, before, MostRemoved);
        return isMore ? AppendResult.Stored with { HasMore = true } : AppendResult.Stored;
    }

    /// <summary>Stores what came of trying a mail.</summary>
    public AppendResult Write(MailAttempted attempted)
    {
        database.Prepare(UpdateMail).Bind(attempted.Mail).Bind((long)attempted.State).Bind(attempted.DueAt).Bind(attempted.Reason).Bind(attempted.Left is { } left ? JournalJson.Write(left) : null).Run();
        return AppendResult.Stored;
    }

    /// <summary>Stores what somebody did to an incident.</summary>
    public AppendResult Write(IncidentOperated operated)
    {
        Statement row = database.Prepare(SelectOpen).Bind(operated.Incident);
        if (!row.Step())
            throw new JournalException($"There is no incident {operated.Incident}. See which there are with: hub incidents");
        bool isClosed = !row.IsNull(0);
        row.Reset();
        if (isClosed)
            throw new JournalException($"Incident {operated.Incident} is over, so nothing can be done to it any more. See what lasts with: hub incidents --open");
        if (operated.Operation == IncidentOperation.Acknowledge)
            database.Prepare(UpdateAcknowledged).Bind(operated.Incident).Bind(operated.By).Bind(operated.At).Run();
        else
            database.Prepare(UpdateMuted).Bind(operated.Incident).Bind(operated.By).Bind(operated.Operation == IncidentOperation.Mute ? operated.Until : null).Run();
        return AppendResult.Stored;
    }

    // Whether there may be more to remove.
    private bool Remove(Statement row, string delete, DateTimeOffset before, int limit)
    {
        row.Bind(limit);
        (int old, long last) = (0, 0);
        while (row.Step())
        {
            if (row.Time(1) >= before)
            {
                row.Reset();
                break;
            }

            (old, last) = (old + 1, row.Long(0));
        }

        if (old > 0)
            database.Prepare(delete).Bind(last).Run();
        return old == limit;
    }

    private void Store(Incident incident) => database.Prepare(Upsert)
        .Bind(incident.Id).Bind((long)incident.Kind).Bind(incident.Channel).Bind(incident.Destination).Bind(incident.Fingerprint).Bind(incident.Text)
        .Bind(incident.OpenedAt).Bind(incident.LastAt).Bind(incident.ClosedAt).Bind(incident.Count).Bind(incident.FirstMessage?.Value).Bind(incident.LastMessage?.Value)
        .Bind(incident.Lasts ? 1 : 0).Bind(incident.AcknowledgedBy).Bind(incident.AcknowledgedAt).Bind(incident.MutedUntil).Bind(incident.MutedBy)
        .Bind(incident.Rule).Bind(incident.Thread).Bind(incident.Mails).Bind(incident.CountMailed).Bind(incident.MailedAt).Bind(incident.EscalatedAt).Run();
}
