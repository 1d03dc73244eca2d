using System.CommandLine;
using Hub.Contracts;
using Hub.Formats.Hl7V2;
using Hub.Listeners.Http;
using Hub.Listeners.Mllp;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Commands;

/// <summary>What <c>hub listen</c> answers.</summary>
internal enum ListenAnswer
{
    /// <summary>Taken.</summary>
    AA,

    /// <summary>Content wrong.</summary>
    AE,

    /// <summary>Not wanted now.</summary>
    AR,

    /// <summary>Nothing at all.</summary>
    None,
}

/// <summary><c>hub listen</c>: a receiver to try against. It shows what comes and keeps nothing.</summary>
internal static class ListenCommand
{
    public static Command Create()
    {
        Option<int> mllp = CommonOptions.Port("--mllp", "Port for MLLP; 0 takes a free one");
        Option<int> http = CommonOptions.Port("--http", "Port for HTTP; 0 takes a free one");
        Option<string> path = new("--path") { Description = "With --http: the path of the requests", HelpName = "PATH", DefaultValueFactory = _ => "/" };
        Option<ListenAnswer> answer = new("--answer") { Description = "What to answer: AA, AE, AR or none", HelpName = "CODE", DefaultValueFactory = _ => ListenAnswer.AA };
        Option<bool> json = CommonOptions.Json();
        Command command = new("listen", "Receive over MLLP or HTTP on this machine, show what comes, and answer as told; nothing is kept") { mllp, http, path, answer, json };
        command.Validators.Add(result =>
        {
            if (result.GetResult(mllp) is null && result.GetResult(http) is null)
                result.AddError("Say where to listen: --mllp PORT, --http PORT, or both.");
            else if (CommonOptions.Given(result, http) is >= 0 and <= 65_535 and { } port)
                Http(port, result.GetValue(path) ?? "/").Check().ToList().ForEach(problem => result.AddError($"--{problem.Path}: {problem.Text}"));
        });
        command.SetAction(async (parsed, stopping) =>
        {
            List<ListenerConfig> sources = [];
            if (parsed.GetResult(mllp) is not null)
                sources.Add(new MllpListenerConfig { Type = "mllp", Listen = $"127.0.0.1:{parsed.GetValue(mllp)}" });
            if (parsed.GetResult(http) is not null)
                sources.Add(Http(parsed.GetValue(http), parsed.GetValue(path)!));
            await ListenAsync(sources, parsed.GetValue(answer), parsed.GetValue(json), stopping);
            return ExitCodes.Done;
        });
        return command;
    }

    private static HttpListenerConfig Http(int port, string path) => new() { Type = "http", Listen = $"127.0.0.1:{port}", Path = path };

    private static async Task ListenAsync(IReadOnlyList<ListenerConfig> sources, ListenAnswer answer, bool json, CancellationToken stopping)
    {
        ComponentCatalog catalog = Wiring.Catalog();
        ControlIds ids = new(TimeProvider.System);
        Lock writing = new();
        List<IListener> listeners = [];
        List<string> addresses = [];
        try
        {
            foreach (ListenerConfig source in sources)
            {
                ListenerHost host = new("listen", new PrintingIntake(answer, json, source is MllpListenerConfig, writing), TimeProvider.System, ids.Next, NullLoggerFactory.Instance);
                listeners.Add(catalog.CreateListener(source, host));
                addresses.Add($"{source.Type}://{await listeners[^1].StartAsync(stopping)}{(source as HttpListenerConfig)?.Path}");
            }

            Output.Problem($"Listening on {string.Join(" and ", addresses)}, answering {answer}. Ctrl+C stops.");
            TaskCompletionSource stopped = new();
            await using (stopping.UnsafeRegister(_ => stopped.SetResult(), null))
                await stopped.Task;
            await Task.WhenAll(listeners.Select(listener => listener.StopAsync(new CancellationToken(canceled: true))));
        }
        finally
        {
            foreach (IListener listener in listeners)
                await listener.DisposeAsync();
        }
    }

    private sealed class PrintingIntake(ListenAnswer answer, bool json, bool takesHl7Only, Lock writing) : IIntake
    {
        public Task<Receipt> AcceptAsync(InboundMessage message)
        {
            string text = ShowCommand.TextOf(message.Content);
            lock (writing)
            {
                if (json)
                    Output.Json(new { message.Peer, Bytes = message.Content.Length, message.Flags, Content = text });
                else
                    Console.Out.WriteLine($"-- {message.Content.Length} bytes from {message.Peer}\n{text}\n");
            }

            return Task.FromResult(takesHl7Only && Hl7Header.Find(message.Content.Span) < 0 ? new Receipt(ReceiptKind.Undecodable, []) : answer switch
            {
                ListenAnswer.AE => new(ReceiptKind.Error, [new(207, null, "")]),
                ListenAnswer.AR => new(ReceiptKind.Rejected, [new(207, null, "")]),
                ListenAnswer.None => new(ReceiptKind.Silent, []),
                _ => Receipt.Accepted,
            });
        }
    }
}
