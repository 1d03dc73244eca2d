using System.Security.Cryptography;
using System.Text;
using Hub.Contracts;

namespace Hub.Journal.Sqlite.Encryption;

/// <summary>
/// The files of a journal's keys: <c>journal-NAME.key</c>, one a key, readable by their owner alone. A file is made once and never changed;
/// a new key is a new file.
/// </summary>
/// <param name="path">The folder.</param>
internal sealed class KeyFolder(string path)
{
    private const string Head = "hub-journal-key-1:";

    private const UnixFileMode ByOthers = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>The folder, whole: the journal names it for those who start elsewhere.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The file of a key.</summary>
    public static string FileName(string name) => $"journal-{name}.key";

    /// <summary>Whether a folder is there and holds a key.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool HasKeys(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder, FileName("*")).Any();

    /// <summary>Makes a key. Its file is on the disk when this returns, before the first row that needs it.</summary>
    /// <exception cref="JournalException">The folder cannot be written.</exception>
    public JournalKey Create()
    {
        JournalKey key = new(RandomNumberGenerator.GetBytes(JournalKey.Length), Path);
        string file = System.IO.Path.Combine(Path, FileName(key.Name));
        try
        {
            FolderSync.Create(Path);
            using (FileStream stream = FolderSync.CreateFile(file + ".part"))
            {
                stream.Write(Encoding.ASCII.GetBytes($"{Head}{Convert.ToBase64String(key.Secret)}\n"));
                stream.Flush(flushToDisk: true);
            }

            FolderSync.Rename(file + ".part", file, replaces: false);
            return key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"HUB5020 The journal's key cannot be written to the folder {Path}: {e.Message} Give this user the right to write there, or name another folder with --keys (or HUB_KEYS). With --encryption off the journal needs no key and everybody who gets at its file can read it.", e);
        }
    }

    /// <summary>Reads a key.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="proof">What it has to show.</param>
    /// <param name="lastFolder">Where the journal says that it was; looked into when it is not here.</param>
    /// <param name="journal">The journal that needs it, for texts.</param>
    /// <exception cref="JournalException">It is not there, cannot be read, is another one, or is open to others.</exception>
    public JournalKey Read(string name, ReadOnlySpan<byte> proof, string lastFolder, string journal)
    {
        string file = Find(name, lastFolder)
            ?? throw new JournalException($"HUB5021 The key {FileName(name)} of {journal} is not in {Path}{(lastFolder == Path ? "" : $", nor in {lastFolder}")}. Nothing was changed. Bring it back from where keys are kept, or name its folder with --keys (or HUB_KEYS). Without it nobody can read what it encrypted.");
        string text;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ByOthers) != 0)
                throw new JournalException($"HUB5022 The key {file} can be read by every user of this machine. Nothing was changed. Take their right away: chmod 600 {file}");
            text = File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"HUB5023 The key {file} of {journal} cannot be read: {e.Message} Nothing was changed. Give this user the right to read it.", e);
        }

        return Parse(text, System.IO.Path.GetDirectoryName(file)!) is { } key && key.Name == name && CryptographicOperations.FixedTimeEquals(key.Proof, proof)
            ? key
            : throw new JournalException($"HUB5024 The file {file} is not the key that {journal} was encrypted with. Nothing was changed. Bring the right file of that name back from where keys are kept; a key is never made anew for rows that are there.");
    }

    private static JournalKey? Parse(string text, string folder)
    {
        byte[] secret = new byte[JournalKey.Length];
        return text.StartsWith(Head, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Head.Length..], secret, out int length) && length == secret.Length
            ? new(secret, folder)
            : null;
    }

    private string? Find(string name, string lastFolder) =>
        new[] { Path, lastFolder }.Where(folder => folder.Length > 0).Select(folder => System.IO.Path.Combine(folder, FileName(name))).FirstOrDefault(File.Exists);
}
