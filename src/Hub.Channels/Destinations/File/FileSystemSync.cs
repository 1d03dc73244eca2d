using System.Runtime.InteropServices;

namespace Hub.Channels.Destinations.File;

/// <summary>
/// Syncs all that was written to a file system, by whomever, since this was opened: one call for many files. Only where the system tells of
/// every fault since then (Linux 5.8 and later) and the disk is this machine's own: a share need not pass the call on to its server.
/// </summary>
internal sealed partial class FileSystemSync : IDisposable
{
    private static readonly string[] s_ownDisks = ["ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "tmpfs"];

    private readonly string _folder;
    private readonly int _handle;

    private FileSystemSync(string folder)
    {
        _folder = folder;
        _handle = FolderSync.OpenFolder(folder);
    }

    /// <summary>Opens the file system on which a folder is. To be done before anything is written.</summary>
    /// <param name="folder">The folder, which is there.</param>
    /// <returns>Null where each file has to be synced by itself.</returns>
    /// <exception cref="IOException">The folder could not be opened.</exception>
    public static FileSystemSync? Open(string folder)
    {
        if (!OperatingSystem.IsLinux() || Environment.OSVersion.Version < new Version(5, 8))
            return null;
        return s_ownDisks.Contains(new DriveInfo(Path.GetFullPath(folder)).DriveFormat, StringComparer.Ordinal) ? new(folder) : null;
    }

    /// <summary>Syncs.</summary>
    /// <exception cref="IOException">Something written since this was opened is not on the disk.</exception>
    public void Flush()
    {
        if (FlushAll(_handle) != 0)
            throw new IOException($"The file system of {_folder} could not be synced (error {Marshal.GetLastPInvokeError()}).");
    }

    public void Dispose() => _ = FolderSync.Close(_handle);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int FlushAll(int handle);
}
