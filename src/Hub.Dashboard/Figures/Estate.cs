using Hub.Contracts;

namespace Hub.Dashboard.Figures;

/// <summary>A box of the map.</summary>
/// <param name="Name">What stands in it.</param>
/// <param name="Note">What stands beneath.</param>
/// <param name="Href">Where it leads; null for nowhere.</param>
/// <param name="Row">Its place from the top, from 0; between two rows where it has lines from both.</param>
/// <param name="State">How a channel stands; null for others.</param>
public sealed record EstateBox(string Name, string Note, string? Href, double Row, string? State = null);

/// <summary>A line of the map, from a place on the left to one on the right.</summary>
/// <param name="FromRow">The row that it begins at.</param>
/// <param name="ToRow">The row that it ends at.</param>
/// <param name="IsIn">Whether it is one of the left half.</param>
/// <param name="Volume">Messages in the last hour.</param>
/// <param name="IsTroubled">Whether it does not go through.</param>
/// <param name="Label">What it is, in names.</param>
/// <param name="Channel">The channel that it belongs to.</param>
/// <param name="Href">The list of the messages that its volume counts.</param>
public sealed record EstateLine(double FromRow, double ToRow, bool IsIn, long Volume, bool IsTroubled, string Label, string Channel, string Href);

/// <summary>Which systems send to which channels, and which get what from them.</summary>
/// <param name="Sources">At the left: where channels take messages.</param>
/// <param name="Channels">In the middle.</param>
/// <param name="Receivers">At the right: an address that several channels send to is one.</param>
/// <param name="Lines">Between them.</param>
/// <param name="Rows">How many rows the map has.</param>
public sealed record Estate(IReadOnlyList<EstateBox> Sources, IReadOnlyList<EstateBox> Channels, IReadOnlyList<EstateBox> Receivers, IReadOnlyList<EstateLine> Lines, int Rows)
{
    private const int MostNames = 5;

    /// <summary>The map of how things stand.</summary>
    /// <param name="recent">How they stand.</param>
    /// <param name="senders">The names of senders that are known, by channel.</param>
    public static Estate Of(Recent recent, IReadOnlyDictionary<string, IReadOnlyList<string>> senders)
    {
        IReadOnlyList<ChannelFigures> all = recent.Channels;
        // Channels that share a place to come from are one box, between its rows.
        ILookup<string, int> sources = Enumerable.Range(0, all.Count).ToLookup(i => Source(all[i].View));
        (string Receiver, ChannelDestinationView To, int Channel)[] sends = [.. all.SelectMany((channel, i) => channel.View.Destinations.Select(destination => (Receiver(channel.View, destination), destination, i)))];
        var receivers = sends.GroupBy(send => send.Receiver).Select(group => (Name: group.Key, Box: ReceiverBox(group.Key, [.. group.Select(send => send.To)]), Middle: group.Average(send => send.Channel))).OrderBy(group => group.Middle).ThenBy(group => group.Name, StringComparer.Ordinal).ToArray();
        var from = sources.Select(group => (Name: group.Key, Box: SourceBox(group.Key, [.. group.Select(i => all[i].View)], senders), Middle: group.Average())).OrderBy(group => group.Middle).ToArray();
        int rows = Math.Max(1, Math.Max(all.Count, Math.Max(receivers.Length, from.Length)));
        double Place(int index, int count) => (index + 0.5) * rows / count - 0.5;
        Dictionary<string, double> left = from.Select((one, i) => (one.Name, Row: Place(i, from.Length))).ToDictionary(one => one.Name, one => one.Row);
        Dictionary<string, string> called = from.ToDictionary(one => one.Name, one => one.Box.Name);
        Dictionary<string, double> right = receivers.Select((one, i) => (one.Name, Row: Place(i, receivers.Length))).ToDictionary(one => one.Name, one => one.Row);
        List<EstateLine> lines = [];
        for (int i = 0; i < all.Count; i++)
        {
            (ChannelView view, double row) = (all[i].View, Place(i, all.Count));
            lines.Add(new(left[Source(view)], row, IsIn: true, recent.LastHour(view.Id, "").Received, all[i].State is "Refused", $"{called[Source(view)]} → {view.Id}", view.Id, recent.HourUrl(new() { Channel = view.Id })));
            lines.AddRange(view.Destinations.Select(destination => new EstateLine(row, right[Receiver(view, destination)], IsIn: false, recent.LastHour(view.Id, destination.Id).Delivered, IsTroubled(recent, view.Id, destination.Id), $"{view.Id} → {destination.Id}", view.Id, recent.HourUrl(new() { Channel = view.Id, Destination = destination.Id, Delivery = DeliveryState.Sent }))));
        }

        return new(
            [.. from.Select(one => one.Box with { Row = left[one.Name] })],
            [.. all.Select((channel, i) => new EstateBox(channel.View.Id, channel.View.Description, Need.ChannelHref(channel.View.Id), Place(i, all.Count), channel.State))],
            [.. receivers.Select(one => one.Box with { Row = right[one.Name] })],
            lines,
            rows);
    }

    // The names that the files say, else those that messages gave; the address stands beneath. Without any name the address is all there is.
    private static EstateBox SourceBox(string address, IReadOnlyList<ChannelView> channels, IReadOnlyDictionary<string, IReadOnlyList<string>> senders)
    {
        string[] names = [.. channels.SelectMany(channel => channel.Senders.Count > 0 ? channel.Senders : senders.GetValueOrDefault(channel.Id) ?? []).Distinct()];
        string type = channels[0].SourceType;
        return names.Length == 0 ? new(address, type, null, 0) : new(Joined(names), address.StartsWith(type, StringComparison.Ordinal) ? address : $"{type} {address}", null, 0);
    }

    private static EstateBox ReceiverBox(string place, IReadOnlyList<ChannelDestinationView> destinations) =>
        destinations[0].Endpoint.Length == 0 || destinations[0].Type == "channel"
            ? new(place, destinations[0].Type, null, 0)
            : new(Joined([.. destinations.Select(destination => destination.Id).Distinct()]), $"{destinations[0].Type} {place}", null, 0);

    /// <summary>Names of systems in one line: the first few, and how many more.</summary>
    internal static string Joined(IReadOnlyCollection<string> names) => $"{string.Join(", ", names.Take(MostNames))}{(names.Count > MostNames ? $" +{names.Count - MostNames}" : "")}";

    private static string Source(ChannelView view) => view.Address ?? (view.SourceType.Length > 0 ? $"{view.SourceType}: {view.Id}" : view.Id);

    private static string Receiver(ChannelView view, ChannelDestinationView destination) => destination.Endpoint.Length > 0 ? destination.Endpoint : $"{view.Id}: {destination.Id}";

    private static bool IsTroubled(Recent recent, string channel, string destination) =>
        recent.Destinations[channel].Any(view => view.Destination == destination && recent.IsTroubled(view));
}
