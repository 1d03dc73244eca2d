using System.Text;
using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>
/// The folder that holds the journal: <c>journal.db</c> with SQLite's companions beside it, and <c>hub.lock</c>,
/// which the one process that writes keeps locked. Only the owner may look into it: it holds patients' data.
/// </summary>
/// <param name="path">The folder.</param>
/// <param name="file">The database in it.</param>
internal sealed class DataFolder(string path, string file = "journal.db")
{
    private static readonly byte[] Magic = Encoding.ASCII.GetBytes("SQLite format 3\0");

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The folder, as it was given; for texts.</summary>
    public string Path { get; } = path;

    /// <summary>The database.</summary>
    public string JournalFile => System.IO.Path.Combine(Path, file);

    // Beside the journal, to tell by when it is gone, where there are no keys that do.
    private string MadeFile => System.IO.Path.Combine(Path, "journal.made");

    /// <summary>SQLite's write-ahead log.</summary>
    public string LogFile => JournalFile + "-wal";

    /// <summary>Makes the folder and claims it for this process.</summary>
    /// <returns>Holds the claim until it is disposed or the process ends, however it ends.</returns>
    /// <exception cref="JournalException">It cannot be written, or another process has it.</exception>
    public FileStream Claim()
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(Path);
            else
                Directory.CreateDirectory(Path, OwnerOnly | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(e);
        }

        return Lock(System.IO.Path.Combine(Path, "hub.lock"));
    }

    /// <summary>
    /// Makes the journal's file, empty, when there is none, and looks whether it can be a journal, without changing it. Where the power failed while it was made,
    /// its first page may be zeros: nothing is in it, and it is emptied.
    /// </summary>
    /// <param name="keys">The folder whose keys tell that there was a journal; null when a new one is wanted.</param>
    /// <exception cref="JournalException">It is not a database, cannot be opened, or is gone while its log or its keys are there.</exception>
    public void PrepareFile(string? keys = null)
    {
        Span<byte> start = stackalloc byte[Magic.Length];
        try
        {
            bool isGone = new FileInfo(JournalFile) is not { Exists: true, Length: > 0 } || IsZeros();
            // SQLite would throw the log away and begin anew: acknowledged messages would be gone without a word.
            if (isGone && new FileInfo(LogFile) is { Exists: true, Length: > 0 })
                throw new JournalException($"{JournalFile} is missing or empty, and its log {LogFile} is there. Nothing was changed. Bring journal.db back, from where it went or from a backup, or move the log away to begin with an empty journal.");
            // A new journal beside a lost one sends nothing that waits and takes what senders repeat for new.
            if (isGone && keys is not null && WhatTells(keys) is { } tells)
                throw new JournalException($"HUB5029 {JournalFile} is missing or empty, and {tells}. Nothing was changed. Mount its disk, or bring journal.db back from where it went or from a backup (hub journal restore). To begin with an empty journal all the same, start once with: hub run --new-journal");
            using FileStream file = Open(JournalFile, FileShare.ReadWrite);
            if (isGone)
                file.SetLength(0);
            int read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            if (read > 0 && !start.SequenceEqual(Magic))
                throw NotAJournal();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(e);
        }
    }

    /// <summary>Looks whether there is a journal to read.</summary>
    /// <exception cref="JournalException">There is none.</exception>
    public void RequireFile()
    {
        if (!File.Exists(JournalFile))
            throw new JournalException($"There is no journal in {Path}. Name the folder that the Hub writes to with --data, or start the Hub once.");
    }

    /// <summary>Says that the file holds something else.</summary>
    public JournalException NotAJournal() =>
        new($"{JournalFile} is not a journal of the Hub. Nothing in it was changed. Move it away, or give the Hub another folder with --data.");

    /// <summary>Notes that there is a journal, for when it is gone.</summary>
    public void Made()
    {
        if (!File.Exists(MadeFile))
            Open(MadeFile, FileShare.ReadWrite).Dispose();
    }

    private string? WhatTells(string keys) => KeyFolder.HasKeys(keys) ? $"{keys} holds the keys of a journal: of this one, which is gone, or of another that has its keys there"
        : File.Exists(MadeFile) ? $"{MadeFile} says that there was one"
        : null;

    private JournalException CannotWrite(Exception cause) =>
        new($"The folder {Path} cannot be written: {cause.Message} Give this user the right to write there, or another folder with --data.", cause);

    // A journal that was made is longer than its first page: this is never one that was damaged.
    private bool IsZeros()
    {
        const int FirstPage = 4096;
        using FileStream file = new(JournalFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[FirstPage];
        return file.Length <= FirstPage && !bytes.AsSpan(0, file.ReadAtLeast(bytes, FirstPage, throwOnEndOfStream: false)).ContainsAnyExcept((byte)0);
    }

    private FileStream Lock(string file)
    {
        try
        {
            return Open(file, FileShare.None);
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new JournalException($"Another Hub is running on {Path}; stop it, or give this one another folder with --data.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(e);
        }
    }

    private static FileStream Open(string file, FileShare share)
    {
        FileStreamOptions options = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new(file, options);
    }

    /// <summary>The codes of a sharing violation: EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.</summary>
    private static bool IsHeld(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020);
}
