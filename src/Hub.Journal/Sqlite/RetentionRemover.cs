using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>A message as retention looks at it.</summary>
internal sealed record AgingMessage(long Id, string Channel, DateTimeOffset ReceivedAt, MessageState State, long Content, long Length, long Root, bool IsContentRemoved);

/// <summary>
/// Removes messages. Bytes are shared: a message that one channel hands to another has those of the delivery, so they go with the last of the family that
/// needs them. A duplicate has those of the first one, and none of its own.
/// </summary>
internal sealed class RetentionRemover(SqliteDatabase database)
{
    private const string SelectMessage = "SELECT id, channel, received_at, state, content, length, coalesce(trace, id), content_removed_at IS NOT NULL FROM message WHERE id = ?";

    private const string SelectWaiting = "SELECT 1 FROM delivery WHERE message = ? AND state IN (0, 2) LIMIT 1";

    private const string SelectOpenFragment = "SELECT 1 FROM fragment WHERE message = ? AND whole IS NULL";

    private const string SelectHasNewest =
        """
        SELECT ?1 = (SELECT max(id) FROM message) OR EXISTS (SELECT 1 FROM delivery WHERE message = ?1 AND id = (SELECT max(id) FROM delivery))
        """;

    private const string SelectHasNewestContent =
        """
        SELECT ?1 = (SELECT max(id) FROM content) OR EXISTS (SELECT 1 FROM delivery WHERE message = ?2 AND content = (SELECT max(id) FROM content))
        """;

    private const string UpdateRemoved = "UPDATE message SET content_removed_at = ? WHERE id = ?";

    // Also those that a person replaced.
    private const string SelectOwn =
        """
        SELECT content FROM delivery WHERE message = ?1 AND content IS NOT NULL
        UNION SELECT content FROM delivery_operation WHERE delivery IN (SELECT id FROM delivery WHERE message = ?1) AND content IS NOT NULL
        """;

    // By number: of two that are the same, the hashes differ when the key was changed between them.
    private const string UpdateDuplicates = "UPDATE message SET content_removed_at = ? WHERE duplicate_of = ? AND state = 4 AND content_removed_at IS NULL";

    // Also what a delivery changed and handed over, which the channel that took it may keep for less long.
    private const string SelectNeeded =
        """
        SELECT 1 FROM message m WHERE (m.id = ?1 OR m.trace = ?1) AND m.content_removed_at IS NULL AND (m.content = ?2
            OR EXISTS (SELECT 1 FROM delivery d WHERE d.message = m.id AND (d.content = ?2
                OR EXISTS (SELECT 1 FROM delivery_operation o WHERE o.delivery = d.id AND o.content = ?2)))) LIMIT 1
        """;

    private const string DeleteContent = "DELETE FROM content WHERE id = ?";

    private const string DeleteRest = "DELETE FROM content_rest WHERE content = ?";

    // What receivers answered may repeat what they were sent.
    private const string ClearAnswers = "UPDATE attempt SET answer = NULL WHERE delivery IN (SELECT id FROM delivery WHERE message = ?) AND answer IS NOT NULL";

    private const string DeleteAttempts = "DELETE FROM attempt WHERE delivery IN (SELECT id FROM delivery WHERE message = ?)";

    private const string DeleteOperations = "DELETE FROM delivery_operation WHERE delivery IN (SELECT id FROM delivery WHERE message = ?)";

    private const string DeleteDeliveries = "DELETE FROM delivery WHERE message = ?";

    private const string DeleteFragment = "DELETE FROM fragment WHERE message = ?";

    private const string DeleteControlId =
        """
        DELETE FROM control_id WHERE (control, content, message) IN
            (SELECT search_key(control_id), CASE state WHEN 4 THEN 0 ELSE search_key(sha256) END, id FROM message WHERE id = ?)
        """;

    private const string DeleteMessage = "DELETE FROM message WHERE id = ?";

