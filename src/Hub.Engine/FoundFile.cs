using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Hub.Contracts;

namespace Hub.Engine;

/// <summary>A file of the site as it was found.</summary>
/// <param name="Key">What its versions are kept under: the id of a channel, or <c>file alerts/mail.json</c>, which no channel can have.</param>
/// <param name="Name">What people call it: <c>alerts/mail.json</c>.</param>
/// <param name="Text">What it says, with <c>${secret:…}</c> as it is written; null when it is not there, or cannot be read. Of one that is longer than is kept its size and hash alone, as <see cref="IsLong"/> knows them.</param>
internal sealed partial record FoundFile(string Key, string Name, string? Text)
{
    /// <summary>The channel that it is of; empty for none.</summary>
    public string Channel { get; init; } = "";

    /// <summary>Whether it has no problem.</summary>
    public bool IsAccepted { get; init; } = true;

    /// <summary>Longest file that is kept, in bytes: a table may have any size.</summary>
    private const long MostBytes = 1024 * 1024;

    /// <summary>How what stands for a longer one begins.</summary>
    private const string LongBeginning = "longer than is kept: ";

    /// <summary>Whether a text stands for a file that is longer than is kept.</summary>
    public static bool IsLong(string? text) => text is not null && Long().IsMatch(text);

    /// <summary>The size of a file in bytes, and SHA-256 in lower-case hex.</summary>
    public static (long Bytes, string Hash) SumsOf(string text) => Long().Match(text) is { Success: true } found
        ? (long.Parse(found.Groups["bytes"].Value, CultureInfo.InvariantCulture), found.Groups["hash"].Value)
        : (Encoding.UTF8.GetByteCount(text), ChannelVersionFound.HashOf(text));

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
            if (new FileInfo(file).Length <= MostBytes && System.IO.File.ReadAllText(file) is var text && !text.StartsWith(LongBeginning, StringComparison.Ordinal))
                return text;
            // Also a short one that says the same, which would else pass for the long one.
            using FileStream stream = System.IO.File.OpenRead(file);
            string hash = Convert.ToHexStringLower(SHA256.HashData(stream));
            return string.Create(CultureInfo.InvariantCulture, $"{LongBeginning}{stream.Length} bytes, SHA-256 {hash}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex($"^{LongBeginning}(?<bytes>[0-9]+) bytes, SHA-256 (?<hash>[0-9a-f]{{64}})$")]
    private static partial Regex Long();
}
