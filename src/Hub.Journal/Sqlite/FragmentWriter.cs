using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

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
        database.Prepare(Insert).Bind(arrived.Id.Value).Bind(arrived.Channel)
            .Bind(place.Continues, Sealed(place.Continues, SealedPlace.Fragment(arrived.Id.Value, 0)))
            .Bind(place.Pointer, Sealed(place.Pointer, SealedPlace.Fragment(arrived.Id.Value, 1))).Run();

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
        string problems = JournalJson.Write([parked.Problem])!;
        foreach (MessageId fragment in parked.Fragments)
        {
            if (!Close(fragment, 0))
                continue;
            database.Prepare(UpdateParked).Bind((long)MessageState.Rejected).Bind((long)ReceiptKind.Error)
                .Bind(problems, Sealed(problems, SealedPlace.Problems(fragment.Value))).Bind(fragment.Value).Bind((long)MessageState.Fragment).Run();
        }

        return AppendResult.Stored;
    }

    private byte[]? Sealed(string text, SealedPlace place) => text.Length == 0 ? null : database.Vault.Sealer.Cipher?.Seal(text, place);

    private bool Close(MessageId fragment, long whole)
    {
        long before = database.Changes;
        database.Prepare(UpdateWhole).Bind(whole).Bind(fragment.Value).Run();
        return database.Changes > before;
    }
}
