using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>How the file says that a delivery holds its lane until a person does something to it: its next try is at a time that never comes.</summary>
internal static class HeldLanes
{
    /// <summary>That time.</summary>
    public static DateTimeOffset Never { get; } = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The time of the next try as it is written; null for none.</summary>
    public static DateTimeOffset? DueOf(DeliveryAttempted attempted) => attempted.HoldsLane ? Never : attempted.DueAt;

    /// <summary>When a delivery is tried again; null for at once, and for one that holds its lane.</summary>
    public static DateTimeOffset? Due(Statement row, int column) => Holds(row, column) ? null : row.TimeOrNull(column);

    /// <summary>Whether a delivery holds its lane.</summary>
    public static bool Holds(Statement row, int column) => row.TimeOrNull(column) >= Never;
}
