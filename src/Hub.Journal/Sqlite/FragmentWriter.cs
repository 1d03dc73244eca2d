using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>Keeps which messages are parts of another, and which of them still wait for the others (protocol C02, C04).</summary>
internal sealed class FragmentWriter(SqliteDatabase database)
{
    private const string Insert = "INSERT INTO fragment (message, channel, continues, pointer) VALUES (?, ?, ?, ?)";

    private const string UpdateWhole = "UPDATE fragment SET whole = ? WHERE message = ? AND whole IS NULL";

    // The flag tells such rows from first ones when a duplicate is looked for: a sender may send all parts again.
    private const string UpdateParked =
        """
        UPDATE message SET state = ?, answer = ?, problems = ?,
            flags = CASE WHEN flags IS NULL THEN '["fragment-parked"]' ELSE replace(flags, ']', ',"fragment-parked"]') END
        WHERE id = ? AND state = ?
        """;

    /// <summary>Stores where a fragment belongs.</summary>
    public void Write(MessageArrived arrived, FragmentPlace place) =>
        database.Prepare(Insert).Bind(arrived.Id.Value).Bind(arrived.Channel).Bind(place.Continues).Bind(place.Pointer).Run();

    /// <summary>Notes which fragments a message was made of.</summary>
    /// <exception cref="JournalException">One of them is a part of another message, or was given up.</exception>
    public void Join(MessageArrived whole)
    {
        foreach (MessageId fragment in whole.Fragments)
        {
            if (!Close(fragment, whole.Id.Value))
                throw new JournalException($"Message {fragment} is no fragment that waits for others, so message {whole.Id} cannot be made of it. This is a mistake in the Hub; report it.");
        }
    }

    /// <summary>Gives fragments up.</summary>
    public AppendResult Write(FragmentsParked parked)
    {
        foreach (MessageId fragment in parked.Fragments)
        {
            if (!Close(fragment, 0))
                continue;
            database.Prepare(UpdateParked).Bind((long)MessageState.Rejected).Bind((long)ReceiptKind.Error)
                .Bind(JournalJson.Write([parked.Problem])).Bind(fragment.Value).Bind((long)MessageState.Fragment).Run();
        }

        return AppendResult.Stored;
    }

    private bool Close(MessageId fragment, long whole)
    {
        long before = database.Changes;
        database.Prepare(UpdateWhole).Bind(whole).Bind(fragment.Value).Run();
        return database.Changes > before;
    }
}
