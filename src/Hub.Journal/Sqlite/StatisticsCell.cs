using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>The counts of one minute, channel, destination and type.</summary>
internal sealed class StatisticsCell
{
    private readonly long[] _latency = new long[256];

    public long Received { get; private set; }

    public long Rejected { get; private set; }

    public long Filtered { get; private set; }

    public long Duplicates { get; private set; }

    public long Bytes { get; private set; }

    public long Delivered { get; private set; }

    public long Parked { get; private set; }

    public long Attempts { get; private set; }

    public long Sending { get; private set; }

    public LatencyHistogram Latency => LatencyHistogram.Of(_latency);

    public void Add(int state, long number, TimeSpan? latency)
    {
        switch (state)
        {
            // It was counted as one message when it was stored, and now its messages are.
            case -1 - (int)MessageState.Divided:
                Received--;
                Bytes -= number;
                return;
            case < 0:
                AddOutcome((MessageState)(-1 - state));
                return;
            case < Counted.Try:
                Received++;
                Bytes += number;
                AddOutcome((MessageState)state);
                return;
        }

        Attempts += state < Counted.WithoutTry ? 1 : 0;
        Sending += number;
        DeliveryState delivery = (DeliveryState)(state % Counted.Try);
        Delivered += delivery == DeliveryState.Sent ? 1 : 0;
        Parked += delivery == DeliveryState.Parked ? 1 : 0;
        if (latency is { } took)
            _latency[LatencyHistogram.StepOf(took)]++;
    }

    public MinuteStatistics ToStatistics(string channel, string destination) => new()
    {
        Channel = channel,
        Destination = destination,
        Received = Received,
        Rejected = Rejected,
        Filtered = Filtered,
        Duplicates = Duplicates,
        Bytes = Bytes,
        Delivered = Delivered,
        Parked = Parked,
        Attempts = Attempts,
        Sending = Microseconds.Span(Sending),
        Latency = Latency,
    };

    private void AddOutcome(MessageState state)
    {
        Rejected += state == MessageState.Rejected ? 1 : 0;
        Filtered += state == MessageState.Filtered ? 1 : 0;
        Duplicates += state == MessageState.Duplicate ? 1 : 0;
    }
}

/// <summary>What one entry adds.</summary>
/// <param name="At">When, in microseconds.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Destination">Its destination; empty for what came in.</param>
/// <param name="Type">The type of the message.</param>
/// <param name="State">Of a message its state, or -1 less it when it was counted as received before; of a delivery where it stands, and <see cref="Try"/> or <see cref="WithoutTry"/>.</param>
/// <param name="Number">Of a message its length; of a try how long it took, in microseconds.</param>
/// <param name="Latency">Of a try that succeeded, how long the message took.</param>
internal readonly record struct Counted(long At, string Channel, string Destination, string Type, int State, long Number, TimeSpan? Latency)
{
    /// <summary>What the state of a delivery is counted from that was tried.</summary>
    public const int Try = 100;

    /// <summary>What the state of a delivery is counted from that came to its end without a try.</summary>
    public const int WithoutTry = 200;
}
