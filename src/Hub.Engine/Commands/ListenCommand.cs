using System.CommandLine;
using System.Net;
using Hub.Contracts;
using Hub.Formats.Hl7V2;
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
        Option<int> port = CommonOptions.Port("--mllp", "Port to listen on; 0 takes a free one");
        port.Required = true;
        Option<ListenAnswer> answer = new("--answer") { Description = "What to answer: AA, AE, AR or none", HelpName = "CODE", DefaultValueFactory = _ => ListenAnswer.AA };
        Option<bool> json = CommonOptions.Json();
        Command command = new("listen", "Receive over MLLP on this machine, show what comes, and answer as told; nothing is kept") { port, answer, json };
        command.SetAction(async (parsed, stopping) =>
        {
            PrintingIntake intake = new(parsed.GetValue(answer), parsed.GetValue(json));
            MllpListenerConfig config = new() { Type = "mllp", Listen = $"127.0.0.1:{parsed.GetValue(port)}" };
            ListenerHost host = new("listen", intake, TimeProvider.System, new ControlIds(TimeProvider.System).Next, NullLoggerFactory.Instance);
            await using IListener listener = Wiring.Catalog().CreateListener(config, host);
            IPEndPoint address = await listener.StartAsync(stopping);
            Output.Problem($"Listening on mllp://{address}, answering {parsed.GetValue(answer)}. Ctrl+C stops.");
            TaskCompletionSource stopped = new();
            await using (stopping.UnsafeRegister(_ => stopped.SetResult(), null))
                await stopped.Task;
            await listener.StopAsync(new CancellationToken(canceled: true));
            return ExitCodes.Done;
        });
        return command;
    }

    private sealed class PrintingIntake(ListenAnswer answer, bool json) : IIntake
    {
        public Task<Receipt> AcceptAsync(InboundMessage message)
        {
            string text = ShowCommand.TextOf(message.Content);
            lock (this)
            {
                if (json)
                    Output.Json(new { message.Peer, Bytes = message.Content.Length, message.Flags, Content = text });
                else
                    Console.Out.WriteLine($"-- {message.Content.Length} bytes from {message.Peer}\n{text}\n");
            }

            return Task.FromResult(Hl7Header.Find(message.Content.Span) < 0 ? new Receipt(ReceiptKind.Undecodable, []) : answer switch
            {
                ListenAnswer.AE => new(ReceiptKind.Error, [new(207, null, "")]),
                ListenAnswer.AR => new(ReceiptKind.Rejected, [new(207, null, "")]),
                ListenAnswer.None => new(ReceiptKind.Silent, []),
                _ => Receipt.Accepted,
            });
        }
    }
}
