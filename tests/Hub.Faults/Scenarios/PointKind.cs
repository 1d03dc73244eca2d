namespace Hub.Faults.Scenarios;

/// <summary>What has to be done so that a Hub comes to a point.</summary>
internal enum PointRoad
{
    /// <summary>Messages flow.</summary>
    Load,

    /// <summary>Messages flow, and are answered before they are processed.</summary>
    Received,

    /// <summary>A Hub starts on the journal of an older one, in which messages wait.</summary>
    Migration,

    /// <summary>A Hub starts on messages that were answered and not processed, which one channel hands to another.</summary>
    HandOver,

    /// <summary>Retention removes what is past its time while other messages wait.</summary>
    Slice,

    /// <summary>The journal's key is changed while messages flow.</summary>
    Rotation,
}

/// <summary>A point of the road at which a Hub ends.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Point">What <c>shim/points.c</c> calls it.</param>
/// <param name="Most">At which time that it is reached the Hub ends, at most.</param>
/// <param name="Road">What has to be done so that it is reached.</param>
internal sealed record PointKind(string Name, string Point, int Most, PointRoad Road = PointRoad.Load)
{
    /// <summary>All of them, in the order of the road.</summary>
    private static readonly PointKind[] s_every =
    [
        new("a part of a message read", "read-part", 20),
        new("a message read", "read", 200),
        new("before the commit", "before-commit", 200),
        new("inside the commit", "inside-commit", 2_000),
        new("after the commit's writes, before its sync", "before-sync", 200),
        new("after the sync, before anybody knows", "after-sync", 200),
        new("before the answer", "before-answer", 200),
        new("half of the answer out", "inside-answer", 200),
        new("after the answer", "after-answer", 200),
        new("answered, not processed", "before-outcome", 200, PointRoad.Received),
        new("before the send", "before-delivery", 300),
        new("half of the message sent", "inside-delivery", 300),
        new("after the send, before the receiver's answer", "after-delivery", 300),
        new("after the receiver's answer", "confirmed", 300),
        new("before the record of it", "before-record", 200),
        new("after the record of it", "recorded", 200),
        new("carrying pages from the log", "checkpoint", 500),
        new("before the sync after that", "checkpoint-sync", 2),
        new("beginning the log anew", "log-anew", 2),
        new("in the middle of a migration", "start", 80, PointRoad.Migration),
        new("in the middle of a hand-over", "start", 40, PointRoad.HandOver),
        new("in the middle of retention's slice", "slice", 120, PointRoad.Slice),
        new("a new key written", "key-written", 1, PointRoad.Rotation),
        new("a new key made", "key-made", 1, PointRoad.Rotation),
        new("a new key stored", "key-stored", 3, PointRoad.Rotation),
    ];

    /// <summary>How many there are.</summary>
    public static int Count => s_every.Length;

    /// <summary>The one of a site: it follows from the seed, so that a seed repeats it.</summary>
    public static PointKind Of(int seed) => s_every[seed % s_every.Length];
}
