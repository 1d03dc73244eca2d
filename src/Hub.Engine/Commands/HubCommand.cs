using System.CommandLine;
using Hub.Contracts;

namespace Hub.Engine.Commands;

/// <summary>The command line of <c>hub</c>: all commands, and what is the same for all of them.</summary>
internal static class HubCommand
{
    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(15);

    /// <summary>Runs one command.</summary>
    /// <param name="args">The command line.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        ParseResult parsed = Root().Parse(args);
        // A wrong command line is told by the library; it says 1 for it, which here means something else.
        bool wrong = parsed.Errors.Count > 0;
        try
        {
            int exit = await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = s_stop });
            return wrong ? ExitCodes.Usage : exit;
        }
        catch (Exception exception) when (exception is JournalException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"hub: {exception.Message}");
            return ExitCodes.Unavailable;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Unavailable;
        }
    }

    private static RootCommand Root()
    {
        RootCommand root = new("""
            The Hub: takes HL7 messages in, filters and transforms them as channel files say, and delivers them without losing one.

            Without a command it runs, as "hub run" does.
            Exit status: 0 done; 1 done, and the answer is no (problems found, message refused, nothing there);
            2 wrong command line; 3 not possible now (journal, port or peer not to be had).
            """);
        RunCommand.AddTo(root);
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(NewCommand.Create());
        root.Subcommands.Add(CheckCommand.Create());
        root.Subcommands.Add(TestCommand.Create());
        root.Subcommands.Add(SchemaCommand.Create());
        root.Subcommands.Add(SendCommand.Create());
        root.Subcommands.Add(ListenCommand.Create());
        root.Subcommands.Add(TryCommand.Create());
        root.Subcommands.Add(MessagesCommand.Create());
        root.Subcommands.Add(ShowCommand.Create());
        root.Subcommands.Add(ReplayCommand.Create());
        root.Subcommands.Add(HealthCommand.Create());
        return root;
    }
}
