using System.Text;
using Hub.Contracts;
using Hub.Testing;
using static Hub.Testing.Exchanges;

namespace Hub.Engine.Tests;

/// <summary>Which answers senders hear that ask for them by MSH-15 and MSH-16, through the whole Hub.</summary>
public sealed class EnhancedModeTests
{
    private const string OnlyAdt = """, "accept": { "messages": ["ADT"] } """;

    [Theory]
    [InlineData("", "", true, "AA")]
    [InlineData("", "", false, "AR")]
    [InlineData("NE", "NE", true, "")]
    [InlineData("NE", "NE", false, "")]
    [InlineData("AL", "NE", true, "CA")]
    [InlineData("AL", "NE", false, "CR")]
    [InlineData("NE", "AL", true, "AA")]
    [InlineData("NE", "AL", false, "AR")]
    [InlineData("AL", "AL", true, "CA AA")]
    [InlineData("AL", "AL", false, "CR")]
    [InlineData("ER", "NE", true, "")]
    [InlineData("ER", "NE", false, "CR")]
    [InlineData("SU", "NE", true, "CA")]
    [InlineData("SU", "NE", false, "")]
    [InlineData("NE", "ER", true, "")]
    [InlineData("NE", "ER", false, "AR")]
    [InlineData("NE", "SU", true, "AA")]
    [InlineData("NE", "SU", false, "")]
    [InlineData("SU", "AL", false, "AR")]
    [InlineData("ER", "AL", true, "AA")]
    public async Task A11_what_is_answered_is_what_the_message_asks_for(string accept, string application, bool isWanted, string codes)
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, source: OnlyAdt));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        IReadOnlyList<TestAnswer> answers = await sender.AnswersAsync(Message("1", accept, application, type: isWanted ? "ADT^A01" : "ORU^R01"));

        Assert.Equal(codes, string.Join(' ', answers.Select(answer => answer.Code)));
        Assert.All(answers, answer => Assert.Equal("1", answer.ControlId));
        Assert.Equal(isWanted ? MessageState.Accepted : MessageState.Rejected, hub.Journal.Find(new() { ControlId = "1" }).Single().State);
    }

    [Theory]
    [InlineData("", "AL", "AA", false)]
    [InlineData("AL", "", "CA", false)]
    [InlineData("XX", "", "CA", true)]
    [InlineData("NE", "al", "AA", true)]
    [InlineData("\"\"", "", "AA", false)]
    public async Task A01_one_of_the_two_makes_the_mode_enhanced_and_an_unknown_word_counts_as_always(string accept, string application, string codes, bool isFlagged)
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        IReadOnlyList<TestAnswer> answers = await sender.AnswersAsync(Message("1", accept, application));

        Assert.Equal(codes, string.Join(' ', answers.Select(answer => answer.Code)));
        Assert.Equal(isFlagged ? ["ack-condition"] : [], hub.Journal.Find(new() { ControlId = "1" }).Single().Flags);
    }

    [Theory]
    [InlineData("NE", "NE")]
    [InlineData("ER", "ER")]
    public async Task A09_never_means_that_nothing_is_said_and_not_that_nothing_is_stored(string accept, string application)
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.PostAsync(Samples.Bytes(Message("1", accept, application)));
        Assert.Equal(Message("1", accept, application), Encoding.UTF8.GetString(await receiver.NextAsync()));
    }

    [Fact]
    public async Task A01_a_channel_in_original_mode_answers_once_whatever_the_message_asks_for()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, source: """, "acknowledgmentMode": "original" """));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal(["AA"], (await sender.AnswersAsync(Message("1", "NE", "NE"))).Select(answer => answer.Code));
        Assert.Equal(["AA"], (await sender.AnswersAsync(Message("2", "AL", "AL"))).Select(answer => answer.Code));
    }

    [Fact]
    public async Task A09_F06_a_message_too_large_that_wants_no_answer_closes_the_connection()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, source: """, "maxMessageBytes": 500 """));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.PostAsync(Samples.Bytes(Message("1", "NE", "NE", body: new string('x', 5_000) + "\r")));
        Assert.Null(await sender.AnswerAsync());
    }

    [Fact]
    public async Task A09_the_accept_answer_waits_until_the_journal_has_the_message()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        using WriteHold hold = hub.Journal.HoldWrites();
        Task<TestAnswer> answer = sender.SendAsync(Message("1", "AL", "NE"));
        await hold.Reached;
        Assert.False(answer.IsCompleted);
        hold.Release();
        Assert.Equal("CA", (await answer).Code);
    }

    [Fact]
    public async Task A10_the_application_answer_is_the_first_message_of_a_new_exchange()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        TestAnswer accepted = await sender.SendAsync(Message("1", "AL", "AL"));
        TestAnswer outcome = (await sender.AnswerAsync())!;

        Assert.Equal(("CA", "1", "", ""), (accepted.Code, accepted.ControlId, accepted.Field("MSH", 15), accepted.Field("MSH", 16)));
        Assert.Equal(("AA", "1", "NE", "NE"), (outcome.Code, outcome.ControlId, outcome.Field("MSH", 15), outcome.Field("MSH", 16)));
        Assert.NotEqual(accepted.Field("MSH", 10), outcome.Field("MSH", 10));
        Assert.Equal(("MPI", "WARD"), (outcome.Field("MSH", 3), outcome.Field("MSH", 5)));
    }

    [Fact]
    public async Task A10_with_delivered_the_accept_answer_does_not_wait_for_the_receiver_and_others_pass_by()
    {
        await using MllpReceiver receiver = new() { Answer = _ => null };
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, source: """, "acknowledge": "delivered", "acknowledgeTimeoutSeconds": 60""", destination: """, "ackTimeoutSeconds": 1"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        Assert.Equal("CA", (await sender.SendAsync(Message("1", "AL", "AL"))).Code);
        Assert.Equal(("CA", "2"), (await sender.SendAsync(Message("2", "AL", "NE"))) is var second ? (second.Code, second.ControlId) : default);
        receiver.Answer = _ => "AA";

        TestAnswer outcome = (await sender.AnswerAsync())!;
        Assert.Equal(("AA", "1"), (outcome.Code, outcome.ControlId));
    }

    [Fact]
    public async Task A10_with_delivered_a_receiver_that_refuses_is_an_application_error()
    {
        await using MllpReceiver receiver = new() { Answer = _ => "AE" };
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, source: """, "acknowledge": "delivered" """));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("CA", (await sender.SendAsync(Message("1", "AL", "AL"))).Code);
        Assert.Equal("AE", (await sender.AnswerAsync())!.Code);
    }

    [Fact]
    public async Task A10_an_outcome_that_is_not_known_in_time_is_not_told_and_the_resend_hears_it()
    {
        await using MllpReceiver receiver = new() { Answer = _ => null };
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, source: """, "acknowledge": "delivered", "acknowledgeTimeoutSeconds": 1""", destination: """, "ackTimeoutSeconds": 3"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("CA", (await sender.SendAsync(Message("1", "AL", "AL"))).Code);
        await receiver.NextAsync();
        receiver.Answer = _ => "AA";
        await hub.UntilAsync(DeliveryState.Sent, 1);
        Assert.Equal("CA", (await sender.SendAsync(Message("1", "AL", "AL"))).Code);
        Assert.Equal("AA", (await sender.AnswerAsync())!.Code);
        Assert.Single(hub.Journal.Find(new() { State = MessageState.Duplicate }));
    }

    [Theory]
    [InlineData("P", "AA")]
    [InlineData("T", "AE")]
    public async Task A10_with_received_the_application_answer_tells_what_the_steps_made_of_it(string processing, string code)
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, source: """, "acknowledge": "received" """,
            steps: """[ { "type": "filter", "when": { "path": "MSH-11", "equals": "P" }, "otherwise": "reject" } ]"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        string message = Message("1", "AL", "AL").Replace("|P|2.5", $"|{processing}|2.5", StringComparison.Ordinal);

        Assert.Equal("CA", (await sender.SendAsync(message)).Code);
        Assert.Equal(code, (await sender.AnswerAsync())!.Code);
        // Again: what is known by now.
        Assert.Equal("CA", (await sender.SendAsync(message)).Code);
        Assert.Equal(code, (await sender.AnswerAsync())!.Code);
    }

    [Theory]
    [InlineData("processed")]
    [InlineData("received")]
    public async Task A10_application_answers_go_to_the_destination_that_is_named(string acknowledge)
    {
        await using MllpReceiver receiver = new();
        await using MllpReceiver answers = new() { Answer = _ => null };
        await using HubHost hub = await HubHost.StartAsync($$"""
            {
              "id": "adt",
              "source": { "type": "mllp", "listen": "127.0.0.1:0", "acknowledge": "{{acknowledge}}", "applicationAck": "acks" },
              "destinations": [
                { "id": "out", "type": "mllp", "endpoint": "127.0.0.1:{{receiver.Port}}" },
                { "id": "acks", "type": "mllp", "endpoint": "127.0.0.1:{{answers.Port}}", "waitForAnswer": false } ]
            }
            """);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        Assert.Equal(["CA"], (await sender.AnswersAsync(Message("1", "AL", "AL"))).Select(answer => answer.Code));
        TestAnswer outcome = new(await answers.NextAsync());

        Assert.Equal(("AA", "1", "NE", "NE"), (outcome.Code, outcome.ControlId, outcome.Field("MSH", 15), outcome.Field("MSH", 16)));
        await hub.UntilAsync(DeliveryState.Sent, 3);
        Assert.Equal(1, answers.Count);
        Assert.Equal(2, receiver.Count);
    }

    [Fact]
    public async Task A05_a_problem_is_told_in_the_form_of_each_version()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port, source: OnlyAdt));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        TestAnswer old = await sender.SendAsync(Message("1", type: "ORU^R01", version: "2.4"));
        TestAnswer young = await sender.SendAsync(Message("2", type: "ORU^R01", version: "2.5.1"));
        TestAnswer youngest = await sender.SendAsync(Message("3", "AL", "AL", type: "ORU^R01", version: "2.7"));

        Assert.Equal("ERR|MSH^1^9^200&Unsupported message type&HL70357", old.Segment("ERR"));
        Assert.Equal("ERR||MSH^1^9|200^Unsupported message type^HL70357|E|||message 2|Messages of this type or from this sender are not taken here. Check where the message is to go.", young.Segment("ERR"));
        Assert.StartsWith("ERR||MSH^1^9|200^Unsupported message type^HL70357|E|||message 3|Messages of this type", youngest.Segment("ERR"), StringComparison.Ordinal);
        Assert.Equal(["MSA|AR|1|Unsupported message type", "MSA|AR|2|Unsupported message type", "MSA|CR|3"], new[] { old, young, youngest }.Select(answer => answer.Segment("MSA")));
    }

    [Fact]
    public async Task A07_blocks_that_are_no_messages_are_kept_in_quarantine_as_they_came()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));

        TestAnswer answer = await sender.SendAsync("not HL7 at all \u0001");
        await sender.SendAsync(Samples.Adt("1"));

        Assert.Equal(("MSA|AR|", "ERR|||100^Segment sequence error^HL70357|E"), (answer.Segment("MSA"), answer.Segment("ERR")));
        StoredMessage kept = hub.Journal.Find(new() { InQuarantine = true }).Single();
        Assert.Equal((MessageState.Rejected, "adt"), (kept.State, kept.Channel));
        Assert.Equal("not HL7 at all \u0001", Encoding.UTF8.GetString(hub.Journal.ReadContent(kept.Id)!.Value.Span));
    }
}
