using Hub.Contracts;
using Hub.Journal.Sqlite;

namespace Hub.Journal.Tests;

/// <summary>Long queues are not counted anew for each who asks; short ones always are.</summary>
public sealed class SparedCountsTests
{
    [Theory]
    [InlineData(SparedCounts<QueueStatus>.LongFrom - 1, 2)]
    [InlineData(SparedCounts<QueueStatus>.LongFrom, 1)]
    public void A_long_queue_is_counted_once_for_two_who_ask_together(long depth, int expected)
    {
        int counted = 0;
        using ManualResetEventSlim slow = new();
        SparedCounts<QueueStatus> counts = new(
            () =>
            {
                counted++;
                // What takes a tenth of a second is good for two.
                slow.Wait(TimeSpan.FromMilliseconds(100));
                return [new("adt", "lab", depth, DateTimeOffset.UnixEpoch)];
            },
            queue => queue.Depth);

        Assert.Equal(depth, counts.Read().Single().Depth);
        Assert.Equal(depth, counts.Read().Single().Depth);

        Assert.Equal(expected, counted);
    }
}
