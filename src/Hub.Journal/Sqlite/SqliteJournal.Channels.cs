using Hub.Contracts;

namespace Hub.Journal.Sqlite;

internal sealed partial class SqliteJournal
{
    /// <inheritdoc/>
    public IReadOnlyList<ChannelStop> ReadChannelStops() => _reader.ReadChannelStops();

    /// <inheritdoc/>
    public IReadOnlyList<ChannelVersion> ReadChannelVersions(string channel) => _reader.ReadChannelVersions(channel);

    /// <inheritdoc/>
    public string? ReadChannelVersion(string channel, int number) => _reader.ReadChannelVersion(channel, number);
}

/// <summary>Reads what is kept of channels.</summary>
internal sealed partial class SqliteJournalReader
{
    /// <inheritdoc/>
    public IReadOnlyList<ChannelStop> ReadChannelStops() => Read(ChannelRows.Stops);

    /// <inheritdoc/>
    public IReadOnlyList<ChannelVersion> ReadChannelVersions(string channel) => Read(database => ChannelRows.Versions(database, channel));

    /// <inheritdoc/>
    public string? ReadChannelVersion(string channel, int number) => Read(database => ChannelRows.Text(database, channel, number));
}
