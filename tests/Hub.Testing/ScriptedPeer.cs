using System.Net;
using System.Net.Sockets;

namespace Hub.Testing;

/// <summary>Plays a receiver by the test's script: each connection it takes is a <see cref="RawPeer"/> that the test reads, answers, hangs or cuts.</summary>
public sealed class ScriptedPeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    /// <summary>Listens.</summary>
    public ScriptedPeer()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>Whether a connection waits that the test has not taken.</summary>
    public bool HasAnother => _listener.Pending();

    /// <summary>An answer in its frame.</summary>
    /// <param name="code">MSA-1.</param>
    /// <param name="controlId">MSA-2.</param>
    public static string Answer(string code, string controlId) =>
        $"\vMSH|^~\\&|LAB|SOUTH|WARD|NORTH|20260301083016||ACK|A{controlId}|P|2.5\rMSA|{code}|{controlId}\r\x1c\r";

    /// <summary>The next connection.</summary>
    public async Task<RawPeer> AcceptAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        Socket socket = await _listener.AcceptSocketAsync(patience.Token);
        socket.NoDelay = true;
        return new(socket);
    }

    public void Dispose() => _listener.Dispose();
}
