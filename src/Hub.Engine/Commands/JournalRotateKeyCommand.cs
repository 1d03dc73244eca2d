using System.CommandLine;
using Hub.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

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
        if (AdminAddress.Read(options.Data) is { } admin && await admin.IsThereAsync(stopping))
            return await AskAsync(admin, stopping);
        // A folder without a journal is told; opening one to write would make it.
        await Wiring.JournalReader(options).DisposeAsync();
        await using IJournal journal = Wiring.Journal(options, NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, stopping);
        return await ((IKeyedJournal)journal).RotateKeyAsync();
    }

    private static async Task<string> AskAsync(AdminAddress admin, CancellationToken stopping)
    {
        using HttpClient client = admin.CreateClient();
        try
        {
            using HttpResponseMessage response = await client.PostAsync(new Uri(KeyApi.Path, UriKind.Relative), null, stopping);
            string text = await response.Content.ReadAsStringAsync(stopping);
            return response.IsSuccessStatusCode
                ? text
                : throw new JournalException(text.Length > 0 ? text : $"The running Hub failed on it (HTTP {(int)response.StatusCode}). Its log says why.");
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is TaskCanceledException && !stopping.IsCancellationRequested))
        {
            throw new JournalException($"The running Hub did not answer as it should ({exception.Message}). Whether it has a new key is said in its log.", exception);
        }
    }
}
