using System.CommandLine;
using System.Globalization;
using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Dashboard.Api;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Hub.Engine.Commands;

/// <summary><c>hub journal prune</c>: removes what is past its time now, which the running Hub else does by and by; or says what that would be.</summary>
internal static class JournalPruneCommand
{
    public static Command Create()
    {
        Option<bool> dry = new("--dry-run") { Description = "Only say what would go" };
        Option<bool> clock = new("--clock-is-right") { Description = "Also when the clock is days after the newest message" };
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Command command = new("prune", "Remove what is past its time (\"retention\" of the channel files) now") { dry, clock, data, json };
        SiteOptions site = new(command);
        command.SetAction(async (parsed, stopping) =>
        {
            HubOptions options = site.Read(parsed) with { Data = parsed.GetValue(data)! };
            if (parsed.GetValue(dry))
                return await PreviewAsync(options, parsed.GetValue(json));
            RetentionReport report = await PruneAsync(options, parsed.GetValue(clock), stopping);
            if (parsed.GetValue(json))
                Output.Json(report);
            else
                Console.Out.WriteLine($"Removed: the content of {report.Contents} messages, the records of {report.Records}. The file is {Size(report.Bytes)} smaller.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static IEnumerable<ChannelConfig> Channels(HubOptions options) =>
        Wiring.Loader(Wiring.Catalog(), options).LoadFolder(options.Channels).Channels.Where(channel => channel.Config is not null && channel.Problems.Count == 0).Select(channel => channel.Config!);

    private static async Task<int> PreviewAsync(HubOptions options, bool json)
    {
        await using IJournalReader journal = Wiring.JournalReader(options.Data);
        IReadOnlyList<RetentionPreview> previews = journal.ReadRetention(Retention.RulesOf(Channels(options)), TimeProvider.System.GetUtcNow());
        JournalSize size = journal.ReadSize();
        if (json)
        {
            Output.Json(new { size.Bytes, size.Free, Channels = previews });
            return ExitCodes.Done;
        }

        Console.Out.WriteLine($"The journal has {Size(size.Bytes)}, {Size(size.Free)} of them free.");
        if (previews.Count == 0)
        {
            Console.Out.WriteLine("Nothing is past its time.");
            return ExitCodes.Done;
        }

        Table table = new Table().Border(TableBorder.None).AddColumns("CHANNEL", "CONTENT OF", "SIZE", "RECORDS", "KEPT, THEY WAIT", "OLDEST");
        foreach (RetentionPreview one in previews)
        {
            string[] cells = [one.Channel, $"{one.Contents}", Size(one.Bytes), $"{one.Records}", $"{one.Kept}", JournalView.Time(one.Oldest)];
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        Output.Table(table);
        return ExitCodes.Done;
    }

    private static async Task<RetentionReport> PruneAsync(HubOptions options, bool isClockRight, CancellationToken stopping)
    {
        PruneBody body = new() { ClockIsRight = isClockRight };
        if (await AdminAddress.FindAsync(options.Data, stopping) is { } admin)
            return await admin.AskAsync<RetentionReport>(HttpMethod.Post, "/retention/prune", body, "What is past its time goes by and by all the same.", stopping);
        await using IJournal journal = await Wiring.OpenJournalAsync(options, stopping);
        using ILoggerFactory loggers = Wiring.Loggers(options);
        ChannelConfig[] channels = [.. Channels(options)];
        await using Retention retention = new(journal, () => channels, options, TimeProvider.System, loggers.CreateLogger<Retention>());
        await AccessDesk.NoteAsync(journal, AuditNote.Of(body));
        if (!isClockRight)
            retention.RequireClock();
        return await retention.SweepAsync(stopping);
    }

    private static string Size(long bytes) => bytes < 1024 * 1024
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024} KiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.0} MiB");
}
