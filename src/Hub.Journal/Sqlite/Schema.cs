using System.Buffers.Binary;
using System.Globalization;
using System.Reflection;
using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Brings the file to the newest shape. The scripts of <c>Schema/</c> are numbered from 1 without a gap; <c>user_version</c> says which was the last that ran.
/// Each runs in one transaction with its number, so a kill between two leaves a file that the next start goes on with.
/// A script that was released is never changed; a new shape is a new script.
/// </summary>
internal static class Schema
{
    /// <summary>Marks the file as ours ("HubJ"), so that no other program's database is taken for a journal.</summary>
    private const long ApplicationId = 0x4875624A;

    /// <summary>From this version on there is a table <c>destination_lane</c>.</summary>
    public const int Lanes = 23;

    /// <summary>From this version on deliveries say who had them sent again.</summary>
    private const int Repeats = 21;

    /// <summary>From this version on rows of messages say how long stages took.</summary>
    private const int Stages = 20;

    /// <summary>From this version on availability says what it is known from.</summary>
    private const int Probes = 17;

    /// <summary>From this version on messages of batches are rows of their own.</summary>
    public const int Batches = 13;

    /// <summary>From this version on there is a table <c>control_id</c>.</summary>
    public const int ControlIds = 12;

    /// <summary>From this version on parts of messages are matched where they are stored.</summary>
    private const int Matching = 8;

    /// <summary>From this version on content is bound to its channel and delivery.</summary>
    private const int Bound = 9;

    /// <summary>From this version on there are tables <c>delivery_operation</c> and <c>pause</c>.</summary>
    public const int Operations = 7;

    /// <summary>From this version on there is a table <c>encryption</c>, and values may be sealed.</summary>
    public const int Encryption = 5;

    /// <summary>From this version on there is a table <c>sequence</c>.</summary>
    public const int Sequences = 4;

    /// <summary>Columns that files of an older version do not have, as queries for readers name them, and the version that brought them.</summary>
    private static readonly (int Version, string Column)[] s_columns =
    [
        (Encryption, "m.header"), (Encryption, "c.message"), (Encryption, "c.place"), (Encryption, "a.key"), (Operations, "d.maybe"), (Operations, "a.maybe"), (Matching, "f.first"), (Matching, "f.number"), (Bound, "c.bound"), (Batches, "m.batch"), (Batches, "m.place"), (Probes, "d.probed"), (Probes, "d.spoken"), (Stages, "m.waited"), (Stages, "m.working"), (Repeats, "d.repeated_by"),
    ];

    private static readonly Lazy<IReadOnlyList<string>> Released = new(ReadScripts);

    /// <summary>The scripts, the first is number 1.</summary>
    public static IReadOnlyList<string> Scripts => Released.Value;

    /// <summary>Looks whether the file is a journal that this Hub can read.</summary>
    /// <param name="database">The file, opened for reading or writing.</param>
    /// <param name="folder">Where it is.</param>
    /// <exception cref="JournalException">It is something else, or a newer Hub wrote it.</exception>
    public static void Check(SqliteDatabase database, DataFolder folder) => Check(database, folder, Scripts.Count);

    /// <summary>Whether anything is in the file. Nothing is in one whose making was cut off after its first page, which is written before our mark is.</summary>
    public static bool IsBegun(SqliteDatabase database) =>
        database.Number("SELECT count(*) FROM sqlite_master") > 0 || database.Number("PRAGMA application_id") != 0;

    /// <summary>Prepares an empty file, checks any other, and runs the scripts that it lacks.</summary>
    /// <param name="database">The file, opened for writing.</param>
    /// <param name="folder">Where it is.</param>
    /// <param name="scripts">The scripts to have run; null for <see cref="Scripts"/>.</param>
    /// <exception cref="JournalException">It is something else, or a newer Hub wrote it.</exception>
    public static void Migrate(SqliteDatabase database, DataFolder folder, IReadOnlyList<string>? scripts = null)
    {
        if (!IsBegun(database))
            // auto_vacuum must come before WAL: switching to WAL writes the first page, after which it cannot be chosen.
            database.Execute($"PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = {ApplicationId}");
        IReadOnlyList<string> wanted = scripts ?? Scripts;
        Check(database, folder, wanted.Count);
        database.Execute("PRAGMA journal_mode = WAL");
        for (int version = (int)database.Number("PRAGMA user_version") + 1; version <= wanted.Count; version++)
            Run(database, wanted[version - 1], version);
    }

    /// <summary>Looks into a file, without opening it as a database, whether it is a journal: at SQLite's mark and at ours.</summary>
    public static bool IsJournal(string file)
    {
        const int IdAt = 68;
        Span<byte> start = stackalloc byte[IdAt + sizeof(int)];
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && start.StartsWith("SQLite format 3\0"u8)
            && BinaryPrimitives.ReadInt32BigEndian(start[IdAt..]) == ApplicationId;
    }

    /// <summary>A query for a file that readers may find in an older version: what it does not have is NULL.</summary>
    public static string Fit(SqliteDatabase database, string sql) => database.Version >= Scripts.Count
        ? sql
        : s_columns.Where(column => database.Version < column.Version).Aggregate(sql, (text, column) => text.Replace(column.Column, "NULL", StringComparison.Ordinal));

    private static void Check(SqliteDatabase database, DataFolder folder, int known)
    {
        if (database.Number("PRAGMA application_id") != ApplicationId)
            throw folder.NotAJournal();
        long version = database.Number("PRAGMA user_version");
        if (version > known)
            throw new JournalException($"{folder.JournalFile} has version {version}, written by a newer Hub; this one knows versions up to {known}. Run the newer Hub.");
    }

    private static void Run(SqliteDatabase database, string script, int version)
    {
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            database.Execute(script);
            database.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {version}"));
            database.Execute("COMMIT");
        }
        catch
        {
            database.RollBack();
            throw;
        }
    }

    private static List<string> ReadScripts()
    {
        Assembly assembly = typeof(Schema).Assembly;
        return [.. assembly.GetManifestResourceNames().Order(StringComparer.Ordinal).Select(name =>
        {
            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        })];
    }
}
