using System.Collections.Concurrent;
using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Cases;

/// <summary>A channel as one case sees it: built with that case's settings.</summary>
/// <param name="Model">The channel; null when it cannot be built.</param>
/// <param name="Map">What there is to touch in it.</param>
/// <param name="Problems">Why it cannot be built.</param>
internal sealed record BuiltChannel(ChannelModel? Model, CoverageMap? Map, IReadOnlyList<ChannelProblem> Problems);

/// <summary>A channel and its cases. The channel is built once for all cases that give the same settings.</summary>
internal sealed class TestedChannel(string file, string id, CaseFolder cases, ComponentCatalog catalog)
{
    private readonly ConcurrentDictionary<string, Lazy<BuiltChannel>> _built = new();

    public string File => file;

    public string Id => id;

    public string Folder => CaseFolder.Of(file, id);

    public CaseFolder Cases => cases;

    public BuiltChannel With(CaseSettings settings) => _built.GetOrAdd(settings.Key, _ => new(() => Build(settings))).Value;

    private BuiltChannel Build(CaseSettings settings)
    {
        LoadedChannel loaded = new ChannelLoader(catalog, settings.ToSettings()).LoadFile(file).Channels.Single();
        if (loaded.Config is null || loaded.Problems.Count > 0)
            return new(null, null, loaded.Problems);
        try
        {
            return new(ChannelModel.Build(loaded.Config, Path.GetDirectoryName(Path.GetFullPath(file))!, catalog), new(loaded.Config), []);
        }
        catch (StepException reason)
        {
            return new(null, null, [new(FileNames.Shown(file), 0, ProblemCodes.CaseChannel, id, "", reason.Message)]);
        }
    }
}
