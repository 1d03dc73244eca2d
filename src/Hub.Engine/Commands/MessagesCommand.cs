using System.CommandLine;
using Hub.Contracts;
using Spectre.Console;

namespace Hub.Engine.Commands;

/// <summary><c>hub messages</c>: finds messages in the journal, beside a running Hub or without one.</summary>
internal static class MessagesCommand
{
    public static Command Create()
    {
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Option<long?> before = new("--before") { Description = "Older than this message; for the next page", HelpName = "ID" };
        Option<long?> after = new("--after") { Description = "With --batch: newer than this message; for the next page", HelpName = "ID" };
        Option<int> limit = CommonOptions.Number("--limit", "N", "At most this many", 1, 1_000_000, new MessageQuery().Limit);
        Command command = new("messages", "List messages, newest first, those of a batch in its order; exit status 1 when there is none");
        MessageFilter filter = new(command);
        command.Options.Add(before);
        command.Options.Add(after);
        command.Options.Add(limit);
        command.Options.Add(data);
        command.Options.Add(json);
        command.SetAction(async (parsed, stopping) => await ListAsync(
            parsed.GetValue(data)!,
            filter.Read(parsed) with
            {
                Before = parsed.GetValue(before) is { } id ? new MessageId(id) : null,
                After = parsed.GetValue(after) is { } last ? new MessageId(last) : null,
                Limit = parsed.GetValue(limit),
            },
            filter.Words(parsed),
            parsed.GetValue(json),
            stopping));
        return command;
    }

    private static async Task<int> ListAsync(string data, MessageQuery query, string words, bool json, CancellationToken stopping)
    {
        await using IJournalReader journal = Wiring.JournalReader(data);
        // A list by anything is a search, as by the API and on pages; one by nothing is how things stand.
        if (words.Length > 0)
            await AccessDesk.NoteAsync(data, AuditAct.Searched, $"by {words}", query.Channel ?? "", null, stopping);
        IReadOnlyList<StoredMessage> messages = journal.Find(query);
        if (json)
            Output.Json(messages.Select(message => JournalView.Of(message)));
        else
            Write(messages, query);
        return messages.Count > 0 ? ExitCodes.Done : ExitCodes.Problems;
    }

    private static void Write(IReadOnlyList<StoredMessage> messages, MessageQuery query)
    {
        if (messages.Count == 0)
        {
            Console.Out.WriteLine("No message fits.");
            return;
        }

        Table table = new Table().Border(TableBorder.None).AddColumns("ID", "RECEIVED", "CHANNEL", "TYPE", "CONTROL ID", "STATE", "DELIVERIES");
        foreach (StoredMessage message in messages)
        {
            string[] cells =
            [
                message.Id.ToString(), JournalView.Time(message.ReceivedAt), message.Channel, Output.Cell(message.Header.Type, 20), Output.Cell(message.Header.ControlId, 40),
                StateOf(message), Output.Cell(JournalView.Deliveries(message), 200),
            ];
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        Output.Table(table);
        if (messages.Count == query.Limit)
            Console.Out.WriteLine($"The next page: {(query.Batch is null ? "--before" : "--after")} {messages[^1].Id}");
    }

    // Why a message was rejected is told by hub show; what one was taken in spite of would be seen by nobody.
    private static string StateOf(StoredMessage message) =>
        message.State == MessageState.Divided ? $"{message.State}, {message.BatchSize} messages" : message.State == MessageState.Rejected || message.Problems.Count == 0 ? message.State.ToString() : $"{message.State}, {ProblemView.Count(message.Problems)}";
}
