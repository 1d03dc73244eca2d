using System.Globalization;
using System.Text;
using Hub.Testing;

namespace Hub.Engine.Tests.Protocol;

/// <summary>One Hub for all tests of <see cref="EncodingRulesTests"/>, with a channel for each way to look at a message.</summary>
public sealed class EncodingRulesHub : IAsyncLifetime, IAsyncDisposable
{
    private const string Copy = """[ { "type": "setField", "path": "ZR1-1", "value": "${PID-5.1}" } ]""";

    private readonly MllpReceiver _receiver = new();
    private readonly Dictionary<string, string> _received = [];
    private HubHost? _hub;
    private int _last;

    /// <summary>What the Hub keeps.</summary>
    public ObservedJournal Journal => _hub!.Journal;

    public async Task InitializeAsync() => _hub = await HubHost.StartAsync(
        Channel("pass", "[]"),
        Channel("edit", Copy),
        Channel("header", """[ { "type": "setField", "path": "ZR2-1", "value": "${MSH-1}" }, { "type": "setField", "path": "ZR2-2", "value": "${MSH-2}" }, { "type": "setField", "path": "ZR2-3", "value": "${MSH-3}" } ]"""),
        Channel("third", """[ { "type": "setField", "path": "ZR3-1", "value": "${PID-3[3].1}" } ]"""),
        Channel("room", """[ { "type": "setField", "path": "ZR4-1", "value": "ROOM#" } ]"""),
        Channel("other", """[ { "type": "useDelimiters", "delimiters": "#*!?%" } ]"""),
        Channel("batch", """[ { "type": "splitMessage", "by": "batch" } ]"""));

    public async Task DisposeAsync()
    {
        await _hub!.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync());

    /// <summary>A control id that no other message has.</summary>
    public string NextId() => string.Create(CultureInfo.InvariantCulture, $"ID{++_last:00000}");

    /// <summary>A header with the standard delimiters.</summary>
    public static string Header(string id) => $"MSH|^~\\&|A|B|C|D|20260101||ADT^A01|{id}|P|2.5\r";

    /// <summary>Sends bytes, given as Latin-1 text, in a frame and gives the answer as Latin-1 text.</summary>
    public async Task<string> SendAsync(string channel, string block)
    {
        using RawPeer peer = await RawPeer.ConnectAsync(_hub!.Port(channel));
        await peer.SendAsync($"\v{block}\u001c\r");
        return await peer.ReadFrameAsync() ?? throw new IOException("The Hub closed the connection without an answer.");
    }

    /// <summary>The message with a control id as it reached the receiver.</summary>
    public async Task<string> ReceivedAsync(string id)
    {
        string? found;
        while (!_received.Remove(id, out found))
        {
            string message = Encoding.Latin1.GetString(await _receiver.NextAsync());
            int at = message.IndexOf("ID0", StringComparison.Ordinal);
            _received[message.Substring(at, 7)] = message;
        }

        return found;
    }

    /// <summary>Sends a block that is accepted, and gives what reached the receiver. <c>{ID}</c> and <c>{MSH}</c> are filled in.</summary>
    public async Task<string> EditedAsync(string block, string channel = "edit")
    {
        string id = NextId();
        string sent = Fill(block, id);
        Assert.Contains($"\rMSA{sent[sent.IndexOf("MSH", StringComparison.Ordinal) + 3]}AA", await SendAsync(channel, sent), StringComparison.Ordinal);
        return await ReceivedAsync(id);
    }

    /// <summary>Holds that what follows the header is written in a way.</summary>
    public async Task EditsAsync(string body, string written)
    {
        string id = NextId();
        Assert.Contains("\rMSA|AA|", await SendAsync("header", Header(id) + body), StringComparison.Ordinal);
        Assert.Equal($"{Header(id)}{written}ZR2|\\F\\|\\S\\\\R\\\\E\\\\T\\|A\r", await ReceivedAsync(id));
    }

    /// <summary>Holds that a block is accepted and reaches the receiver byte for byte.</summary>
    public async Task PassesAsync(string block)
    {
        string id = NextId();
        Assert.Contains("\rMSA|AA|", await SendAsync("pass", Fill(block, id)), StringComparison.Ordinal);
        Assert.Equal(Fill(block, id), await ReceivedAsync(id));
    }

    private static string Fill(string block, string id) => block.Replace("{MSH}", Header(id), StringComparison.Ordinal).Replace("{ID}", id, StringComparison.Ordinal);

    private string Channel(string id, string steps) => Samples.PassThrough(id, _receiver.Port, source: """, "duplicateWindowHours": 0""", steps: steps);
}
