namespace Hub.Journal.Sqlite.Upkeep;

/// <summary>Looks whether everything that has bytes names them: a row that lost their number would pass for one that never had any.</summary>
internal sealed partial class JournalCheck
{
    // By sets: the columns have no index, as nothing else asks for them.
    private const string SelectUnnamed =
        """
        SELECT c.id, c.message FROM content c WHERE c.id NOT IN (
            SELECT content FROM message WHERE content IS NOT NULL UNION ALL SELECT content FROM delivery WHERE content IS NOT NULL{0}) ORDER BY c.id
        """;

    private const string OfOperations = " UNION ALL SELECT content FROM delivery_operation WHERE content IS NOT NULL";

    // Bytes that others of its family need stay, whatever became of the message.
    private const string SelectUnremoved =
        """
        SELECT m.id FROM message m JOIN content c ON c.id = m.content WHERE m.content_removed_at IS NOT NULL AND m.state <> 4 AND NOT EXISTS (
            SELECT 1 FROM message o WHERE (o.id = coalesce(m.trace, m.id) OR o.trace = coalesce(m.trace, m.id)) AND o.content = m.content AND o.content_removed_at IS NULL)
        """;

    private void CheckContents()
    {
        Statement row = database.PrepareFit(SelectUnnamed.Replace("{0}", database.Version < Schema.Operations ? "" : OfOperations, StringComparison.Ordinal));
        while (row.Step())
        {
            stopping.ThrowIfCancellationRequested();
            Add("content", row.Long(0), $"Nothing names these bytes{(row.IsNull(1) ? "" : $", which were stored for message {row.Long(1)}")}: a delivery or an edit that had them may send others.");
        }

        if (!_hasRetention)
            return;
        row = database.Prepare(SelectUnremoved);
        while (row.Step())
            Add("message", row.Long(0), "It says that retention removed its content, which is there.");
    }
}
