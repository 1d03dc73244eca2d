using Hub.Contracts;
using Hub.Engine.Commands;

namespace Hub.Engine;

/// <summary>What a replay would take up, counted channel by channel.</summary>
internal sealed partial class ReplayBatches
{
    private ReplayedChannel[] Count(ReplayPlan plan)
    {
        if (plan.Files is { } files)
            return [new(plan.Channel!, MessageFiles.Read(files.Select(file => file.Path)).LongCount(), null, null, null, null, Happens(plan, plan.Channel!))];
        if (plan.Messages is { } named)
            return CountNamed(plan, named);
        return [.. journal.Count(plan.Query!).Select(one => new ReplayedChannel(one.Channel, one.Messages, one.First.Value, one.FirstAt, one.Last.Value, one.LastAt, Happens(plan, one.Channel)))];
    }

    private ReplayedChannel[] CountNamed(ReplayPlan plan, IReadOnlyList<long> named)
    {
        StoredMessage[] messages = [.. named.Distinct().Order().Select(id =>
            journal.Read(new(id)) ?? throw new ReplayRefusedException($"There is no message {id} in the journal. Find it with: hub messages"))];
        return [.. messages.GroupBy(message => message.Channel).Select(group => new ReplayedChannel(
            group.Key, group.Count(), group.First().Id.Value, group.First().ReceivedAt, group.Last().Id.Value, group.Last().ReceivedAt, Happens(plan, group.Key)))];
    }

    private string Happens(ReplayPlan plan, string channel)
    {
        if (plan.Channel is null && plan.Destination is not null)
            return $"sent to {plan.Destination} again, with the bytes it was sent before";
        if (find(channel) is not { } model)
            return "nothing: the channel has no file that can be used, so the replay would pause there";
        return $"a new message each, through the channel as it is now, for {plan.Destination ?? string.Join(", ", model.Destinations.Select(destination => destination.Id))}";
    }
}
