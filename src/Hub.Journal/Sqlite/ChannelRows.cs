using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>Reads which channels are stopped, and the versions of their files. A file of before them has none.</summary>
internal static class ChannelRows
{
    private const string Table = "channel_version";

    private const string SelectStops = "SELECT channel, at, by, reason FROM channel_stop WHERE ended_at IS NULL ORDER BY channel";

    private const string SelectVersions = "SELECT number, at, by, hash, accepted FROM channel_version WHERE channel = ? ORDER BY number DESC";

    private const string SelectText = "SELECT text FROM channel_version WHERE channel = ? AND number = ?";

    public static IReadOnlyList<ChannelStop> Stops(SqliteDatabase database)
    {
        List<ChannelStop> stops = [];
        if (!database.Has(Table))
            return stops;
        Statement row = database.Prepare(SelectStops);
        while (row.Step())
            stops.Add(new(row.Text(0), row.Time(1), row.Text(2), row.TextOrNull(3)));
        return stops;
    }

    public static IReadOnlyList<ChannelVersion> Versions(SqliteDatabase database, string channel)
    {
        List<ChannelVersion> versions = [];
        if (!database.Has(Table))
            return versions;
        Statement row = database.Prepare(SelectVersions).Bind(channel);
        while (row.Step())
            versions.Add(new(row.Int(0), row.Time(1), row.Text(2), row.Text(3), row.Int(4) == 1));
        return versions;
    }

    public static string? Text(SqliteDatabase database, string channel, int number)
    {
        if (!database.Has(Table))
            return null;
        Statement row = database.Prepare(SelectText).Bind(channel).Bind(number);
        string? text = row.Step() ? row.Text(0) : null;
        row.Reset();
        return text;
    }
}
