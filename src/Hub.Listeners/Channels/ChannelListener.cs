using System.Net;
using Hub.Contracts;

namespace Hub.Listeners.Channels;

/// <summary>Listens to nothing: the journal hands this channel its messages.</summary>
internal sealed class ChannelListener : IListener
{
    public Task<IPEndPoint> StartAsync(CancellationToken stopping) => Task.FromResult(new IPEndPoint(IPAddress.None, 0));

    public Task StopAsync(CancellationToken deadline) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
