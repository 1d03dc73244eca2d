using System.Text;
using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Tests;

/// <summary>Makes channels and steps from JSON, with the real decoder, and runs them.</summary>
internal static class TestChannels
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 10, 15, 30, TimeSpan.FromHours(1));

    // What stands for secrets: a channel file names them.
    private static readonly Dictionary<string, string> s_environment = new()
    {
        ["TOKEN"] = "abc.def-_~+/==",
        ["TOKEN_WITH_LINE_END"] = "token\n",
        ["PASSWORD"] = "pä:ss",
        ["KEY"] = "k 1",
        ["PORTAL"] = "https://portal.example/in",
        ["SCHEME"] = "https:",
    };

    public static ComponentCatalog Catalog { get; } = new ComponentCatalog()
        .Listener<TestSource>("mllp", (_, _) => throw new NotSupportedException())
        .AddDestinations()
        .AddSteps();

    public static ChannelModel Load(string file) => Make(File.ReadAllText(file), Path.GetDirectoryName(file)!);

    public static ChannelModel Make(string json, string folder = "/") => ChannelModel.Build(Read<ChannelConfig>(json, folder), folder, Catalog);

    /// <summary>A channel with these steps and one destination.</summary>
    public static ChannelModel WithSteps(string steps, string folder = "/", string source = "", string destination = "") => Make(
        $$"""
        { "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0" {{source}} }, "steps": [{{steps}}],
          "destinations": [{ "id": "out", "type": "file", "folder": "out" {{destination}} }] }
        """, folder);

    /// <summary>Decodes a record that has no mistake.</summary>
    public static T Read<T>(string json, string folder = "/")
    {
        IReadOnlyList<(int Code, string Path, string Text)> problems = Problems<T>(json, out T? value, folder);
        return problems.Count == 0 ? value! : throw new FormatException(string.Join('\n', problems));
    }

    /// <summary>What is wrong with a record.</summary>
    public static IReadOnlyList<(int Code, string Path, string Text)> Problems<T>(string json, out T? value, string folder = "/")
    {
        List<FileProblem> syntax = [];
        BindingProblems problems = new();
        JsonTreeNode root = JsonTree.Read(Encoding.UTF8.GetBytes(json), syntax, "it.")!;
        value = (T?)new ConfigBinder(Catalog, new Settings("/nowhere", s_environment.GetValueOrDefault), folder, problems).Bind(root, typeof(T));
        return [.. syntax.Concat(problems.All()).Select(problem => (problem.Code, problem.Path, problem.Text))];
    }

    /// <summary>Segments, one a line, as bytes with CR.</summary>
    public static byte[] Message(string lines) => Encoding.UTF8.GetBytes(lines.ReplaceLineEndings("\r").TrimEnd('\r') + "\r");

    public static PipelineOutcome Run(ChannelModel channel, string lines, IStepTrace? trace = null) =>
        channel.Pipeline.Run(new(7), Message(lines), Now, trace);

    /// <summary>What a delivery sends, one segment a line, without the last line end.</summary>
    public static string Text(PipelineOutcome outcome, string received, int delivery = 0) =>
        Encoding.UTF8.GetString((outcome.Deliveries[delivery].Content ?? Message(received)).Span).Replace('\r', '\n').TrimEnd('\n');

    private sealed record TestSource : ListenerConfig;
}
