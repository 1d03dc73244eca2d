namespace Hub.Contracts;

/// <summary>A file whose messages are taken up, as it was when that was asked for.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Bytes">Its length then.</param>
/// <param name="ChangedAt">When it had last been written to then.</param>
public sealed record ReplayFile(string Path, long Bytes, DateTimeOffset ChangedAt);

/// <summary>What a replay of one message came to.</summary>
/// <param name="Message">The message that was asked for; of a file its name.</param>
/// <param name="NewMessage">The message it became, when it went through its channel again.</param>
/// <param name="Deliveries">How many deliveries were queued.</param>
/// <param name="Outcome">In words.</param>
public sealed record ReplayResult(string Message, string? NewMessage, int Deliveries, string Outcome);

/// <summary>What a replay would take up.</summary>
/// <param name="What">In words.</param>
/// <param name="Messages">How many messages.</param>
/// <param name="Channels">Channel by channel.</param>
/// <param name="Seconds">How long its rate makes it; null without one.</param>
public sealed record ReplayPreview(string What, long Messages, IReadOnlyList<ReplayedChannel> Channels, double? Seconds);

/// <summary>What a replay would take up of one channel.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Messages">How many messages.</param>
/// <param name="First">The oldest of them; null where they are in files.</param>
/// <param name="FirstAt">When it arrived.</param>
/// <param name="Last">The newest.</param>
/// <param name="LastAt">When it arrived.</param>
/// <param name="Happens">What would become of each.</param>
public sealed record ReplayedChannel(string Channel, long Messages, long? First, DateTimeOffset? FirstAt, long? Last, DateTimeOffset? LastAt, string Happens);

/// <summary>How a replay stands, as commands show it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="State">Where it stands.</param>
/// <param name="What">In words.</param>
/// <param name="Total">How many messages.</param>
/// <param name="Done">How many were taken up.</param>
/// <param name="Failed">How many could not be.</param>
/// <param name="BegunAt">When it began.</param>
/// <param name="Reason">Why it is paused, if it is.</param>
/// <param name="Results">What became of each message, when they were named one by one.</param>
public sealed record ReplayView(long Id, string State, string What, long Total, long Done, long Failed, DateTimeOffset BegunAt, string? Reason, IReadOnlyList<ReplayResult>? Results = null)
{
    /// <summary>How a stored replay stands.</summary>
    /// <param name="batch">The replay.</param>
    /// <param name="isDriven">Whether a Hub runs that goes on with it.</param>
    /// <returns>How it stands; <c>Interrupted</c> while it should run and nobody goes on with it.</returns>
    public static ReplayView Of(ReplayBatch batch, bool isDriven = true) =>
        new(batch.Id, batch.State == ReplayState.Running && !isDriven ? "Interrupted" : batch.State.ToString(), batch.What, batch.Total, batch.Done, batch.Failed, batch.BegunAt, batch.Reason);
}
