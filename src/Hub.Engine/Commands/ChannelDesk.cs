using Hub.Contracts;
using Hub.Dashboard.Api;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Commands;

/// <summary>How a channel stands, as commands show it; the names of the JSON output stand here, and do not change.</summary>
internal sealed record ChannelLine(string Id, string State, string? Address, IReadOnlyList<string> Problems, string? StoppedBy, DateTimeOffset? StoppedAt, string? StopReason);

/// <summary>Looks at channels, stops and starts them, through the running Hub of a data folder, or in its files and journal when none runs.</summary>
internal static class ChannelDesk
{
    /// <summary>How all channels stand. Without a running Hub none runs.</summary>
    /// <exception cref="JournalException">The Hub or the journal cannot be asked.</exception>
    public static async Task<IReadOnlyList<ChannelLine>> LookAsync(HubOptions options, CancellationToken stopping)
    {
        if (await AdminAddress.FindAsync(options.Data, stopping) is { } admin)
            return [.. (await admin.ListAsync<ChannelInfo>("/channels", stopping)).Select(Of)];
        ChannelStops stops = new();
        // Before the first start there is no journal.
        if (Directory.Exists(options.Data) && File.Exists(Path.Combine(options.Data, "journal.db")))
        {
            await using IJournalReader journal = Wiring.JournalReader(options);
            foreach (ChannelStop stop in journal.ReadChannelStops())
                stops.Add(stop);
        }

        return [.. Read(options, stops).Select(Of)];
    }

    /// <summary>Stops or starts a channel.</summary>
    /// <exception cref="JournalException">It was refused, or whether it was done is not known; the text says which.</exception>
    public static async Task<ChannelLine> ChangeAsync(HubOptions options, string channel, bool runs, string? reason, CancellationToken stopping)
    {
        ChannelChange change = new() { Runs = runs, Reason = reason };
        if (await AdminAddress.FindAsync(options.Data, stopping) is { } admin)
            return Of(await admin.AskAsync<ChannelInfo>(HttpMethod.Put, $"/channels/{Uri.EscapeDataString(channel)}/state", change, "What it did is not known: see how the channel stands with hub channels.", stopping));
        await using IJournal journal = await Wiring.OpenJournalAsync(options, stopping);
        using ILoggerFactory loggers = Wiring.Loggers(options);
        ChannelStops stops = new();
        foreach (ChannelStop stop in journal.ReadChannelStops())
            stops.Add(stop);
        ChannelOperator operations = new(journal, stops, () => Task.FromResult(Read(options, stops)), TimeProvider.System, loggers.CreateLogger<ChannelOperator>());
        await AccessDesk.NoteAsync(journal, AuditNote.Of(channel, change));
        return Of(await operations.ChangeAsync(channel, runs, Environment.UserName, reason));
    }

    private static IReadOnlyList<ChannelStatus> Read(HubOptions options, ChannelStops stops) =>
    [
        .. Wiring.Loader(Wiring.Catalog(), options).LoadFolder(options.Channels).Channels.Select(channel => new ChannelStatus(
            channel.Id ?? Path.GetFileNameWithoutExtension(channel.File), channel.Problems.Count > 0 && stops.Find(channel.Id) is null ? "Refused" : "Stopped", null, [.. channel.Problems.Select(problem => problem.ToString())])
            { Stop = stops.Find(channel.Id) }),
    ];

    private static ChannelLine Of(ChannelStatus status) => new(status.Id, status.State, status.Address, status.Problems, status.Stop?.By, status.Stop?.At, status.Stop?.Reason);

    private static ChannelLine Of(ChannelInfo info) => new(info.Id, info.State, info.Address, info.Problems, info.StoppedBy, info.StoppedAt, info.StopReason);
}
