using System.CommandLine;
using Hub.Contracts;

namespace Hub.Engine.Commands;

/// <summary><c>hub journal restore</c>: makes the journal of a new data folder from a backup.</summary>
internal static class JournalRestoreCommand
{
    public static Command Create()
    {
        Argument<string> backup = new("BACKUP") { Description = "The file that hub journal backup wrote" };
        Option<string> data = CommonOptions.Data();
        data.Description = "Folder of the journal, new or without one";
        Option<string?> keys = KeyOptions.Keys();
        Option<UnsentMode> unsent = new("--unsent")
        {
            Description = "What was not sent when the backup was taken: park (a person asks the receivers first) or queue (receivers may get it twice)",
            HelpName = "park|queue",
        };
        Option<bool> damaged = new("--despite-damage") { Description = "Restore a damaged backup too, as far as it can be read" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("restore", "Make a journal from a backup; exit status 1 when the backup is damaged") { backup, data, keys, unsent, damaged, json };
        command.SetAction((parsed, stopping) => Task.Run(
            () =>
            {
                UnsentMode mode = parsed.GetValue(unsent);
                RestoredJournal restored = Wiring.JournalUpkeep(parsed.GetValue(data)!, parsed.GetValue(keys))
                    .Restore(parsed.GetValue(backup)!, mode, parsed.GetValue(damaged), stopping);
                if (parsed.GetValue(json))
                    Output.Json(Of(restored, mode));
                else
                    Write(restored, mode);
                return restored.IsRestored ? ExitCodes.Done : ExitCodes.Problems;
            },
            stopping));
        return command;
    }

    private static object Of(RestoredJournal restored, UnsentMode mode) => new
    {
        restored.File,
        Restored = restored.IsRestored,
        restored.LastMessage,
        restored.LastReceivedAt,
        restored.UnsentDeliveries,
        restored.UnprocessedMessages,
        Unsent = mode,
        Check = JournalCheckCommand.Of(restored.Report),
    };

    private static void Write(RestoredJournal restored, UnsentMode mode)
    {
        JournalCheckCommand.Write(restored.Report);
        if (!restored.IsRestored)
        {
            Output.Problem("HUB5045 The backup is damaged, and nothing was restored. Take another one, or restore what can be read of this one with --despite-damage.");
            return;
        }

        string newest = restored.LastReceivedAt is { } at ? $"up to message {restored.LastMessage} of {JournalView.Time(at)}" : "without a message";
        Console.Out.WriteLine($"{restored.File} is restored, {newest}. What came after that is not in it.");
        Console.Out.WriteLine("Sessions and tokens ended: people log in again, and programs need new tokens (hub tokens new). Accounts and passwords are those of the backup: look at them (hub users list) before others do.");
        if (restored.UnsentDeliveries + restored.UnprocessedMessages == 0)
            return;
        string what = $"{restored.UnsentDeliveries} deliveries were not sent and {restored.UnprocessedMessages} messages not processed when the backup was taken";
        Console.Out.WriteLine(mode == UnsentMode.Queue
            ? $"{what}; the Hub sends them when it starts, and receivers may have some of them already."
            : $"{what}, and may have been since. They wait for a person, who asks the receivers. Deliveries: hub deliveries --parked, then hub deliveries release or skip. Messages: hub messages --state Rejected, then hub replay.");
    }
}
