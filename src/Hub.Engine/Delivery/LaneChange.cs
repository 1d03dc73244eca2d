using Hub.Channels;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Delivery;

/// <summary>
/// Gives what waits for a destination the lanes that its channel file makes now, when it made others before: else what comes next of a patient would be in
/// another lane, and overtake what waits. To be done before anything is sent there.
/// </summary>
internal sealed partial class LaneChange(string channel, DestinationModel destination, IJournal journal, TimeProvider clock, ILogger<LaneChange> log)
{
    private const int AtOnce = 1_000;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>Does it when it is to be done; again and again while the journal is in trouble.</summary>
    /// <param name="stopping">Fires when nothing is to be sent any more; what is left is done at the next start.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await ChangeAsync(stopping);
                return;
            }
            catch (JournalException exception) when (exception.IsTrouble)
            {
                Log.Waits(log, channel, destination.Id, exception.Message);
                await Task.Delay(s_pause, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                Log.Failed(log, channel, destination.Id, exception);
                return;
            }
        }
    }

    private async Task ChangeAsync(CancellationToken stopping)
    {
        string lane = destination.LaneKey?.ToString() ?? "";
        // Of one without lanes nothing is written as long as it never had any.
        if ((journal.ReadLane(channel, destination.Id) ?? "") == lane)
            return;
        // What was given its lane before and is still on its way to the journal is there after this.
        await journal.AppendAsync(new LanesChanged(channel, destination.Id, new Dictionary<long, long>(), null));
        long after = 0;
        bool isAll = false;
        while (!isAll && !stopping.IsCancellationRequested)
        {
            IReadOnlyList<FoundDelivery> some = journal.FindDeliveries(new() { Channel = channel, Destination = destination.Id, States = [DeliveryState.Queued, DeliveryState.Parked], After = after, Limit = AtOnce });
            Dictionary<long, long> lanes = [];
            foreach (FoundDelivery found in some)
            {
                // What it cannot be made of keeps its lane: it waits for nothing but its own.
                if (Readable.Lane(journal, destination, channel, found.Message, found.Delivery, clock.GetLocalNow()) is { } number)
                    lanes.Add(found.Delivery.Delivery, number);
            }

            isAll = some.Count < AtOnce;
            await journal.AppendAsync(new LanesChanged(channel, destination.Id, lanes, isAll ? lane : null));
            after = some is [.., var last] ? last.Delivery.Delivery : after;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4049, LogLevel.Error, "Channel {Channel}, destination {Destination}: what waits cannot be given its lanes anew, since \"lane\" in the file is another; trying again, nothing is sent there meanwhile. {Reason}")]
        public static partial void Waits(ILogger log, string channel, string destination, string reason);

        [LoggerMessage(4050, LogLevel.Error, "Channel {Channel}, destination {Destination}: what waits could not be given its lanes anew, since \"lane\" in the file is another; what comes next may overtake it")]
        public static partial void Failed(ILogger log, string channel, string destination, Exception exception);
    }
}
