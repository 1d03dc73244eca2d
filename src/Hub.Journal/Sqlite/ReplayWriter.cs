using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Writes replays. What becomes of a message of one is written in the transaction that takes it up, so a stop at any moment leaves
/// neither a message that is taken up twice nor one that is forgotten. A person may look for messages by a control id, so texts are sealed.
/// </summary>
internal sealed class ReplayWriter(SqliteDatabase database)
{
    private const string Insert =
        "INSERT INTO replay (id, begun_at, changed_at, state, what, plan, total, done, failed, reason) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, NULL)";

    private const string SelectState = "SELECT state FROM replay WHERE id = ?";

    private const string UpdateState = "UPDATE replay SET state = ?, reason = ?, changed_at = ? WHERE id = ?";

    private const string InsertItem = "INSERT INTO replay_item (replay, item, message, reason) VALUES (?, ?, ?, ?)";

    private const string SelectItem = "SELECT 1 FROM replay_item WHERE replay = ? AND item = ?";

    private const string CountDone = "UPDATE replay SET done = done + 1 WHERE id = ?";

    private const string CountFailed = "UPDATE replay SET failed = failed + 1, changed_at = ? WHERE id = ?";

    /// <summary>Writes the beginning.</summary>
    public AppendResult Write(ReplayBegun begun)
    {
        ReplayBatch batch = begun.Batch;
        if (StateOf(batch.Id) is not null)
            throw new JournalException($"There is a replay {batch.Id} already; a number is used once.");
        database.Prepare(Insert).Bind(batch.Id).Bind(batch.BegunAt).Bind(batch.ChangedAt).Bind((long)batch.State)
            .Bind(batch.What, Sealed(batch.What, SealedPlace.Replay(batch.Id, 0))).Bind(batch.Plan, Sealed(batch.Plan, SealedPlace.Replay(batch.Id, 1))).Bind(batch.Total).Run();
        return AppendResult.Stored;
    }

    /// <summary>Writes that a replay goes over to another state.</summary>
    public AppendResult Write(ReplayChanged changed)
    {
        ReplayState state = Require(changed.Replay);
        if (state is ReplayState.Done or ReplayState.Cancelled)
            throw new JournalException($"Replay {changed.Replay} is {state}, and nothing more becomes of it. Begin a new one with: hub replay");
        database.Prepare(UpdateState).Bind((long)changed.State).Bind(changed.Reason, Sealed(changed.Reason, SealedPlace.Replay(changed.Replay, 2))).Bind(changed.At).Bind(changed.Replay).Run();
        return AppendResult.Stored;
    }

    /// <summary>Writes that a message could not be taken up.</summary>
    public AppendResult Write(ReplayItemFailed failed)
    {
        RequireNew(failed.Item);
        database.Prepare(InsertItem).Bind(failed.Item.Replay).Bind(failed.Item.Item).BindNull()
            .Bind(failed.Reason, Sealed(failed.Reason, SealedPlace.ReplayItem(failed.Item.Replay, failed.Item.Item))).Run();
        database.Prepare(CountFailed).Bind(failed.At).Bind(failed.Item.Replay).Run();
        return AppendResult.Stored;
    }

    /// <summary>Takes a message of a replay up, and notes that.</summary>
    /// <param name="item">Which one.</param>
    /// <param name="message">What it becomes.</param>
    /// <param name="write">Writes it.</param>
    public AppendResult Took(ReplayItem item, MessageId message, Func<AppendResult> write)
    {
        RequireNew(item);
        AppendResult result = write();
        database.Prepare(InsertItem).Bind(item.Replay).Bind(item.Item).Bind(message.Value).BindNull().Run();
        database.Prepare(CountDone).Bind(item.Replay).Run();
        return result;
    }

    private byte[]? Sealed(string? text, SealedPlace place) => text is null ? null : database.Vault.Sealer.Cipher?.Seal(text, place);

    private void RequireNew(ReplayItem item)
    {
        Require(item.Replay);
        Statement row = database.Prepare(SelectItem).Bind(item.Replay).Bind(item.Item);
        bool isKnown = row.Step();
        row.Reset();
        if (isKnown)
            throw new JournalException($"Replay {item.Replay} has taken up {item.Item} already.");
    }

    private ReplayState Require(long replay) =>
        StateOf(replay) ?? throw new JournalException($"There is no replay {replay} in the journal. See which there are with: hub replays");

    private ReplayState? StateOf(long replay)
    {
        Statement row = database.Prepare(SelectState).Bind(replay);
        ReplayState? state = row.Step() ? (ReplayState)row.Int(0) : null;
        row.Reset();
        return state;
    }
}
