using System.Text;
using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using static Hub.Testing.Exchanges;

namespace Hub.Engine.Tests;

/// <summary>Every message of a batch is a message of the journal (protocol B03), through the whole Hub.</summary>
public sealed class BatchRowTests : IAsyncLifetime, IDisposable
{
    private const string Header = "BHS|^~\\&|PAS|H|HUB|C|2026||||B77\r";
    private const string ByBatch = """[ { "type": "splitMessage", "by": "batch" } ]""";

    private static readonly string[] s_three = ["a", "b", "c"];
    private static readonly MessageId s_batch = new(1);

    private readonly TestFolder _folder = new();
    private readonly MllpReceiver _receiver = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("processed")]
    [InlineData("received")]
    [InlineData("delivered")]
    public async Task B03_every_message_is_a_row_with_number_header_bytes_outcome_and_deliveries_of_its_own(string acknowledge)
    {
        await using HubHost hub = await StartAsync($", \"acknowledge\": \"{acknowledge}\"");
        Assert.Equal(["AA a", "AA b", "AA c"], await SendAsync(hub, Batch(s_three)));
        await hub.UntilAsync(DeliveryState.Sent, 3);

        StoredMessage whole = hub.Journal.Read(s_batch)!;
        Assert.Equal((MessageState.Divided, "B77", 3, 0), (whole.State, whole.Header.ControlId, whole.BatchSize, whole.Deliveries.Count));
        Assert.Equal(Batch(s_three), Text(hub.Journal.ReadContent(s_batch)));
        IReadOnlyList<StoredMessage> messages = hub.Journal.Find(new() { Batch = s_batch });
        Assert.Equal([(2, "a", 1), (3, "b", 2), (4, "c", 3)], messages.Select(message => ((int)message.Id.Value, message.Header.ControlId, message.BatchPlace)));
        Assert.All(messages, message => Assert.Equal(("ADT^A01", "WARD^NORTH", "2.5", MessageState.Accepted, whole.Peer), (message.Header.Type, message.Header.Sender, message.Header.Version, message.State, message.Peer)));
        Assert.All(messages, message => Assert.Equal(Samples.Adt(message.Header.ControlId), Text(hub.Journal.ReadContent(message.Id))));
        Assert.All(messages, message => Assert.Equal(DeliveryState.Sent, Assert.Single(message.Deliveries).State));
        Assert.Equal(s_three.Select(id => Samples.Adt(id)), Received);
    }

    [Fact]
    public async Task B03_what_steps_do_with_one_message_is_that_messages_outcome()
    {
        string steps = """[ { "type": "splitMessage", "by": "batch" }, { "type": "filter", "when": { "not": { "path": "MSH-10", "equals": "b" } } }, { "type": "setField", "path": "MSH-6", "value": "${message.id} ${message.part}/${message.parts}" } ]""";
        await using HubHost hub = await StartAsync(steps: steps);
        await SendAsync(hub, $"{Header}{Samples.Adt("a")}{Samples.Adt("b")}{Message("k", type: "ACK^A01^ACK", body: "MSA|AA|q\r")}{Message("c", body: "PID|1\rADD|||77\r")}BTS|4\r");
        await hub.UntilAsync(DeliveryState.Sent, 2);

        IReadOnlyList<StoredMessage> messages = hub.Journal.Find(new() { Batch = s_batch });
        Assert.Equal(
            [("a", MessageState.Accepted, ReceiptKind.Accepted), ("b", MessageState.Filtered, ReceiptKind.Accepted), ("k", MessageState.Filtered, ReceiptKind.Silent), ("c", MessageState.Accepted, ReceiptKind.Accepted)],
            messages.Select(message => (message.Header.ControlId, message.State, message.Answer)));
        Assert.Contains("is an acknowledgment itself", Assert.Single(messages[2].Problems).Text, StringComparison.Ordinal);
        // C01: kept as it came, and sent whole.
        Assert.EndsWith("PID|1\rADD|||77\r", Text(hub.Journal.ReadContent(messages[3].Id)), StringComparison.Ordinal);
        Assert.EndsWith("PID|1||77\r", Received[1], StringComparison.Ordinal);
        Assert.Equal(["2 1/4", "5 4/4"], Received.Select(text => text.Split('|')[5]));
    }

    [Fact]
    public async Task B03_of_a_batch_that_cannot_be_stored_nothing_is_and_every_message_is_told_so()
    {
        await using HubHost hub = await StartAsync();
        hub.Journal.Refuse = entry => entry is MessageArrived { Messages.Count: > 0 } ? new JournalException("The disk is full.") : null;
        Assert.Equal(["AR a", "AR b", "AR c"], await SendAsync(hub, Batch(s_three)));
        Assert.Empty(hub.Journal.Find(new()));

        hub.Journal.Refuse = null;
        Assert.Equal(["AA a", "AA b", "AA c"], await SendAsync(hub, Batch(s_three)));
        await hub.UntilAsync(DeliveryState.Sent, 3);
        Assert.Equal(4, hub.Journal.Find(new()).Count);
        Assert.Equal(s_three.Select(id => Samples.Adt(id)), Received);
    }

    [Fact]
    public async Task B03_of_a_batch_with_a_message_that_is_rejected_no_row_is_kept_but_that_of_the_whole()
    {
        string steps = """[ { "type": "splitMessage", "by": "batch" }, { "type": "filter", "when": { "not": { "path": "MSH-10", "equals": "b" } }, "otherwise": "reject" } ]""";
        await using HubHost hub = await StartAsync(steps: steps);
        Assert.Equal(["AR a", "AE b", "AR c"], await SendAsync(hub, Batch(s_three)));
        Assert.Equal((MessageState.Rejected, 0), hub.Journal.Find(new()).Select(message => (message.State, message.BatchSize)).Single());
    }

    [Theory]
    [InlineData("processed", false)]
    [InlineData("received", false)]
    [InlineData("delivered", false)]
    [InlineData("processed", true)]
    [InlineData("received", true)]
    public async Task B03_D01_D04_sent_again_after_a_lost_answer_it_is_answered_the_same_and_doubles_nothing(string acknowledge, bool isCommitLost)
    {
        await using HubHost hub = await StartAsync($", \"acknowledge\": \"{acknowledge}\"");
        if (isCommitLost)
            hub.Journal.Lose = entry => entry is MessageArrived ? new JournalException("disk I/O error") : null;
        using (MllpSender first = await MllpSender.ConnectAsync(hub.Port("batches")))
        {
            await first.PostAsync(Samples.Bytes(Batch(s_three)));
            await hub.UntilAsync(DeliveryState.Sent, 3);
        }

        hub.Journal.Lose = null;
        Assert.Equal(["AA a", "AA b", "AA c"], await SendAsync(hub, Batch(s_three)));
        // One of them alone, and then what comes after it: it shows that nothing more comes.
        Assert.Equal(["AA b"], await SendAsync(hub, Samples.Adt("b")));
        Assert.Equal(["AA last"], await SendAsync(hub, Samples.Adt("last")));
        await hub.UntilAsync(DeliveryState.Sent, 4);

        Assert.Equal([.. s_three.Select(id => Samples.Adt(id)), Samples.Adt("last")], Received);
        StoredMessage[] again = [.. hub.Journal.Find(new() { State = MessageState.Duplicate }).Reverse()];
        Assert.Equal([s_batch, hub.Journal.Find(new() { Batch = s_batch })[1].Id], again.Select(message => message.DuplicateOf!.Value));
    }

    [Theory]
    [InlineData("processed")]
    [InlineData("received")]
    [InlineData("delivered")]
    public async Task B03_D01_a_message_that_came_alone_before_is_a_duplicate_in_a_batch_and_the_others_are_taken(string acknowledge)
    {
        await using HubHost hub = await StartAsync($", \"acknowledge\": \"{acknowledge}\"");
        Assert.Equal(["AA b"], await SendAsync(hub, Samples.Adt("b")));
        Assert.Equal(["AA a", "AA b", "AA c"], await SendAsync(hub, Batch(s_three)));
        // Another batch with the same messages: a sender that numbers its batches anew.
        Assert.Equal(["AA a", "AA b", "AA c"], await SendAsync(hub, Batch(s_three).Replace("B77", "B78", StringComparison.Ordinal)));
        await SendAsync(hub, Samples.Adt("last"));
        await hub.UntilAsync(DeliveryState.Sent, 4);

        Assert.Equal(["b", "a", "c", "last"], Received.Select(text => text.Split('|')[9]));
        Assert.Equal(2, hub.Journal.Find(new() { State = MessageState.Divided }).Count);
        Assert.Equal(4, hub.Journal.Find(new() { State = MessageState.Duplicate }).Count);
    }

    [Fact]
    public async Task B03_A12_the_answer_waits_until_every_message_is_delivered_and_a_repetition_hears_what_is_known_then()
    {
        _receiver.Answer = message => Encoding.UTF8.GetString(message).Contains("|b|", StringComparison.Ordinal) ? "AE" : "AA";
        await using HubHost hub = await StartAsync(", \"acknowledge\": \"delivered\"");
        Assert.Equal(["AA a", "AE b", "AA c"], await SendAsync(hub, Batch(s_three)));
        Assert.Equal(3, _receiver.Count);
        Assert.Equal(["AA a", "AE b", "AA c"], await SendAsync(hub, Batch(s_three)));

        _receiver.Answer = _ => "AA";
        await hub.ReplayAsync(hub.Journal.Find(new() { Batch = s_batch })[1].Id, "out");
        await hub.UntilAsync(DeliveryState.Sent, 3);
        Assert.Equal(["AA a", "AA b", "AA c"], await SendAsync(hub, Batch(s_three)));
        Assert.Equal(4, _receiver.Count);
    }

    [Fact]
    public async Task B03_one_message_is_replayed_alone_and_the_batch_as_another_batch()
    {
        await using HubHost hub = await StartAsync();
        await SendAsync(hub, Batch(s_three));
        await hub.UntilAsync(DeliveryState.Sent, 3);
        MessageId second = hub.Journal.Find(new() { Batch = s_batch })[1].Id;

        await hub.ReplayAsync(second);
        await hub.UntilAsync(DeliveryState.Sent, 4);
        StoredMessage alone = hub.Journal.Find(new() { Limit = 1 })[0];
        Assert.Equal((second, null, "b"), (alone.ReplayOf, alone.Batch, alone.Header.ControlId));

        await hub.ReplayAsync(s_batch);
        await hub.UntilAsync(DeliveryState.Sent, 7);
        StoredMessage again = hub.Journal.Find(new() { State = MessageState.Divided })[0];
        Assert.Equal((s_batch, 3), (again.ReplayOf, again.BatchSize));
        Assert.Equal(["a", "b", "c", "b", "a", "b", "c"], Received.Select(text => text.Split('|')[9]));

        ReplayRefusedException refused = await Assert.ThrowsAsync<ReplayRefusedException>(() => hub.ReplayAsync(s_batch, "out"));
        Assert.Contains("hub replay --batch 1 --to out", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B03_retention_takes_each_message_at_its_own_end_and_one_that_waits_keeps_its_bytes()
    {
        ManualTime time = new();
        using TestFolder folder = new();
        _receiver.Answer = message => Encoding.UTF8.GetString(message).Contains("|b|", StringComparison.Ordinal) ? "AE" : "AA";
        HubHost hub = await HubHost.StartAsync(folder, time, NullLoggerFactory.Instance, Channel());
        await SendAsync(hub, Batch(s_three));
        await SendAsync(hub, Samples.Adt("newest"));
        await hub.UntilAsync(DeliveryState.Sent, 3);
        await hub.UntilAsync(DeliveryState.Parked, 1);
        await hub.StopAsync();

        await using IJournal journal = Wiring.Journal(folder.Path("data"), NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        StoredMessage[] messages = [.. journal.Find(new() { Batch = s_batch })];
        await SweepAsync(15);
        Assert.NotNull(journal.Read(s_batch)!.ContentRemovedAt);
        Assert.Equal([true, false, true], messages.Select(message => journal.Read(message.Id)!.ContentRemovedAt is not null));
        Assert.Equal(Samples.Adt("b"), Text(journal.ReadContent(messages[1].Id)));

        await SweepAsync(15);
        Assert.Null(journal.Read(s_batch));
        StoredMessage left = Assert.Single(journal.Find(new() { Batch = s_batch }));
        Assert.Equal((s_batch, 2, 0), (left.Batch!.Value, left.BatchPlace, left.BatchSize));
        CommandResult shown = await HubProcess.RunAsync("show", $"{left.Id}", "--data", folder.Path("data"));
        Assert.Contains("Batch        1, which retention has removed, message 2\n", shown.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await HubProcess.RunAsync("journal", "check", "--data", folder.Path("data"))).Exit);

        async Task SweepAsync(int days)
        {
            time.Advance(TimeSpan.FromDays(days));
            ChannelConfig config = TestModels.Make(folder, Channel().Replace("\"steps\"", "\"retention\": { \"content\": \"10d\", \"record\": \"20d\" }, \"steps\"", StringComparison.Ordinal)).Config;
            await using Retention retention = new(journal, () => [config], OwnHub.Options(folder) with { RetentionPause = TimeSpan.Zero }, time, NullLogger<Retention>.Instance);
            await retention.SweepAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task B03_the_messages_of_a_file_of_batches_are_rows_in_order_behind_what_is_said_of_the_file()
    {
        string[] ids = [.. Enumerable.Range(1, 1_200).Select(i => $"f{i}")];
        string file = $"FHS|^~\\&|PAS|H|HUB|C|2026||f.hl7||F9\r{string.Concat(ids.Chunk(400).Select(chunk => $"{Header}{string.Concat(chunk.Select(id => Samples.Adt(id)))}BTS|{chunk.Length}\r"))}FTS|3\r";
        await using HubHost hub = await StartAsync();
        Assert.Equal(ids.Select(id => $"AA {id}"), await SendAsync(hub, file));
        await hub.UntilAsync(DeliveryState.Sent, 1_200);

        Assert.Equal((MessageState.Divided, 1_200), (hub.Journal.Read(s_batch)!.State, hub.Journal.Read(s_batch)!.BatchSize));
        Assert.Equal(ids, hub.Journal.Find(new() { Batch = s_batch, Limit = 5_000 }).Select(message => message.Header.ControlId));
        Assert.Equal(ids.Select(id => Samples.Adt(id)), Received);
    }

    [Fact]
    public async Task B03_a_batch_that_another_channel_hands_over_is_divided_there_in_one_transaction()
    {
        string raw = """
            { "id": "raw", "source": { "type": "mllp", "listen": "127.0.0.1:0", "dataType": "raw" },
              "destinations": [ { "id": "next", "type": "channel", "channel": "batches" } ] }
            """;
        string next = Channel().Replace("\"type\": \"mllp\", \"listen\": \"127.0.0.1:0\"", "\"type\": \"channel\"", StringComparison.Ordinal);
        await using HubHost hub = await HubHost.StartAsync(raw, next);
        Assert.True(hub.Status("raw").State == "Running", string.Join('\n', hub.Status("raw").Problems));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("raw"));
        await sender.SendAsync(Batch(s_three));
        await hub.UntilAsync(journal => journal.Find(new() { Channel = "batches", Delivery = DeliveryState.Sent }).Count == 3);

        StoredMessage whole = hub.Journal.Find(new() { State = MessageState.Divided }).Single();
        Assert.Equal((new MessageId(1), 3), (whole.Trace, whole.BatchSize));
        Assert.All(hub.Journal.Find(new() { Batch = whole.Id }), message => Assert.Equal((new MessageId(1), "channel raw"), (message.Trace, message.Peer)));
        Assert.Equal(s_three.Select(id => Samples.Adt(id)), Received);
        Assert.Equal([1], hub.Journal.FindIds(new() { AreOriginals = true }, default, 10).Select(id => id.Value));
    }

    [Fact]
    public async Task B03_commands_list_show_and_replay_the_messages_of_a_batch()
    {
        _folder.WriteChannel(Channel());
        await using (HubProcess hub = await HubProcess.StartAsync(_folder))
        {
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("batches"));
            await sender.SendAsync(Batch(s_three));
            for (int i = 0; i < 3; i++)
                await _receiver.NextAsync();
            CommandResult replayed = await HubProcess.RunAsync("replay", "--batch", "1", "--to", "out", "--data", _folder.Path("data"));
            Assert.Equal((0, ""), (replayed.Exit, replayed.Errors));
            for (int i = 0; i < 3; i++)
                await _receiver.NextAsync();
            await hub.TerminateAsync();
        }

        Task<CommandResult> RunAsync(params string[] words) => HubProcess.RunAsync([.. words, "--data", _folder.Path("data")]);
        string[] list = (await RunAsync("messages", "--batch", "1")).Output.TrimEnd('\n').Split('\n');
        Assert.Equal(["2", "3", "4"], list[1..].Select(line => line.Split(' ')[0]));
        Assert.Contains("The next page: --after 3", (await RunAsync("messages", "--batch", "1", "--limit", "2")).Output, StringComparison.Ordinal);
        Assert.Contains("Divided, 3 messages", (await RunAsync("messages")).Output, StringComparison.Ordinal);
        Assert.Contains("Messages     3, see: hub messages --batch 1\n", (await RunAsync("show", "1")).Output, StringComparison.Ordinal);
        Assert.Contains("Batch        1, message 2 of 3\n", (await RunAsync("show", "3")).Output, StringComparison.Ordinal);
        Assert.Contains("\"batch\": 1", (await RunAsync("show", "3", "--json")).Output, StringComparison.Ordinal);
        Assert.Equal(Samples.Adt("b"), (await RunAsync("show", "3", "--raw")).Output);
        Assert.Equal(Samples.Adt("b"), (await RunAsync("show", "3", "--raw", "--sent", "out")).Output);
        Assert.Equal(Batch(s_three), (await RunAsync("show", "1", "--raw")).Output);
        Assert.Equal(1, (await RunAsync("messages", "--batch", "2")).Exit);
    }

    [Fact]
    public async Task B03_L1_of_batches_that_came_while_the_Hub_was_killed_all_rows_are_there_or_none_and_all_of_those_acknowledged()
    {
        _folder.WriteChannel(Channel().Replace("127.0.0.1:0", $"127.0.0.1:{FreePort.Take()}", StringComparison.Ordinal));
        List<string> acknowledged = [];
        for (int round = 0; round < 4; round++)
        {
            await using HubProcess hub = await HubProcess.StartAsync(_folder);
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("batches"));
            for (int i = 0; i < 3; i++)
            {
                string[] ids = [.. Enumerable.Range(0, 300).Select(n => $"{round}.{i}.{n}")];
                await sender.PostAsync(Samples.Bytes(Batch(ids, $"{round}.{i}")));
                // The last one of each round is on its way when the Hub is killed.
                if (i < 2 && await sender.AnswerAsync() is not null)
                    acknowledged.Add($"{round}.{i}");
            }

            await hub.KillAsync();
        }

        await using IJournalReader journal = Wiring.JournalReader(_folder.Path("data"));
        StoredMessage[] batches = [.. journal.Find(new() { State = MessageState.Divided, Limit = 1_000 })];
        Assert.Empty(acknowledged.Except(batches.Select(batch => batch.Header.ControlId)));
        Assert.All(batches, batch => Assert.Equal(
            Enumerable.Range(0, 300).Select(n => $"{batch.Header.ControlId}.{n}"),
            journal.Find(new() { Batch = batch.Id, Limit = 1_000 }).Select(message => message.Header.ControlId)));
        Assert.Equal(batches.Length * 301, journal.Find(new() { Limit = 100_000 }).Count);
    }

    private string[] Received => [.. _receiver.Messages.Select(Encoding.UTF8.GetString)];

    private static string Text(ReadOnlyMemory<byte>? bytes) => Encoding.UTF8.GetString(bytes!.Value.Span);

    private static string Batch(string[] ids, string number = "B77") =>
        $"{Header.Replace("B77", number, StringComparison.Ordinal)}{string.Concat(ids.Select(id => Samples.Adt(id)))}BTS|{ids.Length}\r";

    private string Channel(string source = "", string steps = ByBatch) => Samples.PassThrough("batches", _receiver.Port, steps: steps, source: source);

    private Task<HubHost> StartAsync(string source = "", string steps = ByBatch) => HubHost.StartAsync(Channel(source, steps));

    private static async Task<string[]> SendAsync(HubHost hub, string message)
    {
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("batches"));
        TestAnswer answer = await sender.SendAsync(message);
        return [.. answer.Text.TrimEnd('\r').Split('\r').Where(segment => segment.StartsWith("MSA", StringComparison.Ordinal)).Select(segment => string.Join(' ', segment.Split('|')[1..3]))];
    }
}
