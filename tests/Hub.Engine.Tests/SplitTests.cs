using System.Text;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>Messages that are divided, through the whole Hub.</summary>
public sealed class SplitTests
{
    private const string ByObr = """{ "type": "splitMessage", "by": "segment", "segment": "OBR" }""";

    [Fact]
    public async Task Parts_are_delivered_in_order_and_linked_to_the_whole_also_when_they_are_replayed()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("orders", receiver.Port, steps: $$"""[ {{ByObr}}, { "type": "setField", "path": "MSH-10", "value": "${MSH-10}-${message.part}" } ]"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("orders"));

        Assert.Equal("AA", (await sender.SendAsync(Orders(200))).Code);
        await hub.UntilAsync(DeliveryState.Sent, 200);

        string[] expected = [.. Enumerable.Range(1, 200).Select(i => Part("1-" + i, i))];
        Assert.Equal(expected, receiver.Messages.Select(Encoding.UTF8.GetString));
        StoredMessage stored = hub.Journal.Find(new()).Single();
        Assert.Equal(Enumerable.Range(1, 200).Select(i => new MessagePart(i, 200)), stored.Deliveries.Select(delivery => delivery.Part));
        Assert.Equal(Orders(200), Encoding.UTF8.GetString(hub.Journal.ReadContent(stored.Id)!.Value.Span));

        await hub.ReplayAsync(stored.Id, "out");
        await hub.UntilAsync(DeliveryState.Sent, 400);
        Assert.Equal([.. expected, .. expected], receiver.Messages.Select(Encoding.UTF8.GetString));
        Assert.Equal(Enumerable.Range(1, 200), hub.Journal.Read(stored.Id)!.Deliveries.Skip(200).Select(delivery => delivery.Part.Number));
    }

    [Fact]
    public async Task Nothing_of_a_message_is_delivered_when_one_part_is_rejected()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("orders", receiver.Port, steps: $$"""
            [ {{ByObr}}, { "type": "filter", "when": { "not": { "path": "OBR-1", "equals": "3" } }, "otherwise": "reject" } ]
            """));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("orders"));

        Assert.Equal("AE", (await sender.SendAsync(Orders(3))).Code);
        Assert.Equal("AA", (await sender.SendAsync(Orders(2))).Code);
        await hub.UntilAsync(DeliveryState.Sent, 2);

        Assert.Equal(2, receiver.Count);
        StoredMessage rejected = hub.Journal.Find(new() { State = MessageState.Rejected }).Single();
        Assert.Empty(rejected.Deliveries);
        Assert.StartsWith("part 3 of 3, steps[1] filter", rejected.Problems.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A12_the_answer_waits_until_every_part_is_delivered()
    {
        await using MllpReceiver receiver = new();
        receiver.Answer = message => Encoding.UTF8.GetString(message).Contains("OBR|2", StringComparison.Ordinal) ? "AE" : "AA";
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("orders", receiver.Port, steps: $"[ {ByObr} ]", source: ", \"acknowledge\": \"delivered\""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("orders"));

        Assert.Equal("AE", (await sender.SendAsync(Orders(3))).Code);
        Assert.Equal("AA", (await sender.SendAsync(Orders(1))).Code);
        Assert.Equal(4, receiver.Count);
        Assert.Equal("AE", (await sender.SendAsync(Orders(3))).Code);
        Assert.Equal(4, receiver.Count);
    }

    [Theory]
    [InlineData("processed")]
    [InlineData("received")]
    public async Task B04_a_batch_is_answered_message_by_message_and_delivered_in_order(string acknowledge)
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("batches", receiver.Port, steps: """[ { "type": "splitMessage", "by": "batch" } ]""", source: $", \"acknowledge\": \"{acknowledge}\""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("batches"));

        TestAnswer answer = await sender.SendAsync($"BHS|^~\\&|PAS|H|HUB|H|2026||||B77\r{Samples.Adt("a")}{Samples.Adt("b")}BTS|2\r");
        await hub.UntilAsync(DeliveryState.Sent, 2);

        Assert.Equal(["BHS", "MSH", "MSA", "MSH", "MSA", "BTS"], answer.Text.TrimEnd('\r').Split('\r').Select(segment => segment[..3]));
        Assert.Equal([Samples.Adt("a"), Samples.Adt("b")], receiver.Messages.Select(Encoding.UTF8.GetString));
    }

    [Fact]
    public async Task Show_and_try_tell_of_parts()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        string channel = folder.WriteChannel(Samples.PassThrough("orders", receiver.Port, steps: $"[ {ByObr} ]"));
        string file = folder.Write("orders.hl7", Orders(12));

        CommandResult tried = await HubProcess.RunAsync("try", channel, file);
        await using (HubProcess hub = await HubProcess.StartAsync(folder))
        {
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("orders"));
            await sender.SendAsync(Orders(12));
            for (int i = 0; i < 12; i++)
                await receiver.NextAsync();
            await hub.TerminateAsync();
        }

        CommandResult shown = await HubProcess.RunAsync("show", "1", "--data", folder.Path("data"));
        CommandResult third = await HubProcess.RunAsync("show", "1", "--raw", "--sent", "out", "--part", "3", "--data", folder.Path("data"));
        CommandResult list = await HubProcess.RunAsync("messages", "--data", folder.Path("data"));
        CommandResult unnamed = await HubProcess.RunAsync("show", "1", "--raw", "--sent", "out", "--data", folder.Path("data"));
        CommandResult whole = await HubProcess.RunAsync("diff", "1", "1:out", "--data", folder.Path("data"));
        CommandResult same = await HubProcess.RunAsync("diff", folder.Write("third.hl7", Part("1", 3)), "1:out:3", "--data", folder.Path("data"));

        Assert.Equal((3, 3, 0), (unnamed.Exit, whole.Exit, same.Exit));
        Assert.All([unnamed, whole], result => Assert.Contains("in parts 1 to 12; name one with --part, or as 1:out:1 in hub diff", result.Errors, StringComparison.Ordinal));
        Assert.Contains("-- to out, part 3 of 12\nMSH", tried.Output, StringComparison.Ordinal);
        Assert.Contains("Delivery     out part 3 of 12 Sent", shown.Output, StringComparison.Ordinal);
        Assert.Equal(Part("1", 3), third.Output);
        Assert.Contains("out 12 Sent", list.Output, StringComparison.Ordinal);
    }

    private static string Orders(int count) => Samples.Adt("1") + string.Concat(Enumerable.Range(1, count).Select(i => $"OBR|{i}\rOBX|{i}\r"));

    private static string Part(string controlId, int number) => $"{Samples.Adt("1").Replace("|1|P|", $"|{controlId}|P|", StringComparison.Ordinal)}OBR|{number}\rOBX|{number}\r";
}
