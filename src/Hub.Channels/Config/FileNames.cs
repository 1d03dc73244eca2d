namespace Hub.Channels.Config;

/// <summary>How files are named to people.</summary>
internal static class FileNames
{
    /// <summary>Relative to the current directory when the file is beneath it, so that it can be clicked and copied; else in full. Always with <c>/</c>.</summary>
    public static string Shown(string path)
    {
        string full = Path.GetFullPath(path);
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), full);
        bool beneath = !Path.IsPathRooted(relative) && relative != ".." && !relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return (beneath ? relative : full).Replace('\\', '/');
    }
}
