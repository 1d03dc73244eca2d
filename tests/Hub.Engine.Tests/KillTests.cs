using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>The Hub as a process that is stopped and killed while senders go on.</summary>
public sealed class KillTests
{
    private const int Senders = 4;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Every_acknowledged_message_outlives_ten_kills()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port).Replace("127.0.0.1:0", $"127.0.0.1:{FreePort.Take()}", StringComparison.Ordinal));
        Channel<string> answers = Channel.CreateUnbounded<string>();
        HashSet<string> acknowledged = [];
        for (int round = 0; round < 10; round++)
        {
            await using HubProcess hub = await HubProcess.StartAsync(folder);
            using CancellationTokenSource killed = new();
            Task[] sending = [.. Enumerable.Range(0, Senders).Select(sender => SendAsync(hub.Port("adt"), $"{round}.{sender}", answers.Writer, killed.Token))];
            // Killed at another point of the work in every round: after so many answers.
            await ReadAsync(answers.Reader, acknowledged, 20 + (round * 14));
            await hub.KillAsync();
            await killed.CancelAsync();
            await Task.WhenAll(sending);
            await ReadAsync(answers.Reader, acknowledged, 0);
        }

        await using HubProcess last = await HubProcess.StartAsync(folder);
        await DrainAsync(folder);
        await last.TerminateAsync();

        HashSet<string> delivered = [.. receiver.Messages.Select(ControlId)];
        Assert.Empty(acknowledged.Except(delivered));
        AssertOrder(receiver.Messages.Select(ControlId).Distinct());
    }

    [Fact]
    public async Task Told_to_stop_under_load_it_ends_in_time_and_nothing_is_lost_or_sent_twice()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        Channel<string> answers = Channel.CreateUnbounded<string>();
        HashSet<string> acknowledged = [];
        await using (HubProcess hub = await HubProcess.StartAsync(folder))
        {
            using CancellationTokenSource ended = new();
            Task[] sending = [.. Enumerable.Range(0, Senders).Select(sender => SendAsync(hub.Port("adt"), $"0.{sender}", answers.Writer, ended.Token))];
            await ReadAsync(answers.Reader, acknowledged, 500);
            int exit = await hub.TerminateAsync();
            await ended.CancelAsync();
            await Task.WhenAll(sending);
            await ReadAsync(answers.Reader, acknowledged, 0);
            Assert.Equal(0, exit);
        }

        await using HubProcess next = await HubProcess.StartAsync(folder);
        await DrainAsync(folder);
        string[] delivered = [.. receiver.Messages.Select(ControlId)];
        Assert.Empty(acknowledged.Except(delivered));
        Assert.Equal(delivered.Length, delivered.Distinct().Count());
        AssertOrder(delivered);
    }

    [Theory]
    [InlineData("mllp", "")]
    [InlineData("http", """, "path": "/in", "answer": "hl7" """)]
    public async Task A12_told_to_stop_while_a_sender_waits_for_a_receiver_it_ends_in_time_and_the_message_stays_queued(string source, string more)
    {
        await using MllpReceiver receiver = new() { Answer = _ => null };
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port, source: $$"""{{more}}, "acknowledge": "delivered", "acknowledgeTimeoutSeconds": 300""", destination: """, "ackTimeoutSeconds": 300""")
            .Replace("\"type\": \"mllp\", \"listen\"", $"\"type\": \"{source}\", \"listen\"", StringComparison.Ordinal));
        await using HubProcess hub = await HubProcess.StartAsync(folder);
        using HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        using StringContent content = new(Samples.Adt("1"));
        Task answer = source == "http"
            ? client.PostAsync(new Uri($"http://127.0.0.1:{hub.Port("adt")}/in"), content)
            : sender.SendAsync(Samples.Adt("1"));
        await receiver.NextAsync();

        int exit = await hub.TerminateAsync();

        Assert.Equal(0, exit);
        await Assert.ThrowsAnyAsync<Exception>(() => answer);
        CommandResult queued = await HubProcess.RunAsync("messages", "--data", folder.Path("data"), "--delivery", "Queued");
        Assert.Equal(0, queued.Exit);
    }

    [Theory]
    [InlineData("mllp", "hold")]
    [InlineData("http", "hold")]
    [InlineData("mllp", "resend")]
    [InlineData("http", "resend")]
    public async Task S04_told_to_stop_while_a_receiver_has_a_message_and_is_silent_it_ends_in_time_and_the_message_is_maybe_delivered(string type, string policy)
    {
        ConcurrentQueue<string> received = [];
        using SemaphoreSlim arrived = new(0);
        bool IsAnswered(byte[] message)
        {
            received.Enqueue(ControlId(message));
            bool isFirst = received.Count == 1;
            arrived.Release();
            return !isFirst;
        }

        await using MllpReceiver mllp = new();
        mllp.Answer = message => IsAnswered(message) ? "AA" : null;
        await using HttpReceiver http = await HttpReceiver.StartAsync();
        http.Answer = async context =>
        {
            if (!IsAnswered(http.Requests[^1].Body))
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        string receiver = type == "mllp" ? $"\"endpoint\": \"127.0.0.1:{mllp.Port}\", \"ackTimeoutSeconds\": 120" : $"\"endpoint\": \"http://127.0.0.1:{http.Port}/in\", \"answerTimeoutSeconds\": 120";
        using TestFolder folder = new();
        folder.WriteChannel($$"""{ "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [ { "id": "out", "type": "{{type}}", {{receiver}}, "onMaybeDelivered": "{{policy}}" } ] }""");
        await using (HubProcess hub = await HubProcess.StartAsync(folder))
        {
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
            await sender.SendAsync(Samples.Adt("1"));
            Assert.True(await arrived.WaitAsync(s_patience));
            int exit = await hub.TerminateAsync();
            Assert.Equal(0, exit);
        }

        CommandResult maybe = await HubProcess.RunAsync("deliveries", "--data", folder.Path("data"), "--maybe");
        Assert.Contains(policy == "hold" ? "Parked" : "Queued", maybe.Output, StringComparison.Ordinal);
        await using HubProcess next = await HubProcess.StartAsync(folder);
        using (MllpSender sender = await MllpSender.ConnectAsync(next.Port("adt")))
            await sender.SendAsync(Samples.Adt("2"));
        string[] expected = policy == "hold" ? ["1", "2"] : ["1", "1", "2"];
        for (int i = 1; i < expected.Length; i++)
            Assert.True(await arrived.WaitAsync(s_patience));
        Assert.Equal(expected, received);
    }

    private static async Task SendAsync(int port, string name, ChannelWriter<string> acknowledged, CancellationToken ended)
    {
        try
        {
            using MllpSender sender = await MllpSender.ConnectAsync(port);
            for (int i = 0; !ended.IsCancellationRequested; i++)
            {
                string id = $"{name}.{i}";
                if ((await sender.SendAsync(Samples.Adt(id))).Code != "AA")
                    return;
                acknowledged.TryWrite(id);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // The Hub is gone; what it acknowledged is written.
        }
    }

    // At least so many, and all that are there.
    private static async Task ReadAsync(ChannelReader<string> answers, HashSet<string> acknowledged, int least)
    {
        using CancellationTokenSource patience = new(s_patience);
        for (int i = 0; i < least; i++)
            acknowledged.Add(await answers.ReadAsync(patience.Token));
        while (answers.TryRead(out string? id))
            acknowledged.Add(id);
    }

    /// <summary>Waits, by asking the journal from beside, until nothing is queued.</summary>
    private static async Task DrainAsync(TestFolder folder)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        await using IJournalReader journal = Wiring.JournalReader(folder.Path("data"));
        while (journal.Find(new() { Delivery = DeliveryState.Queued, Limit = 1 }).Count > 0)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static string ControlId(byte[] message) => Encoding.UTF8.GetString(message).Split('|')[9];

    private static void AssertOrder(IEnumerable<string> delivered)
    {
        foreach (IGrouping<string, string> sender in delivered.GroupBy(id => id[..id.LastIndexOf('.')]))
        {
            int[] numbers = [.. sender.Select(id => int.Parse(id[(id.LastIndexOf('.') + 1)..], System.Globalization.CultureInfo.InvariantCulture))];
            Assert.Equal(numbers.Order(), numbers);
        }
    }
}
