using System.CommandLine;
using Hub.Contracts;
using Hub.Dashboard.Api;
using Hub.Engine.Delivery;
using Spectre.Console;

namespace Hub.Engine.Commands;

/// <summary><c>hub destinations</c>: how destinations stand; <c>pause</c> and <c>resume</c>.</summary>
internal static class DestinationsCommand
{
    public static Command Create()
    {
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Option<string?> channel = new("--channel") { Description = "Of this channel", HelpName = "ID" };
        Command command = new("destinations", "Show how destinations stand: sending, handing over, paused, in maintenance or unreachable, and what waits; pause or resume them") { channel, data, json };
        command.SetAction(async (parsed, stopping) =>
        {
            IReadOnlyList<DestinationStatus> all = await LookAsync(parsed.GetValue(data)!, stopping);
            DestinationStatus[] wanted = [.. all.Where(status => parsed.GetValue(channel) is not { } id || status.Channel == id)];
            if (parsed.GetValue(json))
                Output.Json(wanted);
            else
                Write(wanted);
            return wanted.Length > 0 ? ExitCodes.Done : ExitCodes.Problems;
        });
        command.Subcommands.Add(Change("pause", "Send nothing to a destination until it is resumed; what is for it waits", isPaused: true));
        command.Subcommands.Add(Change("resume", "Let a paused destination send again", isPaused: false));
        return command;
    }

    private static Command Change(string name, string description, bool isPaused)
    {
        Argument<string> channel = new("CHANNEL") { Description = "The channel's id" };
        Argument<string> destination = new("DESTINATION") { Description = "The destination's id" };
        Option<string?> reason = new("--reason") { Description = "Why, for the journal", HelpName = "TEXT" };
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Command command = new(name, description) { channel, destination, reason, data, json };
        SiteOptions site = new(command);
        command.SetAction(async (parsed, stopping) =>
        {
            HubOptions options = site.Read(parsed) with { Data = parsed.GetValue(data)! };
            PauseRequest request = new(parsed.GetValue(channel)!, parsed.GetValue(destination)!, isPaused, Environment.UserName, parsed.GetValue(reason));
            DestinationStatus status = await DeliveryDesk.AskAsync(
                options,
                (admin, doubt) => AskAsync(admin, request, doubt, stopping),
                _ => [AuditNote.Of(request.Channel, request.Destination, ChangeOf(request))],
                desk => desk.Destinations.RunAsync(request),
                stopping);
            if (parsed.GetValue(json))
                Output.Json(status);
            else
                Write([status]);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Task<DestinationStatus> AskAsync(AdminAddress admin, PauseRequest request, string doubt, CancellationToken stopping) => admin.AskAsync<DestinationStatus>(
        HttpMethod.Put,
        $"/channels/{Uri.EscapeDataString(request.Channel)}/destinations/{Uri.EscapeDataString(request.Destination)}/state",
        ChangeOf(request),
        doubt,
        stopping);

    private static DestinationChange ChangeOf(PauseRequest request) => new() { Paused = request.IsPaused, Reason = request.Reason };

    // Without a running Hub nothing sends; what waits is in the journal.
    private static async Task<IReadOnlyList<DestinationStatus>> LookAsync(string data, CancellationToken stopping)
    {
        if (await AdminAddress.FindAsync(data, stopping) is { } admin)
            return await admin.ListAsync<DestinationStatus>("/destinations", stopping);
        await using IJournalReader journal = Wiring.JournalReader(data);
        Dictionary<(string, string), DestinationPause> pauses = journal.ReadPauses().ToDictionary(pause => (pause.Channel, pause.Destination));
        Dictionary<(string, string), DestinationCounts> counts = journal.CountDeliveries().ToDictionary(count => (count.Channel, count.Destination));
        return [.. counts.Keys.Union(pauses.Keys).Order().Select(one => Of(one, counts.GetValueOrDefault(one), pauses.GetValueOrDefault(one)))];
    }

    private static DestinationStatus Of((string Channel, string Destination) one, DestinationCounts? counts, DestinationPause? pause) => new(
        one.Channel, one.Destination, pause is null ? "Stopped" : nameof(GateState.Paused), pause?.At, null, pause?.By, pause?.Reason, counts?.Queued ?? 0, counts?.Parked ?? 0, counts?.MaybeDelivered ?? 0);

    private static void Write(DestinationStatus[] all)
    {
        if (all.Length == 0)
        {
            Console.Out.WriteLine("No destination runs, and nothing waits.");
            return;
        }

        Table table = new Table().Border(TableBorder.None).AddColumns("CHANNEL", "DESTINATION", "STATE", "QUEUED", "PARKED", "MAYBE", "WHY");
        foreach (DestinationStatus status in all)
        {
            string since = status.Since is { } start ? $"since {JournalView.Time(start)} " : "";
            string until = status.Until is { } end ? $"{(status.State == nameof(GateState.Unreachable) ? "next try" : "until")} {JournalView.Time(end)} " : "";
            string why = $"{since}{until}{(status.By is null ? "" : $"by {status.By}")}{(status.Reason is null ? "" : $": {status.Reason}")}";
            string[] cells = [status.Channel, status.Destination, status.State, $"{status.Queued}", $"{status.Parked}", $"{status.MaybeDelivered}", Output.Cell(why.Trim(), 200)];
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        Output.Table(table);
    }
}
