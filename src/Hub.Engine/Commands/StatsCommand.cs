using System.CommandLine;
using Hub.Contracts;
using Hub.Dashboard.Api;
using Hub.Dashboard.Search;
using Hub.Engine.Statistics;
using Spectre.Console;

namespace Hub.Engine.Commands;

/// <summary><c>hub stats</c>: how many messages came and went, how fast, and what failed.</summary>
internal static class StatsCommand
{
    private static readonly string[] s_columns = [.. StatisticsRow.Columns];

    public static Command Create()
    {
        Option<string> data = CommonOptions.Data();
        Option<string?> channel = new("--channel") { Description = "Of this channel", HelpName = "ID" };
        Option<string?> from = new("--from") { Description = "From this time on, or back from now: 1h, 7d, 30d; else the last 24 hours", HelpName = "TIME" };
        Option<string?> to = new("--to") { Description = "Before this time; else now", HelpName = "TIME" };
        Option<StatisticsStep> by = new("--by") { Description = "A row for each minute, hour or day; else one for the whole time", HelpName = "minute|hour|day", DefaultValueFactory = _ => StatisticsStep.Whole };
        Option<bool> types = new("--types") { Description = "A row for each message type too" };
        Option<bool> availability = new("--availability") { Description = "How much of the time (else of the last 30 days) each channel was there for its senders" };
        Option<bool> csv = new("--csv") { Description = "Write CSV" };
        Option<bool> json = CommonOptions.Json();
        foreach (Option<string?> time in new[] { from, to })
        {
            time.Validators.Add(result =>
            {
                if (result.Tokens is [var token, ..] && !TryTime(token.Value, out _))
                    result.AddError($"{time.Name}: \"{token.Value}\" is no time. Write one as 2026-03-01, \"2026-03-01 08:00\" or 2026-03-01T08:00:00Z, or back from now: 1h, 7d, 30d.");
            });
        }

        Command command = new("stats", "Show how many messages came and went, how long they took and what failed; exit status 1 when nothing happened") { channel, from, to, by, types, availability, csv, json, data };
        command.Validators.Add(result =>
        {
            if (result.GetValue(csv) && result.GetValue(json))
                result.AddError("--csv and --json are different things to write. Give one of them.");
            if (result.GetValue(from) is not { } since || !TryTime(since, out DateTimeOffset begin))
                return;
            if (result.GetValue(to) is { } until && TryTime(until, out DateTimeOffset end) && begin >= end)
                result.AddError($"--from: {since} is not before {until}, where --to ends it. Give an earlier one.");
            else if (result.GetValue(availability) && begin > TimeProvider.System.GetUtcNow())
                result.AddError($"--from: {since} is still to come, and how much of it a channel will be there is not known. Give an earlier time.");
        });
        command.SetAction(async parsed =>
        {
            DateTimeOffset end = parsed.GetValue(to) is { } until && TryTime(until, out DateTimeOffset given) ? given : TimeProvider.System.GetUtcNow().AddMinutes(1);
            DateTimeOffset begin = parsed.GetValue(from) is { } since && TryTime(since, out DateTimeOffset start) ? start : end.AddDays(-1);
            await using IJournalReader journal = Wiring.JournalReader(parsed.GetValue(data)!);
            // What is to come is not down.
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            DateTimeOffset known = end > now ? now : end;
            if (parsed.GetValue(availability))
                return AvailabilityTable.Write(journal.ReadAvailability(parsed.GetValue(from) is null ? known.AddDays(-30) : begin, known), parsed.GetValue(channel), parsed.GetValue(csv), parsed.GetValue(json));
            IReadOnlyList<MinuteStatistics> rows = StatisticsReport.Make(
                journal.ReadStatistics(new() { Channel = parsed.GetValue(channel), From = begin, To = end }), parsed.GetValue(by), parsed.GetValue(types), begin, TimeZoneInfo.Local);
            if (parsed.GetValue(json))
                Output.Json(rows.Select(StatisticsRow.Of));
            else if (parsed.GetValue(csv))
                WriteCsv(rows);
            else
                Write(rows, parsed.GetValue(by), parsed.GetValue(types));
            return rows.Count > 0 ? ExitCodes.Done : ExitCodes.Problems;
        });
        return command;
    }

    private static bool TryTime(string text, out DateTimeOffset time) =>
        Moment.TryParse(text, TimeProvider.System, out time);

    private static void WriteCsv(IReadOnlyList<MinuteStatistics> rows)
    {
        Console.Out.WriteLine(string.Join(',', s_columns));
        foreach (MinuteStatistics row in rows)
            Console.Out.WriteLine(string.Join(',', StatisticsRow.Of(row).Cells()));
    }

    private static void Write(IReadOnlyList<MinuteStatistics> rows, StatisticsStep by, bool types)
    {
        if (rows.Count == 0)
        {
            Console.Out.WriteLine("Nothing happened in this time. Minutes are written when they are over.");
            return;
        }

        int[] shown = [.. Enumerable.Range(0, s_columns.Length).Where(i => i is not 8 and not 15 && (i != 0 || by != StatisticsStep.Whole) && (i != 3 || types))];
        Table table = new Table().Border(TableBorder.None);
        foreach (int i in shown)
            table.AddColumn(s_columns[i].ToUpperInvariant());
        foreach (MinuteStatistics row in rows)
        {
            string[] cells = StatisticsRow.Of(row).Cells();
            table.AddRow([.. shown.Select(i => new Text(cells[i]))]);
        }

        Output.Table(table);
    }
}
