using System.Text;
using Hub.Contracts;
using Hub.Listeners.Http;
using Hub.Listeners.Mllp;
using Hub.Testing;

namespace Hub.Listeners.Tests;

/// <summary>What messages that are still coming may take of the memory, on all listeners together, through real sockets.</summary>
public sealed class ReadingRoomTests : IAsyncDisposable
{
    // Of messages over 64 KiB one is read at a time.
    private const int Room = 1;
    private const int Half = 700 * 1024;
    private const int Day = 86_400;

    private readonly List<IListener> _listeners = [];
    private readonly List<RawPeer> _peers = [];
    private readonly RecordingIntake _intake = new() { Answer = _ => Task.FromResult(Receipt.Accepted) };
    private readonly ManualTime _time = new();
    private readonly RecordedLog _log = new();
    private readonly ComponentCatalog _catalog = new ComponentCatalog().AddListeners(Room);

    public async ValueTask DisposeAsync()
    {
        foreach (RawPeer peer in _peers)
            peer.Dispose();
        foreach (IListener listener in _listeners)
        {
            await listener.StopAsync(new CancellationToken(canceled: true));
            await listener.DisposeAsync();
        }
    }

    [Fact]
    public async Task F06_half_messages_that_want_more_memory_than_there_is_end_one_after_the_other_with_all_their_bytes()
    {
        List<RawPeer> peers = [];
        for (int i = 0; i < 6; i++)
            peers.Add(await ConnectAsync(Mllp(Day)));
        Task[] sending = [.. peers.Select((peer, i) => peer.SendAsync(Large(i).AsMemory(..Half)))];
        // One goes on without room, the others stand.
        for (int i = 1; i < peers.Count; i++)
            await _log.NextAsync(2009);
        RawPeer small = await ConnectAsync(Mllp(Day));
        await small.SendAsync(Frame(Samples.Adt("small")));
        Assert.Contains("MSA|AA|small\r", await small.ReadFrameAsync(), StringComparison.Ordinal);

        string?[] answers = await Task.WhenAll(peers.Select(async (peer, i) =>
        {
            await sending[i];
            await peer.SendAsync(Large(i).AsMemory(Half..));
            return await peer.ReadFrameAsync();
        }));

        Assert.All(answers, answer => Assert.Contains("MSA|AA|L", answer, StringComparison.Ordinal));
        Dictionary<char, byte[]> taken = _intake.Messages.Skip(1).ToDictionary(message => (char)message.Content.Span[^2], message => message.Content.ToArray());
        Assert.All(Enumerable.Range(0, peers.Count), i => Assert.True(Large(i).AsSpan(1..^2).SequenceEqual(taken[(char)('a' + i)])));
    }

    [Fact]
    public async Task F06_a_message_for_which_there_is_no_memory_in_time_is_refused_with_207_and_the_next_one_taken()
    {
        await HoldAsync();
        RawPeer late = await ConnectAsync(Mllp(seconds: 5));
        Task sending = late.SendAsync((byte[])[.. Frame(Samples.Adt("before")), .. Large(3), .. Frame(Samples.Adt("next"))]);
        // It does not wait for the memory of others.
        Assert.Contains("MSA|AA|before\r", await late.ReadFrameAsync(), StringComparison.Ordinal);
        await PassAsync(5);

        string refused = (await late.ReadFrameAsync())!;
        Assert.Contains("MSA|AR|L3|", refused, StringComparison.Ordinal);
        Assert.Contains("|207^", refused, StringComparison.Ordinal);
        Assert.Contains("MSA|AA|next\r", await late.ReadFrameAsync(), StringComparison.Ordinal);
        Assert.Contains("--reading-memory-mib", await _log.NextAsync(2010), StringComparison.Ordinal);
        await sending;
    }

    [Fact]
    public async Task A06_a_channel_that_closes_on_what_cannot_be_stored_closes_when_there_is_no_memory_in_time()
    {
        await HoldAsync();
        RawPeer late = await ConnectAsync(Mllp(seconds: 5) with { OnStoreFailure = OnStoreFailure.Close });
        await late.SendAsync(Large(3).AsMemory(..Half));
        await PassAsync(5);
        Assert.True(await late.EndsAsync());
        Assert.Contains("could not be stored", await _log.NextAsync(2007), StringComparison.Ordinal);
    }

