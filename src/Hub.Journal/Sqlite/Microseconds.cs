namespace Hub.Journal.Sqlite;

/// <summary>Times as the journal's file holds them: whole microseconds since 1970-01-01 UTC. What is finer is cut off.</summary>
internal static class Microseconds
{
    public static long Of(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static long Of(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    public static long? Of(TimeSpan? span) => span is { } known ? Of(known) : null;

    public static DateTimeOffset Time(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    public static TimeSpan Span(long microseconds) => new(microseconds * TimeSpan.TicksPerMicrosecond);

    public static TimeSpan? SpanOrNull(long? microseconds) => microseconds is { } known ? Span(known) : null;
}
