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
    /// <summary>The name of the schema that may lie beside the channel files.</summary>
    public const string SchemaFile = "channel.schema.json";

    /// <summary>Loads the <c>*.json</c> files of a folder, not those of folders within it, in the order of their names.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The files and all problems. Where two files clash, the later one has the problem.</returns>
    public LoadedChannels LoadFolder(string folder)
    {
        try
        {
            string[] paths = FilesOf(folder);
            return paths.Length > 0
                ? Load(paths, isWhole: true)
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
    public LoadedChannels LoadFile(string path) => Load([path], isWhole: false);

    /// <summary>Loads a file that is not in a folder yet as if it were there, after all the others: where it clashes with one of them, it has the problem.</summary>
    /// <param name="folder">The folder. It has to be there.</param>
    /// <param name="path">The file.</param>
    /// <returns>The file and its problems, without those of the others.</returns>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public LoadedChannel LoadInto(string folder, string path) => Load([.. FilesOf(folder), path], isWhole: true).Channels[^1];

    private static string[] FilesOf(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.json").Where(path => Path.GetFileName(path) != SchemaFile).Order(StringComparer.Ordinal)];

    private LoadedChannels Load(IReadOnlyList<string> paths, bool isWhole)
    {
        IReadOnlyList<ChannelProblem> environment = settings.Reload();
        ChannelFile[] files = [.. paths.Select(path => ChannelFile.Read(path, catalog, settings))];
        foreach (ChannelFile file in files)
        {
            ChannelChecks.Check(file);
            StepChecks.Check(file);
        }

        FolderChecks.Check(files);
        if (isWhole)
            HandOverChecks.Check(files);
        LoadedChannel[] channels = [.. files.Select(file => file.Finish())];
        return new() { Channels = channels, Problems = [.. environment, .. channels.SelectMany(channel => channel.Problems)] };
    }

    private static LoadedChannels OfFolder(string folder, int code, string text) =>
        new() { Channels = [], Problems = [new(FileNames.Shown(folder), 0, code, null, "", text)] };
}
