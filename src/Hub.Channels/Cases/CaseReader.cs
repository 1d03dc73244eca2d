using System.Text;
using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Cases;

/// <summary>Reads one case after the other from a folder.</summary>
internal sealed class CaseReader(string channel, CaseFiles files, CaseJson json, CaseDefaultsConfig defaults)
{
    // Protocol F06: no channel takes a longer message.
    private const long MaxMessageBytes = 64 * 1024 * 1024;

    public ChannelCase Read(string name)
    {
        List<ChannelProblem> problems = [];
        string? configFile = files.Config(name);
        IReadOnlyList<string> inputs = files.Inputs(name);
        string shown = Shown(configFile ?? inputs[0]);
        CaseConfig? config = configFile is null ? new() : json.Read<CaseConfig>(Path.Combine(files.Folder, configFile), problems);
        if (config is null)
            files.UseAllOf(name);
        ChannelCase read = new()
        {
            Name = name,
            Channel = channel,
            Folder = files.Folder,
            File = shown,
            ConfigFile = configFile,
            Config = config ?? new(),
            Root = configFile is null ? null : json.Root,
            Now = CaseConfig.ReadTime(config?.Now ?? defaults.Now ?? "") ?? CaseConfig.DefaultNow,
            Settings = new(Merge(defaults.Variables, config?.Variables), Merge(defaults.Secrets, config?.Secrets)),
        };
        if (config is null)
            return read with { Problems = problems };
        Problems found = new(shown, channel, configFile is null ? null : json.Root, problems);
        return ReadMessages(read, inputs, found) with { Problems = problems };
    }

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> common, IReadOnlyDictionary<string, string>? own)
    {
        Dictionary<string, string> merged = new(common);
        foreach ((string name, string value) in own ?? new Dictionary<string, string>())
            merged[name] = value;
        return merged;
    }

    private ChannelCase ReadMessages(ChannelCase read, IReadOnlyList<string> inputs, Problems problems)
    {
        ReadOnlyMemory<byte> input = default;
        if (read.Config.Input is { } given)
            input = Content(given, "$.input", problems) ?? default;
        else if (inputs.Count == 1)
            input = ReadFile(inputs[0], "", problems) ?? default;
        else
            problems.Add(ProblemCodes.CaseInput, "", $"The case has {(inputs.Count == 0 ? "no input" : "more than one input")}. Give it one file {read.Name}.in.hl7, or \"input\" in {read.Name}.json.");
        IReadOnlyList<DeliveryFile> beside = files.Deliveries(read.Name);
        string? named = read.Config.Input is { } content ? content.File : inputs.Count == 1 ? inputs[0] : null;
        return read with
        {
            Input = input,
            Extension = named is null ? null : Path.GetExtension(named),
            Destinations = read.Expect.Destinations is { } expected ? FromConfig(expected, problems) : beside.Count > 0 ? FromFiles(beside, problems) : null,
        };
    }

    private Dictionary<string, IReadOnlyList<ExpectedDelivery>> FromConfig(IReadOnlyDictionary<string, IReadOnlyList<ExpectedDeliveryConfig>> expected, Problems problems) => expected.ToDictionary(
        pair => pair.Key,
        pair => (IReadOnlyList<ExpectedDelivery>)[.. pair.Value.Select((delivery, i) => new ExpectedDelivery(
            Content(delivery, $"{PathOf(pair.Key)}[{i}]", problems),
            delivery.Fields ?? new Dictionary<string, string>(),
            delivery.File is null ? null : Path.GetFullPath(delivery.File, files.Folder)))]);

    private Dictionary<string, IReadOnlyList<ExpectedDelivery>> FromFiles(IReadOnlyList<DeliveryFile> beside, Problems problems)
    {
        Dictionary<string, IReadOnlyList<ExpectedDelivery>> destinations = [];
        foreach (IGrouping<string, DeliveryFile> group in beside.GroupBy(file => file.Destination))
        {
            DeliveryFile[] numbered = [.. group];
            for (int i = 0; i < numbered.Length; i++)
            {
                if (numbered[i].Number != i + 1)
                    problems.Add(ProblemCodes.CaseExpectation, "", $"The files of what {group.Key} gets are not numbered 1, 2, 3: look at {numbered[i].File}.");
            }

            destinations[group.Key] = [.. numbered.Select(file => new ExpectedDelivery(ReadFile(file.File, "", problems), new Dictionary<string, string>(), Path.Combine(files.Folder, file.File)))];
        }

        return destinations;
    }

    // Not a conditional expression: null would become empty bytes there.
    private ReadOnlyMemory<byte>? Content(CaseContentConfig content, string path, Problems problems)
    {
        if (content.Text is not null)
            return Encoding.UTF8.GetBytes(content.Text);
        if (content.Segments is not null)
            return Encoding.UTF8.GetBytes(string.Concat(content.Segments.Select(segment => segment + "\r")));
        if (content.File is not null)
            return ReadFile(content.File, $"{path}.file", problems);
        return null;
    }

    private ReadOnlyMemory<byte>? ReadFile(string name, string path, Problems problems)
    {
        files.Use(name);
        string full = Path.GetFullPath(name, Path.GetFullPath(files.Folder));
        try
        {
            if (new FileInfo(full).Length > MaxMessageBytes)
                problems.Add(ProblemCodes.CaseFile, path, $"{FileNames.Shown(full)} is longer than {MaxMessageBytes} bytes, which no channel takes. Make it smaller.");
            else
                return System.IO.File.ReadAllBytes(full);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            problems.Add(ProblemCodes.CaseFile, path, $"{FileNames.Shown(full)} cannot be read: {reason.Message} Check the name; it is relative to the case.");
        }

        return null;
    }

    private string PathOf(string destination) =>
        json.Root?.Member("expect")?.Member("destinations")?.PathOf(destination) ?? "";

    private string Shown(string file) => FileNames.Shown(Path.Combine(files.Folder, file));

    private sealed class Problems(string file, string channel, JsonTreeNode? root, List<ChannelProblem> found)
    {
        public void Add(int code, string path, string text) => found.Add(new(file, path.Length == 0 ? 0 : root?.LineOf(path) ?? 0, code, channel, path, text));
    }
}
