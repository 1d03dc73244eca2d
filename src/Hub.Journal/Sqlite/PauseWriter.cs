using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>Writes which destinations are paused, and by whom they were resumed.</summary>
internal sealed class PauseWriter(SqliteDatabase database)
{
    private const string Insert = "INSERT INTO pause (channel, destination, at, by, reason) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";

    private const string Update = "UPDATE pause SET ended_at = ?, ended_by = ?, ended_for = ? WHERE channel = ? AND destination = ? AND ended_at IS NULL";

    /// <summary>Pauses. A pause that holds already stays as it is: the first reason is the one to look into.</summary>
    public AppendResult Write(DestinationPaused paused)
    {
        if (EntryEvents.Paused(paused) is { } happened)
            database.Events.Add(happened);
        database.Prepare(Insert).Bind(paused.Channel).Bind(paused.Destination).Bind(paused.At).Bind(paused.By).Bind(paused.Reason, Sealed(paused.Reason, paused.Channel, paused.Destination)).Run();
        return AppendResult.Stored;
    }

    /// <summary>Ends a pause.</summary>
    public AppendResult Write(DestinationResumed resumed)
    {
        long before = database.Changes;
        database.Prepare(Update).Bind(resumed.At).Bind(resumed.By).Bind(resumed.Reason, Sealed(resumed.Reason, resumed.Channel, resumed.Destination)).Bind(resumed.Channel).Bind(resumed.Destination).Run();
        if (database.Changes > before)
        {
            database.Events.Add(EntryEvents.Resumed(resumed));
            return AppendResult.Stored;
        }

        throw new JournalException($"Destination {resumed.Destination} of channel {resumed.Channel} is not paused. See which are with: hub destinations");
    }

    private byte[]? Sealed(string? reason, string channel, string destination) => reason is null ? null : database.Vault.Sealer.Cipher?.Seal(reason, SealedPlace.Pause(channel, destination));
}
