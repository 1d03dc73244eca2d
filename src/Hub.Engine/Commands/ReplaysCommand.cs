using System.CommandLine;
using Hub.Contracts;
using Hub.Dashboard;
using Spectre.Console;

namespace Hub.Engine.Commands;

/// <summary><c>hub replays</c>: how replays stand; pauses, resumes and cancels them.</summary>
internal static class ReplaysCommand
{
    private const int MostFailures = 100;

    public static Command Create()
    {
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Option<int> limit = CommonOptions.Number("--limit", "N", "At most this many", 1, 10_000, 20);
        Command command = new("replays", "List replays, newest first") { limit, data, json };
        command.SetAction(async (parsed, stopping) => await ListAsync(parsed.GetValue(data)!, parsed.GetValue(limit), parsed.GetValue(json), stopping));
        command.Subcommands.Add(Show());
        command.Subcommands.Add(Change("pause", "Stop a replay where it is, until it is resumed", ReplayChange.Pause));
        command.Subcommands.Add(Change("resume", "Go on with a replay that is paused or was interrupted", ReplayChange.Resume));
        command.Subcommands.Add(Change("cancel", "End a replay; what was taken up stays so", ReplayChange.Cancel));
        return command;
    }

    /// <summary>How far a replay is, in words.</summary>
    public static string Progress(ReplayView view) => $"{view.State}, {view.Done} of {view.Total} taken up{(view.Failed > 0 ? $", {view.Failed} could not be" : "")}";

    private static Argument<long> Id() => new("ID") { Description = "The number of the replay; see hub replays" };

    private static Command Show()
    {
        Argument<long> id = Id();
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Command command = new("show", "Show a replay, and which of its messages could not be taken up") { id, data, json };
        command.SetAction(async (parsed, stopping) => await ShowAsync(parsed.GetValue(data)!, parsed.GetValue(id), parsed.GetValue(json), stopping));
        return command;
    }

    private static Command Change(string name, string description, ReplayChange change)
    {
        Argument<long> id = Id();
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Command command = new(name, description) { id, data, json };
        SiteOptions site = new(command);
        command.SetAction(async (parsed, stopping) =>
        {
            await using ReplayDoor door = await ReplayDoor.OpenAsync(site.Read(parsed) with { Data = parsed.GetValue(data)! }, stopping);
            ReplayView view = await door.ChangeAsync(parsed.GetValue(id), change, stopping);
            if (parsed.GetValue(json))
                Output.Json(view);
            else
                Console.Out.WriteLine($"Replay {view.Id} {Progress(view)}: {view.What}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<int> ListAsync(string data, int limit, bool json, CancellationToken stopping)
    {
        await using IJournalReader journal = Wiring.JournalReader(data);
        IReadOnlyList<ReplayBatch> batches = journal.ReadReplays(limit);
        bool isDriven = batches.All(batch => batch.State != ReplayState.Running) || await ReplayDoor.HubRunsAsync(data, stopping);
        ReplayView[] views = [.. batches.Select(batch => ReplayView.Of(batch, isDriven))];
        if (json)
            Output.Json(views);
        else
            Write(views);
        return ExitCodes.Done;
    }

    private static void Write(ReplayView[] views)
    {
        if (views.Length == 0)
        {
            Console.Out.WriteLine("There is no replay. Begin one with: hub replay");
            return;
        }

        Table table = new Table().Border(TableBorder.None).AddColumns("ID", "BEGUN", "STATE", "DONE", "FAILED", "OF", "WHAT");
        foreach (ReplayView view in views)
        {
            string[] cells = [$"{view.Id}", JournalView.Time(view.BegunAt), view.State, $"{view.Done}", $"{view.Failed}", $"{view.Total}", Output.Cell(view.What, 100)];
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        Output.Table(table);
        if (views.Any(view => view.State == "Interrupted"))
            Console.Out.WriteLine("What is interrupted goes on when the Hub runs, or with: hub replays resume ID");
    }

    private static async Task<int> ShowAsync(string data, long id, bool json, CancellationToken stopping)
    {
        await using IJournalReader journal = Wiring.JournalReader(data);
        ReplayBatch batch = journal.ReadReplay(id) ?? throw new JournalException($"There is no replay {id}. See which there are with: hub replays");
        ReplayView view = ReplayView.Of(batch, await ReplayDoor.HubRunsAsync(data, stopping));
        IReadOnlyList<StoredReplayItem> failed = journal.ReadReplayItems(id, 0, MostFailures, failed: true);
        if (json)
        {
            Output.Json(new { view.Id, view.State, view.What, view.Total, view.Done, view.Failed, view.BegunAt, view.Reason, Failures = failed.Select(item => new { item.Item, item.Reason }) });
            return ExitCodes.Done;
        }

        Console.Out.WriteLine($"Replay {view.Id} {Progress(view)}: {view.What}");
        if (view.Reason is not null)
            Console.Out.WriteLine(view.Reason);
        foreach (StoredReplayItem item in failed)
            Console.Out.WriteLine($"  {item.Item}: {item.Reason}");
        if (view.Failed > failed.Count)
            Console.Out.WriteLine($"  and {view.Failed - failed.Count} more");
        return ExitCodes.Done;
    }
}
