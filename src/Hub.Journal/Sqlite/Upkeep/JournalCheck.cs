using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;
using Microsoft.Data.Sqlite;

namespace Hub.Journal.Sqlite.Upkeep;

/// <summary>
/// Looks over a whole journal in one state of its file, as a reader beside the writer. Content is read the way lanes read it, so what is
/// found here is what a delivery would stumble over. While it runs the journal's log grows, because this reader needs the old state.
/// </summary>
internal sealed partial class JournalCheck(SqliteDatabase database, IReadOnlyList<AuditHead> heads, CancellationToken stopping)
{
    /// <summary>Most damages that are told one by one.</summary>
    private const int MostTold = 100;

    private const string SelectMessages = MessageRows.Select + " ORDER BY m.id";

    // What retention removed on purpose is no damage. A file that does not know of retention has no such column.
    // A duplicate has the bytes of the first one, and none when that has none.
    private const string SelectRemoved =
        "SELECT m.content_removed_at IS NOT NULL OR f.content_removed_at IS NOT NULL FROM message m LEFT JOIN message f ON f.id = m.duplicate_of WHERE m.id = ?";

    private const string SelectDeliveries =
        "SELECT d.id, d.state, d.reason, d.content IS NOT NULL, m.id, d.message, d.length <> m.length FROM delivery d LEFT JOIN message m ON m.id = d.message ORDER BY d.id";

    private const string SelectAttempts =
        "SELECT a.delivery, a.number, a.state, a.reason, a.answer, a.key, d.id FROM attempt a LEFT JOIN delivery d ON d.id = a.delivery ORDER BY a.delivery, a.number";

    private readonly List<JournalDamage> _damages = [];
    private readonly bool _hasRetention = database.Number("SELECT count(*) FROM pragma_table_info('message') WHERE name = 'content_removed_at'") > 0;
    private long _count;
    private long _messages;
    private long _deliveries;
    private long _attempts;
    private long _encrypted;

    /// <summary>Looks.</summary>
    public JournalReport Run()
    {
        database.Execute("BEGIN");
        Guard(CheckFile);
        Guard(CheckMessages);
        Guard(CheckControlIds);
        Guard(CheckBatches);
        Guard(CheckDeliveries);
        Guard(CheckContents);
        Guard(CheckAttempts);
        Guard(CheckOperations);
        Guard(CheckFragments);
        Guard(CheckPauses);
        Guard(CheckAudit);
        database.Execute("COMMIT");
        return new(_messages, _deliveries, _attempts, _encrypted, _count, _damages);
    }

    // A page that cannot be read ends one table, not the look at the others.
    private void Guard(Action check)
    {
        try
        {
            check();
        }
        catch (SqliteException e)
        {
            Add("file", 0, $"It cannot be read to the end: {e.Message}");
        }
    }

    private void CheckFile()
    {
        using Statement row = new(database.Handle, $"PRAGMA integrity_check({MostTold})");
        while (row.Step())
        {
            if (row.Text(0) != "ok")
                Add("file", 0, row.Text(0));
        }
    }

    private void CheckMessages()
    {
        Statement row = database.PrepareFit(SelectMessages);
        while (row.Step())
        {
            stopping.ThrowIfCancellationRequested();
            _messages++;
            _encrypted += row.IsNull(18) ? 0 : 1;
            long id = row.Long(0);
            if (!Enum.IsDefined((MessageState)row.Int(8)) || !Enum.IsDefined((ReceiptKind)row.Int(9)))
                Add("message", id, $"State {row.Int(8)} with answer {row.Int(9)} is none that a message can have.");
            if (JournalJson.Problems(database.TextOrNull(row, 12, SealedPlace.Problems(id))) is null || JournalJson.Flags(row.TextOrNull(13)) is null)
                Add("message", id, "Its problems or its flags are damaged.");
            if (HeaderRow.Read(database, row, (id, row.Text(1)), new(4, 5, 6, 7, 11, 18)).IsDamaged)
                Add("message", id, "Its row is damaged: what is encrypted in it was changed, or is another message's.");
            else if (!IsRemoved(id))
                CheckContent("message", id, () => ContentReader.OfMessage(database, id));
        }
    }

    private void CheckDeliveries()
    {
        Statement row = database.Prepare(SelectDeliveries);
        while (row.Step())
        {
            stopping.ThrowIfCancellationRequested();
            _deliveries++;
            long id = row.Long(0);
            if (!Enum.IsDefined((DeliveryState)row.Int(1)))
                Add("delivery", id, $"State {row.Int(1)} is none that a delivery can have.");
            if (database.TextOrNull(row, 2, SealedPlace.Reason(id)) == SqliteDatabase.Damaged)
                Add("delivery", id, "Its reason is damaged.");
            if (row.IsNull(4))
                Add("delivery", id, $"Its message {row.Long(5)} is not there.");
            else if (row.Int(3) == 0 && row.Int(6) != 0)
                Add("delivery", id, "It is to send the bytes that its message came as, and says that they have another length: the number of its own is lost.");
            else if (row.Int(3) != 0 && !IsRemoved(row.Long(5)))
                CheckContent("delivery", id, () => ContentReader.OfDelivery(database, id));
        }
    }

    private void CheckAttempts()
    {
        Statement row = database.PrepareFit(SelectAttempts);
        while (row.Step())
        {
            stopping.ThrowIfCancellationRequested();
            _attempts++;
            long delivery = row.Long(0);
            if (row.IsNull(6))
                Add("attempt", delivery, $"Try {row.Int(1)} is of a delivery that is not there.");
            if (!Enum.IsDefined((DeliveryState)row.Int(2)) || database.TextOrNull(row, 3, SealedPlace.Reason(delivery)) == SqliteDatabase.Damaged || IsAnswerDamaged(row, delivery))
                Add("attempt", delivery, $"Try {row.Int(1)} of delivery {delivery} is damaged.");
        }
    }

    private bool IsAnswerDamaged(Statement row, long delivery) =>
        !row.IsNull(4) && !row.IsNull(5) && database.Unseal(row.Bytes(4), SealedPlace.Answer(delivery, row.Int(1))) is null;

    private void CheckContent(string what, long id, Func<ReadOnlyMemory<byte>?> read)
    {
        try
        {
            if (read() is null)
                Add(what, id, "Its content is not there.");
        }
        catch (DamagedContentException)
        {
            Add(what, id, "Its content is damaged: it is not what was stored.");
        }
    }

    private bool IsRemoved(long message)
    {
        if (!_hasRetention)
            return false;
        Statement row = database.Prepare(SelectRemoved).Bind(message);
        bool isRemoved = row.Step() && row.Int(0) != 0;
        row.Reset();
        return isRemoved;
    }

    private void Add(string what, long number, string text)
    {
        _count++;
        if (_damages.Count < MostTold)
            _damages.Add(new(what, number, text));
    }
}
