using Hub.Channels.Destinations.Mllp;
using Hub.Channels.Destinations.Replies;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Channels.Tests.Destinations;

/// <summary>The promises of destinations, kept by <c>mllp</c>.</summary>
public sealed class MllpDestinationContractTests : AnsweredDestinationContract, IAsyncDisposable
{
    private readonly int _port = FreePort.Take();
    private MllpReceiver _receiver;

    public MllpDestinationContractTests() => _receiver = new(_port);

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    protected override IDestination Open() =>
        new MllpDestination(new() { Id = "lab", Type = "mllp", Endpoint = $"127.0.0.1:{_port}" }, new("adt", TimeProvider.System, NullLoggerFactory.Instance));

    protected override IDestination OpenTo(int port, TimeProvider clock, IReadOnlyList<ReplyRuleConfig> replies) =>
        new MllpDestination(new() { Id = "lab", Type = "mllp", Endpoint = $"127.0.0.1:{port}", Replies = replies }, new("adt", clock, NullLoggerFactory.Instance));

    protected override string EndOfRequest => "\u001c\r";

    protected override string Accepting => ScriptedPeer.Answer("AA", "1");

    protected override string Declining => ScriptedPeer.Answer("AR", "1").Replace("|AR|1", "|AR|1|DOWN", StringComparison.Ordinal);

    protected override IReadOnlyList<byte[]> Arrived() => _receiver.Messages;

    protected override async Task BreakAsync() => await _receiver.DisposeAsync();

    protected override Task MendAsync()
    {
        _receiver = new(_port);
        return Task.CompletedTask;
    }
}
