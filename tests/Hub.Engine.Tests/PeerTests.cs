using System.Diagnostics;
using System.Text;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>Independent senders and receivers, made by others.</summary>
public sealed class PeerTests
{
    private static readonly string s_peers = Path.Combine(Repository.Root, "tests", "peers");

    [SkippableFact]
    public async Task Mllp_send_of_python_hl7_is_answered_and_its_message_arrives()
    {
        Skip.IfNot(File.Exists("/usr/bin/mllp_send"), "mllp_send is not installed (Debian package python3-hl7); tests/run.sh installs it as root");
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        string file = hub.Folder.Write("message.hl7", Samples.Adt("python"));

        CommandResult result = await RunAsync("/usr/bin/mllp_send", "--loose", "--file", file, "--port", $"{hub.Port("adt")}", "127.0.0.1");

        Assert.Contains("MSA|AA|python", result.Output, StringComparison.Ordinal);
        Assert.Contains("|python|", Encoding.UTF8.GetString(await receiver.NextAsync()), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Node_hl7_client_is_answered_and_its_message_arrives()
    {
        RequireNode();
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        string file = hub.Folder.Write("message.hl7", Samples.Adt("node"));

        CommandResult result = await RunAsync("node", Path.Combine(s_peers, "sender.mjs"), $"{hub.Port("adt")}", file);

        Assert.Equal("AA node", result.Output.Trim());
        Assert.Contains("|node|", Encoding.UTF8.GetString(await receiver.NextAsync()), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Node_hl7_server_receives_and_its_answer_counts()
    {
        RequireNode();
        int port = FreePort.Take();
        using Process node = Start("node", Path.Combine(s_peers, "receiver.mjs"), $"{port}");
        Assert.Equal("listening", await node.StandardOutput.ReadLineAsync());
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        await sender.SendAsync(Samples.Adt("one"));
        await sender.SendAsync(Samples.Adt("two"));
        await hub.UntilAsync(DeliveryState.Sent, 2);

        // This server takes the first frame of a connection again when the second comes, and answers it again: an answer that
        // does not match, which is passed over (S03). Each was sent once.
        List<string?> received = [await node.StandardOutput.ReadLineAsync()];
        while (received[^1] is not (null or "received two"))
            received.Add(await node.StandardOutput.ReadLineAsync());
        Assert.Equal(["received one", "received two"], received.Distinct());
        Assert.All(hub.Journal.Find(new()), message => Assert.Equal(1, message.Deliveries.Single().Attempts));
        node.StandardInput.Close();
        await node.WaitForExitAsync();
    }

    private static void RequireNode() =>
        Skip.IfNot(Directory.Exists(Path.Combine(s_peers, "node_modules", "node-hl7-client")), "the npm packages of tests/peers are not installed; tests/run.sh installs them");

    private static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static async Task<CommandResult> RunAsync(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync();
        return new(process.ExitCode, output, await errors);
    }
}
