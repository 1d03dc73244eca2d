using System.CommandLine;

namespace Hub.Engine.Commands;

/// <summary><c>hub journal</c>: looks after the file of the journal.</summary>
internal static class JournalCommand
{
    public static Command Create()
    {
        Command command = new("journal", "Look after the journal");
        command.Subcommands.Add(JournalCheckCommand.Create());
        command.Subcommands.Add(JournalBackupCommand.Create());
        command.Subcommands.Add(JournalRestoreCommand.Create());
        command.Subcommands.Add(JournalRotateKeyCommand.Create());
        command.Subcommands.Add(JournalPruneCommand.Create());
        return command;
    }
}