    private const string SelectOldReplay = "SELECT id FROM replay WHERE state >= 2 AND changed_at < ? AND id < (SELECT max(id) FROM replay) ORDER BY id LIMIT 1";

    private const string DeleteItems = "DELETE FROM replay_item WHERE replay = ?1 AND item IN (SELECT item FROM replay_item WHERE replay = ?1 LIMIT ?2)";

    private const string DeleteReplay = "DELETE FROM replay WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM replay_item WHERE replay = ?1)";

    /// <summary>Reads a message; null when it is gone.</summary>
    public AgingMessage? Read(long message)
    {
        Statement row = database.Prepare(SelectMessage).Bind(message);
        AgingMessage? read = row.Step()
            ? new(row.Long(0), row.Text(1), row.Time(2), (MessageState)row.Int(3), row.Long(4), row.Long(5), row.Long(6), row.Int(7) != 0)
            : null;
        row.Reset();
        return read;
    }

    /// <summary>Whether a message may not go yet, whatever its age.</summary>
    public bool IsUnfinished(AgingMessage message, RetentionWork work) =>
        message.State == MessageState.Received
        || Is(database.Prepare(SelectWaiting).Bind(message.Id))
        || (message.State == MessageState.Fragment && Is(database.Prepare(SelectOpenFragment).Bind(message.Id)))
        || IsTrue(database.Prepare(SelectHasNewestContent).Bind(message.Content).Bind(message.Id))
        || (work == RetentionWork.Record && IsTrue(database.Prepare(SelectHasNewest).Bind(message.Id)));

    /// <summary>Removes the bytes of a message and of its deliveries.</summary>
    /// <returns>About how many bytes that were.</returns>
    public long RemoveContent(AgingMessage message, DateTimeOffset now)
    {
        database.Prepare(UpdateRemoved).Bind(now).Bind(message.Id).Run();
        database.Prepare(ClearAnswers).Bind(message.Id).Run();
        if (message.State != MessageState.Duplicate)
            database.Prepare(UpdateDuplicates).Bind(now).Bind(message.Id).Run();
        HashSet<long> contents = ContentsOf(message);
        foreach (long content in contents)
        {
            if (Is(database.Prepare(SelectNeeded).Bind(message.Root).Bind(content)))
                continue;
            database.Prepare(DeleteRest).Bind(content).Run();
            database.Prepare(DeleteContent).Bind(content).Run();
        }

        return message.Length * contents.Count;
    }

    private HashSet<long> ContentsOf(AgingMessage message)
    {
        HashSet<long> contents = [];
        if (message.State != MessageState.Duplicate)
            contents.Add(message.Content);
        Statement row = database.Prepare(SelectOwn).Bind(message.Id);
        while (row.Step())
            contents.Add(row.Long(0));
        return contents;
    }

    /// <summary>Removes what is left of a message.</summary>
    public void RemoveRecord(AgingMessage message)
    {
        foreach (string statement in (string[])[DeleteAttempts, DeleteOperations, DeleteDeliveries, DeleteFragment, DeleteControlId, DeleteMessage])
            database.Prepare(statement).Bind(message.Id).Run();
    }

    /// <summary>Removes replays that are long over, but never the newest: its number must not come twice.</summary>
    /// <returns>Whether there may be more.</returns>
    public bool RemoveOldReplays(DateTimeOffset before, int rows)
    {
        Statement row = database.Prepare(SelectOldReplay).Bind(before);
        long? replay = row.Step() ? row.Long(0) : null;
        row.Reset();
        if (replay is not { } id)
            return false;
        database.Prepare(DeleteItems).Bind(id).Bind(rows).Run();
        database.Prepare(DeleteReplay).Bind(id).Run();
        return true;
    }

    private static bool Is(Statement row)
    {
        bool found = row.Step();
        row.Reset();
        return found;
    }

    private static bool IsTrue(Statement row)
    {
        bool found = row.Step() && row.Int(0) != 0;
        row.Reset();
        return found;
    }
}
