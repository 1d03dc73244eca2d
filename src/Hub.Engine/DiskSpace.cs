namespace Hub.Engine;

/// <summary>The room on a disk.</summary>
/// <param name="Free">What this user may still write, in bytes.</param>
/// <param name="Total">All of it.</param>
internal readonly record struct DiskSpace(long Free, long Total)
{
    /// <summary>The room on the disk that a folder is on; null when the system does not tell.</summary>
    public static DiskSpace? Of(string folder)
    {
        try
        {
            // A path is taken for the disk that it is on, which is statvfs here and GetDiskFreeSpaceEx on Windows.
            DriveInfo drive = new(OperatingSystem.IsWindows() ? Path.GetPathRoot(Path.GetFullPath(folder))! : Path.GetFullPath(folder));
            return new(drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
