using Hub.Contracts;

namespace Hub.Testing;

/// <summary>What is kept of channels is the journal's beneath.</summary>
public sealed partial class ObservedJournal
{
    public IReadOnlyList<ChannelStop> ReadChannelStops() => journal.ReadChannelStops();

    public IReadOnlyList<ChannelVersion> ReadChannelVersions(string channel) => journal.ReadChannelVersions(channel);

    public string? ReadChannelVersion(string channel, int number) => journal.ReadChannelVersion(channel, number);
}
