using Hub.Channels.Config;
using Hub.Testing;

namespace Hub.Channels.Tests.Config;

/// <summary>A folder with channel files, secrets and an environment of its own.</summary>
internal sealed class ChannelFolder : IDisposable
{
    public const string Good = """
        {
          "id": "adt-to-lab",
          "source": { "type": "mllp", "listen": "127.0.0.1:2575", "acknowledge": "processed" },
          "steps": [
            { "type": "filter", "when": { "path": "MSH-9.2", "in": ["A01", "A08"] } },
            { "type": "setField", "path": "MSH-5", "value": "LAB" }
          ],
          "destinations": [
            { "id": "lab", "type": "mllp", "endpoint": "lab.example:2575", "ackTimeoutSeconds": 30 }
          ]
        }
        """;

    private readonly TestFolder _folder = new();
    private ChannelLoader? _loader;

    public Dictionary<string, string> Environment { get; } = [];

    public string Channels => _folder.Path("channels");

    /// <summary>One loader for all loads, as a running Hub has.</summary>
    public ChannelLoader Loader => _loader ??= new(TestRecords.Catalog, new Settings(_folder.Path("secrets"), Environment.GetValueOrDefault));

    /// <summary>The good file with one stretch of it replaced.</summary>
    public static string With(string old, string replacement)
    {
        Assert.Contains(old, Good, StringComparison.Ordinal);
        int at = Good.IndexOf(old, StringComparison.Ordinal);
        return Good[..at] + replacement + Good[(at + old.Length)..];
    }

    public ChannelFolder Add(string name, string content)
    {
        _folder.Write($"channels/{name}", content);
        return this;
    }

    public string AddSecret(string name, string content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        string path = _folder.Write($"secrets/{name}", content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
        return path;
    }

    public LoadedChannels Load() => Loader.LoadFolder(Channels);

    /// <summary>The problems as people see them, with the folder's own name left out.</summary>
    public string[] Problems() => [.. Load().Problems.Select(problem => problem.ToString().Replace(_folder.Root + "/", "", StringComparison.Ordinal))];

    /// <summary>The problems of one file.</summary>
    public static string[] ProblemsOf(string content)
    {
        using ChannelFolder folder = new();
        return folder.Add("a.json", content).Problems();
    }

    public void Dispose() => _folder.Dispose();
}
