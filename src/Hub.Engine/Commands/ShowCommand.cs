using System.CommandLine;
using System.Globalization;
using System.Text;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Engine.Commands;

/// <summary><c>hub show</c>: one message with every delivery and every try.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        Argument<long> number = CommonOptions.Id("The number of the message");
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Option<bool> content = new("--content") { Description = "Show the message itself too: it is patient data" };
        Option<bool> raw = new("--raw") { Description = "Write the message's bytes, as received, and nothing else" };
        Option<string?> sent = new("--sent") { Description = "With --content or --raw: the bytes for this destination instead", HelpName = "DESTINATION" };
        Option<int?> part = new("--part") { Description = "With --sent: this part of a split message", HelpName = "N" };
        Command command = new("show", "Show a message, its deliveries and every try") { number, content, raw, sent, part, data, json };
        command.SetAction(async (parsed, _) =>
        {
            await using IJournalReader journal = Wiring.JournalReader(parsed.GetValue(data)!);
            MessageId id = new(parsed.GetValue(number));
            if (journal.Read(id) is not { } message)
            {
                string problem = $"There is no message {id}. Find it with: hub messages";
                if (parsed.GetValue(json))
                    Output.Json(new { Error = problem });
                Output.Problem(problem);
                return ExitCodes.Problems;
            }

            ReadOnlyMemory<byte>? bytes = parsed.GetValue(raw) || parsed.GetValue(content) ? ContentOf(journal, message, parsed.GetValue(sent), parsed.GetValue(part)) : (ReadOnlyMemory<byte>?)null;
            if (parsed.GetValue(raw))
                await WriteRawAsync(bytes!.Value);
            else if (parsed.GetValue(json))
                Output.Json(JournalView.Of(message, bytes is { } shown ? TextOf(shown) : null));
            else
                Write(message, bytes);
            return ExitCodes.Done;
        });
        return command;
    }

    private static ReadOnlyMemory<byte> ContentOf(IJournalReader journal, StoredMessage message, string? destination, int? part)
    {
        if (destination is null)
            return journal.ReadContent(message.Id)!.Value;
        StoredDelivery delivery = message.Deliveries.LastOrDefault(candidate => candidate.Destination == destination && (part is null || candidate.Part.Number == part))
            ?? throw new JournalException($"Message {message.Id} has no delivery{(part is null ? "" : $" of part {part}")} to {destination}. It has: {JournalView.Deliveries(message)}");
        return journal.ReadDeliveryContent(delivery.Delivery)!.Value;
    }

    private static async Task WriteRawAsync(ReadOnlyMemory<byte> bytes)
    {
        await using Stream output = Console.OpenStandardOutput();
        await output.WriteAsync(bytes);
    }

    private static void Write(StoredMessage message, ReadOnlyMemory<byte>? content)
    {
        (string Name, string? Value)[] head =
        [
            ("Message", $"{message.Id}, {message.State}"),
            ("Channel", message.Channel),
            ("Received", $"{JournalView.Time(message.ReceivedAt)} from {message.Peer}"),
            ("Type", Join(message.Header.Type, message.Header.Version)),
            ("Control id", message.Header.ControlId),
            ("Sender", message.Header.Sender),
            ("Answered", message.Answer.ToString()),
            ("Size", $"{message.Bytes} bytes, SHA-256 {message.Sha256}"),
            ("Flags", string.Join(", ", message.Flags)),
            ("Duplicate of", message.DuplicateOf?.ToString()),
            ("Replay of", message.ReplayOf?.ToString()),
            ("Handed from", message.HandedFrom?.ToString()),
            ("Trace", message.Trace is { } trace ? $"{trace}, see: hub messages --trace {trace}" : null),
        ];
        foreach ((string name, string? value) in head.Where(line => !string.IsNullOrEmpty(line.Value)))
            Console.Out.WriteLine($"{name,-13}{Output.Plain(value!)}");
        foreach (MessageProblem problem in message.Problems)
            Console.Out.WriteLine($"Problem      {problem.Code} {problem.Path} {problem.Text}");
        foreach (StoredDelivery delivery in message.Deliveries)
            Write(delivery);
        if (content is { } bytes)
            Console.Out.WriteLine($"\n{TextOf(bytes)}");
    }

    private static void Write(StoredDelivery delivery)
    {
        string due = delivery.DueAt is { } time ? $", next try {JournalView.Time(time)}" : "";
        Console.Out.WriteLine($"Delivery     {delivery.Destination} {(delivery.Part.IsWhole ? "" : $"{delivery.Part} ")}{delivery.State}{due}{(delivery.Reason is null ? "" : $": {delivery.Reason}")}");
        foreach (StoredAttempt attempt in delivery.History)
        {
            string answer = attempt.AnswerCode is null ? "" : $", answered {attempt.AnswerCode}";
            string took = attempt.Duration.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
            Console.Out.WriteLine($"  try {attempt.Attempt,-4} {JournalView.Time(attempt.StartedAt)} {attempt.State}{answer}, {took} ms{(attempt.Reason is null ? "" : $": {attempt.Reason}")}");
        }
    }

    private static string Join(string type, string version) => version.Length == 0 ? type : $"{type} (v{version})";

    /// <summary>The message one segment a line; bytes that are not text of its character set are shown as Latin-1.</summary>
    internal static string TextOf(ReadOnlyMemory<byte> bytes)
    {
        string text;
        try
        {
            text = (Hl7Message.Parse(bytes, out _)?.WireCharacterSet ?? Hl7CharacterSet.Utf8).Decode(bytes.Span);
        }
        catch (Hl7FormatException)
        {
            text = Encoding.Latin1.GetString(bytes.Span);
        }

        return text.ReplaceLineEndings("\n").Replace('\r', '\n').TrimEnd('\n');
    }
}
