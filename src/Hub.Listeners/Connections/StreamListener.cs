using System.Collections.Concurrent;
using System.Net;
using Hub.Contracts;
using Hub.Listeners.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Hub.Listeners.Connections;

/// <summary>Receives messages on connections of one address, whatever tells them apart. Kestrel carries the connections.</summary>
internal sealed partial class StreamListener : IListener
{
    private static readonly TimeSpan s_ending = TimeSpan.FromSeconds(1);

    private readonly StreamListenerConfig _config;
    private readonly IStreamProtocol _protocol;
    private readonly ListenerHost _host;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<StreamConnection, Task> _connections = [];
    private readonly ReadingRoom _room;
    private readonly Port _port;
    private volatile bool _stopping;

    public StreamListener(StreamListenerConfig config, IStreamProtocol protocol, ListenerHost host, ReadingRoom room, ILogger log)
    {
        _config = config;
        _protocol = protocol;
        _host = host;
        _room = room;
        _log = log;
        // The limits of connections are the listener's own; Kestrel's are meant for HTTP.
        _port = new(config.Listen, new KestrelServerOptions(), Serve);
    }

    public Task<IPEndPoint> StartAsync(CancellationToken stopping) => _port.BindAsync(new NoHttp(), stopping);

    public async Task StopAsync(CancellationToken deadline)
    {
        _stopping = true;
        await using CancellationTokenRegistration cut = deadline.UnsafeRegister(static listener => ((StreamListener)listener!).Cut(), this);
        // Unbinds at once; then waits for the connections, which end as soon as they have answered what they read.
        Task unbound = _port.UnbindAsync(deadline);
        foreach (StreamConnection connection in _connections.Keys)
            connection.Stop();
        await Task.WhenAny(Task.WhenAll(_connections.Values), CutAndWaitedAsync(deadline));
        await unbound.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        _port.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Serve(ListenOptions endpoint)
    {
        endpoint.Protocols = HttpProtocols.None;
        endpoint.UseTls(_config.Tls, _host).Use(_ => ServeAsync);
    }

    private async Task ServeAsync(ConnectionContext context)
    {
        if (_stopping || _connections.Count >= _config.MaxConnections)
        {
            if (!_stopping)
                Log.TooMany(_log, _host.Channel, _config.MaxConnections);
            context.Abort();
            return;
        }

        StreamConnection connection = new(context, _config, _protocol, _host, _room, _log);
        Task running = connection.RunAsync();
        _connections[connection] = running;
        try
        {
            if (_stopping)
                connection.Stop();
            await running;
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }

    // A connection that was cut ends at once, unless what it waits for does not: a stop must end all the same.
    private async Task CutAndWaitedAsync(CancellationToken deadline)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, _host.Clock, deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(s_ending, _host.Clock, CancellationToken.None);
    }

    private void Cut()
    {
        foreach (StreamConnection connection in _connections.Keys)
            connection.Cut();
    }

    /// <summary>Kestrel asks for an application; no connection of ours ever reaches it.</summary>
    private sealed class NoHttp : IHttpApplication<IFeatureCollection>
    {
        public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

        public void DisposeContext(IFeatureCollection context, Exception? exception)
        {
            // Nothing was made.
        }

        public Task ProcessRequestAsync(IFeatureCollection context) => Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(2002, LogLevel.Warning, "Channel {Channel}: a sender was turned away, {Most} are connected. Raise maxConnections if they are all wanted")]
        public static partial void TooMany(ILogger log, string channel, int most);
    }
}