    [Fact]
    public async Task F07_a_sender_that_stops_within_a_large_message_is_cut_when_others_wait_for_its_memory()
    {
        (RawPeer stalled, _, RawPeer waiting, int number) = await HoldAsync();

        string closed = await AdvanceUntilAsync(2007, stalled.EndsAsync());
        Assert.Contains("nothing came of a large message for 10 s", closed, StringComparison.Ordinal);
        await waiting.SendAsync(Large(number).AsMemory(Half..));
        Assert.Contains($"MSA|AA|L{number}\r", await waiting.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task F07_a_sender_that_stops_within_a_large_message_is_left_alone_while_nobody_waits()
    {
        (RawPeer first, int number, RawPeer only, int onlyNumber) = await HoldAsync();
        await first.SendAsync(Large(number).AsMemory(Half..));
        Assert.Contains($"MSA|AA|L{number}\r", await first.ReadFrameAsync(), StringComparison.Ordinal);
        // What is read of the other by now, 64 KiB, would be too slow (F06) after 256 s.
        for (int i = 0; i < 20; i++)
        {
            Task set = _time.NextTimerAsync();
            _time.Advance(TimeSpan.FromSeconds(10));
            await set;
        }

        await only.SendAsync(Large(onlyNumber).AsMemory(Half..));
        Assert.Contains($"MSA|AA|L{onlyNumber}\r", await only.ReadFrameAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A14_a_body_for_which_there_is_no_memory_in_time_is_answered_503(bool chunked)
    {
        await HoldAsync();
        RawPeer late = await ConnectAsync(Http(seconds: 5));
        await late.SendAsync(Request(chunked).AsMemory(..Half));
        await _log.NextAsync(2044);
        await PassAsync(5, isTold: true);

        string answer = (await late.ReadToAsync("\r\n\r\n"))!;
        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Contains("Retry-After: 5\r\n", answer, StringComparison.Ordinal);
        Assert.Empty(_intake.Messages);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task F07_a_body_that_stops_coming_is_answered_408_when_others_wait_for_its_memory(bool chunked)
    {
        (RawPeer first, int firstNumber, RawPeer second, int secondNumber) = await HoldAsync();
        RawPeer body = await ConnectAsync(Http(Day));
        await body.SendAsync(Request(chunked).AsMemory(..Half));
        await _log.NextAsync(2044);
        // Its turn comes when the two have ended.
        await first.SendAsync(Large(firstNumber).AsMemory(Half..));
        Assert.Contains($"MSA|AA|L{firstNumber}\r", await first.ReadFrameAsync(), StringComparison.Ordinal);
        await second.SendAsync(Large(secondNumber).AsMemory(Half..));
        Assert.Contains($"MSA|AA|L{secondNumber}\r", await second.ReadFrameAsync(), StringComparison.Ordinal);
        Task sending = first.SendAsync(Large(3));
        await _log.NextAsync(2009);

        Task<string?> refused = body.ReadToAsync("\r\n");
        await AdvanceUntilAsync(2040, refused);
        Assert.StartsWith("HTTP/1.1 408 ", await refused, StringComparison.Ordinal);
        Assert.Contains("MSA|AA|L3\r", await first.ReadFrameAsync(), StringComparison.Ordinal);
        await sending;
    }

    /// <summary>Two senders stop in the middle of messages: one goes on without room, and the other waits for it.</summary>
    private async Task<(RawPeer Reading, int Number, RawPeer Waiting, int WaitingNumber)> HoldAsync()
    {
        RawPeer[] peers = [await ConnectAsync(Mllp(Day)), await ConnectAsync(Mllp(Day))];
        await peers[0].SendAsync(Large(1).AsMemory(..Half));
        await peers[1].SendAsync(Large(2).AsMemory(..Half));
        bool firstWaits = (await _log.NextAsync(2009)).Contains($":{peers[0].Port} ", StringComparison.Ordinal);
        return firstWaits ? (peers[1], 2, peers[0], 1) : (peers[0], 1, peers[1], 2);
    }

    // The wait for room is the only timer that is due then.
    private async Task PassAsync(int seconds, bool isTold = false)
    {
        if (!isTold)
            await _log.NextAsync(2009);
        await _time.TimerSetAsync(_time.GetUtcNow().AddSeconds(seconds));
        _time.Advance(TimeSpan.FromSeconds(seconds));
    }

    // A step is over when the listener waits anew. The time stands from the line that tells the cut: who gets the room then
    // has sent half of a message, and would be found too slow.
    private async Task<string> AdvanceUntilAsync(int eventId, Task ended)
    {
        while (true)
        {
            if (_log.Take().FirstOrDefault(line => line.Id == eventId).Text is { } told)
            {
                await ended;
                return told;
            }

            Task set = _time.NextTimerAsync();
            _time.Advance(TimeSpan.FromSeconds(10));
            await Task.WhenAny(set, ended);
        }
    }

    private static MllpListenerConfig Mllp(int seconds) => new() { Type = "mllp", Listen = "127.0.0.1:0", MaxMessageSeconds = seconds };

    private static HttpListenerConfig Http(int seconds) => new() { Type = "http", Listen = "127.0.0.1:0", MaxMessageSeconds = seconds };

    private async Task<int> StartAsync(ListenerConfig config)
    {
        IListener listener = _catalog.CreateListener(config, new("large", _intake, _time, () => "ID", _log));
        _listeners.Add(listener);
        return (await listener.StartAsync(CancellationToken.None)).Port;
    }

    private async Task<RawPeer> ConnectAsync(ListenerConfig config)
    {
        RawPeer peer = await RawPeer.ConnectAsync(await StartAsync(config));
        _peers.Add(peer);
        return peer;
    }

    private static byte[] Frame(string message) => [0x0B, .. Encoding.Latin1.GetBytes(message), 0x1C, 0x0D];

    // Twice its half; each is another one to its last bytes.
    private static byte[] Large(int number) => Frame($"{Samples.Adt($"L{number}")}OBX|1|TX|N||{new string((char)('a' + number), 2 * Half)}\r");

    private static byte[] Request(bool chunked)
    {
        string head = chunked ? $"Transfer-Encoding: chunked\r\n\r\n{2 * Half:x}" : $"Content-Length: {2 * Half}\r\n";
        return Encoding.Latin1.GetBytes($"POST / HTTP/1.1\r\nHost: hub\r\n{head}\r\n{new string('x', 2 * Half)}{(chunked ? "\r\n0\r\n\r\n" : "")}");
    }
}
