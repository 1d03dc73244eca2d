using Hub.Testing;
using static Hub.Testing.Exchanges;

namespace Hub.Engine.Tests;

/// <summary>Release 2 of MLLP (protocol F12) through a whole Hub.</summary>
public sealed class Release2HubTests : IAsyncLifetime
{
    private static readonly byte[] s_commit = [0x06];

    private (MllpReceiver Receiver, HubHost Hub) _site;

    private MllpReceiver Receiver => _site.Receiver;

    private HubHost Hub => _site.Hub;

    public async Task InitializeAsync()
    {
        MllpReceiver receiver = new();
        _site = (receiver, await HubHost.StartAsync(
            Samples.PassThrough("single", receiver.Port, source: """, "mllpRelease": 2 """),
            Samples.PassThrough("batches", receiver.Port, source: """, "mllpRelease": 2, "acknowledge": "delivered" """, steps: """[ { "type": "splitMessage", "by": "batch" } ]""")));
    }

    public async Task DisposeAsync()
    {
        await Hub.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    [Fact]
    public async Task F12_a_message_is_committed_to_and_then_answered_and_the_next_answer_waits_for_the_commit_of_the_sender()
    {
        using MllpSender sender = await MllpSender.ConnectAsync(Hub.Port("single"));
        foreach (string id in new[] { "a", "b" })
        {
            Assert.Equal(s_commit, (await sender.SendAsync(Message(id))).Bytes);
            TestAnswer answer = (await sender.AnswerAsync())!;
            Assert.Equal(("AA", id), (answer.Code, answer.ControlId));
            await sender.PostAsync(s_commit);
            Assert.Equal(Samples.Bytes(Message(id)), await Receiver.NextAsync());
        }
    }

    // Of a message whose outcome is told later only the header is kept when it is long; of a batch that would be too little to answer it.
    [Theory]
    [InlineData("BHS|^~\\&|PAS|H|HUB|C|2026||||B77\r", "BTS|60\r")]
    [InlineData("", "")]
    public async Task F12_B04_a_large_batch_is_answered_message_by_message(string before, string after)
    {
        string[] ids = [.. Enumerable.Range(1, 60).Select(i => $"m{i}")];
        using MllpSender sender = await MllpSender.ConnectAsync(Hub.Port("batches"));

        Assert.Equal(s_commit, (await sender.SendAsync($"{before}{string.Concat(ids.Select(id => Message(id)))}{after}")).Bytes);

        string[] segments = (await sender.AnswerAsync())!.Text.TrimEnd('\r').Split('\r');
        Assert.Equal(ids.Select(id => $"MSA|AA|{id}"), segments.Where(segment => segment.StartsWith("MSA", StringComparison.Ordinal)));
        Assert.Equal("BTS|60", segments[^1]);
    }
}
