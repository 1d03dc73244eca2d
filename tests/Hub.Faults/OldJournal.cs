using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Faults.Traffic;
using Hub.Testing;

namespace Hub.Faults;

/// <summary>
/// Makes the journal of an older Hub, from its scripts, with messages of the first sender that wait to be sent; it goes on with the next ones, about
/// the same patients. By Python's SQLite, not by the Hub's code.
/// </summary>
internal static class OldJournal
{
    private const string Maker = """
        import sqlite3, sys, glob, hashlib, json
        file, scripts, version = sys.argv[1], sys.argv[2], int(sys.argv[3])
        journal = sqlite3.connect(file, isolation_level=None)
        journal.executescript('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = 0x4875624A; PRAGMA journal_mode = WAL;')
        for number in range(1, version + 1):
            text = open(glob.glob(f'{scripts}/{number:03}-*.sql')[0]).read()
            journal.executescript(f'BEGIN; {text}\nPRAGMA user_version = {number}; COMMIT;')
        journal.execute('BEGIN')
        contents, deliveries = 0, 0
        def keep(data):
            global contents
            contents += 1
            journal.execute('INSERT INTO content (id, sha256, bytes) VALUES (?, ?, ?)', (contents, hashlib.sha256(data).digest(), data))
            return contents
        def queue(message, destination, lane, length, content):
            global deliveries
            deliveries += 1
            journal.execute('INSERT INTO delivery (id, message, channel, destination, lane, part, parts, state, attempts, length, content) VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0, ?, ?)',
                            (deliveries, message, 'adt', destination, lane, length, content))
        for id, line in enumerate(sys.stdin, 1):
            name, at, lane, came, sent = json.loads(line)
            came, sent = bytes.fromhex(came), bytes.fromhex(sent)
            journal.execute('INSERT INTO message (id, channel, peer, received_at, type, control_id, sender, version, state, answer, length, sha256, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 3, 0, ?, ?, ?)',
                            (id, 'adt', '127.0.0.1', at, 'ADT^A08', name, 'OLD|NORTH', '2.5', len(came), hashlib.sha256(came).digest(), keep(came)))
            queue(id, 'all', 0, len(sent), keep(sent))
            queue(id, 'patients', lane, len(came), None)
        journal.execute('COMMIT')
        journal.close()
        """;

    /// <summary>Makes it, and tells the ledger of its messages.</summary>
    /// <param name="site">Whose journal it is; no Hub was there yet.</param>
    /// <param name="version">Of what version.</param>
    /// <param name="count">How many messages wait in it.</param>
    /// <returns>Why it cannot be made here; null when it is made.</returns>
    public static async Task<string?> MakeAsync(Site site, int version, int count)
    {
        string scripts = Path.Combine(Repository.Root, "src", "Hub.Journal", "Sqlite", "Schema");
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("python3", ["-c", Maker, Path.Combine(site.Data, "journal.db"), scripts, version.ToString(CultureInfo.InvariantCulture)])
            {
                RedirectStandardInput = true,
                RedirectStandardError = true,
            })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            for (int number = 1; number <= count; number++)
                await process.StandardInput.WriteLineAsync(Line(site, new(0, number)));
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? null : $"An old journal cannot be made: {await errors}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "python3, which makes an old journal, is not installed.";
        }
    }

    /// <summary>The number of a lane as Hubs wrote it before they made it with a key.</summary>
    private static long LaneOf(string patient) => Math.Max(1, BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(patient))) & long.MaxValue);

    private static string Line(Site site, NumberedMessage message)
    {
        site.Ledger.AddSent(message);
        site.Ledger.AddAcknowledged(message);
        long now = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return JsonSerializer.Serialize(new object[] { message.ControlId, now, LaneOf(message.Patient), Convert.ToHexString(message.Bytes()), Convert.ToHexString(message.Bytes("LAB")) });
    }
}
