using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hub.Testing;

namespace Hub.Faults.Checks;

/// <summary>Asks a journal what it has, by the command line alone, and looks at its file with a tool that is not the Hub's.</summary>
internal static class JournalAccount
{
    private const int Page = 20_000;
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>Every message, oldest first.</summary>
    /// <exception cref="InvalidOperationException">The command failed.</exception>
    public static async Task<IReadOnlyList<JournalMessage>> ReadAllAsync(string data)
    {
        List<JournalMessage> all = [];
        while (true)
        {
            List<string> arguments = ["messages", "--json", "--data", data, "--limit", Page.ToString(CultureInfo.InvariantCulture)];
            if (all.Count > 0)
                arguments.AddRange(["--before", all[^1].Id.ToString(CultureInfo.InvariantCulture)]);
            CommandResult result = await HubProcess.RunAsync([.. arguments]);
            if (result.Exit > 1)
                throw new InvalidOperationException($"hub messages ended with {result.Exit}: {result.Errors}");
            List<JournalMessage> page = JsonSerializer.Deserialize<List<JournalMessage>>(result.Output, s_json) ?? [];
            all.AddRange(page);
            if (page.Count < Page)
                break;
        }

        all.Reverse();
        return all;
    }

    /// <summary>Checks the file page by page and row by row with SQLite's own check, in the <c>sqlite3</c> program or in Python.</summary>
    /// <returns>Null when it is whole, else what is wrong or why it could not be checked.</returns>
    public static async Task<string?> FindDamageAsync(string data)
    {
        string file = Path.Combine(data, "journal.db");
        string text = await TryAsync("sqlite3", file, "PRAGMA integrity_check; PRAGMA foreign_key_check;")
            ?? await TryAsync("python3", "-c", "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); print('\\n'.join(str(r[0]) for q in ('integrity_check','foreign_key_check') for r in c.execute('PRAGMA '+q)))", file)
            ?? "Neither sqlite3 nor python3 is here to check the journal's file. Install one of them.";
        return text.Trim() == "ok" ? null : text.Trim();
    }

    private static async Task<string?> TryAsync(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? output : $"{program}: {await errors}{output}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
