using Hub.Contracts;

namespace Hub.Dashboard.Figures;

/// <summary>Something that needs a person, and the one likely thing to do.</summary>
/// <param name="Kind">What it is, as the words <c>needs.KIND</c> say it.</param>
/// <param name="Channel">The channel; empty when it is about none.</param>
/// <param name="Destination">The destination; empty when it is about none.</param>
/// <param name="Text">What is known of it.</param>
/// <param name="Since">Since when, where that is known.</param>
/// <param name="Count">How often.</param>
/// <param name="NextTry">When the Hub tries again by itself.</param>
/// <param name="Action">What the action is called: <c>needs.do-ACTION</c>.</param>
/// <param name="Href">Where it is done.</param>
/// <param name="Runbook">What the channel's file says to do.</param>
public sealed record Need(string Kind, string Channel, string Destination, string Text, DateTimeOffset? Since, long Count, DateTimeOffset? NextTry, string Action, string Href, string Runbook)
{
    /// <summary>The incident's number; null when it is none.</summary>
    public long? Incident { get; init; }

    /// <summary>All that needs a person: incidents nobody has taken on, and what stands still without one; oldest first.</summary>
    public static IReadOnlyList<Need> Of(Recent recent)
    {
        List<Need> needs = [.. recent.Incidents.Where(incident => incident.AcknowledgedBy is null).Select(incident => Of(incident, recent))];
        foreach (ChannelFigures channel in recent.Channels)
        {
            needs.AddRange(OfFile(channel).Where(need => !IsTold(need, recent)));
            foreach (DestinationView destination in recent.Destinations[channel.View.Id])
                needs.AddRange(Of(destination, channel.View.Runbook).Where(need => !IsTold(need, recent)));
        }

        return [.. needs.OrderBy(need => need.Since ?? DateTimeOffset.MaxValue)];
    }

    private static Need Of(Incident incident, Recent recent)
    {
        DateTimeOffset? next = recent.Destinations[incident.Channel].FirstOrDefault(one => one.Destination == incident.Destination && one.State == "Unreachable")?.Until;
        string runbook = recent.Channels.FirstOrDefault(channel => channel.View.Id == incident.Channel)?.View.Runbook ?? "";
        return new(incident.Kind.ToString(), incident.Channel, incident.Destination, incident.Text, incident.OpenedAt, incident.Count, next, "incident", $"/incidents/{incident.Id}", runbook) { Incident = incident.Id };
    }

    private static IEnumerable<Need> OfFile(ChannelFigures channel)
    {
        if (channel.View.Problems.Count > 0)
            yield return new(nameof(EventKind.ChannelRefused), channel.View.Id, "", channel.View.Problems[0], null, channel.View.Problems.Count, null, "file", ChannelHref(channel.View.Id), channel.View.Runbook);
    }

    private static IEnumerable<Need> Of(DestinationView destination, string runbook)
    {
        string channel = destination.Channel;
        if (destination.State == "Unreachable")
            yield return new(nameof(EventKind.Unreachable), channel, destination.Destination, "", destination.Since, 1, destination.Until, "channel", ChannelHref(channel), runbook);
        if (destination.Counts.Parked > 0)
            yield return new(nameof(EventKind.Parked), channel, destination.Destination, "", null, destination.Counts.Parked, null, "parked", QueueHref(destination), runbook);
    }

    // Also when somebody has taken it on: that person knows.
    private static bool IsTold(Need need, Recent recent) =>
        recent.Incidents.Any(incident => incident.Kind.ToString() == need.Kind && incident.Channel == need.Channel && incident.Destination == need.Destination);

    /// <summary>The page of a channel.</summary>
    public static string ChannelHref(string channel) => $"/channels/{Uri.EscapeDataString(channel)}";

    /// <summary>The list of what waits for a destination.</summary>
    public static string QueueHref(DestinationView destination) => $"/queues?channel={Uri.EscapeDataString(destination.Channel)}&destination={Uri.EscapeDataString(destination.Destination)}&which=Parked#list";
}
