using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>
/// Loads channel files. It never throws for what a file holds: every mistake of every file is a problem, all found in one go,
/// and a file without one is usable whatever the others hold.
/// </summary>
/// <param name="catalog">The components that files can name.</param>
/// <param name="settings">Where <c>${env:…}</c> and <c>${secret:…}</c> get their values.</param>
public sealed class ChannelLoader(ComponentCatalog catalog, Settings settings)
{
    // What the folder held when it was last loaded, so that one changed file of hundreds costs one decoding.
    private volatile IReadOnlyDictionary<string, ChannelFile> _before = new Dictionary<string, ChannelFile>();

    /// <summary>The name of the schema that may lie beside the channel files.</summary>
    public const string SchemaFile = "channel.schema.json";

    /// <summary>Loads the <c>*.json</c> files of a folder, not those of folders within it, in the order of their names.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="running">The files that run, with the hash of the version that does; none by default.</param>
    /// <returns>The files and all problems. Where two files clash, the one that runs is right and the other one has the problem; else the later one.</returns>
    public LoadedChannels LoadFolder(string folder, IReadOnlyDictionary<string, string>? running = null)
    {
        try
        {
            string[] paths = FilesOf(folder);
            return paths.Length > 0
                ? Load(paths, isWhole: true, running ?? new Dictionary<string, string>())
                : OfFolder(folder, ProblemCodes.FolderEmpty, "The folder holds no channel file. Put one *.json file a channel into it.");
        }
        catch (DirectoryNotFoundException)
        {
            return OfFolder(folder, ProblemCodes.FolderMissing, "There is no such folder. Make it and put one *.json file a channel into it, or name another folder.");
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            return OfFolder(folder, ProblemCodes.Unreadable, $"The folder cannot be read: {reason.Message} Check its rights.");
        }
    }

    /// <summary>Loads one file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The file and its problems.</returns>
    public LoadedChannels LoadFile(string path) => Load([path], isWhole: false, new Dictionary<string, string>());

    /// <summary>Loads a file that is not in a folder yet as if it were there, after all the others: where it clashes with one of them, it has the problem.</summary>
    /// <param name="folder">The folder. It has to be there.</param>
    /// <param name="path">The file.</param>
    /// <returns>The file and its problems, without those of the others.</returns>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public LoadedChannel LoadInto(string folder, string path) => Load([.. FilesOf(folder), path], isWhole: true, new Dictionary<string, string>()).Channels[^1];

    private static string[] FilesOf(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.json").Where(path => Path.GetFileName(path) != SchemaFile).Order(StringComparer.Ordinal)];

    private LoadedChannels Load(IReadOnlyList<string> paths, bool isWhole, IReadOnlyDictionary<string, string> running)
    {
        IReadOnlyList<ChannelProblem> environment = settings.Reload();
        IReadOnlyDictionary<string, ChannelFile> before = _before;
        ChannelFile[] files = [.. paths.Select(path => ChannelFile.Read(path, catalog, settings, before.GetValueOrDefault(path)))];
        if (isWhole)
            _before = paths.Zip(files).ToDictionary(file => file.First, file => file.Second);
        foreach (ChannelFile file in files)
            file.Check();

        FolderChecks.Check([.. files.OrderBy(file => RankOf(file, running))]);
        if (isWhole)
            HandOverChecks.Check(files);
        LoadedChannel[] channels = [.. files.Select(file => file.Finish())];
        return new() { Channels = channels, Problems = [.. environment, .. channels.SelectMany(channel => channel.Problems)] };
    }

    // What runs as it stands, what runs in another version, what does not run: a copy of a file does not push the original aside.
    private static int RankOf(ChannelFile file, IReadOnlyDictionary<string, string> running) =>
        !running.TryGetValue(file.Name, out string? hash) ? 2 : hash == file.Hash ? 0 : 1;

    private static LoadedChannels OfFolder(string folder, int code, string text) =>
        new() { Channels = [], Problems = [new(FileNames.Shown(folder), 0, code, null, "", text)] };
}
