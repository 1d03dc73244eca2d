using Hub.Channels.Config;
using Hub.Testing;

namespace Hub.Channels.Tests;

/// <summary>What the loader finds wrong with a whole channel file, with the real components.</summary>
internal static class ProblemsOfFile
{
    public static (int Code, string Path, string Text)[] Of(string json)
    {
        using TestFolder folder = new();
        folder.Write("channels/test.json", json);
        return [.. Load(folder).Problems.Select(problem => (problem.Code, problem.JsonPath, problem.Text))];
    }

    public static LoadedChannels Load(TestFolder folder) => new ChannelLoader(TestChannels.Catalog, new Settings("/nowhere")).LoadFolder(folder.Path("channels"));
}
