using Hub.Channels.Config;

namespace Hub.Engine.Delivery;

/// <summary>The wait before the next try of a delivery: doubled each time up to a limit, with 20 % of jitter (protocol S06).</summary>
internal static class BackOff
{
    private const double Jitter = 0.2;

    /// <summary>Works the wait out.</summary>
    /// <param name="retry">What the destination's file says.</param>
    /// <param name="attempt">The number of the try that failed, from 1.</param>
    /// <param name="random">A number from 0 to 1.</param>
    /// <param name="asked">How long the receiver asked to wait (S09), if it did. It holds, but never for less than the first wait.</param>
    public static TimeSpan After(RetryConfig retry, int attempt, double random, TimeSpan? asked = null)
    {
        if (asked is { } wait)
            return TimeSpan.FromSeconds(Math.Max(wait.TotalSeconds, retry.FirstDelaySeconds));
        double doubled = retry.FirstDelaySeconds * Math.Pow(2, Math.Min(attempt - 1, 30));
        double jitter = 1 + (Jitter * ((2 * random) - 1));
        return TimeSpan.FromSeconds(Math.Min(doubled, retry.MaxDelaySeconds) * jitter);
    }

    /// <summary>The longest wait that a destination's file asks for.</summary>
    public static TimeSpan Longest(RetryConfig retry) => TimeSpan.FromSeconds(retry.MaxDelaySeconds * (1 + Jitter));
}
