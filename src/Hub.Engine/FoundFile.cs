namespace Hub.Engine;

/// <summary>A file of the site as it was found.</summary>
/// <param name="Key">What its versions are kept under: the id of a channel, or <c>file alerts/mail.json</c>, which no channel can have.</param>
/// <param name="Name">What people call it: <c>alerts/mail.json</c>.</param>
/// <param name="Text">What it says, with <c>${secret:…}</c> as it is written; null when it is not there, or cannot be read.</param>
internal sealed record FoundFile(string Key, string Name, string? Text)
{
    /// <summary>The channel that it is of; empty for none.</summary>
    public string Channel { get; init; } = "";

    /// <summary>Whether it has no problem.</summary>
    public bool IsAccepted { get; init; } = true;

    /// <summary>Longest file that is kept, in bytes: a table may have any size.</summary>
    private const long MostBytes = 1024 * 1024;

    /// <summary>The name of a file of a folder: that of the folder, and where in it; the full path of one that is elsewhere.</summary>
    public static string NameOf(string folder, string file)
    {
        string top = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) ?? folder;
        string relative = Path.GetRelativePath(top, Path.GetFullPath(file));
        return (relative.StartsWith("..", StringComparison.Ordinal) ? Path.GetFullPath(file) : relative).Replace('\\', '/');
    }

    /// <summary>The files of alerts.</summary>
    public static IReadOnlyList<FoundFile> OfAlerts(string folder) => [.. In(folder, "*.json").Concat(In(Path.Combine(folder, "templates"), "*")).Select(file => Read(folder, file))];

    /// <summary>What stands beside channel files: environments, what these name, and how the Hub is reached and tells others.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="named">The tables, scripts and profiles that channel files name.</param>
    public static IReadOnlyList<FoundFile> Beside(HubOptions options, IEnumerable<string> named) =>
    [
        .. In(options.Environments, "*.json").Select(file => Read(options.Environments, file)),
        .. named.Where(System.IO.File.Exists).Select(file => Read(options.Channels, file)),
        .. new[] { options.Admin, options.Syslog }.Where(System.IO.File.Exists).Select(file => new FoundFile($"file {Path.GetFileName(file)}", Path.GetFileName(file), TextOf(file))),
    ];

    private static IEnumerable<string> In(string folder, string pattern)
    {
        try
        {
            return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, pattern).Where(file => !file.EndsWith(".schema.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static FoundFile Read(string folder, string file)
    {
        string name = NameOf(folder, file);
        return new($"file {name}", name, TextOf(file));
    }

    private static string? TextOf(string file)
    {
        try
        {
            return new FileInfo(file).Length <= MostBytes ? System.IO.File.ReadAllText(file) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
