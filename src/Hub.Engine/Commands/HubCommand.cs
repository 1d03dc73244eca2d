using System.CommandLine;
using System.CommandLine.Parsing;
using Hub.Contracts;

namespace Hub.Engine.Commands;

/// <summary>The command line of <c>hub</c>: all commands, and what is the same for all of them.</summary>
internal static class HubCommand
{
    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(15);

    /// <summary>Runs one command.</summary>
    /// <param name="args">The command line.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static Task<int> RunAsync(string[] args) => GuardAsync(
        async () =>
        {
            ParseResult parsed = Root().Parse(args);
            // A wrong command line is told by the library; it says 1 for it, which here means something else.
            bool wrong = parsed.Errors.Count > 0;
            int exit = await InvokeAsync(parsed);
            return wrong ? ExitCodes.Usage : exit;
        },
        Console.Error);

    private static async Task<int> InvokeAsync(ParseResult parsed)
    {
        try
        {
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = s_stop });
        }
        catch (Exception exception) when (IsExpected(exception) && parsed.CommandResult.Children.Any(child => child is OptionResult { Option.Name: "--json", Implicit: false }))
        {
            // Programs read standard output; people are told besides.
            Output.JsonLine(new { Error = exception.Message });
            throw;
        }
    }

    private static bool IsExpected(Exception exception) => exception is JournalException or IOException or UnauthorizedAccessException;

    /// <summary>Runs a command and says what went wrong.</summary>
    /// <param name="run">The command.</param>
    /// <param name="errors">Where to say it.</param>
    internal static async Task<int> GuardAsync(Func<Task<int>> run, TextWriter errors)
    {
        try
        {
            return await run();
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            await errors.WriteLineAsync($"hub: {exception.Message}");
            return ExitCodes.Unavailable;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Unavailable;
        }
        catch (Exception exception)
        {
            // Not what the exception says: that may hold a message.
            await errors.WriteLineAsync($"""
                hub: HUB3060 This is a mistake in the Hub ({exception.GetType().Name}); what was asked for may be done in part. Please report it with the lines below.
                A running Hub tells more in the folder logs of its data folder.
                {exception.StackTrace}
                """);
            return ExitCodes.Mistake;
        }
    }

    private static RootCommand Root()
    {
        RootCommand root = new("""
            The Hub: takes HL7 messages in, filters and transforms them as channel files say, and delivers them without losing one.

            Without a command it runs, as "hub run" does.
            Exit status: 0 done; 1 done, and the answer is no (problems found, message refused, nothing there);
            2 wrong command line; 3 not possible now (journal, port or peer not to be had); 4 a mistake in the Hub.
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
        root.Subcommands.Add(ValidateCommand.Create());
        root.Subcommands.Add(ProfileCommand.Create());
        root.Subcommands.Add(ConvertCommand.Create());
        root.Subcommands.Add(FhirCommand.Create());
        root.Subcommands.Add(MessagesCommand.Create());
        root.Subcommands.Add(ShowCommand.Create());
        root.Subcommands.Add(DiffCommand.Create());
        root.Subcommands.Add(ReplayCommand.Create());
        root.Subcommands.Add(ReplaysCommand.Create());
        root.Subcommands.Add(JournalCommand.Create());
        root.Subcommands.Add(DeliveriesCommand.Create());
        root.Subcommands.Add(ChannelsCommand.Create());
        root.Subcommands.Add(DestinationsCommand.Create());
        root.Subcommands.Add(IncidentsCommand.Create());
        root.Subcommands.Add(AlertsCommand.Create());
        root.Subcommands.Add(StatsCommand.Create());
        root.Subcommands.Add(UsersCommand.Create());
        root.Subcommands.Add(TokensCommand.Create());
        root.Subcommands.Add(AuditCommand.Create());
        root.Subcommands.Add(HealthCommand.Create());
        return root;
    }
}
