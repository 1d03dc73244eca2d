using System.Runtime.InteropServices;

namespace Hub.Journal.Sqlite;

/// <summary>Writes files so that they are whole or not there, whatever happens. The platform's file API cannot sync a folder, so the C library does.</summary>
internal static partial class FolderSync
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int ReadOnlyFlag = 0;

    /// <summary>Makes a folder that only its owner may look into.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static void Create(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        Flush(Path.GetDirectoryName(Path.GetFullPath(folder))!);
    }

    /// <summary>Makes a file that only its owner may read; one of that name is replaced.</summary>
    public static FileStream CreateFile(string file)
    {
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new(file, options);
    }

    /// <summary>Gives a file that is written its name, after the disk has what is in it.</summary>
    /// <param name="part">The file, synced.</param>
    /// <param name="file">Its name from now on, in the same folder.</param>
    /// <param name="replaces">Whether it may take the place of another.</param>
    public static void Rename(string part, string file, bool replaces)
    {
        File.Move(part, file, replaces);
        Flush(Path.GetDirectoryName(Path.GetFullPath(file))!);
    }

    /// <summary>Syncs a file that somebody else wrote.</summary>
    public static void FlushFile(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.Flush(flushToDisk: true);
    }

    private static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        int handle = Open(folder, ReadOnlyFlag);
        int result = handle < 0 ? -1 : Sync(handle);
        int error = Marshal.GetLastPInvokeError();
        if (handle >= 0)
            _ = Close(handle);
        if (result != 0)
            throw new IOException($"The folder {folder} could not be synced (error {error}).");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
