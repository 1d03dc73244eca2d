using Hub.Contracts;
using Microsoft.Extensions.Hosting;

namespace Hub.Dashboard.Figures;

/// <summary>
/// Looks once a minute though nobody has a page open, so that queues are known over time and the first page does not wait for 24 hours to be read.
/// </summary>
internal sealed class FiguresLoop(RecentFigures figures, LongFigures further, Senders senders, IHub hub) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        bool isBegun = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                figures.Look();
                if (isBegun)
                {
                    senders.Look();
                    await ReadOnAsync(stoppingToken);
                }

                isBegun = true;
            }
            catch (Exception exception) when (exception is JournalException or ObjectDisposedException)
            {
                // The journal tells of its own trouble; the next minute is looked at again.
            }

            await Task.Delay(TimeSpan.FromMinutes(1), hub.Clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Older days, which nobody may ask for: not in the first minute, and half of the time at the most, because messages go first.
    private async Task ReadOnAsync(CancellationToken stopping)
    {
        for (bool isMore = true; isMore && !stopping.IsCancellationRequested;)
        {
            long begun = hub.Clock.GetTimestamp();
            isMore = further.ReadOn();
            // The queues of each minute are looked at meanwhile.
            figures.Look();
            if (isMore)
                await Task.Delay(hub.Clock.GetElapsedTime(begun) + TimeSpan.FromMilliseconds(10), hub.Clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
