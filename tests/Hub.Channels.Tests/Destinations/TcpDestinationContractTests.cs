using Hub.Channels.Destinations.Replies;
using Hub.Channels.Destinations.Tcp;
using Hub.Contracts;
using Hub.Contracts.Tcp;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Channels.Tests.Destinations;

/// <summary>The promises of destinations, kept by <c>tcp</c>.</summary>
public sealed class TcpDestinationContractTests : AnsweredDestinationContract, IAsyncDisposable
{
    private readonly int _port = FreePort.Take();
    private FramedReceiver _receiver;

    public TcpDestinationContractTests() => _receiver = new(_port);

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    protected override IDestination Open() => OpenTo(_port, TimeProvider.System, []);

    protected override IDestination OpenTo(int port, TimeProvider clock, IReadOnlyList<ReplyRuleConfig> replies) => new TcpDestination(
        new()
        {
            Id = "lab",
            Type = "tcp",
            Endpoint = $"127.0.0.1:{port}",
            Framing = new() { Type = TcpFramingType.StartEnd, Start = TestBytes.Of("\u0002"), End = TestBytes.Of("\u0003\u0004") },
            Accepted = TestBytes.Of("TAKEN"),
            Replies = replies,
        },
        new("adt", clock, NullLoggerFactory.Instance));

    protected override string EndOfRequest => "\u0003\u0004";

    protected override string Accepting => "\u0002TAKEN\u0003\u0004";

    protected override string Declining => "\u0002DOWN\u0003\u0004";

    protected override IReadOnlyList<byte[]> Arrived() => _receiver.Messages;

    protected override async Task BreakAsync() => await _receiver.DisposeAsync();

    protected override Task MendAsync()
    {
        _receiver = new(_port);
        return Task.CompletedTask;
    }
}
