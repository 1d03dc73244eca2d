using Hub.Channels.Cases;
using Hub.Channels.Config;
using Hub.Testing;

namespace Hub.Channels.Tests.Cases;

/// <summary>A channel file with a folder of cases, run by the real tester.</summary>
internal sealed class CaseFixture : IDisposable
{
    public const string Input = "MSH|^~\\&|APP|FAC|C|D|20260301||ADT^A08^ADT_A01|42|P|2.5\nPID|1||77^^^X||SMYTH^Gwen||19610615|F\nOBX|1||A\nOBX|2||B\n";

    private readonly TestFolder _folder = new();

    /// <summary>Makes the channel file <c>adt.json</c>.</summary>
    public CaseFixture(string steps = "", string destination = "", string more = "", string id = "adt")
    {
        _folder.Write("channels/adt.json", $$"""
            { "id": "{{id}}", "source": { "type": "mllp", "listen": "127.0.0.1:0", "accept": { "versions": ["2.5"] } }, "steps": [{{steps}}],
              "destinations": [{ "id": "lab", "type": "file", "folder": "out" {{destination}} }{{more}}] }
            """);
    }

    public string Channel => _folder.Path("channels", "adt.json");

    public string PathOf(string name) => _folder.Path("channels", "tests", "adt", name);

    public string Text(string name) => System.IO.File.ReadAllText(PathOf(name));

    public bool Has(string name) => System.IO.File.Exists(PathOf(name));

    public CaseFixture Add(string name, string text = Input)
    {
        _folder.Write($"channels/tests/adt/{name}", text);
        return this;
    }

    /// <summary>A file that the channel file names.</summary>
    public CaseFixture Beside(string name, string text)
    {
        _folder.Write($"channels/{name}", text);
        return this;
    }

    public async Task<ChannelResult> RunAsync()
    {
        ChannelTester tester = new(TestChannels.Catalog, TimeProvider.System);
        LoadedChannels loaded = tester.Load(Channel);
        return (await tester.RunAsync(loaded.Channels, null, 2, CancellationToken.None)).Single();
    }

    /// <summary>Runs the one case there is.</summary>
    public async Task<CaseResult> RunOneAsync() => Assert.Single((await RunAsync()).Cases);

    /// <summary>What the one case there is says: differences, or problems as code, line and path.</summary>
    public async Task<string[]> TellAsync()
    {
        CaseResult result = await RunOneAsync();
        return [.. result.Differences.Select(difference => difference.ToString()), .. result.Problems.Select(problem => $"HUB{problem.Code}({problem.Line}) {problem.JsonPath}")];
    }

    public void Dispose() => _folder.Dispose();
}
