using Hub.Channels.Destinations.Mllp;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Channels.Tests.Destinations;

/// <summary>The promises of destinations, kept by <c>mllp</c>.</summary>
public sealed class MllpDestinationContractTests : DestinationContract, IAsyncDisposable
{
    private readonly int _port = FreePort.Take();
    private MllpReceiver _receiver;

    public MllpDestinationContractTests() => _receiver = new(_port);

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    protected override IDestination Open() =>
        new MllpDestination(new() { Id = "lab", Type = "mllp", Endpoint = $"127.0.0.1:{_port}" }, new("adt", TimeProvider.System, NullLoggerFactory.Instance));

    protected override IReadOnlyList<byte[]> Arrived() => _receiver.Messages;

    protected override async Task BreakAsync() => await _receiver.DisposeAsync();

    protected override Task MendAsync()
    {
        _receiver = new(_port);
        return Task.CompletedTask;
    }
}
