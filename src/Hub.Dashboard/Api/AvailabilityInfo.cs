using Hub.Contracts;

namespace Hub.Dashboard.Api;

/// <summary>How much of a time channels were there for their senders.</summary>
/// <param name="From">From when; days of UTC are what is kept, so it begins with that day.</param>
/// <param name="To">Until when.</param>
/// <param name="Channels">The channels, by id.</param>
public sealed record AvailabilityList(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<AvailabilityInfo> Channels);

/// <summary>How much of a time a channel was there for its senders.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Available">The part of the minutes in which it was meant to be there that it was, 0 to 1; not there when there are none.</param>
/// <param name="UpMinutes">Minutes in which it was there.</param>
/// <param name="DownMinutes">Minutes in which it was not, also because the Hub did not run.</param>
/// <param name="OffMinutes">Minutes in which it was not meant to be: a person or its file stopped it.</param>
/// <param name="Since">From when on it is known.</param>
/// <param name="ProbeMinutes">Of the minutes, those in which a probe was answered.</param>
/// <param name="TrafficMinutes">Of the minutes, those in which messages came.</param>
public sealed record AvailabilityInfo(string Channel, double? Available, long UpMinutes, long DownMinutes, long OffMinutes, DateTimeOffset Since, long ProbeMinutes, long TrafficMinutes)
{
    /// <summary>The same as it is given out.</summary>
    public static AvailabilityInfo Of(ChannelAvailability channel) => new(channel.Channel, channel.Share, channel.Up, channel.Down, channel.Off, channel.Since, channel.Probed, channel.Spoken);
}
