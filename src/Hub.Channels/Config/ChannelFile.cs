using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Hub.Contracts;
using Hub.Contracts.Tls;

namespace Hub.Channels.Config;

/// <summary>One channel file while it is loaded: what could be decoded of it and what is wrong so far.</summary>
internal sealed class ChannelFile
{
    private readonly BindingProblems _problems = new();
    private readonly ChannelConfig? _config;
    private readonly IReadOnlyDictionary<string, string?> _texts = new Dictionary<string, string?>();
    private bool _isSound;

    private ChannelFile(string path, byte[] content, ComponentCatalog catalog, Settings settings)
    {
        Name = FileNames.Shown(path);
        Text = Utf8.IsValid(content) ? Encoding.UTF8.GetString(content) : null;
        Hash = Convert.ToHexStringLower(SHA256.HashData(content));
        Folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        try
        {
            if (JsonFile.Parse(content, _problems, "the channel's object: { \"id\": …, \"source\": { … }, \"destinations\": [ … ] }.") is not { } root)
                return;
            Root = root;
            ConfigBinder binder = new(catalog, settings, Folder, _problems);
            _config = (ChannelConfig?)binder.Bind(root, typeof(ChannelConfig)) is { } config ? config with { Secrets = _problems.Secrets } : null;
            Records = binder.Records;
            _texts = binder.Texts;
            Source = binder.Records.GetValueOrDefault("$.source") as ListenerConfig;
            IsEnabled = binder.Records.GetValueOrDefault("$") is ChannelConfig { Enabled: var enabled }
                ? enabled
                : root.Member("enabled") is not { Kind: NodeKind.Boolean, Text: "false" };
            IUseFiles[] users = [.. Records.Values.OfType<IUseFiles>()];
            Files = [.. users.SelectMany(user => user.Files(Folder))];
            Hash = HashOf(content, binder.FilledIn, users.Where(user => user.ArePartOfChannel).SelectMany(user => user.Files(Folder)));
            IsSelfContained = _problems.Count == 0 && binder.FilledIn.Count == 0
                && !Records.Values.Any(record => record is ICheckFiles or IUseFiles or TlsServerConfig or TlsClientConfig);
        }
        catch (Exception failure)
        {
            AddUnforeseen(failure);
        }
    }

    private ChannelFile(ChannelFile decoded)
    {
        (Name, Folder, Hash, Text, Root, Records) = (decoded.Name, decoded.Folder, decoded.Hash, decoded.Text, decoded.Root, decoded.Records);
        (_config, Source, IsEnabled, IsSelfContained) = (decoded._config, decoded.Source, decoded.IsEnabled, decoded.IsSelfContained);
        _isSound = decoded._isSound;
    }

    private ChannelFile(string path, FileProblem problem)
    {
        Name = FileNames.Shown(path);
        _problems.Add(problem);
    }

    /// <summary>The file as people see it.</summary>
    public string Name { get; }

    /// <summary>The folder it lies in, with its full path.</summary>
    public string Folder { get; } = "";

    /// <summary>Hash of the bytes, of the files that are part of the channel, and of what was filled in for <c>${env:…}</c> and <c>${secret:…}</c>: another value is another version.</summary>
    public string Hash { get; } = "";

    /// <summary>Its bytes as text; null when there is none.</summary>
    public string? Text { get; }

    /// <summary>Whether its bytes alone say what it decodes to, without a problem: no setting is filled in and no other file is looked at.</summary>
    public bool IsSelfContained { get; }

    /// <summary>The files that it names, with their full paths.</summary>
    public IReadOnlyList<string> Files { get; } = [];

    /// <summary>The values of the file; none when it is not JSON.</summary>
    public JsonTreeNode Root { get; } = new() { Kind = NodeKind.Null, Line = 0, Path = "$" };

    /// <summary>The decoded records by their path, also those that have another problem.</summary>
    public IReadOnlyDictionary<string, object> Records { get; } = new Dictionary<string, object>();

    public string? Id => TextOf(Root.Member("id"));

    /// <summary>The decoded source, also when something else is wrong; null when it lacks what it requires.</summary>
    public ListenerConfig? Source { get; }

    public bool IsEnabled { get; } = true;

    /// <summary>Decodes a file that was read.</summary>
    public static ChannelFile Decode(string path, byte[] content, ComponentCatalog catalog, Settings settings) => new(path, content, catalog, settings);

    /// <summary>Reads and decodes a file. A file that cannot be read is one with a problem.</summary>
    /// <param name="path">The file.</param>
    /// <param name="catalog">The components that it can name.</param>
    /// <param name="settings">Where settings get their values.</param>
    /// <param name="before">The file as it was decoded before, checked or not: the same bytes are not decoded again where nothing else counts.</param>
    public static ChannelFile Read(string path, ComponentCatalog catalog, Settings settings, ChannelFile? before = null)
    {
        FileProblem? problem = null;
        if (JsonFile.Read(path, found => problem = found) is not { } content)
            return new(path, problem!);
        return before is { IsSelfContained: true } && before.Hash == HashOf(content, [], []) ? new(before) : Decode(path, content, catalog, settings);
    }

    /// <summary>A text of the file with its settings filled in; null when it is no text or a setting has no value.</summary>
    public string? TextOf(JsonTreeNode? node) => node is not { Kind: NodeKind.Text } ? null : _texts.TryGetValue(node.Path, out string? text) ? text : node.Text;

    public void Add(FileProblem problem) => _problems.Add(problem);

    /// <summary>Checks what must hold within the file. Nothing, when a look before found the same bytes without a problem and nothing else counts.</summary>
    public void Check()
    {
        if (_isSound)
            return;
        Guard(() => ChannelChecks.Check(this));
        Guard(() => StepChecks.Check(this));
        _isSound = IsSelfContained && _problems.Count == 0;
    }

    /// <summary>Checks something of this file. A failure that nobody foresaw is a problem of this file and of no other.</summary>
    public void Guard(Action check)
    {
        try
        {
            check();
        }
        catch (Exception failure)
        {
            AddUnforeseen(failure);
        }
    }

    private void AddUnforeseen(Exception failure)
    {
        // Records are asked by reflection.
        Exception cause = failure is System.Reflection.TargetInvocationException { InnerException: { } inner } ? inner : failure;
        Add(new(1, ProblemCodes.Unforeseen, "$", FileProblem.Unforeseen($"{cause.GetType().Name}: {cause.Message}")));
    }

    public LoadedChannel Finish()
    {
        ChannelProblem[] problems = [.. _problems.All().Select(problem => new ChannelProblem(problem.File is null ? Name : FileNames.Shown(problem.File), problem.Line, problem.Code, Id, problem.Path, problem.Text) { Column = problem.Column })];
        return new() { File = Name, Hash = Hash, Text = Text, Id = Id, IsIdFilledIn = Id is not null && Id != Root.Member("id")!.Text, Files = Files, Config = problems.Length == 0 ? _config : null, Problems = problems };
    }

    private static string HashOf(byte[] content, IReadOnlyList<string> filledIn, IEnumerable<string> files)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(content);
        foreach (string text in filledIn)
            hash.AppendData(Encoding.UTF8.GetBytes($"\0{text}"));
        foreach (string file in files)
            hash.AppendData(JsonFile.Read(file, _ => { }) ?? []);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
