using System.CommandLine;
using Hub.Contracts;
using Hub.Dashboard.Api;
using Hub.Engine.Alerting;
using Spectre.Console;

namespace Hub.Engine.Commands;

/// <summary><c>hub incidents</c>: what a person may have to do something about; <c>show</c>, <c>acknowledge</c>, <c>mute</c>, <c>unmute</c>.</summary>
internal static class IncidentsCommand
{
    public static Command Create()
    {
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Option<bool> open = new("--open") { Description = "Only those that last" };
        Option<string?> channel = new("--channel") { Description = "About this channel", HelpName = "ID" };
        Option<int> limit = CommonOptions.Number("--limit", "N", "At most this many", 1, 10_000, 50);
        Command command = new("incidents", "Show what a person may have to do something about, newest first; exit status 1 when there is nothing") { open, channel, limit, data, json };
        command.SetAction(async parsed =>
        {
            await using IJournalReader journal = Wiring.JournalReader(parsed.GetValue(data)!);
            IReadOnlyList<Incident> found = journal.FindIncidents(new() { IsOpen = parsed.GetValue(open), Channel = parsed.GetValue(channel), Limit = parsed.GetValue(limit) });
            if (parsed.GetValue(json))
                Output.Json(found.Select(IncidentView.Of));
            else
                Write(found);
            return found.Count > 0 ? ExitCodes.Done : ExitCodes.Problems;
        });
        command.Subcommands.Add(Show());
        command.Subcommands.Add(Change("acknowledge", "Take an incident on: nobody else is told, and for a day there are no digests", IncidentOperation.Acknowledge));
        command.Subcommands.Add(Change("mute", "Mail nothing about an incident for a while", IncidentOperation.Mute));
        command.Subcommands.Add(Change("unmute", "Mail about a muted incident again", IncidentOperation.Unmute));
        return command;
    }

    private static Command Show()
    {
        Argument<long> id = Id();
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Command command = new("show", "Show an incident and the mails about it") { id, data, json };
        command.SetAction(async parsed =>
        {
            await using IJournalReader journal = Wiring.JournalReader(parsed.GetValue(data)!);
            if (journal.FindIncidents(new() { Id = parsed.GetValue(id) }) is not [var incident])
                throw new JournalException($"There is no incident {parsed.GetValue(id)}. See which there are with: hub incidents");
            IReadOnlyList<OutgoingMail> mails = journal.ReadMails(null, incident.Id, 1_000);
            if (parsed.GetValue(json))
                Output.Json(new { Incident = IncidentView.Of(incident), Mails = mails.Reverse().Select(IncidentView.Of) });
            else
                IncidentView.Write(incident, mails);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Change(string name, string description, IncidentOperation operation)
    {
        Argument<long> id = Id();
        Option<double> hours = new("--hours") { Description = "For how long", HelpName = "N", DefaultValueFactory = _ => 4 };
        hours.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && (!double.TryParse(token.Value, System.Globalization.CultureInfo.InvariantCulture, out double given) || given is < 0.1 or > 2160))
                result.AddError($"--hours: \"{token.Value}\" is not possible here. Give a number from 0.1 to 2160.");
        });
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Command command = new(name, description) { id, data, json };
        if (operation == IncidentOperation.Mute)
            command.Options.Add(hours);
        command.SetAction(async (parsed, stopping) =>
        {
            IncidentRequest request = new(parsed.GetValue(id), operation, Environment.UserName, operation == IncidentOperation.Mute ? parsed.GetValue(hours) : null);
            Incident incident = await AskAsync(parsed.GetValue(data)!, request, stopping);
            if (parsed.GetValue(json))
                Output.Json(IncidentView.Of(incident));
            else
                Console.Out.WriteLine($"incident {incident.Id}: {IncidentView.State(incident, TimeProvider.System.GetUtcNow())}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<Incident> AskAsync(string data, IncidentRequest request, CancellationToken stopping)
    {
        if (await AdminAddress.FindAsync(data, stopping) is { } admin)
        {
            object body = request.Operation == IncidentOperation.Mute ? new MuteBody { Hours = request.Hours } : new ReasonBody();
            string path = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/incidents/{request.Incident}/{request.Operation.ToString().ToLowerInvariant()}");
            await admin.AskAsync<IncidentInfo>(HttpMethod.Post, path, body, "What it did is not known: see how the incident stands with hub incidents.", stopping);
            await using IJournalReader reader = Wiring.JournalReader(data);
            return reader.FindIncidents(new() { Id = request.Incident })[0];
        }

        await using IJournal journal = await Wiring.OpenJournalAsync(new() { Data = data }, stopping);
        if (journal.FindIncidents(new() { Id = request.Incident }) is [var incident])
            await AccessDesk.NoteAsync(journal, AuditNote.Of(incident, request.Operation, request.Hours, null));
        await journal.AppendAsync(request.ToEntry(TimeProvider.System.GetUtcNow()), waits: true);
        return journal.FindIncidents(new() { Id = request.Incident })[0];
    }

    private static Argument<long> Id()
    {
        Argument<long> id = new("ID") { Description = "The number of the incident" };
        id.Validators.Add(result =>
        {
            foreach (System.CommandLine.Parsing.Token token in result.Tokens.Where(token => !long.TryParse(token.Value, out long number) || number < 1))
                result.AddError($"\"{token.Value}\" is not the number of an incident. Find it with: hub incidents");
        });
        return id;
    }

    private static void Write(IReadOnlyList<Incident> found)
    {
        if (found.Count == 0)
        {
            Console.Out.WriteLine("No incident.");
            return;
        }

        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Table table = new Table().Border(TableBorder.None).AddColumns("ID", "STATE", "KIND", "CHANNEL", "DESTINATION", "CAUSE", "COUNT", "FIRST", "LAST");
        foreach (Incident incident in found)
        {
            string[] cells =
            [
                $"{incident.Id}", IncidentView.State(incident, now), $"{incident.Kind}", incident.Channel, incident.Destination, Output.Cell(incident.Fingerprint),
                $"{incident.Count}", JournalView.Time(incident.OpenedAt), JournalView.Time(incident.LastAt),
            ];
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        Output.Table(table);
    }
}
