using System.CommandLine;
using System.Globalization;
using Hub.Contracts;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Outline;

namespace Hub.Engine.Commands;

/// <summary><c>hub show</c>: a message with names and meanings; one of the journal with every delivery and every try.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        Argument<string> source = ShownSource.Argument("FILE|ID", "A file (- for standard input; a folder means its files), or the number of a message in the journal");
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Option<bool> content = new("--content") { Description = "With an ID: show the message itself too, as of a file; it is patient data" };
        Option<bool> raw = new("--raw") { Description = "Write the message's bytes, as received, and nothing else" };
        Option<string?> sent = new("--sent") { Description = "With an ID and --content or --raw: the bytes for this destination instead", HelpName = "DESTINATION" };
        Option<int?> part = new("--part") { Description = "With --sent: this part of a divided message, which has to be named", HelpName = "N" };
        Option<int?> before = new("--before") { Description = "With --sent: the bytes as they were before this operation (op N of the history), an edit", HelpName = "N" };
        Command command = new("show", "Show a message with names and meanings, and of the journal its deliveries and every try") { source, content, raw, sent, part, before, data, json };
        command.Validators.Add(result =>
        {
            bool isSent = result.GetResult(sent) is not null;
            if (!isSent && result.GetResult(part) is null)
                return;
            if (!isSent)
                result.AddError("--part is a part of what was made for a destination. Name the destination with --sent.");
            else if (result.GetResult(content) is null && result.GetResult(raw) is null)
                result.AddError("--sent says whose bytes to show, and they are shown with --content or --raw only. Add one of them.");
            else if (result.GetResult(source)?.Tokens is [{ Value: var word }] && !ShownSource.IsId(word, out _))
                result.AddError("--sent is for a message of the journal. Give its number instead of a file, or leave --sent out.");
        });
        command.SetAction(async (parsed, stopping) =>
        {
            string word = parsed.GetValue(source)!;
            if (!ShownSource.IsId(word, out MessageId id))
                return await ShowFileAsync(word, parsed.GetValue(data)!, parsed.GetValue(raw), parsed.GetValue(json), stopping);
            await using IJournalReader journal = Wiring.JournalReader(parsed.GetValue(data)!);
            if (journal.Read(id) is not { } message)
                return NotThere(id, parsed.GetValue(json));
            ReadOnlyMemory<byte>? bytes = parsed.GetValue(raw) || parsed.GetValue(content)
                ? await ShownSource.SeeAsync(journal, parsed.GetValue(data)!, message, parsed.GetValue(sent), parsed.GetValue(part), parsed.GetValue(before), stopping)
                : (ReadOnlyMemory<byte>?)null;
            if (parsed.GetValue(raw))
                await WriteRawAsync(bytes!.Value);
            else if (parsed.GetValue(json))
                WriteJson(message, bytes);
            else
                Write(journal, message, bytes);
            return ExitCodes.Done;
        });
        return command;
    }

    private static int NotThere(MessageId id, bool json)
    {
        string problem = $"There is no message {id}. Find it with: hub messages";
        if (json)
            Output.Json(new { Error = problem });
        Output.Problem(problem);
        return ExitCodes.Problems;
    }

    private static async Task<int> ShowFileAsync(string word, string data, bool raw, bool json, CancellationToken stopping)
    {
        IReadOnlyList<ShownBlock> blocks = await ShownSource.ReadAsync(word, data, stopping);
        if (raw)
        {
            foreach (ShownBlock block in blocks)
                await WriteRawAsync(block.Bytes);
            return ExitCodes.Done;
        }

        if (json)
            Output.Json(new { Messages = blocks.Select(JsonOf) });
        else
            WriteBlocks(blocks, areNamed: blocks.Count > 1 || Directory.Exists(word));
        return blocks.All(block => block.Message is not null) ? ExitCodes.Done : ExitCodes.Problems;
    }

    private static object JsonOf(ShownBlock block) => new
    {
        block.Name,
        Outline = block.Message is null ? null : Hl7Outline.Of(block.Message),
        Problems = block.Message is null ? null : block.Problems,
        Error = block.Fault is null ? null : new { block.Fault.Path, block.Fault.Text },
        Content = block.Message is null ? TextOf(block.Bytes) : null,
    };

    private static void WriteJson(StoredMessage message, ReadOnlyMemory<byte>? bytes)
    {
        IEnumerable<object> messages = bytes is { } shown ? BlocksOf(message, "", shown).Where(block => block.Message is not null).Select(JsonOf) : [];
        Output.Json(JournalView.Of(message, bytes is { } content ? TextOf(content) : null, bytes is null ? null : messages));
    }

    private static IReadOnlyList<ShownBlock> BlocksOf(StoredMessage message, string name, ReadOnlyMemory<byte> bytes) =>
        [.. ShownBlock.Of(name, bytes).Select(block => block with { IsPart = message.State == MessageState.Fragment || message.Flags.Contains("fragment-parked") })];

    private static void WriteBlocks(IReadOnlyList<ShownBlock> blocks, bool areNamed)
    {
        ShownTree tree = new(Console.Out, ShownTree.WindowWidth());
        for (int i = 0; i < blocks.Count; i++)
        {
            if (areNamed)
                Console.Out.WriteLine($"{(i > 0 ? "\n" : "")}-- {blocks[i].Name}");
            if (blocks[i].Message is { } message)
                tree.Write(Hl7Outline.Of(message), blocks[i].Problems);
            else
                WriteOther(blocks[i]);
        }
    }

    /// <summary>What is no message of HL7 v2, as the lines that it is, after the reason.</summary>
    private static void WriteOther(ShownBlock block)
    {
        string place = block.Fault?.Path is { } path ? $"{path}: " : "";
        Console.Out.WriteLine($"! not a message of HL7 v2 that can be read: {place}{block.Fault?.Text}");
        foreach (string line in TextOf(block.Bytes).Split('\n'))
            Console.Out.WriteLine(ShownTree.WindowWidth() is { } wide ? ShownTree.Cut(Output.Plain(line), wide) : Output.Plain(line));
    }

    private static async Task WriteRawAsync(ReadOnlyMemory<byte> bytes)
    {
        await using Stream output = Console.OpenStandardOutput();
        await output.WriteAsync(bytes);
    }

    // What names another message outlives it.
    private static string? Other(IJournalReader journal, MessageId? id) =>
        id is { Value: > 0 } other ? $"{other}{(journal.Read(other) is null ? ", which retention has removed" : "")}" : null;

    private static void Write(IJournalReader journal, StoredMessage message, ReadOnlyMemory<byte>? content)
    {
        StageTimes times = StageTimes.Of(message);
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
            ("Times", TimesOf(times)),
            ("Flags", string.Join(", ", message.Flags)),
            ("Content", message.ContentRemovedAt is { } removed ? $"removed by retention on {JournalView.Time(removed)}" : null),
            ("Duplicate of", Other(journal, message.DuplicateOf)),
            ("Replay of", Other(journal, message.ReplayOf)),
            ("Replay", message.Replay is { } replay ? $"{replay}, see: hub messages --replay {replay}" : null),
            ("Handed from", message.HandedFrom is null && message.Trace is not null ? "a message that retention has removed" : Other(journal, message.HandedFrom)),
            ("Batch", message.Batch is null ? null : $"{Other(journal, message.Batch)}, message {message.BatchPlace}{(message.BatchSize > 0 ? $" of {message.BatchSize}" : "")}"),
            ("Messages", message.State == MessageState.Divided ? $"{message.BatchSize}, see: hub messages --batch {message.Id}" : null),
            ("Part of", message.State == MessageState.Fragment ? Other(journal, message.PartOf) ?? "a message whose other parts have not come yet" : null),
            ("Trace", message.Trace is { } trace ? $"{trace}, see: hub messages --trace {trace}" : null),
        ];
        foreach ((string name, string? value) in head.Where(line => !string.IsNullOrEmpty(line.Value)))
            Console.Out.WriteLine($"{name,-13}{Output.Plain(value!)}");
        foreach (MessageProblem problem in message.Problems)
            Console.Out.WriteLine($"{ProblemView.Word(problem),-13}{ProblemView.Words(problem)}");
        foreach (DeliveryTimes delivery in times.Deliveries)
            Write(delivery);
        if (content is not { } bytes)
            return;
        Console.Out.WriteLine();
        IReadOnlyList<ShownBlock> blocks = BlocksOf(message, $"message {message.Id}", bytes);
        WriteBlocks(blocks, areNamed: blocks.Count > 1);
    }

    private static string TimesOf(StageTimes times) => string.Join(", ", new[]
    {
        times.Waited is { } waited ? $"waited {Ms(waited)}" : null,
        times.Working is { } working ? $"processed in {Ms(working)}" : null,
        times.Whole is { } whole ? $"all in {Ms(whole)}" : null,
    }.OfType<string>());

    private static string Ms(TimeSpan span) => $"{span.TotalMilliseconds.ToString("0.0##", CultureInfo.InvariantCulture)} ms";

    private static void Write(DeliveryTimes times)
    {
        StoredDelivery delivery = times.Delivery;
        string due = delivery.HoldsLane ? ", until a person does something to it" : delivery.DueAt is { } time ? $", next try {JournalView.Time(time)}" : "";
        Console.Out.WriteLine($"Delivery     {delivery.Destination} {(delivery.Part.IsWhole ? "" : $"{delivery.Part} ")}{JournalView.State(delivery)}{due}{(delivery.Reason is null ? "" : $": {Output.Plain(delivery.Reason)}")} (delivery {delivery.Delivery})");
        if (delivery.RepeatedAt is { } repeated)
            Console.Out.WriteLine($"  sent again {JournalView.Time(repeated)}{(delivery.RepeatedBy is null ? "" : $" by {Output.Plain(delivery.RepeatedBy)}")}");
        if (times.Queued is { } queued)
            Console.Out.WriteLine($"  waited {Ms(queued)} in the queue, {Ms(times.Sending)} with the receiver");
        var lines = delivery.History.Select(attempt => (At: attempt.StartedAt + attempt.Duration, Attempt: (StoredAttempt?)attempt, Operation: (StoredOperation?)null))
            .Concat(delivery.Operations.Select(operation => (operation.At, (StoredAttempt?)null, (StoredOperation?)operation)))
            .OrderBy(line => line.At);
        foreach ((DateTimeOffset _, StoredAttempt? attempt, StoredOperation? operation) in lines)
        {
            if (operation is not null)
                Console.Out.WriteLine($"  {DeliveryWords.Of(operation)}");
            if (attempt is null)
                continue;
            string answer = attempt.AnswerCode is null ? "" : $", answered {attempt.AnswerCode}";
            string took = attempt.Duration.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
            Console.Out.WriteLine($"  try {attempt.Attempt,-4} {JournalView.Time(attempt.StartedAt)} {attempt.State}{(attempt.MaybeDelivered ? " (maybe delivered)" : "")}{answer}, {took} ms{(attempt.Reason is null ? "" : $": {attempt.Reason}")}");
        }
    }

    private static string Join(string type, string version) => version.Length == 0 ? type : $"{type} (v{version})";

    /// <summary>The message one segment a line; bytes that are not text of its character set as that set shows them.</summary>
    internal static string TextOf(ReadOnlyMemory<byte> bytes)
    {
        string text = (Hl7Message.Parse(bytes, out _)?.WireCharacterSet ?? Hl7CharacterSet.Utf8).Show(bytes.Span);
        return text.ReplaceLineEndings("\n").Replace('\r', '\n').TrimEnd('\n');
    }
}
