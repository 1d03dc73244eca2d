namespace Hub.Engine.Delivery;

/// <summary>Time that nobody sets. How long something waits, or was tried, is measured in it: the time of day may jump by hours under a running Hub.</summary>
internal static class SteadyTime
{
    /// <summary>The time since some moment before the Hub started. Means nothing to another process.</summary>
    public static TimeSpan Steady(this TimeProvider clock) => clock.GetElapsedTime(0);
}
