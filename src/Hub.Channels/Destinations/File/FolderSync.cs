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

    /// <summary>Syncs a folder.</summary>
    /// <exception cref="IOException">The folder could not be synced.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        int handle = OpenFolder(folder);
        int result = FlushOne(handle);
        int error = Marshal.GetLastPInvokeError();
        _ = Close(handle);
        if (result != 0)
            throw new IOException($"The folder {folder} could not be synced (error {error}).");
    }

    /// <summary>Opens a folder for the calls of the C library.</summary>
    /// <exception cref="IOException">It could not be opened.</exception>
    internal static int OpenFolder(string folder)
    {
        int handle = Open(folder, ReadOnlyFlag);
        return handle >= 0 ? handle : throw new IOException($"The folder {folder} could not be opened (error {Marshal.GetLastPInvokeError()}).");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FlushOne(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int handle);
}
