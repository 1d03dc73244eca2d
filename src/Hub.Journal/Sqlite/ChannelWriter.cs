using System.Text;
using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>Writes which channels are stopped, and the versions of their files.</summary>
internal sealed class ChannelWriter(SqliteDatabase database)
{
    private const string Insert = "INSERT INTO channel_stop (channel, at, by, reason) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";

    private const string Update = "UPDATE channel_stop SET ended_at = ?, ended_by = ?, ended_for = ? WHERE channel = ? AND ended_at IS NULL";

    private const string InsertVersion =
        """
        INSERT INTO channel_version (channel, number, at, by, hash, accepted, bytes, text)
        VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM channel_version WHERE channel = ?1), ?2, ?3, ?4, ?5, ?6, ?7)
        """;

    // The newest stays, however long it is.
    private const string DeleteVersions =
        """
        DELETE FROM channel_version WHERE channel = ?1 AND number IN (
            SELECT number FROM (
                SELECT number, row_number() OVER (ORDER BY number DESC) AS place, sum(bytes) OVER (ORDER BY number DESC) AS bytes FROM channel_version WHERE channel = ?1)
            WHERE place > 1 AND (place > ?2 OR bytes > ?3))
        """;

    /// <summary>Stops. A stop that holds already stays as it is: the first reason is the one to look into.</summary>
    public AppendResult Write(ChannelStopped stopped)
    {
        database.Prepare(Insert).Bind(stopped.Channel).Bind(stopped.At).Bind(stopped.By).Bind(stopped.Reason).Run();
        return AppendResult.Stored;
    }

    /// <summary>Ends a stop.</summary>
    public AppendResult Write(ChannelStarted started)
    {
        long before = database.Changes;
        database.Prepare(Update).Bind(started.At).Bind(started.By).Bind(started.Reason).Bind(started.Channel).Run();
        return database.Changes > before
            ? AppendResult.Stored
            : throw new JournalException($"Nobody stopped channel {started.Channel}. See how channels stand with: hub channels");
    }

    /// <summary>Keeps a version, and removes those that are too many.</summary>
    public AppendResult Write(ChannelVersionFound found)
    {
        database.Prepare(InsertVersion).Bind(found.Channel).Bind(found.At).Bind(found.By).Bind(ChannelVersionFound.HashOf(found.Text))
            .Bind(found.IsAccepted ? 1 : 0).Bind(Encoding.UTF8.GetByteCount(found.Text)).Bind(found.Text).Run();
        database.Prepare(DeleteVersions).Bind(found.Channel).Bind(ChannelVersionFound.MostVersions).Bind(ChannelVersionFound.MostBytes).Run();
        return AppendResult.Stored;
    }
}
