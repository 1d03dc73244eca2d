using System.Text;
using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>
/// The head of the audit beside the journal's keys, so that a tail that is cut off in the journal's file is found: <c>audit-KEY.head</c>, or
/// <c>audit.head</c> in the data folder for a journal without a key. The last line is the head; lines before it are heads that were no longer in the
/// chain when it went on. Written after each commit and not synced: after a power cut it may be behind, never ahead.
/// </summary>
internal static class AuditHeadFile
{
    /// <summary>More than a person would ever look at; who makes a Hub lose its tail again and again is seen by then.</summary>
    private const int MostLines = 100;

    /// <summary>Where the head of what is written under a key is.</summary>
    public static string NameOf(JournalKey? key, string data) => key is null ? Path.Combine(data, "audit.head") : Path.Combine(key.Folder, $"audit-{key.Name}.head");

    /// <summary>All heads that are beside the keys of a journal.</summary>
    /// <exception cref="JournalException">One is there and cannot be read.</exception>
    public static IReadOnlyList<AuditHead> ReadAll(Vault vault, string data) => [.. vault.AllKeys.Append(null).SelectMany(key => Read(NameOf(key, data)))];

    /// <summary>Reads one file; none when it is not there.</summary>
    /// <exception cref="JournalException">It is there and cannot be read.</exception>
    public static IReadOnlyList<AuditHead> Read(string file)
    {
        try
        {
            return File.Exists(file) ? [.. File.ReadLines(file).Select(AuditHead.Parse).OfType<AuditHead>()] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"HUB7005 The head of the audit in {file} cannot be read: {e.Message} Give this user the right to read it.", e);
        }
    }

    /// <summary>Writes one file, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string file, IReadOnlyList<AuditHead> heads)
    {
        using (FileStream stream = FolderSync.CreateFile(file + ".part"))
            stream.Write(Encoding.ASCII.GetBytes(string.Concat(heads.TakeLast(MostLines).Select(head => $"{head}\n"))));
        File.Move(file + ".part", file, overwrite: true);
    }
}
