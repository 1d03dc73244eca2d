using System.Security.Cryptography;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>One channel file while it is loaded: what could be decoded of it and what is wrong so far.</summary>
internal sealed class ChannelFile
{
    private readonly BindingProblems _problems = new();
    private readonly ChannelConfig? _config;

    private ChannelFile(string path, byte[] content, ComponentCatalog catalog, Settings settings)
    {
        Name = FileNames.Shown(path);
        Hash = Convert.ToHexStringLower(SHA256.HashData(content));
        List<FileProblem> syntax = [];
        JsonTreeNode? root = JsonTree.Read(content, syntax);
        syntax.ForEach(_problems.Add);
        if (root is null)
            return;
        Root = root;
        ConfigBinder binder = new(catalog, settings, Path.GetDirectoryName(Path.GetFullPath(path))!, _problems);
        _config = (ChannelConfig?)binder.Bind(root, typeof(ChannelConfig));
        Source = binder.Records.GetValueOrDefault("$.source") as ListenerConfig;
    }

    private ChannelFile(string path, FileProblem problem)
    {
        Name = FileNames.Shown(path);
        _problems.Add(problem);
    }

    /// <summary>The file as people see it.</summary>
    public string Name { get; }

    public string Hash { get; } = "";

    /// <summary>The values of the file; none when it is not JSON.</summary>
    public JsonTreeNode Root { get; } = new() { Kind = NodeKind.Null, Line = 0, Path = "$" };

    public string? Id => Root.Member("id") is { Kind: NodeKind.Text } id ? id.Text : null;

    /// <summary>The decoded source, also when something else is wrong; null when it lacks what it requires.</summary>
    public ListenerConfig? Source { get; }

    public bool IsEnabled => Root.Member("enabled") is not { Kind: NodeKind.Boolean, Text: "false" };

    /// <summary>Decodes a file that was read.</summary>
    public static ChannelFile Decode(string path, byte[] content, ComponentCatalog catalog, Settings settings) => new(path, content, catalog, settings);

    /// <summary>Reads and decodes a file. A file that cannot be read is one with a problem.</summary>
    public static ChannelFile Read(string path, ComponentCatalog catalog, Settings settings)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > JsonTree.MaxBytes)
                return new(path, new(0, ProblemCodes.FileTooLarge, "", $"The file has {file.Length} bytes; a channel file has at most {JsonTree.MaxBytes}. Move tables and templates into files of their own."));
            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            return Decode(path, content, catalog, settings);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            return new(path, new(0, ProblemCodes.Unreadable, "", $"The file cannot be read: {reason.Message} Check its name and its rights."));
        }
    }

    public void Add(FileProblem problem) => _problems.Add(problem);

    public LoadedChannel Finish()
    {
        ChannelProblem[] problems = [.. _problems.All().Select(problem => new ChannelProblem(Name, problem.Line, problem.Code, Id, problem.Path, problem.Text))];
        return new() { File = Name, Hash = Hash, Id = Id, Config = problems.Length == 0 ? _config : null, Problems = problems };
    }
}
