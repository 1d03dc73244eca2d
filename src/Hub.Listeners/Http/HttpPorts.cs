using System.Diagnostics.CodeAnalysis;
using System.Net;
using Hub.Contracts;
using Hub.Listeners.Connections;

namespace Hub.Listeners.Http;

/// <summary>The ports of all HTTP channels of a catalog, so that channels with the same address share one.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle is not used holds nothing; the ports live as long as the program.")]
internal sealed class HttpPorts
{
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Dictionary<IPEndPoint, HttpPort> _ports = [];

    /// <summary>Adds a channel to the port of its address, which is bound with the first one.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="config">Its source.</param>
    /// <param name="host">What it may use.</param>
    /// <param name="stopping">Fires when the start is to be given up.</param>
    /// <returns>The port.</returns>
    /// <exception cref="IOException">The address cannot be bound, or the channel cannot share it; the text says why and what to do.</exception>
    public async Task<HttpPort> OpenAsync(HttpChannel channel, HttpListenerConfig config, ListenerHost host, CancellationToken stopping)
    {
        await _oneAtATime.WaitAsync(stopping);
        try
        {
            ListenAddress.TryRead(config.Listen, out IPEndPoint wanted);
            if (_ports.TryGetValue(wanted, out HttpPort? there))
            {
                there.Add(channel);
                return there;
            }

            return await BindAsync(channel, config, host, stopping);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Takes a channel from its port, waits until its requests are answered, and unbinds the port with the last one.</summary>
    /// <param name="port">The port.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="deadline">Fires when what is left is to be cut.</param>
    public async Task CloseAsync(HttpPort port, HttpChannel channel, CancellationToken deadline)
    {
        Task unbound = Task.CompletedTask;
        await _oneAtATime.WaitAsync(CancellationToken.None);
        try
        {
            port.Remove(channel);
            if (port.IsEmpty && _ports.Remove(port.Address!))
                unbound = port.UnbindAsync(deadline);
        }
        finally
        {
            _oneAtATime.Release();
        }

        await channel.StopAsync(deadline);
        await unbound.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (port.IsEmpty)
            port.Dispose();
    }

    private async Task<HttpPort> BindAsync(HttpChannel channel, HttpListenerConfig config, ListenerHost host, CancellationToken stopping)
    {
        HttpPort port = new(config, host);
        try
        {
            port.Add(channel);
            await port.BindAsync(stopping);
            _ports.Add(port.Address!, port);
            return port;
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }
}
