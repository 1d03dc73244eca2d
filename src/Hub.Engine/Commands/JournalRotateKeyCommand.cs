using System.CommandLine;
using Hub.Contracts;
using Hub.Dashboard.Api;

namespace Hub.Engine.Commands;

/// <summary><c>hub journal rotate-key</c>: a new key for what is stored from now on, through the running Hub, or in the journal when none runs.</summary>
internal static class JournalRotateKeyCommand
{
    public static Command Create()
    {
        Option<string> data = CommonOptions.Data();
        Option<string?> keys = KeyOptions.Keys();
        keys.Description = "Folder of the journal's keys, when no Hub runs; a running Hub writes the new key where it has the others";
        Option<bool> json = CommonOptions.Json();
        Command command = new("rotate-key", "Make a new key for what the journal stores from now on; the keys of before stay needed") { data, keys, json };
        command.SetAction(async (parsed, stopping) =>
        {
            string file = await RotateAsync(new() { Data = parsed.GetValue(data)!, Keys = parsed.GetValue(keys) }, stopping);
            if (parsed.GetValue(json))
                Output.Json(new { Key = file });
            else
                Console.Out.WriteLine($"New key: {file}. Keep a copy of it elsewhere now, apart from backups of the journal. The keys of before are still needed for what they encrypted.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<string> RotateAsync(HubOptions options, CancellationToken stopping)
    {
        if (await AdminAddress.FindAsync(options.Data, stopping) is { } admin)
            return (await admin.AskAsync<NewKey>(HttpMethod.Post, "/journal/keys", new ReasonBody(), "Whether it has a new key is said in its log.", stopping)).Key;
        await using IJournal journal = await Wiring.OpenJournalAsync(options, stopping);
        await AccessDesk.NoteAsync(journal, AuditNote.OfNewKey(null));
        return await ((IKeyedJournal)journal).RotateKeyAsync();
    }
}
