using System.Text;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>Scripts in a running Hub.</summary>
public sealed class ScriptHubTests
{
    private const string Step = """[ { "type": "script", "file": "scripts/x.csx", "timeLimitSeconds": 60 } ]""";

    [Fact]
    public async Task A_changed_script_is_followed_and_a_broken_or_forbidden_one_is_not()
    {
        await using MllpReceiver receiver = new();
        TestFolder folder = new(); // the Hub's from here on
        folder.Write("channels/scripts/x.csx", "Message.Set(\"MSH-5\", \"ONE\");");
        await using HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", receiver.Port, steps: Step));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        await sender.SendAsync(Samples.Adt("1"));
        await hub.ChangeFilesAsync(() => folder.Write("channels/scripts/x.csx", "Message.Set(\"MSH-5\", \"SECOND\");"));
        await sender.SendAsync(Samples.Adt("2"));
        await hub.ChangeFilesAsync(() => folder.Write("channels/scripts/x.csx", "Message.Set(\"MSH-5\", ONE);"));
        Assert.Equal("Running", hub.Status("adt").State);
        Assert.Contains("x.csx(1,22): HUB1280 channel adt", hub.Status("adt").Problems[0], StringComparison.Ordinal);
        await hub.ChangeFilesAsync(() => folder.Write("channels/scripts/x.csx", "System.IO.File.Delete(\"important\");"));
        Assert.Contains("x.csx(1,1): HUB1281 channel adt", hub.Status("adt").Problems[0], StringComparison.Ordinal);
        await sender.SendAsync(Samples.Adt("3"));
        await hub.UntilAsync(DeliveryState.Sent, 3);

        Assert.Equal(["ONE", "SECOND", "SECOND"], receiver.Messages.Select(message => Encoding.UTF8.GetString(message).Split('|')[4]));
    }

    [Fact]
    public async Task A_script_that_does_not_end_is_stopped_and_its_message_refused()
    {
        await using MllpReceiver receiver = new();
        TestFolder folder = new(); // the Hub's from here on
        folder.Write("channels/scripts/x.csx", "while (Message.Get(\"MSH-10\") == \"1\")\n{\n}\n");
        await using HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", receiver.Port, steps: Step.Replace("60", "2", StringComparison.Ordinal)));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        Assert.Equal("AE", (await sender.SendAsync(Samples.Adt("1"))).Code);
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("2"))).Code);
        Assert.Contains("scripts/x.csx: it took longer than 2 seconds", hub.Journal.Find(new() { State = MessageState.Rejected }).Single().Problems.Single().Text, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("[]", false)]
    [InlineData("""[ { "type": "setField", "path": "MSH-5", "value": "X" } ]""", false)]
    [InlineData("""[ { "type": "script", "code": "Filter();" } ]""", true)]
    public async Task The_compiler_is_loaded_only_for_a_script(string steps, bool loaded)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "What a process has loaded is read from /proc.");
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port, steps: steps));
        await using HubProcess hub = await HubProcess.StartAsync(folder);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
        string maps = await File.ReadAllTextAsync($"/proc/{hub.Id}/maps");
        Assert.Contains("Hub.Channels.dll", maps, StringComparison.Ordinal);
        Assert.Equal(loaded, maps.Contains("Microsoft.CodeAnalysis", StringComparison.Ordinal));
    }
}
