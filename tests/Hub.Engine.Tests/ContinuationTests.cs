using System.Text;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using static Hub.Testing.Exchanges;

namespace Hub.Engine.Tests;

/// <summary>Messages that were divided (ADD, DSC, MSH-14), through the whole Hub.</summary>
public sealed class ContinuationTests : IAsyncLifetime, IDisposable
{
    private const string Whole = "PID|||9990000018\rOBX|1|TX|N||one two three\rOBX|2|TX|N||four\r";

    private static readonly string[] s_parts =
    [
        Message("F1", body: "PID|||9990000018\rOBX|1|TX|N||one \rADD|\rDSC|p1\r"),
        Message("F2", continues: "p1", body: "ADD|two \rADD|\rDSC|p2|F\r"),
        Message("F3", continues: "p2", body: "ADD|three\rOBX|2|TX|N||four\r"),
    ];

    private readonly MllpReceiver _receiver = new();
    private HubHost _hub = null!;
    private MllpSender _sender = null!;

    public async Task InitializeAsync()
    {
        _hub = await HubHost.StartAsync(Samples.PassThrough("adt", _receiver.Port));
        _sender = await MllpSender.ConnectAsync(_hub.Port("adt"));
    }

    public void Dispose() => _sender.Dispose();

    public async Task DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Theory]
    [InlineData("PID|34\rADD|5|678|\rADD|90\rPV1|1\r", "PID|345|678|90\rPV1|1\r")]
    [InlineData("ZC1|34\rADD|5|678|\rADD|90\r", "ZC1|345|678|90\r")]
    [InlineData("PID|34\nADD|5\nPV1|1\n", "PID|345\nPV1|1\n")]
    [InlineData("PID|34\rADD\rPV1|1\r", "PID|34\rPV1|1\r")]
    [InlineData("PID|34\rADDX|1\rPV1|1\r", "PID|34\rADDX|1\rPV1|1\r")]
    [InlineData("PID|34\rADD|\rPV1|1", "PID|34\rPV1|1")]
    public async Task C01_the_text_of_ADD_goes_on_with_the_segment_before_it(string body, string expected)
    {
        Assert.Equal("AA", (await _sender.SendAsync(Message("1", body: body))).Code);
        Assert.Equal(Message("1", body: expected), await NextAsync());
        Assert.Equal(Message("1", body: body), Content(_hub.Journal.Find(new() { ControlId = "1" }).Single().Id));
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 0, 2)]
    public async Task C02_fragments_are_matched_by_pointer_and_delivered_as_one_message(int first, int second, int third)
    {
        foreach (int part in new[] { first, second, third })
            Assert.Equal(("AA", $"F{part + 1}"), (await _sender.SendAsync(s_parts[part])) is var answer ? (answer.Code, answer.ControlId) : default);

        Assert.Equal(Message("F1", body: Whole), await NextAsync());
        await _hub.UntilAsync(DeliveryState.Sent, 1);
        StoredMessage whole = _hub.Journal.Find(new() { State = MessageState.Accepted }).Single();
        IReadOnlyList<StoredMessage> fragments = _hub.Journal.Find(new() { State = MessageState.Fragment });
        Assert.Equal([whole.Id, whole.Id, whole.Id], fragments.Select(fragment => fragment.PartOf!.Value));
        Assert.Equal(s_parts.Order(), fragments.Select(fragment => Content(fragment.Id)).Order());
        Assert.Equal(["reassembled"], whole.Flags);
        Assert.Equal(1, _receiver.Count);
    }

    [Fact]
    public async Task C02_fragments_of_two_messages_and_of_two_senders_do_not_mix()
    {
        string other(string part) => part.Replace("|WARD|", "|LAB|", StringComparison.Ordinal);
        using MllpSender second = await MllpSender.ConnectAsync(_hub.Port("adt"));
        await _sender.SendAsync(s_parts[0]);
        await second.SendAsync(other(s_parts[0]));
        await second.SendAsync(other(s_parts[1]));
        await second.SendAsync(other(s_parts[2]));
        Assert.Equal(other(Message("F1", body: Whole)), await NextAsync());
        await _sender.SendAsync(s_parts[1]);
        await _sender.SendAsync(s_parts[2]);
        Assert.Equal(Message("F1", body: Whole), await NextAsync());
    }

    [Fact]
    public async Task C02_each_fragment_is_accepted_by_itself_and_the_application_answer_has_the_first_control_id()
    {
        List<TestAnswer> answers = [];
        foreach (string part in s_parts)
            answers.Add(await _sender.SendAsync(Enhanced(part)));
        answers.Add((await _sender.AnswerAsync())!);
        Assert.Equal([("CA", "F1"), ("CA", "F2"), ("CA", "F3"), ("AA", "F1")], answers.Select(answer => (answer.Code, answer.ControlId)));
    }

    [Fact]
    public async Task C02_in_original_mode_the_last_fragment_is_answered_with_what_became_of_the_message()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("strict", _receiver.Port, steps: """[ { "type": "filter", "when": { "path": "OBX[2]-5", "equals": "other" }, "otherwise": "reject" } ]"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("strict"));
        Assert.Equal("AA", (await sender.SendAsync(s_parts[0])).Code);
        Assert.Equal("AA", (await sender.SendAsync(s_parts[1])).Code);
        TestAnswer last = await sender.SendAsync(s_parts[2]);
        Assert.Equal(("AE", "F3"), (last.Code, last.ControlId));
        Assert.Equal("AE", (await sender.SendAsync(s_parts[2])).Code);
        MessageId whole = hub.Journal.Find(new() { State = MessageState.Rejected }).Single().Id;
        Assert.Equal($"message {whole}", last.Field("ERR", 7));
    }

    [Fact]
    public async Task C02_a_fragment_that_comes_again_is_a_duplicate_and_the_message_is_delivered_once()
    {
        foreach (string part in new[] { s_parts[0], s_parts[0], s_parts[1], s_parts[2], s_parts[2] })
            Assert.Equal("AA", (await _sender.SendAsync(part)).Code);
        await _hub.UntilAsync(DeliveryState.Sent, 1);
        Assert.Equal(1, _receiver.Count);
        Assert.Equal(2, _hub.Journal.Find(new() { State = MessageState.Duplicate }).Count);
    }

    [Fact]
    public async Task C02_with_received_the_message_is_processed_after_its_last_fragment()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("early", _receiver.Port, source: """, "acknowledge": "received" """));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("early"));
        foreach (string part in s_parts)
            await sender.SendAsync(part);
        Assert.Equal(Message("F1", body: Whole), await NextAsync());
    }

    [Fact]
    public async Task C02_fragments_survive_a_restart()
    {
        using TestFolder folder = new();
        HubHost first = await HubHost.StartAsync(folder, Samples.PassThrough("adt", _receiver.Port));
        using (MllpSender sender = await MllpSender.ConnectAsync(first.Port("adt")))
        {
            await sender.SendAsync(s_parts[0]);
            await sender.SendAsync(s_parts[1]);
        }

        await first.StopAsync();
        HubHost second = await HubHost.StartAsync(folder);
        using (MllpSender sender = await MllpSender.ConnectAsync(second.Port("adt")))
            await sender.SendAsync(s_parts[2]);
        Assert.Equal(Message("F1", body: Whole), await NextAsync());
        await second.StopAsync();
    }

    [Fact]
    public async Task C02_a_message_whose_fragments_are_all_stored_is_made_after_a_restart()
    {
        using TestFolder folder = new();
        HubHost first = await HubHost.StartAsync(folder, Samples.PassThrough("adt", _receiver.Port, source: """, "reassemble": false"""));
        await first.StopAsync();
        // As a kill between the last fragment and the whole leaves it.
        await using (IJournal journal = Wiring.Journal(folder.Path("data"), NullLoggerFactory.Instance))
        {
            await journal.OpenAsync(_ => { }, CancellationToken.None);
            for (int i = 0; i < 3; i++)
                await journal.AppendAsync(Stored(journal.NextMessageId(), i));
        }

        HubHost second = await HubHost.StartAsync(folder, Samples.PassThrough("adt", _receiver.Port));
        Assert.Equal(Message("F1", body: Whole), await NextAsync());
        await second.UntilAsync(DeliveryState.Sent, 1);
        await second.StopAsync();
    }

    [Fact]
    public async Task C02_a_continuation_that_its_reader_asks_for_is_an_ordinary_message()
    {
        string message = Message("1", body: "PID|||9990000018\rDSC|p1|I\r");
        Assert.Equal("AA", (await _sender.SendAsync(message)).Code);
        Assert.Equal(message, await NextAsync());
    }

    [Fact]
    public async Task C02_without_reassemble_parts_pass_as_they_are()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("asis", _receiver.Port, source: """, "reassemble": false"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("asis"));
        foreach (string part in s_parts)
        {
            await sender.SendAsync(part);
            Assert.Equal(part, await NextAsync());
        }
    }

    [Theory]
    [InlineData("OBX|1|TX|N||one \rDSC|p\r", "ADD|two\r", "OBX|1|TX|N||one two\r")]
    [InlineData("OBX|1|TX|N||one \rADD|\rDSC|p\r", "ADD|two\r", "OBX|1|TX|N||one two\r")]
    [InlineData("OBX|1|TX|N||one \rADD|t\rDSC|p\r", "ADD|wo\rADD|!\r", "OBX|1|TX|N||one two!\r")]
    [InlineData("OBX|1|TX|N||one\rDSC|p\r", "OBX|2|TX|N||two\r", "OBX|1|TX|N||one\rOBX|2|TX|N||two\r")]
    public async Task C03_a_segment_goes_on_in_the_ADD_that_starts_the_next_fragment(string first, string second, string whole)
    {
        await _sender.SendAsync(Message("1", body: first));
        await _sender.SendAsync(Message("2", continues: "p", body: second));
        Assert.Equal(Message("1", body: whole), await NextAsync());
    }

    [Fact]
    public async Task C04_without_the_next_fragment_in_time_nothing_is_delivered_and_all_parts_can_come_again()
    {
        ManualTime time = new();
        await using HubHost hub = await HubHost.StartAsync(new TestFolder(), time, NullLoggerFactory.Instance, Samples.PassThrough("late", _receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("late"));
        await sender.SendAsync(s_parts[0]);
        await sender.SendAsync(s_parts[2]);
        await time.PassPatienceWithPartsAsync();

        await hub.UntilAsync(journal => journal.Find(new() { State = MessageState.Rejected }).Count == 2);

        Assert.Equal(0, _receiver.Count);
        Assert.All(hub.Journal.Find(new()), fragment => Assert.Contains("did not come within 600 s", fragment.Problems.Single().Text, StringComparison.Ordinal));
        foreach (string part in s_parts)
            Assert.Equal("AA", (await sender.SendAsync(part)).Code);
        Assert.Equal(Message("F1", body: Whole), await NextAsync());
    }

    [Fact]
    public async Task C04_fragments_with_other_delimiters_make_no_message()
    {
        await _sender.SendAsync(s_parts[0]);
        await _sender.SendAsync(s_parts[1]);
        TestAnswer answer = await _sender.SendAsync(s_parts[2].Replace("^~\\&", "^~\\", StringComparison.Ordinal));
        Assert.Equal(("AE", "ERR||MSH^1^2|102^Data type error^HL70357|E"), (answer.Code, answer.Segment("ERR").Split("|||message")[0]));
        Assert.Equal(3, _hub.Journal.Find(new() { State = MessageState.Rejected }).Count);
    }

    // Two patients: no guess may join the part of one with that of the other.
    [Fact]
    public async Task C02_parts_that_the_same_pointer_makes_one_as_good_as_the_other_are_never_joined()
    {
        Assert.Equal("AA", (await _sender.SendAsync(Message("A1", body: "PID|||1\rDSC|p\r"))).Code);
        TestAnswer second = await _sender.SendAsync(Message("B1", body: "PID|||2\rDSC|p\r"));
        Assert.Equal("AE", second.Code);
        Assert.Contains("send all parts again after 600 s", second.Field("ERR", 8), StringComparison.Ordinal);
        Assert.Equal("AE", (await _sender.SendAsync(Message("B2", continues: "p", body: "OBX|1|TX|||of 2\r"))).Code);
        Assert.Equal("AE", (await _sender.SendAsync(Message("B1b", body: "PID|||2\rDSC|p\r"))).Code);
        Assert.Equal("AA", (await _sender.SendAsync(Message("C1", body: "PID|||3\r"))).Code);
        Assert.Equal(Message("C1", body: "PID|||3\r"), await NextAsync());
        Assert.All((string[])["A1", "B1", "B2", "B1b"], id => Assert.Equal(MessageState.Rejected, _hub.Journal.Find(new() { ControlId = id }).Single().State));
    }

    [Fact]
    public async Task C02_a_part_is_shown_as_one_and_what_it_lacks_is_no_problem()
    {
        await _sender.SendAsync(s_parts[0]);
        MessageId part = _hub.Journal.Find(new() { ControlId = "F1" }).Single().Id;
        string[] show = ["show", $"{part}", "--content", "--data", _hub.Folder.Path("data")];
        CommandResult waiting = await HubProcess.RunAsync(show);
        Assert.Contains("Part of      a message whose other parts have not come yet", waiting.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("HUB31", waiting.Output, StringComparison.Ordinal);

        await _sender.SendAsync(s_parts[1]);
        await _sender.SendAsync(s_parts[2]);
        await NextAsync();
        CommandResult joined = await HubProcess.RunAsync(show);
        Assert.Contains($"Part of      {_hub.Journal.Read(part)!.PartOf}", joined.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("HUB31", joined.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C04_a_part_is_never_replayed_alone()
    {
        await _sender.SendAsync(s_parts[0]);
        MessageId part = _hub.Journal.Find(new() { ControlId = "F1" }).Single().Id;
        await Assert.ThrowsAnyAsync<JournalException>(() => _hub.ReplayAsync(part));
        Assert.Equal(0, _receiver.Count);
        await _sender.SendAsync(s_parts[1]);
        await _sender.SendAsync(s_parts[2]);
        await NextAsync();
        JournalException told = await Assert.ThrowsAnyAsync<JournalException>(() => _hub.ReplayAsync(part));
        Assert.Contains("a part of message", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C04_a_batch_with_a_part_of_a_message_is_refused_and_nothing_of_it_is_delivered()
    {
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("batch", _receiver.Port, steps: """[ { "type": "splitMessage", "by": "batch" } ]"""));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("batch"));
        TestAnswer answer = await sender.SendAsync($"BHS|^~\\&|A||||||||B1\r{Message("1", body: "PID|||1\rDSC|p\r")}{Message("2", continues: "p", body: "OBX|1\r")}BTS|2\r");
        Assert.Equal("AE", answer.Code);
        Assert.Empty(hub.Journal.Find(new()).Single().Deliveries);
    }

    [Theory]
    [InlineData("\"\"", "PID|||1\r")]
    [InlineData(" ", "PID|||1\r")]
    [InlineData("", "PID|||1\rDSC|\"\"\r")]
    public async Task C02_what_points_nowhere_makes_no_fragment(string continues, string body)
    {
        string message = Message("1", continues: continues, body: body);
        Assert.Equal("AA", (await _sender.SendAsync(message)).Code);
        Assert.Equal(message, await NextAsync());
    }

    private static string Enhanced(string part) => part.Replace("||\r", "|AL|AL\r", StringComparison.Ordinal);

    private static MessageArrived Stored(MessageId id, int part) => new()
    {
        Id = id,
        Channel = "adt",
        Peer = "test",
        ReceivedAt = TimeProvider.System.GetUtcNow(),
        Content = Samples.Bytes(s_parts[part]),
        Header = new() { ControlId = $"F{part + 1}", Sender = "WARD^NORTH" },
        State = MessageState.Fragment,
        Answer = ReceiptKind.Accepted,
        Fragment = new(part == 0 ? "" : $"p{part}", part == 2 ? "" : $"p{part + 1}"),
    };

    private async Task<string> NextAsync() => Encoding.UTF8.GetString(await _receiver.NextAsync());

    private string Content(MessageId id) => Encoding.UTF8.GetString(_hub.Journal.ReadContent(id)!.Value.Span);
}
