using System.Net;
using System.Security.Cryptography;
using System.Text;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Data.Sqlite;

namespace Hub.Engine.Tests;

/// <summary>What the Hub does when its disk or a receiver stands still while messages go on coming: it reads more slowly, then refuses, keeps within its memory and goes on by itself.</summary>
public sealed class BackPressureTests : IDisposable
{
    private const int Mebibyte = 1024 * 1024;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // What is sent ahead is far more than the buffers of a connection hold, so that the sender stands as long as the Hub does not read.
    [Fact]
    public async Task While_the_disk_stands_still_a_sender_is_read_no_further_and_all_of_it_is_taken_afterwards()
    {
        const int Count = 100;
        _folder.WriteChannel(Logging("adt", "mllp"));
        await using OwnHub hub = await OwnHub.StartAsync(_folder);
        using RawPeer peer = await RawPeer.ConnectAsync(hub.Port("adt"));
        using WriteHold hold = hub.Journal.HoldWrites();
        long before = GC.GetTotalMemory(forceFullCollection: true);

        byte[][] messages = [.. Enumerable.Range(0, 2).Select(i => Frame(Large($"M{i}", Mebibyte)))];
        Task sending = Task.Run(async () =>
        {
            for (int i = 0; i < Count; i++)
                await peer.SendAsync(messages[i % 2]);
        });
        await hold.Reached;
        Assert.False(sending.IsCompleted);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 32L * Mebibyte);
        hold.Release();
        List<string> answers = [];
        for (int i = 0; i < Count; i++)
            answers.Add((await peer.ReadFrameAsync())!);
        await sending;
        Assert.All(answers, answer => Assert.Contains("MSA|AA|M", answer, StringComparison.Ordinal));
    }

    // Of each message all but the last MiB: without a bound they would be 84 MiB.
    [Fact]
    public async Task What_is_still_being_read_is_bounded_in_bytes_and_large_messages_end_one_after_the_other()
    {
        const int Senders = 12;
        _folder.WriteChannel(Logging("adt", "mllp"));
        using RecordedLog log = new();
        await using OwnHub hub = await OwnHub.StartAsync(_folder, null, options => options with { ReadingMemoryBytes = 4 * Mebibyte }, log);
        RawPeer[] senders = await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => RawPeer.ConnectAsync(hub.Port("adt"))));
        byte[][] frames = [.. Enumerable.Range(0, Senders).Select(i => Frame(Large($"L{i}", 8 * Mebibyte)))];
        long before = GC.GetTotalMemory(forceFullCollection: true);

        Task[] sending = [.. senders.Select((sender, i) => sender.SendAsync(frames[i].AsMemory(..(7 * Mebibyte))))];
        // One goes on to its end, the others stand.
        for (int i = 1; i < Senders; i++)
            await log.NextAsync(2009);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 32L * Mebibyte);
        using MllpSender small = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("AA", (await small.SendAsync(Samples.Adt("small"))).Code);
        string?[] answers = await Task.WhenAll(senders.Select(async (sender, i) =>
        {
            await sending[i];
            await sender.SendAsync(frames[i].AsMemory((7 * Mebibyte)..));
            return await sender.ReadFrameAsync();
        }));

        Assert.All(answers, answer => Assert.Contains("MSA|AA|L", answer, StringComparison.Ordinal));
        IEnumerable<string> kept = hub.Journal.Find(new() { Limit = 100 }).Where(message => message.Header.ControlId != "small")
            .Select(message => Convert.ToHexString(SHA256.HashData(hub.Journal.ReadContent(message.Id)!.Value.Span)));
        Assert.Equal(frames.Select(frame => Convert.ToHexString(SHA256.HashData(frame.AsSpan(1..^2)))).Order(), kept.Order());
        foreach (RawPeer sender in senders)
            sender.Dispose();
    }

    // Another program holds the journal's file, which to its writer is a disk that stands still and then fails.
    [Fact]
    public async Task When_more_waits_for_the_disk_than_the_journal_may_hold_senders_are_refused_and_nothing_that_was_acknowledged_is_lost()
    {
        const int Senders = 60;
        await using MllpReceiver receiver = new();
        _folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        _folder.WriteChannel(Logging("web", "http", """, "path": "/web" """));
        await using OwnHub hub = await OwnHub.StartAsync(_folder);
        using HttpClient client = new();
        Uri web = new($"http://127.0.0.1:{hub.Port("web")}/web");
        RawPeer[] senders = await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => RawPeer.ConnectAsync(hub.Port("adt"))));
        // One and the same for all, so that what is held of it is the Hub's.
        byte[] large = Frame(Large("L", 2 * Mebibyte));
        long before = GC.GetTotalMemory(forceFullCollection: true);

        using (SqliteConnection other = new($"Data Source={_folder.Path("data", "journal.db")};Pooling=False"))
        {
            other.Open();
            using SqliteCommand command = other.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            command.ExecuteNonQuery();
            // 120 MiB come at once, of which 64 may wait, and the file is held for as long as the first of them waits.
            string[] refusals = await Task.WhenAll(senders.Select(sender => AnswerAsync(sender, large)));
            Assert.All(refusals, answer => Assert.Contains("MSA|AR|L", answer, StringComparison.Ordinal));
            Assert.Contains(refusals, answer => answer.Contains("|207^", StringComparison.Ordinal));
            using HttpResponseMessage refused = await client.PostAsync(web, Hl7(Samples.Adt("web")));
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (refused.StatusCode, refused.Headers.RetryAfter?.ToString()));
            // What was refused is held no longer.
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64L * Mebibyte);
        }

        Assert.Empty(hub.Journal.Find(new() { Limit = 1 }));
        string[] again = await Task.WhenAll(senders.Select((sender, i) => AnswerAsync(sender, Frame(Samples.Bytes(Samples.Adt($"S{i}"))))));
        Assert.All(again, answer => Assert.Contains("MSA|AA|S", answer, StringComparison.Ordinal));
        using HttpResponseMessage taken = await client.PostAsync(web, Hl7(Samples.Adt("web")));
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        await hub.UntilAsync(journal => journal.Find(new() { Delivery = DeliveryState.Sent, Limit = 1_000 }).Count >= Senders);
        Assert.Equal(Enumerable.Range(0, Senders).Select(i => $"S{i}").Order(), receiver.Messages.Select(receiver.ControlIdOf).Order());
        foreach (RawPeer sender in senders)
            sender.Dispose();
    }

    [Fact]
    public async Task A_channel_whose_receiver_stands_still_holds_no_other_channel()
    {
        using ScriptedPeer silent = new();
        await using MllpReceiver receiver = new();
        _folder.WriteChannel(Samples.PassThrough("stuck", silent.Port));
        _folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        await using OwnHub hub = await OwnHub.StartAsync(_folder, null, options => options with { QueueMemoryBytes = Mebibyte });
        using MllpSender stuck = await MllpSender.ConnectAsync(hub.Port("stuck"));
        using MllpSender adt = await MllpSender.ConnectAsync(hub.Port("adt"));
        // Far more than the queues may hold in memory.
        for (int i = 0; i < 20; i++)
            Assert.Equal("AA", (await stuck.SendAsync(Large($"W{i}", Mebibyte / 2))).Code);
        using RawPeer line = await silent.AcceptAsync();
        Assert.InRange(hub.Server.QueuedBytes, 0, Mebibyte);

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("AA", (await adt.SendAsync(Samples.Adt($"A{i}"))).Code);
            Assert.Equal($"A{i}", receiver.ControlIdOf(await receiver.NextAsync()));
        }

        Assert.Equal(20, hub.Journal.ReadQueued("stuck", "out", 0, 100).Count);
    }

    private static async Task<string> AnswerAsync(RawPeer sender, byte[] frame)
    {
        await sender.SendAsync(frame);
        return await sender.ReadFrameAsync() ?? "closed";
    }

    private static string Logging(string id, string type, string members = "") => $$"""
        { "id": "{{id}}", "source": { "type": "{{type}}", "listen": "127.0.0.1:0"{{members}} }, "destinations": [ { "id": "log", "type": "log" } ] }
        """;

    private static byte[] Large(string controlId, int bytes) => Encoding.ASCII.GetBytes($"{Samples.Adt(controlId)}OBX|1|TX|N||{new string('x', bytes)}\r");

    private static byte[] Frame(byte[] message) => [0x0B, .. message, 0x1C, 0x0D];

    private static StringContent Hl7(string message)
    {
        StringContent content = new(message);
        content.Headers.ContentType = new("x-application/hl7-v2+er7");
        return content;
    }
}
