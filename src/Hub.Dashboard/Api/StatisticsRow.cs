using System.Globalization;
using Hub.Contracts;

namespace Hub.Dashboard.Api;

/// <summary>What happened in a time to the messages of one channel, destination and type.</summary>
public sealed record StatisticsRow
{
    private static readonly string[] s_columns =
        ["time", "channel", "destination", "type", "received", "rejected", "filtered", "duplicates", "bytes", "delivered", "parked", "attempts", "p50Ms", "p95Ms", "p99Ms", "sendingMs", "queueDepth", "oldestMs"];

    /// <summary>The names of the columns, as CSV has them.</summary>
    internal static IReadOnlyList<string> Columns => s_columns;

    /// <summary>When the time begins.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The channel.</summary>
    public required string Channel { get; init; }

    /// <summary>The destination; empty for what came in.</summary>
    public required string Destination { get; init; }

    /// <summary>Message type and trigger event, where types are asked for.</summary>
    public required string Type { get; init; }

    /// <summary>Messages that came in.</summary>
    public required long Received { get; init; }

    /// <summary>… of these, the rejected ones.</summary>
    public required long Rejected { get; init; }

    /// <summary>… those that no destination wanted.</summary>
    public required long Filtered { get; init; }

    /// <summary>… and those that had come before.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Bytes that came in.</summary>
    public required long Bytes { get; init; }

    /// <summary>Deliveries that receivers have.</summary>
    public required long Delivered { get; init; }

    /// <summary>Deliveries that were parked.</summary>
    public required long Parked { get; init; }

    /// <summary>Tries of deliveries.</summary>
    public required long Attempts { get; init; }

    /// <summary>Half of the delivered messages took at most this long, in milliseconds.</summary>
    public required double P50Ms { get; init; }

    /// <summary>95 of 100 took at most this long.</summary>
    public required double P95Ms { get; init; }

    /// <summary>99 of 100 took at most this long.</summary>
    public required double P99Ms { get; init; }

    /// <summary>How long tries took together, in milliseconds.</summary>
    public required double SendingMs { get; init; }

    /// <summary>The most deliveries that waited at the end of a minute.</summary>
    public required long QueueDepth { get; init; }

    /// <summary>The longest that a message had been waiting at the end of a minute, in milliseconds.</summary>
    public required double OldestMs { get; init; }

    internal static StatisticsRow Of(MinuteStatistics row) => new()
    {
        Time = row.Minute,
        Channel = row.Channel,
        Destination = row.Destination,
        Type = row.Type,
        Received = row.Received,
        Rejected = row.Rejected,
        Filtered = row.Filtered,
        Duplicates = row.Duplicates,
        Bytes = row.Bytes,
        Delivered = row.Delivered,
        Parked = row.Parked,
        Attempts = row.Attempts,
        P50Ms = Milliseconds(row, 0.50),
        P95Ms = Milliseconds(row, 0.95),
        P99Ms = Milliseconds(row, 0.99),
        SendingMs = Math.Round(row.Sending.TotalMilliseconds),
        QueueDepth = row.QueueDepth,
        OldestMs = Math.Round(row.OldestAge.TotalMilliseconds),
    };

    /// <summary>Its cells, in the order of <see cref="Columns"/>. Names of channels and types have no comma, quote or line end: the checks of channel files and the journal see to that.</summary>
    internal string[] Cells()
    {
        static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
        return
        [
            Time.ToLocalTime().ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture), Channel, Destination, Type,
            Number(Received), Number(Rejected), Number(Filtered), Number(Duplicates), Number(Bytes), Number(Delivered), Number(Parked), Number(Attempts), Number(P50Ms), Number(P95Ms), Number(P99Ms), Number(SendingMs), Number(QueueDepth), Number(OldestMs),
        ];
    }

    private static double Milliseconds(MinuteStatistics row, double share) => Math.Round(row.Latency.Percentile(share).TotalMilliseconds, 1);
}
