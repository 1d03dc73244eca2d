using System.Globalization;
using Hub.Contracts;
using Hub.Dashboard.Api;
using Hub.Dashboard.Words;
using Spectre.Console;

namespace Hub.Engine.Commands;

/// <summary>What <c>hub stats --availability</c> writes.</summary>
internal static class AvailabilityTable
{
    private static readonly string[] s_columns = ["channel", "available", "upMinutes", "downMinutes", "offMinutes", "since", "probeMinutes", "trafficMinutes"];

    /// <summary>Writes it as asked for.</summary>
    /// <returns>The exit status.</returns>
    public static int Write(IReadOnlyList<ChannelAvailability> all, string? channel, bool csv, bool json)
    {
        ChannelAvailability[] channels = [.. all.Where(one => channel is null || one.Channel == channel)];
        if (json)
            Output.Json(channels.Select(AvailabilityInfo.Of));
        else if (csv)
            WriteCsv(channels);
        else if (channels.Length == 0)
            Console.Out.WriteLine("Nothing is known yet. Minutes are counted while the Hub runs.");
        else
            WriteTable(channels);
        return channels.Length > 0 ? ExitCodes.Done : ExitCodes.Problems;
    }

    private static void WriteCsv(ChannelAvailability[] channels)
    {
        Console.Out.WriteLine(string.Join(',', s_columns));
        foreach (ChannelAvailability one in channels)
            Console.Out.WriteLine(string.Join(',', Cells(one)));
    }

    private static void WriteTable(ChannelAvailability[] channels)
    {
        Table table = new Table().Border(TableBorder.None);
        foreach (string column in s_columns)
            table.AddColumn(column.ToUpperInvariant());
        foreach (ChannelAvailability one in channels)
            table.AddRow([.. Cells(one).Select(cell => new Text(cell))]);
        Output.Table(table);
    }

    private static string[] Cells(ChannelAvailability one) =>
    [
        one.Channel,
        one.Share is { } share ? Times.Percent(share) : "-",
        one.Up.ToString(CultureInfo.InvariantCulture), one.Down.ToString(CultureInfo.InvariantCulture), one.Off.ToString(CultureInfo.InvariantCulture),
        one.Since.ToLocalTime().ToString("yyyy-MM-ddTHH:mmzzz", CultureInfo.InvariantCulture),
        one.Probed.ToString(CultureInfo.InvariantCulture), one.Spoken.ToString(CultureInfo.InvariantCulture),
    ];
}
