using System.Runtime.InteropServices;

namespace Hub.Channels.Destinations.File;

/// <summary>Makes what was made or renamed in a folder last: the platform's file API cannot sync a folder, so the C library does. On Windows no such thing is needed.</summary>
internal static partial class FolderSync
{
    private const int ReadOnlyFlag = 0;

    /// <summary>Makes a folder, and those above it, where they are not there.</summary>
    /// <exception cref="IOException">It could not be made.</exception>
    public static void Create(string folder)
    {
        if (Directory.Exists(folder))
            return;
        string? above = Path.GetDirectoryName(Path.GetFullPath(folder));
        if (above is not null)
            Create(above);
        Directory.CreateDirectory(folder);
        if (above is not null)
            Flush(above);
    }

    /// <summary>Whether <see cref="FlushFileSystem"/> is there. Before Linux 5.8 it does not tell of errors.</summary>
    public static bool CanFlushFileSystem { get; } = OperatingSystem.IsLinux() && Environment.OSVersion.Version >= new Version(5, 8);

    /// <summary>Syncs a folder.</summary>
    /// <exception cref="IOException">The folder could not be synced.</exception>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsWindows())
            Sync(folder, FlushOne);
    }

    /// <summary>Syncs all that was written to the file system on which a folder is, by whomever.</summary>
    /// <exception cref="IOException">It could not be synced.</exception>
    public static void FlushFileSystem(string folder) => Sync(folder, FlushAll);

    private static void Sync(string folder, Func<int, int> flush)
    {
        int handle = Open(folder, ReadOnlyFlag);
        if (handle < 0)
            throw new IOException($"The folder {folder} could not be opened (error {Marshal.GetLastPInvokeError()}).");
        int result = flush(handle);
        int error = Marshal.GetLastPInvokeError();
        _ = Close(handle);
        if (result != 0)
            throw new IOException($"The folder {folder} could not be synced (error {error}).");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FlushOne(int handle);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int FlushAll(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
