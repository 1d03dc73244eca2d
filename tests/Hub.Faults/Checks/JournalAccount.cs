using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hub.Testing;

namespace Hub.Faults.Checks;

/// <summary>Asks a journal what it has, by the command line alone, and looks at its file with a tool that is not the Hub's.</summary>
internal static class JournalAccount
{
    private const int Page = 20_000;

    // Hours of load leave gigabytes, each row of which is opened.
    private static readonly TimeSpan s_patience = TimeSpan.FromHours(1);

    // What names bytes that retention removed stays, and its message says when they went.
    // With the pages in memory: after hours of load the file has gigabytes, and is read in any order.
    private const string Check =
        """
        PRAGMA cache_size = -2000000;
        PRAGMA integrity_check;
        SELECT 'Row ' || f.rowid || ' of ' || f."table" || ' names a row that is gone from ' || f.parent FROM pragma_foreign_key_check f
        WHERE f.parent <> 'content' OR (f."table" IN ('message', 'delivery') AND NOT EXISTS (
            SELECT 1 FROM message m WHERE m.content_removed_at IS NOT NULL
                AND m.id = CASE f."table" WHEN 'message' THEN f.rowid ELSE (SELECT message FROM delivery WHERE id = f.rowid) END));
        """;
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
        string text = await TryAsync("sqlite3", file, Check)
            ?? await TryAsync("python3", "-c", "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); print('\\n'.join(str(r[0]) for q in sys.argv[2].split(';') for r in c.execute(q)))", file, Check)
            ?? "Neither sqlite3 nor python3 is here to check the journal's file. Install one of them.";
        return text.Trim() == "ok" ? null : text.Trim();
    }

    /// <summary>Has the Hub's own command look over the journal: every row's tag or hash, states, and what names what.</summary>
    /// <returns>Null when it finds nothing.</returns>
    public static async Task<string?> CheckAsync(string data)
    {
        CommandResult result = await HubProcess.RunAsync(HubSurroundings.None, s_patience, "journal", "check", "--data", data);
        return result.Exit == 0 ? null : $"{result.Output}{result.Errors}".Trim();
    }

    /// <summary>Overwrites some bytes in the middle of the file, to show that the checks see it.</summary>
    public static void Harm(string data, int seed)
    {
        byte[] garbage = new byte[64];
        Random random = new(seed);
        using FileStream file = File.OpenWrite(Path.Combine(data, "journal.db"));
        for (int i = 0; i < 20; i++)
        {
            random.NextBytes(garbage);
            file.Position = file.Length / 2 / 20 * (20 + i);
            file.Write(garbage);
        }
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
