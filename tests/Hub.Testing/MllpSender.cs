using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hub.Testing;

/// <summary>A sender of the tests' own, which knows nothing of the product: frames, sends, waits for one answer.</summary>
public sealed class MllpSender : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly MemoryStream _received = new();

    private MllpSender()
    {
    }

    /// <summary>Connects to a port of this machine.</summary>
    public static async Task<MllpSender> ConnectAsync(int port)
    {
        MllpSender sender = new();
        await sender._socket.ConnectAsync(IPAddress.Loopback, port);
        return sender;
    }

    /// <summary>Sends a message and waits for its answer.</summary>
    public async Task<TestAnswer> SendAsync(ReadOnlyMemory<byte> message)
    {
        await PostAsync(message);
        return await AnswerAsync() ?? throw new IOException("The Hub closed the connection without an answer.");
    }

    /// <summary>Sends a message and waits for its answer.</summary>
    public Task<TestAnswer> SendAsync(string message) => SendAsync(Encoding.UTF8.GetBytes(message));

    /// <summary>Sends a message and does not wait.</summary>
    public async Task PostAsync(ReadOnlyMemory<byte> message) =>
        await _socket.SendAsync((byte[])[0x0B, .. message.Span, 0x1C, 0x0D]);

    /// <summary>The next answer; null when the Hub closed the connection.</summary>
    public async Task<TestAnswer?> AnswerAsync()
    {
        using CancellationTokenSource patience = new(s_patience);
        while (true)
        {
            byte[] all = _received.ToArray();
            int end = all.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x1C, 0x0D]);
            if (end >= 0)
            {
                _received.SetLength(0);
                _received.Write(all.AsSpan(end + 2));
                return new(all[1..end]);
            }

            int count = await _socket.ReceiveAsync(_buffer, patience.Token);
            if (count == 0)
                return null;
            _received.Write(_buffer.AsSpan(0, count));
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _received.Dispose();
    }
}

/// <summary>An answer as it came.</summary>
/// <param name="Bytes">Without the frame.</param>
public sealed record TestAnswer(byte[] Bytes)
{
    /// <summary>As text, segments ended by CR.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>MSA-1.</summary>
    public string Code => Msa(1);

    /// <summary>MSA-2.</summary>
    public string ControlId => Msa(2);

    /// <summary>A segment by its name; empty when there is none.</summary>
    public string Segment(string name) => Text.Split('\r').FirstOrDefault(segment => segment.StartsWith(name, StringComparison.Ordinal)) ?? "";

    private string Msa(int field) => Segment("MSA").Split(Text[3]).ElementAtOrDefault(field) ?? "";
}
