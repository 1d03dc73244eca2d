using System.CommandLine;
using Hub.Contracts;

namespace Hub.Engine.Commands;

/// <summary><c>hub journal backup</c>: copies the journal while the Hub goes on, encrypted as it is.</summary>
internal static class JournalBackupCommand
{
    public static Command Create()
    {
        Argument<string> target = new("FILE|FOLDER") { Description = "A file that is not there yet, or a folder, in which it is named after the time" };
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Command command = new("backup", "Copy the journal to a file, also while the Hub runs") { target, data, json };
        command.SetAction((parsed, stopping) => Task.Run(
            () =>
            {
                JournalBackup backup = Wiring.JournalUpkeep(parsed.GetValue(data)!).Backup(parsed.GetValue(target)!, stopping);
                if (parsed.GetValue(json))
                    Output.Json(new { backup.File, backup.Bytes, backup.LastMessage, backup.LastReceivedAt, backup.Keys, backup.KeysFolder });
                else
                    Write(backup);
                return ExitCodes.Done;
            },
            stopping));
        return command;
    }

    private static void Write(JournalBackup backup)
    {
        string newest = backup.LastReceivedAt is { } at ? $", up to message {backup.LastMessage} of {JournalView.Time(at)}" : ", without a message";
        Console.Out.WriteLine($"{backup.File}: {backup.Bytes} bytes{newest}");
        if (backup.Keys.Count == 0)
            Console.Out.WriteLine("It is not encrypted: whoever gets at it can read it.");
        else
            Console.Out.WriteLine($"It can be read only with {string.Join(", ", backup.Keys)} of {backup.KeysFolder}, which is not in it. Keep a copy of that elsewhere, apart from this file.");
    }
}
