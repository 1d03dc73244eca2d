using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Cases;

// A case is all files of one name: NAME.json, NAME.in.hl7, NAME.DESTINATION.hl7, NAME.DESTINATION.2.hl7. Each of them may be
// missing as long as the others say enough. A file that belongs to no case is a mistake (a misspelt name would otherwise be a
// test that is never run), but for *.md and hidden ones.

/// <summary>The cases of one channel, read from their folder.</summary>
internal sealed class CaseFolder
{
    /// <summary>The name of the file of what all cases share.</summary>
    public const string DefaultsFile = "defaults.json";

    private readonly List<ChannelProblem> _problems = [];

    private CaseFolder(string folder, string channel, IReadOnlyCollection<string>? destinations, ComponentCatalog catalog)
    {
        string[] names = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)!).Where(name => name[0] != '.' && !name.EndsWith(".md", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
            : [];
        CaseFiles files = new(folder, names, destinations);
        CaseJson json = new(channel, catalog);
        CaseDefaultsConfig defaults = names.Contains(DefaultsFile)
            ? json.Read<CaseDefaultsConfig>(Path.Combine(folder, DefaultsFile), _problems) ?? new()
            : new();
        CaseReader reader = new(channel, files, json, defaults);
        Cases = [.. files.Names.Select(reader.Read)];
        foreach (string stray in files.Strays().Where(name => name != DefaultsFile))
            _problems.Add(new(FileNames.Shown(Path.Combine(folder, stray)), 0, ProblemCodes.CaseStrayFile, channel, "", "The file belongs to no case. A case NAME has the files NAME.json, NAME.in.hl7 and NAME.DESTINATION.hl7; rename this one, or delete it."));
    }

    /// <summary>The cases, in the order of their names.</summary>
    public IReadOnlyList<ChannelCase> Cases { get; }

    /// <summary>What is wrong with the folder beside its cases.</summary>
    public IReadOnlyList<ChannelProblem> Problems => _problems;

    /// <summary>The folder of a channel's cases.</summary>
    /// <param name="channelFile">The channel file.</param>
    /// <param name="channel">The channel's id.</param>
    public static string Of(string channelFile, string channel) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(channelFile))!, "tests", channel);

    /// <summary>Reads a folder; one that is not there has no cases.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="channel">The channel's id.</param>
    /// <param name="destinations">The ids of its destinations; null when the channel cannot be read.</param>
    /// <param name="catalog">The components that channel files can name.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static CaseFolder Read(string folder, string channel, IReadOnlyCollection<string>? destinations, ComponentCatalog catalog) => new(folder, channel, destinations, catalog);
}
