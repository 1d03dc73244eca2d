using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Hub.Contracts;
using Spectre.Console;

namespace Hub.Engine.Commands;

/// <summary><c>hub messages</c>: finds messages in the journal, beside a running Hub or without one.</summary>
internal static class MessagesCommand
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(36_525);

    public static Command Create()
    {
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Option<string?> channel = new("--channel") { Description = "Taken by this channel", HelpName = "ID" };
        Option<MessageState?> state = new("--state") { Description = "In this state: Received, Rejected, Filtered, Accepted, Duplicate, Fragment" };
        state.Validators.Add(CheckState);
        Option<DeliveryState?> delivery = new("--delivery") { Description = "With a delivery in this state: Queued, Sent, Parked, Skipped" };
        Option<string?> destination = new("--destination") { Description = "With a delivery to this destination", HelpName = "ID" };
        Option<string?> control = new("--control-id") { Description = "With this control id (MSH-10)", HelpName = "ID" };
        Option<string?> type = new("--type") { Description = "Of this type: ADT, or ADT^A01", HelpName = "TYPE" };
        Option<DateTimeOffset?> since = Moment("--since", "Received then or later: 2026-03-01, \"2026-03-01 14:30\", or a span back from now: 90m, 4h, 2d");
        Option<DateTimeOffset?> until = Moment("--until", "Received before then, written as for --since");
        Option<long?> trace = new("--trace") { Description = "This message, and all that it became in other channels", HelpName = "ID" };
        Option<bool> quarantine = new("--quarantine") { Description = "In quarantine: blocks that are no messages at all; hub show ID --raw gives their bytes" };
        Option<long?> before = new("--before") { Description = "Older than this message; for the next page", HelpName = "ID" };
        Option<int> limit = CommonOptions.Number("--limit", "N", "At most this many", 1, 1_000_000, new MessageQuery().Limit);
        Command command = new("messages", "List messages, newest first; exit status 1 when there is none")
        {
            channel, state, delivery, destination, control, type, trace, quarantine, since, until, before, limit, data, json,
        };
        command.SetAction(async (parsed, _) => await ListAsync(
            parsed.GetValue(data)!,
            new()
            {
                Channel = parsed.GetValue(channel),
                State = parsed.GetValue(state),
                Delivery = parsed.GetValue(delivery),
                Destination = parsed.GetValue(destination),
                ControlId = parsed.GetValue(control),
                Type = parsed.GetValue(type),
                Since = parsed.GetValue(since),
                Until = parsed.GetValue(until),
                Trace = parsed.GetValue(trace) is { } first ? new MessageId(first) : null,
                InQuarantine = parsed.GetValue(quarantine),
                Before = parsed.GetValue(before) is { } id ? new MessageId(id) : null,
                Limit = parsed.GetValue(limit),
            },
            parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> ListAsync(string data, MessageQuery query, bool json)
    {
        await using IJournalReader journal = Wiring.JournalReader(data);
        IReadOnlyList<StoredMessage> messages = journal.Find(query);
        if (json)
            Output.Json(messages.Select(message => JournalView.Of(message)));
        else
            Write(messages, query.Limit);
        return messages.Count > 0 ? ExitCodes.Done : ExitCodes.Problems;
    }

    private static void Write(IReadOnlyList<StoredMessage> messages, int limit)
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
        if (messages.Count == limit)
            Console.Out.WriteLine($"The next page: --before {messages[^1].Id}");
    }

    // Why a message was rejected is told by hub show; what one was taken in spite of would be seen by nobody.
    private static string StateOf(StoredMessage message) =>
        message.State == MessageState.Rejected || message.Problems.Count == 0 ? message.State.ToString() : $"{message.State}, {ProblemView.Count(message.Problems)}";

    private static void CheckState(OptionResult result)
    {
        string[] states = Enum.GetNames<MessageState>();
        foreach (Token token in result.Tokens.Where(token => !states.Contains(token.Value, StringComparer.OrdinalIgnoreCase)))
            result.AddError($"--state: \"{token.Value}\" is not a state. Give one of {string.Join(", ", states)}.");
    }

    private static Option<DateTimeOffset?> Moment(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (Back(text) is { } span)
                return TimeProvider.System.GetUtcNow() - span;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset time))
                return time;
            result.AddError($"{name}: \"{text}\" is not a time. Write 2026-03-01, \"2026-03-01 14:30\", or a span of at most a hundred years back from now: 90m, 4h, 2d.");
            return null;
        },
    };

    private static TimeSpan? Back(string text)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            return null;
        TimeSpan? unit = text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        };
        return unit is { } one && count <= s_longest / one ? count * one : null;
    }
}
