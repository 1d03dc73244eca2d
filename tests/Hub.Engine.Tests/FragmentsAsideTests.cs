using System.Text;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using static Hub.Testing.Exchanges;

namespace Hub.Engine.Tests;

/// <summary>Parts of messages that are refused or set aside, through the whole Hub (protocol C02, C04).</summary>
public sealed class FragmentsAsideTests
{
    [Fact]
    public async Task C04_when_reassemble_is_switched_off_what_waits_is_set_aside_and_no_second_half_is_delivered_alone()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("AA", (await sender.SendAsync(First("1"))).Code);

        await hub.ChangeFilesAsync(() => hub.Folder.WriteChannel(Samples.PassThrough("adt", receiver.Port, source: """, "reassemble": false""")));
        TestAnswer second = await sender.SendAsync(Second("2"));

        Assert.Equal("AE", second.Code);
        await hub.UntilAsync(journal => journal.Find(new() { State = MessageState.Rejected }).Count == 2);
        Assert.All(hub.Journal.Find(new()), part => Assert.Contains("reassemble", part.Problems.Single().Text, StringComparison.Ordinal));
        Assert.Equal(0, receiver.Count);

        // All parts again: now they pass as they are.
        foreach (string part in new[] { First("1"), Second("2") })
        {
            Assert.Equal("AA", (await sender.SendAsync(part)).Code);
            Assert.Equal(part, Encoding.UTF8.GetString(await receiver.NextAsync()));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task C04_a_part_that_is_damaged_sets_its_message_aside_and_holds_no_other(int damaged)
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        HubHost before = await HubHost.StartAsync(folder, Samples.PassThrough("adt", receiver.Port));
        using (MllpSender sender = await MllpSender.ConnectAsync(before.Port("adt")))
        {
            foreach (string part in (string[])[First("A1", "p1"), First("B1", "p2")])
                Assert.Equal("AA", (await sender.SendAsync(part)).Code);
        }

        await before.StopAsync();
        // All parts are there, and the Hub was killed before it made their message.
        using (SqliteConnection file = new($"Data Source={folder.Path("data", "journal.db")};Pooling=False"))
        {
            file.Open();
            using SqliteCommand harm = file.CreateCommand();
            harm.CommandText = $"UPDATE fragment SET first = 1, number = message; UPDATE content SET bytes = zeroblob(length(bytes)) WHERE id = (SELECT content FROM message WHERE id = {damaged})";
            harm.ExecuteNonQuery();
        }

        HubHost after = await HubHost.StartAsync(folder);
        await after.UntilAsync(journal => journal.Find(new() { State = MessageState.Rejected }).Count == 2);
        Assert.All(after.Journal.Find(new() { State = MessageState.Rejected }), part => Assert.StartsWith("HUB5030", part.Problems.Single().Text, StringComparison.Ordinal));
        using MllpSender again = await MllpSender.ConnectAsync(after.Port("adt"));
        Assert.Equal("AA", (await again.SendAsync(First("C1"))).Code);
        Assert.Equal("AA", (await again.SendAsync(Second("C2"))).Code);
        Assert.Equal(Whole("C1"), Encoding.UTF8.GetString(await receiver.NextAsync()));
        await after.StopAsync();
    }

    [Fact]
    public async Task C02_more_than_a_thousand_open_parts_of_one_sender_are_refused_at_once_and_nobody_else_is_concerned()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        for (int i = 0; i < 1_000; i++)
            await sender.PostAsync(Samples.Bytes(First($"F{i}", $"p{i}")));
        for (int i = 0; i < 1_000; i++)
            Assert.Equal("AA", (await sender.AnswerAsync())!.Code);

        TestAnswer refused = await sender.SendAsync(First("over", "p-over"));
        static string other(string part) => part.Replace("|WARD|", "|LAB|", StringComparison.Ordinal);

