using System.CommandLine;
using System.CommandLine.Parsing;
using Hub.Contracts;

namespace Hub.Engine.Commands;

/// <summary><c>hub replay</c>: takes messages up again, by number, by filter or from files; through the running Hub, or in the journal when none runs.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        Argument<long[]> ids = CommonOptions.Ids("The numbers of the messages; or name them by a filter, or by --file");
        Option<string[]> files = new("--file")
        {
            Description = "Take the messages of this file, or of the files of this folder, through the channel that --channel names",
            HelpName = "PATH",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> to = new("--to")
        {
            Description = "Send to this destination again what it was sent, instead of taking the message through its channel anew; of files: send to it only",
            HelpName = "DESTINATION",
        };
        Option<int> rate = CommonOptions.Number("--rate", "N", "At most so many messages a second", 1, ReplayPlan.MostASecond, null);
        Option<bool> dry = new("--dry-run") { Description = "Only say which messages, and what would happen" };
        Option<bool> yes = new("--yes") { Description = "Also when there are more than 1,000 messages" };
        Option<bool> wait = new("--wait") { Description = "Wait until all are taken up" };
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Command command = new("replay", "Take messages through their channel again, or send them again") { ids, files, to, rate, dry, yes, wait };
        MessageFilter filter = new(command);
        command.Options.Add(data);
        command.Options.Add(json);
        SiteOptions site = new(command);
        command.Validators.Add(result => Check(result, result.GetResult(ids)?.Tokens.Count ?? 0, result.GetResult(files) is not null, filter));
        command.SetAction(async (parsed, stopping) =>
        {
            HubOptions options = site.Read(parsed) with { Data = parsed.GetValue(data)! };
            ReplayPlan plan = new()
            {
                Destination = parsed.GetValue(to),
                By = Environment.UserName,
                Rate = parsed.GetResult(rate) is { Implicit: false } ? parsed.GetValue(rate) : null,
                Messages = parsed.GetValue(ids) is { Length: > 0 } named ? named : null,
                Files = parsed.GetValue(files) is { Length: > 0 } paths ? FilesOf(paths) : null,
            };
            plan = plan.Files is not null ? plan with { Channel = filter.Channel(parsed) } : plan.Messages is null ? plan with { Query = filter.Read(parsed) } : plan;
            ReplayRequest request = new(plan) { IsDry = parsed.GetValue(dry), IsConfirmed = parsed.GetValue(yes), Waits = parsed.GetValue(wait) || plan.Messages is not null };
            await using ReplayDoor door = await ReplayDoor.OpenAsync(options, stopping);
            return request.IsDry
                ? Show(await door.PreviewAsync(request, stopping), parsed.GetValue(json))
                : Show(await door.BeginAsync(request, stopping), parsed.GetValue(json), parsed.GetValue(data)!);
        });
        return command;
    }

    private static void Check(CommandResult result, int ids, bool hasFiles, MessageFilter filter)
    {
        bool isFiltered = filter.IsGiven(result, besideChannel: hasFiles);
        if (ids == 0 && !hasFiles && !isFiltered)
            result.AddError("Say which messages: by their numbers, by a filter (--channel, --delivery Parked, --since 2d, and the others of hub messages), or by --file.");
        else if ((ids > 0 ? 1 : 0) + (hasFiles ? 1 : 0) + (isFiltered ? 1 : 0) > 1)
            result.AddError("Name messages in one way: by their numbers, by a filter, or by --file with --channel.");
        else if (hasFiles && !filter.IsGiven(result))
            result.AddError("--file needs --channel: the channel that takes the messages.");
        else if (ids > ReplayPlan.MostNamed)
            result.AddError($"{ids} numbers are more than {ReplayPlan.MostNamed}. Use a filter instead.");
    }

    private static ReplayFile[] FilesOf(IEnumerable<string> paths)
    {
        string[] files = [.. paths.SelectMany(path => MessageFiles.Names(path)).Select(Path.GetFullPath).Take(ReplayPlan.MostFiles + 1)];
        if (files.Contains(Path.GetFullPath("-")))
            throw new IOException("Standard input cannot be taken up: a replay goes on after a stop, and would not find it. Write it to a file.");
        if (files.Length > ReplayPlan.MostFiles)
            throw new IOException($"There are more than {ReplayPlan.MostFiles} files. Name fewer at a time, or put many messages into one file.");
        return [.. files.Select(file => new FileInfo(file)).Select(file => new ReplayFile(file.FullName, file.Length, new(file.LastWriteTimeUtc)))];
    }

    private static int Show(ReplayPreview preview, bool json)
    {
        if (json)
        {
            Output.Json(preview);
            return preview.Messages > 0 ? ExitCodes.Done : ExitCodes.Problems;
        }

        Console.Out.WriteLine($"{preview.Messages} messages would be taken up: {preview.What}");
        foreach (ReplayedChannel channel in preview.Channels)
        {
            string range = channel.FirstAt is { } first ? $", from {channel.First} ({JournalView.Time(first)}) to {channel.Last} ({JournalView.Time(channel.LastAt!.Value)})" : "";
            Console.Out.WriteLine($"{channel.Channel}: {channel.Messages} messages{range}");
            Console.Out.WriteLine($"  {channel.Happens}");
        }

        if (preview.Seconds is { } seconds)
            Console.Out.WriteLine($"At this rate it takes {TimeSpan.FromSeconds(Math.Ceiling(seconds)):c} or longer.");
        return preview.Messages > 0 ? ExitCodes.Done : ExitCodes.Problems;
    }

    private static int Show(ReplayView view, bool json, string data)
    {
        if (json && view.Results is not null)
            Output.Json(view.Results.Select(result => new { result.Message, result.NewMessage, result.Deliveries, result.Outcome, Replay = view.Id }));
        else if (json)
            Output.Json(view);
        else
            Write(view, data);
        if (view.Results is { } results)
            return results.All(result => result.Deliveries > 0) ? ExitCodes.Done : ExitCodes.Problems;
        return view.State is nameof(ReplayState.Paused) or nameof(ReplayState.Cancelled) || view.Failed > 0 ? ExitCodes.Problems : ExitCodes.Done;
    }

    private static void Write(ReplayView view, string data)
    {
        foreach (ReplayResult result in view.Results ?? [])
        {
            string became = result.NewMessage is null ? "" : $" as message {result.NewMessage}";
            string queued = result.NewMessage is null && result.Deliveries == 0 ? "" : $", {result.Deliveries} deliveries queued";
            Console.Out.WriteLine($"{result.Message}{became}: {result.Outcome}{queued}");
        }

        if (view.Results is null)
        {
            string folder = data == new HubOptions().Data ? "" : $" --data {data}";
            Console.Out.WriteLine($"Replay {view.Id} {ReplaysCommand.Progress(view)}: {view.What}");
            Console.Out.WriteLine($"See how it goes: hub replays{folder}; what it made: hub messages --replay {view.Id}{folder}");
        }

        if (view.Reason is not null)
            Output.Problem(view.Reason);
    }
}
