using System.Text;
using Hub.Contracts;
using Hub.Testing;
using static Hub.Testing.Exchanges;

namespace Hub.Engine.Tests;

/// <summary>Messages that are answers themselves (protocol A13), through the whole Hub.</summary>
public sealed class QueryAnswerTests
{
    private const string Answer = "MSA|AA|Q1\rQAK|Q1|OK\r";

    [Theory]
    [InlineData("processed", "RSP^K22^RSP_K21")]
    [InlineData("received", "ORR^O02")]
    [InlineData("delivered", "RSP^K22^RSP_K21")]
    public async Task A13_answers_to_queries_and_orders_are_delivered_and_not_answered(string acknowledge, string type)
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("answers", receiver.Port, source: $", \"acknowledge\": \"{acknowledge}\""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("answers"));

        Assert.Empty(await sender.AnswersAsync(Message("1", type: type, body: Answer)));

        Assert.Equal(Message("1", type: type, body: Answer), Encoding.UTF8.GetString(await receiver.NextAsync()));
        StoredMessage stored = hub.Journal.Find(new() { ControlId = "1" }).Single();
        Assert.Equal((MessageState.Accepted, ReceiptKind.Silent), (stored.State, stored.Answer));
        Assert.Contains("answer", stored.Flags);
    }

    [Fact]
    public async Task A13_what_is_refused_comes_again_or_is_a_part_is_not_answered_either()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("answers", receiver.Port, source: """, "accept": { "messages": ["RSP", "ADT"] } """));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("answers"));

        Assert.Empty(await sender.AnswersAsync(Message("1", type: "ORR^O02", body: Answer)));
        Assert.Equal(MessageState.Rejected, hub.Journal.Find(new() { ControlId = "1" }).Single().State);
        Assert.Empty(await sender.AnswersAsync(Message("2", type: "ACK^A01", body: "MSA|AA|Q1\r")));
        Assert.Empty(await sender.AnswersAsync(Message("3", type: "RSP^K22", body: Answer)));
        Assert.Empty(await sender.AnswersAsync(Message("3", type: "RSP^K22", body: Answer)));
        Assert.Empty(await sender.AnswersAsync(Message("4", type: "RSP^K22", body: $"{Answer}DSC|p\r")));
        Assert.Empty(await sender.AnswersAsync(Message("5", type: "RSP^K22", continues: "p", body: $"{Answer}PID|||1\r")));
        await hub.UntilAsync(journal => journal.Find(new() { ControlId = "5" }).Any(part => part.PartOf is not null));
    }

    [Fact]
    public async Task A13_with_an_accept_condition_an_answer_begins_an_exchange_and_is_acknowledged()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("answers", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("answers"));
        Assert.Equal(["CA"], (await sender.AnswersAsync(Message("1", "AL", "NE", type: "RSP^K22", body: Answer))).Select(answer => answer.Code));
    }

    [Fact]
    public async Task A13_a_batch_of_answers_is_divided_and_not_answered()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("answers", receiver.Port, steps: """[ { "type": "splitMessage", "by": "batch" } ]"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("answers"));
        Assert.Empty(await sender.AnswersAsync($"BHS|^~\\&|A||||||||B1\r{Message("1", type: "RSP^K22", body: Answer)}{Message("2", type: "RSP^K22", body: Answer)}BTS|2\r"));
        Assert.Equal(Message("1", type: "RSP^K22", body: Answer), Encoding.UTF8.GetString(await receiver.NextAsync()));
    }
}
