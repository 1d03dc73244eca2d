using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>The shipped example channels, through a running Hub: golden pairs and acceptance cases.</summary>
public sealed partial class ExampleChannelTests
{
    public static TheoryData<string, string> Flows => new()
    {
        { "pims-to-mpi", "pims" },
        { "chemocare-to-mpi", "chemo" },
        { "phw-to-mpi", "phw" },
    };

    [SkippableTheory]
    [MemberData(nameof(Flows))]
    public async Task Every_golden_pair_comes_out_byte_for_byte(string channel, string flow)
    {
        Skip.If(Corpus.Root is null, Corpus.Missing);
        await using MllpReceiver mpi = new();
        await using HubHost hub = await StartAsync(channel, mpi.Port, withoutAccept: true);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port(channel));
        foreach (string input in Directory.GetFiles(Path.Combine(Corpus.Root!, "hl7v2", "dhcw-style-flows-synthetic", flow), "*.in.hl7"))
        {
            Assert.True((await sender.SendAsync(await File.ReadAllBytesAsync(input))).Code == "AA", input);
            string expected = Encoding.UTF8.GetString(await File.ReadAllBytesAsync(input.Replace(".in.", ".expected.", StringComparison.Ordinal))).ReplaceLineEndings("\r").TrimEnd('\r') + "\r";
            Assert.True(expected == Encoding.UTF8.GetString(await mpi.NextAsync()), input);
        }
    }

    [SkippableTheory]
    [InlineData("pims-to-mpi", "pims")]
    [InlineData("chemocare-to-mpi", "chemocare")]
    [InlineData("phw-to-mpi", "phw")]
    public async Task Every_acceptance_case_is_accepted_or_refused_as_it_says(string channel, string flow)
    {
        Skip.If(Corpus.Root is null, Corpus.Missing);
        await using MllpReceiver mpi = new();
        await using HubHost hub = await StartAsync(channel, mpi.Port, withoutAccept: false);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port(channel));
        using JsonDocument cases = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Corpus.Root!, "hl7v2", "dhcw-style-flows-synthetic", "validation-cases.json")));
        int seen = 0;
        foreach (JsonElement one in cases.RootElement.EnumerateArray().Where(one => one.GetProperty("flow").GetString() == flow))
        {
            TestAnswer answer = await sender.SendAsync(one.GetProperty("message").GetString()!);
            bool accepted = answer.Code == "AA";
            Assert.True(accepted == (one.GetProperty("expect").GetString() == "accept"), $"{one.GetProperty("id")}: {answer.Text}");
            seen++;
        }

        Assert.NotEqual(0, seen);
    }

    private static Task<HubHost> StartAsync(string channel, int mpiPort, bool withoutAccept)
    {
        string examples = Path.Combine(Repository.Root, "channels", "examples");
        TestFolder folder = new();
        foreach (string file in Directory.EnumerateFiles(examples, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".json", StringComparison.Ordinal)))
            folder.Write(Path.Combine("channels", Path.GetRelativePath(examples, file)), File.ReadAllText(file));
        string json = Listen().Replace(File.ReadAllText(Path.Combine(examples, $"{channel}.json")), "\"listen\": \"127.0.0.1:0\"");
        json = Endpoint().Replace(json, $"\"endpoint\": \"127.0.0.1:{mpiPort}\"");
        // The pairs hold senders that the accept list rightly refuses; they are about the steps.
        return HubHost.StartAsync(folder, withoutAccept ? SendingApplications().Replace(json, "") : json);
    }

    [GeneratedRegex("\"listen\": *\"[^\"]*\"")]
    private static partial Regex Listen();

    [GeneratedRegex("\"endpoint\": *\"[^\"]*\"")]
    private static partial Regex Endpoint();

    [GeneratedRegex(",\\s*\"sendingApplications\": *\\[[^\\]]*\\]")]
    private static partial Regex SendingApplications();
}