        Assert.Equal(("AR", "ERR|||207"), (refused.Code, refused.Segment("ERR")[..9]));
        Assert.Contains("1000 parts of messages of this sender wait", hub.Journal.Find(new() { ControlId = "over" }).Single().Problems.Single().Text, StringComparison.Ordinal);
        Assert.Equal("AA", (await sender.SendAsync(other(First("1")))).Code);
        Assert.Equal("AA", (await sender.SendAsync(other(Second("2")))).Code);
        Assert.StartsWith("MSH|^~\\&|LAB|", Encoding.UTF8.GetString(await receiver.NextAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task C02_pointers_of_parts_that_could_not_be_told_apart_stay_used_up_after_a_restart()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        HubHost before = await HubHost.StartAsync(folder, Samples.PassThrough("adt", receiver.Port));
        using (MllpSender sender = await MllpSender.ConnectAsync(before.Port("adt")))
        {
            Assert.Equal("AA", (await sender.SendAsync(First("A1"))).Code);
            Assert.Equal("AE", (await sender.SendAsync(First("B1"))).Code);
        }

        await before.StopAsync();
        HubHost after = await HubHost.StartAsync(folder);
        using (MllpSender sender = await MllpSender.ConnectAsync(after.Port("adt")))
        {
            Assert.Equal("AE", (await sender.SendAsync(Second("B2"))).Code);
            Assert.Equal("AE", (await sender.SendAsync(First("C1"))).Code);
        }

        Assert.Equal(0, receiver.Count);
        await after.StopAsync();
    }

    // Two patients: what is left of one message must not wait until another gives the same pointer.
    [Fact]
    public async Task C02_a_part_that_comes_too_late_is_refused_and_never_joined_with_the_first_part_of_another_message()
    {
        await using MllpReceiver receiver = new();
        ManualTime time = new();
        await using HubHost hub = await StartAsync(time, Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("AA", (await sender.SendAsync(First("A1"))).Code);
        await time.PassPatienceWithPartsAsync();
        await hub.UntilAsync(journal => journal.Find(new() { State = MessageState.Rejected }).Count == 1);

        TestAnswer late = await sender.SendAsync(Second("A2"));
        Assert.Equal("AE", late.Code);
        Assert.EndsWith("Send all parts again, the first one first.", late.Field("ERR", 8), StringComparison.Ordinal);
        Assert.All(hub.Journal.Find(new()), part => Assert.Contains("\"reassemble\": false", part.Problems.Single().Text, StringComparison.Ordinal));
        Assert.Equal("AE", (await sender.SendAsync(Second("A2"))).Code);
        Assert.Equal("AA", (await sender.SendAsync(First("B1"))).Code);
        Assert.Equal("AA", (await sender.SendAsync(Second("B2"))).Code);

        Assert.Equal(Whole("B1"), Encoding.UTF8.GetString(await receiver.NextAsync()));
        Assert.Equal(["B1", "B2"], hub.Journal.Find(new() { State = MessageState.Fragment }).Select(part => part.Header.ControlId).Order());
    }

    // The pointer of A comes again with patient B, while the sender of A repeats its late part alone.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task C02_a_late_part_that_is_repeated_alone_is_never_joined_to_the_message_of_another_patient(bool wasTaken)
    {
        await using MllpReceiver receiver = new();
        ManualTime time = new();
        await using HubHost hub = await StartAsync(time, Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal(wasTaken ? "AA" : "AE", (await sender.SendAsync(First(wasTaken ? "A1" : ""))).Code);
        if (wasTaken)
            await time.PassPatienceWithPartsAsync();
        await hub.UntilAsync(journal => journal.Find(new() { State = MessageState.Rejected }).Count == 1);
        Assert.Equal("AE", (await sender.SendAsync(Second("A2"))).Code);

        string other = First("B1").Replace("9990000018", "9990000026", StringComparison.Ordinal);
        Assert.Equal(wasTaken ? "AE" : "AA", (await sender.SendAsync(other)).Code);
        Assert.Equal("AE", (await sender.SendAsync(Second("A2"))).Code);
        Assert.Equal("AE", (await sender.SendAsync(Second("A2b"))).Code);

        Assert.DoesNotContain(hub.Journal.Find(new()), message => message.State == MessageState.Accepted);
        Assert.Equal(0, receiver.Count);
    }

    [Fact]
    public async Task C02_a_part_that_goes_on_from_one_that_was_refused_for_its_header_never_waits_for_another_message()
    {
        await using MllpReceiver receiver = new();
        await using HubHost hub = await HubHost.StartAsync(Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("AE", (await sender.SendAsync(First(""))).Code);
        Assert.Equal("AE", (await sender.SendAsync(First(""))).Code);

        Assert.Equal("AE", (await sender.SendAsync(Second("A2"))).Code);
        Assert.Equal("AA", (await sender.SendAsync(First("B1"))).Code);
        Assert.Equal("AE", (await sender.SendAsync(Second(""))).Code);
        Assert.Equal("AA", (await sender.SendAsync(Second("B2"))).Code);

        Assert.Equal(Whole("B1"), Encoding.UTF8.GetString(await receiver.NextAsync()));
        await hub.UntilAsync(DeliveryState.Sent, 1);
        Assert.Equal(1, receiver.Count);
    }

    [Theory]
    [InlineData("AL", "CA AE")]
    [InlineData("NE", "AE")]
    public async Task C04_A10_a_sender_that_asks_for_the_outcome_hears_that_parts_were_set_aside(string accept, string codes)
    {
        await using MllpReceiver receiver = new();
        ManualTime time = new();
        await using HubHost hub = await StartAsync(time, Samples.PassThrough("adt", receiver.Port));
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.PostAsync(Samples.Bytes(First("1", accept: accept, application: "AL")));
        await time.PassPatienceWithPartsAsync();
        List<TestAnswer> answers = [];
        while (answers.Count < codes.Split(' ').Length)
            answers.Add((await sender.AnswerAsync())!);

        Assert.Equal(codes, string.Join(' ', answers.Select(answer => answer.Code)));
        Assert.All(answers, answer => Assert.Equal("1", answer.ControlId));
        Assert.Equal(MessageState.Rejected, hub.Journal.Find(new()).Single().State);
    }

    [Fact]
    public async Task C04_A10_that_parts_were_set_aside_is_queued_for_the_destination_of_application_answers()
    {
        await using MllpReceiver receiver = new();
        await using MllpReceiver answers = new();
        ManualTime time = new();
        await using HubHost hub = await StartAsync(time, $$"""
            {
              "id": "adt",
              "source": { "type": "mllp", "listen": "127.0.0.1:0", "applicationAck": "acks" },
              "destinations": [
                { "id": "out", "type": "mllp", "endpoint": "127.0.0.1:{{receiver.Port}}" },
                { "id": "acks", "type": "mllp", "endpoint": "127.0.0.1:{{answers.Port}}", "waitForAnswer": false } ]
            }
            """);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("CA", (await sender.SendAsync(First("1", accept: "AL", application: "AL"))).Code);
        await time.PassPatienceWithPartsAsync();
        TestAnswer late = new(await answers.NextAsync());
        Assert.Equal(("AE", "1"), (late.Code, late.ControlId));

        // NE and AL: nothing is said of the parts themselves, and each that is refused is told to the destination.
        await sender.PostAsync(Samples.Bytes(First("2", "q", "NE", "AL")));
        await sender.PostAsync(Samples.Bytes(First("3", "q", "NE", "AL")));
        string[] told = [new TestAnswer(await answers.NextAsync()).ControlId, new TestAnswer(await answers.NextAsync()).ControlId];
        Assert.Equal(["2", "3"], told.Order());
    }

    private static Task<HubHost> StartAsync(ManualTime time, string channel) => HubHost.StartAsync(new TestFolder(), time, NullLoggerFactory.Instance, channel);

    private static string First(string controlId, string pointer = "p", string accept = "", string application = "") =>
        Message(controlId, accept, application, body: $"PID|||9990000018\rOBX|1|TX|||one\rDSC|{pointer}\r");

    private static string Whole(string controlId) => Message(controlId, body: "PID|||9990000018\rOBX|1|TX|||one\rOBX|2|TX|||two\r");

    private static string Second(string controlId) => Message(controlId, continues: "p", body: "OBX|2|TX|||two\r");
}
