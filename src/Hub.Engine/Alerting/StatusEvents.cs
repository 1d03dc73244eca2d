using Hub.Contracts;

namespace Hub.Engine.Alerting;

/// <summary>Makes events of how channels stand after their folder was followed: files with problems, addresses that cannot be bound, and their ends.</summary>
/// <param name="sink">Where events go.</param>
/// <param name="clock">The time.</param>
internal sealed class StatusEvents(EventSink sink, TimeProvider clock)
{
    private readonly Dictionary<string, (EventKind Kind, string Problem)> _known = [];

    /// <summary>Takes how they stand now. Called by one thread at a time.</summary>
    public void Look(IReadOnlyList<ChannelStatus> statuses)
    {
        foreach (ChannelStatus status in statuses)
            Look(status);
        // A channel whose file is gone has no problem any more.
        foreach (string gone in _known.Keys.Except(statuses.Select(status => status.Id)).ToList())
            End(gone);
    }

    private void Look(ChannelStatus status)
    {
        if (status.Problems is not [var first, ..])
        {
            End(status.Id);
            return;
        }

        EventKind kind = status.IsUnbound ? EventKind.Unbound : EventKind.ChannelRefused;
        string more = status.Problems.Count > 1 ? $" and {status.Problems.Count - 1} more" : "";
        string runs = status.State == "Running" ? " The version before goes on." : " The channel does not run.";
        // The text of a problem may repeat what a file says, a cell of a table for one; that of an address is ours.
        string text = status.IsUnbound ? $"{first}{runs}" : $"The channel's file or one beside it cannot be used as it is: {LogEvents.PlaceIn(first)}{more}. See what is wrong with: hub check.{runs}";
        (EventKind Kind, string Problem) now = (kind, $"{first}{more}{runs}");
        if (_known.TryGetValue(status.Id, out (EventKind Kind, string Problem) before) && before == now)
            return;
        if (before.Problem is not null && before.Kind != kind)
            End(status.Id);
        _known[status.Id] = now;
        Tell(status.Id, kind, text, isEnd: false);
    }

    private void End(string channel)
    {
        if (_known.Remove(channel, out (EventKind Kind, string Problem) before))
            Tell(channel, before.Kind, "", isEnd: true);
    }

    private void Tell(string channel, EventKind kind, string text, bool isEnd) =>
        sink.Add(new() { Kind = kind, Channel = channel, At = clock.GetUtcNow(), Text = text, Lasts = !isEnd, IsEnd = isEnd });
}
