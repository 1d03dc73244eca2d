using System.Globalization;
using Hub.Contracts;

namespace Hub.Journal.Sqlite.Upkeep;

/// <summary>
/// What was on its way when a backup was taken. The Hub went on after that, so all of it may have been sent, and nobody here can know: a person asks
/// the receivers, unless it does no harm to send twice.
/// </summary>
/// <param name="database">The restored journal.</param>
/// <param name="takenAt">When its newest message arrived.</param>
internal sealed class UnsentMarks(SqliteDatabase database, DateTimeOffset? takenAt)
{
    private const string CountDeliveries = "SELECT count(*) FROM delivery WHERE state = 0";
    private const string CountMessages = "SELECT count(*) FROM message WHERE state = 0";
    private const string ParkDeliveries = "UPDATE delivery SET state = ?, reason = ?, due_at = NULL WHERE state = 0";
    private const string RejectMessages = "UPDATE message SET state = ?, problems = ? WHERE state = 0";

    // Else the Hub would go on with them at its start, and take up what it took up then already.
    private const string PauseReplays = "UPDATE replay SET state = ?, reason = ? WHERE state = ?";

    // Numbers were accepted after the backup: the next positive one of each sender is taken, whatever it is.
    private const string ForgetSequences = "UPDATE sequence SET last = NULL";

    private const string RemoveAccess = "DELETE FROM access WHERE kind = ?";

    private const int InternalError = 207;

    /// <summary>How many deliveries were not sent.</summary>
    public long Deliveries { get; } = database.Number(CountDeliveries);

    /// <summary>How many messages were not processed.</summary>
    public long Messages { get; } = database.Number(CountMessages);

    /// <summary>Marks them, in one transaction.</summary>
    public void Write(UnsentMode mode)
    {
        database.Execute("BEGIN IMMEDIATE");
        if (database.Number("PRAGMA user_version") >= Schema.Sequences)
            database.Execute(ForgetSequences);
        // Who was logged in then need not be now, and a token that was good then may have been revoked since: nobody can tell which.
        foreach (AccessKind kind in database.Has("access") ? [AccessKind.Session, AccessKind.Token] : Array.Empty<AccessKind>())
            database.Prepare(RemoveAccess).Bind((long)kind).Run();
        if (mode == UnsentMode.Park)
            Park();
        database.Execute("COMMIT");
    }

    private void Park()
    {
        string time = takenAt is { } at ? at.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "then";
        database.Prepare(ParkDeliveries).Bind((long)DeliveryState.Parked)
            .Bind($"Restored from a backup of {time}: may have been sent since. Ask the receiver. If it does not have it: hub deliveries release ID; if it does: hub deliveries skip ID.").Run();
        MessageProblem problem = new(InternalError, null, $"Restored from a backup of {time}: it was not processed then and may have been since. Ask the receivers, and take it up again (hub replay) if they do not have it.");
        database.Prepare(RejectMessages).Bind((long)MessageState.Rejected).Bind(JournalJson.Write([problem])).Run();
        if (database.Has("replay"))
        {
            database.Prepare(PauseReplays).Bind((long)ReplayState.Paused)
                .Bind($"Restored from a backup of {time}: it went on after that, so receivers may have what it has still to do here. Ask them; then hub replays resume ID, or hub replays cancel ID.")
                .Bind((long)ReplayState.Running).Run();
        }
    }
}
