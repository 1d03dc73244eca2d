using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hub.Testing;

/// <summary>A bare socket for tests of the wire: sends exact bytes, reads exact bytes, sees the end.</summary>
public sealed class RawPeer : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;
    private readonly byte[] _one = new byte[1];

    /// <summary>Takes over a connected socket.</summary>
    public RawPeer(Socket socket) => _socket = socket;

    /// <summary>The port on this side, by which the other side names it.</summary>
    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Connects to a port of this machine.</summary>
    public static async Task<RawPeer> ConnectAsync(int port)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new(socket);
    }

    /// <summary>Sends bytes, given as Latin-1 text.</summary>
    public async Task SendAsync(string bytes) => await SendAsync(Encoding.Latin1.GetBytes(bytes));

    /// <summary>Sends bytes.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes)..];
    }

    /// <summary>Sends bytes, given as Latin-1 text, one in each write.</summary>
    public async Task SendOneByOneAsync(string bytes)
    {
        foreach (byte value in Encoding.Latin1.GetBytes(bytes))
            await SendAsync((byte[])[value]);
    }

    /// <summary>Sends nothing more.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Breaks the connection with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new(true, 0);
        _socket.Dispose();
    }

    /// <summary>Reads the next frame.</summary>
    /// <returns>Its content as Latin-1 text; null at the end of the connection.</returns>
    public async Task<string?> ReadFrameAsync()
    {
        List<byte> bytes = [];
        while (await ReadByteAsync() is { } next)
        {
            bytes.Add(next);
            if (bytes.Count > 2 && bytes[^2] == 0x1C && next == 0x0D)
                return Encoding.Latin1.GetString([.. bytes[1..^2]]);
        }

        return null;
    }

    /// <summary>Reads up to and with some bytes, given as Latin-1 text.</summary>
    /// <returns>What was read; null at the end of the connection.</returns>
    public async Task<string?> ReadToAsync(string end)
    {
        StringBuilder read = new();
        while (await ReadByteAsync() is { } next)
        {
            read.Append((char)next);
            if (read.Length >= end.Length && read.ToString(read.Length - end.Length, end.Length) == end)
                return read.ToString();
        }

        return null;
    }

    /// <summary>Reads so many bytes, as Latin-1 text; null when the connection ends before.</summary>
    public async Task<string?> ReadAsync(int count)
    {
        StringBuilder read = new();
        while (read.Length < count && await ReadByteAsync() is { } next)
            read.Append((char)next);
        return read.Length == count ? read.ToString() : null;
    }

    /// <summary>Reads to the end of the connection.</summary>
    /// <returns>What came, as Latin-1 text.</returns>
    public async Task<string> DrainAsync()
    {
        StringBuilder read = new();
        while (await ReadByteAsync() is { } next)
            read.Append((char)next);
        return read.ToString();
    }

    /// <summary>Whether the connection has ended, once nothing more is to be read.</summary>
    public async Task<bool> EndsAsync() => await ReadByteAsync() is null;

    public void Dispose() => _socket.Dispose();

    private async Task<byte?> ReadByteAsync()
    {
        using CancellationTokenSource patience = new(s_patience);
        try
        {
            return await _socket.ReceiveAsync(_one, patience.Token) == 0 ? null : _one[0];
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
