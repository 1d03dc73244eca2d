using System.Collections.Concurrent;
using System.CommandLine;
using System.Text;
using Hub.Channels;
using Hub.Channels.Config;
using Hub.Channels.Destinations;
using Hub.Contracts;
using Hub.Engine.Tls;
using Hub.Formats.Hl7V2;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Hub.Engine.Commands;

/// <summary>What became of one message that was sent.</summary>
/// <param name="File">The file it came from.</param>
/// <param name="Code">MSA-1 of the answer, or its HTTP status; null when there was none.</param>
/// <param name="Verdict">Sent, Refused, or Retry when it is not known to have arrived.</param>
/// <param name="Reason">Why it was not taken.</param>
/// <param name="Answer">The answer, as text.</param>
internal sealed record SendResult(string File, string? Code, DeliveryVerdict Verdict, string? Reason, string? Answer)
{
    /// <summary>Of a batch that was answered by a batch, what was said to each message; null otherwise.</summary>
    public IReadOnlyList<BatchReply>? Answers { get; init; }
}

/// <summary>What was said to one message of a batch.</summary>
/// <param name="ControlId">Its control id, MSA-2.</param>
/// <param name="Code">MSA-1.</param>
internal sealed record BatchReply(string ControlId, string Code);

/// <summary><c>hub send</c>: sends messages as a destination of a channel does, without a queue, and shows the answers.</summary>
internal static class SendCommand
{
    public static Command Create()
    {
        Argument<string[]> files = new("FILE") { Description = "Files with a message or many, folders of them, or - for standard input", Arity = ArgumentArity.OneOrMore };
        Option<int> connections = CommonOptions.Number("--connections", "N", "How many connections to send over", 1, 1_000, 1);
        Option<bool> whole = CommonOptions.Whole();
        Option<bool> json = CommonOptions.Json();
        Command command = new("send", "Send messages over MLLP or HTTP and show the answers; exit status 1 when one was refused") { files, connections, whole, json };
        SendTarget target = new(command);
        command.SetAction(async (parsed, stopping) =>
        {
            FileMessage[] messages = [.. MessageFiles.Read(parsed.GetValue(files)!, parsed.GetValue(whole))];
            DestinationConfig config = target.Read(parsed, messages.All(message => Hl7Header.Find(message.Content.Span) >= 0));
            string folder = Directory.GetCurrentDirectory();
            if (SendTarget.TlsOf(config) is { } tls)
                TlsFiles.Read(tls, folder);
            using Certificates certificates = new(TimeProvider.System, NullLoggerFactory.Instance);
            DestinationHost host = new("send", TimeProvider.System, NullLoggerFactory.Instance) { Certificates = certificates.In(folder) };
            ComponentCatalog catalog = Wiring.Catalog();
            Func<IDestination> open = () => catalog.CreateDestination(config, host);
            bool quiet = parsed.GetValue(json) || messages.Length < 50 || Console.IsErrorRedirected;
            SendResult[] results = await SendAsync(messages, open, Math.Min(parsed.GetValue(connections), messages.Length), quiet, stopping);
            if (parsed.GetValue(json))
                Output.Json(results);
            else
                Write(results);
            return Exit(results);
        });
        return command;
    }

    private static async Task<SendResult[]> SendAsync(FileMessage[] messages, Func<IDestination> open, int connections, bool quiet, CancellationToken stopping)
    {
        if (quiet)
            return await SendAsync(messages, open, connections, () => { }, stopping);
        IAnsiConsole error = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
        return await error.Progress().StartAsync(async progress =>
        {
            ProgressTask task = progress.AddTask("Sending", maxValue: messages.Length);
            return await SendAsync(messages, open, connections, () => task.Increment(1), stopping);
        });
    }

    private static async Task<SendResult[]> SendAsync(FileMessage[] messages, Func<IDestination> open, int connections, Action sent, CancellationToken stopping)
    {
        SendResult[] results = new SendResult[messages.Length];
        ConcurrentQueue<int> waiting = new(Enumerable.Range(0, messages.Length));
        async Task WorkAsync()
        {
            await using IDestination destination = open();
            while (waiting.TryDequeue(out int index))
            {
                FileMessage message = messages[index];
                DeliveryResult result = await destination.SendAsync(new(new MessageId(index + 1), index + 1, 1, message.Content), stopping);
                results[index] = new(message.Name, result.AnswerCode, result.Verdict, SendWording.Of(result), result.Answer.IsEmpty ? null : ShowCommand.TextOf(result.Answer)) { Answers = RepliesOf(result.Answer) };
                sent();
            }
        }

        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => WorkAsync()));
        return results;
    }

    private static void Write(SendResult[] results)
    {
        foreach (SendResult result in results)
        {
            Console.Out.WriteLine($"{result.File}: {result.Code ?? "no answer"}{Counts(result.Answers)}");
            if (result.Reason is not null)
                Output.Problem($"{result.File}: {result.Reason}");
            foreach (BatchReply reply in (result.Answers ?? []).Where(reply => reply.Code is not ("AA" or "CA")))
                Output.Problem($"{result.File}: message {Output.Plain(reply.ControlId)}: {Output.Plain(reply.Code)}");
            if (results.Length == 1 && result.Answer is not null)
                Console.Out.WriteLine(result.Answer);
        }
    }

    // B04: a batch is answered by a batch.
    private static BatchReply[]? RepliesOf(ReadOnlyMemory<byte> answer) =>
        AnswerView.ReadEach(answer)?.Select(one => new BatchReply(Encoding.Latin1.GetString(one.ControlId.Span), one.Code)).ToArray();

    private static string Counts(IReadOnlyList<BatchReply>? replies) => replies switch
    {
        null => "",
        [] => " (no message has an answer of its own)",
        _ => $" ({string.Join(", ", replies.CountBy(reply => reply.Code).Select(code => $"{code.Value} {Output.Plain(code.Key)}"))})",
    };

    private static int Exit(SendResult[] results)
    {
        if (results.Any(result => result.Code is null && result.Verdict != DeliveryVerdict.Sent))
            return ExitCodes.Unavailable;
        return results.All(result => result.Verdict == DeliveryVerdict.Sent) ? ExitCodes.Done : ExitCodes.Problems;
    }
}
