using System.CommandLine;
using Hub.Contracts;
using Hub.Dashboard;
using Spectre.Console;

namespace Hub.Engine.Commands;

/// <summary><c>hub channels</c>: how channels stand; <c>stop</c>, <c>start</c>, <c>versions</c>, <c>diff</c>.</summary>
internal static class ChannelsCommand
{
    public static Command Create()
    {
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Command command = new("channels", "Show how channels stand; stop and start them, and compare versions of their files; exit status 1 when there is none") { data, json };
        SiteOptions site = new(command);
        command.SetAction(async (parsed, stopping) =>
        {
            IReadOnlyList<ChannelLine> all = await ChannelDesk.LookAsync(site.Read(parsed) with { Data = parsed.GetValue(data)! }, stopping);
            if (parsed.GetValue(json))
                Output.Json(all);
            else
                Write(all);
            return all.Count > 0 ? ExitCodes.Done : ExitCodes.Problems;
        });
        command.Subcommands.Add(Change("stop", "Stop a channel until it is started again, also over restarts: it takes nothing and sends nothing, and what waits stays", runs: false));
        command.Subcommands.Add(Change("start", "Start a channel that was stopped; exit status 1 when it does not run then", runs: true));
        command.Subcommands.Add(Versions());
        command.Subcommands.Add(Diff());
        return command;
    }

    private static Argument<string> Id() => new("ID") { Description = "The channel's id" };

    private static Command Change(string name, string description, bool runs)
    {
        Argument<string> id = Id();
        Option<string?> reason = new("--reason") { Description = "Why, for those who come later", HelpName = "TEXT" };
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Command command = new(name, description) { id, reason, data, json };
        SiteOptions site = new(command);
        command.SetAction(async (parsed, stopping) =>
        {
            HubOptions options = site.Read(parsed) with { Data = parsed.GetValue(data)! };
            ChannelLine line = await ChannelDesk.ChangeAsync(options, parsed.GetValue(id)!, runs, parsed.GetValue(reason), stopping);
            if (parsed.GetValue(json))
                Output.Json(line);
            else
                Write([line]);
            // Without a running Hub nothing runs.
            return runs && line.State == "Refused" ? ExitCodes.Problems : ExitCodes.Done;
        });
        return command;
    }

    private static Command Versions()
    {
        Argument<string> id = Id();
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Command command = new("versions", "List the versions of a channel's file that were found, newest first; exit status 1 when there is none") { id, data, json };
        command.SetAction(async parsed =>
        {
            await using IJournalReader journal = Wiring.JournalReader(parsed.GetValue(data)!);
            IReadOnlyList<ChannelVersion> versions = journal.ReadChannelVersions(parsed.GetValue(id)!);
            if (parsed.GetValue(json))
                Output.Json(versions);
            else
                Write(versions);
            return versions.Count > 0 ? ExitCodes.Done : ExitCodes.Problems;
        });
        return command;
    }

    private static Command Diff()
    {
        Argument<string> id = Id();
        Argument<int> left = new("A") { Description = "The number of the version before" };
        Argument<int> right = new("B") { Description = "The number of the version after" };
        Option<string> data = CommonOptions.Data();
        Command command = new("diff", "Compare two versions of a channel's file, line by line; exit status 1 when they differ") { id, left, right, data };
        command.SetAction(async parsed =>
        {
            string channel = parsed.GetValue(id)!;
            await using IJournalReader journal = Wiring.JournalReader(parsed.GetValue(data)!);
            string Text(int number) => journal.ReadChannelVersion(channel, number)
                ?? throw new JournalException($"Version {number} of channel {channel} is not kept. See which are with: hub channels versions {channel}");
            string diff = LineDiff.Unified(Text(parsed.GetValue(left)), Text(parsed.GetValue(right)), $"{channel} {parsed.GetValue(left)}", $"{channel} {parsed.GetValue(right)}");
            Console.Out.Write(diff);
            return diff.Length == 0 ? ExitCodes.Done : ExitCodes.Problems;
        });
        return command;
    }

    private static void Write(IReadOnlyList<ChannelVersion> versions)
    {
        if (versions.Count == 0)
        {
            Console.Out.WriteLine("No version is kept. See which channels there are with: hub channels");
            return;
        }

        Table table = new Table().Border(TableBorder.None).AddColumns("VERSION", "FOUND", "BY", "STATE", "HASH");
        foreach (ChannelVersion version in versions)
        {
            string[] cells = [$"{version.Number}", JournalView.Time(version.At), version.By, version.IsAccepted ? "Accepted" : "Refused", version.Hash[..12]];
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        Output.Table(table);
    }

    private static void Write(IReadOnlyList<ChannelLine> all)
    {
        if (all.Count == 0)
        {
            Console.Out.WriteLine("There is no channel. Make one with: hub new");
            return;
        }

        Table table = new Table().Border(TableBorder.None).AddColumns("CHANNEL", "STATE", "ADDRESS", "WHY");
        foreach (ChannelLine line in all)
        {
            string stopped = line.StoppedBy is null ? "" : $"stopped by {line.StoppedBy} on {JournalView.Time(line.StoppedAt!.Value)}{(line.StopReason is null ? "" : $": {line.StopReason}")} ";
            string why = $"{stopped}{(line.Problems.Count == 0 ? "" : $"{line.Problems[0]}{(line.Problems.Count > 1 ? $" (and {line.Problems.Count - 1} more)" : "")}")}";
            string[] cells = [line.Id, line.State, line.Address ?? "", Output.Cell(why.Trim(), 300)];
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        Output.Table(table);
    }
}
