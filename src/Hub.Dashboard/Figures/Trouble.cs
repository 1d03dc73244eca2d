using Hub.Contracts;

namespace Hub.Dashboard.Figures;

/// <summary>When a destination is in trouble: one rule for its own mark, that of its channel, and its line of the map.</summary>
internal static class Trouble
{
    // Longer than a receiver that is busy takes, and than the first tries again.
    private static readonly TimeSpan s_late = TimeSpan.FromMinutes(2);

    /// <summary>Whether a destination cannot be reached, has something parked, or is late.</summary>
    /// <param name="destination">How it stands.</param>
    /// <param name="queues">What waits, for it and for others.</param>
    /// <param name="now">The time.</param>
    public static bool IsIn(DestinationView destination, IEnumerable<QueueStatus> queues, DateTimeOffset now) =>
        destination.State == "Unreachable" || destination.Counts.Parked > 0 || IsLate(destination, queues, now);

    // What somebody paused waits because it should.
    private static bool IsLate(DestinationView destination, IEnumerable<QueueStatus> queues, DateTimeOffset now) =>
        destination.State == "Sending" && queues.Any(queue => queue.Channel == destination.Channel && queue.Destination == destination.Destination && now - queue.OldestAt > s_late);
}
