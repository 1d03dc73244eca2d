using System.Text;
using System.Text.RegularExpressions;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.AspNetCore.Http;

namespace Hub.Engine.Tests;

/// <summary>The shipped example channels, through a running Hub: golden pairs. What else they do is said by their own tests, which hub test runs.</summary>
public sealed partial class ExampleChannelTests
{
    private static readonly string s_examples = Path.Combine(Repository.Root, "channels", "examples");

    [Theory]
    [InlineData("pims-to-mpi", 16)]
    [InlineData("chemocare-to-mpi", 15)]
    [InlineData("phw-to-mpi", 17)]
    public async Task Every_golden_pair_comes_out_byte_for_byte(string channel, int pairs)
    {
        await using MllpReceiver mpi = new();
        await using HubHost hub = await StartAsync(channel, mpi.Port);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port(channel));
        string[] inputs = Directory.GetFiles(Path.Combine(s_examples, "tests", channel), "*.in.hl7");
        Assert.Equal(pairs, inputs.Length);
        foreach (string input in inputs)
        {
            Assert.True((await sender.SendAsync(await File.ReadAllBytesAsync(input))).Code == "AA", input);
            string expected = Encoding.UTF8.GetString(await File.ReadAllBytesAsync(input.Replace(".in.", ".mpi.", StringComparison.Ordinal))).ReplaceLineEndings("\r").TrimEnd('\r') + "\r";
            Assert.True(expected == Encoding.UTF8.GetString(await mpi.NextAsync()), input);
        }
    }

    [Theory]
    [InlineData("adt-to-fhir", "a01", "/fhir")]
    [InlineData("oru-to-fhir", "r01", "/fhir/$process-message")]
    public async Task S09_The_outcome_of_a_FHIR_server_is_the_reason_of_the_attempt(string channel, string message, string target)
    {
        await using HttpReceiver server = await HttpReceiver.StartAsync();
        server.Answer = async context =>
        {
            context.Response.StatusCode = 422;
            context.Response.ContentType = "application/fhir+json";
            await context.Response.WriteAsync("""{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"required","expression":["Patient.birthDate"]}]}""");
        };
        TestFolder folder = new();
        string json = Listen().Replace(File.ReadAllText(Path.Combine(s_examples, $"{channel}.json")), "\"listen\": \"127.0.0.1:0\"");
        await using HubHost hub = await HubHost.StartAsync(folder, json.Replace("127.0.0.1:8180", $"127.0.0.1:{server.Port}", StringComparison.Ordinal));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port(channel));
        Assert.Equal("AA", (await sender.SendAsync(await File.ReadAllBytesAsync(Path.Combine(s_examples, "tests", channel, $"{message}.in.hl7")))).Code);
        await hub.UntilAsync(DeliveryState.Parked, 1);
        Assert.Equal(target, server.Requests[0].Target);
        Assert.Contains("error required at Patient.birthDate", hub.Journal.FindDeliveries(new() { Deliveries = [1] }).Single().Delivery.Reason!, StringComparison.Ordinal);
    }

    private static Task<HubHost> StartAsync(string channel, int mpiPort)
    {
        TestFolder folder = new();
        foreach (string file in Directory.EnumerateFiles(Path.Combine(s_examples, "tables")))
            folder.Write(Path.Combine("channels", Path.GetRelativePath(s_examples, file)), File.ReadAllText(file));
        string json = Listen().Replace(File.ReadAllText(Path.Combine(s_examples, $"{channel}.json")), "\"listen\": \"127.0.0.1:0\"");
        json = Endpoint().Replace(json, $"\"endpoint\": \"127.0.0.1:{mpiPort}\"");
        // The pairs hold senders that the accept list rightly refuses; they are about the steps.
        return HubHost.StartAsync(folder, SendingApplications().Replace(json, ""));
    }

    [GeneratedRegex("\"listen\": *\"[^\"]*\"")]
    private static partial Regex Listen();

    [GeneratedRegex("\"endpoint\": *\"[^\"]*\"")]
    private static partial Regex Endpoint();

    [GeneratedRegex(",\\s*\"sendingApplications\": *\\[[^\\]]*\\]")]
    private static partial Regex SendingApplications();
}
