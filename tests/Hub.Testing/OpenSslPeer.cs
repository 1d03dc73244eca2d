using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Hub.Testing;

/// <summary>The other side played by the <c>openssl</c> program: <c>s_client</c> or <c>s_server</c>. What it is told goes over the wire, what comes can be read.</summary>
public sealed class OpenSslPeer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private OpenSslPeer(params string[] arguments)
    {
        ProcessStartInfo start = new("openssl", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Connects to a port of this machine.</summary>
    /// <param name="port">The port.</param>
    /// <param name="options">More options of <c>s_client</c>, with spaces between.</param>
    public static OpenSslPeer Connect(int port, string options) => new(["s_client", "-brief", "-connect", $"127.0.0.1:{port}", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

    /// <summary>Listens on a free port of this machine.</summary>
    /// <param name="options">More options of <c>s_server</c>, with spaces between.</param>
    /// <returns>The peer and its port.</returns>
    public static async Task<(OpenSslPeer Peer, int Port)> ListenAsync(string options)
    {
        OpenSslPeer peer = new(["s_server", "-accept", "127.0.0.1:0", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        while (await peer.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ACCEPT ", StringComparison.Ordinal))
                return (peer, int.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture));
        }

        throw new IOException(await peer.EndAsync());
    }

    /// <summary>Sends text.</summary>
    public async Task SendAsync(string text)
    {
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(Encoding.Latin1.GetBytes(text));
            await _process.StandardInput.BaseStream.FlushAsync();
        }
        catch (IOException)
        {
            // It has ended already; what it said tells why.
        }
    }

    /// <summary>Reads the next frame of what came.</summary>
    /// <returns>Its content; null when it ended first.</returns>
    public async Task<string?> ReadFrameAsync()
    {
        StringBuilder text = new();
        while (await ReadByteAsync() is { } next)
        {
            text.Append((char)next);
            if (text.Length > 2 && text[^2] == '\u001c' && next == '\r')
            {
                string all = text.ToString();
                return all[(all.IndexOf('\v', StringComparison.Ordinal) + 1)..^2];
            }
        }

        return null;
    }

    /// <summary>Ends it.</summary>
    /// <returns>What it complained of, with the protocol and the suite that it used.</returns>
    public async Task<string> EndAsync()
    {
        _process.StandardInput.Close();
        using CancellationTokenSource patience = new(s_patience);
        await _process.WaitForExitAsync(patience.Token);
        return await _errors;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string?> ReadLineAsync()
    {
        StringBuilder line = new();
        while (await ReadByteAsync() is { } next)
        {
            if (next == '\n')
                return line.ToString();
            line.Append((char)next);
        }

        return null;
    }

    private async Task<byte?> ReadByteAsync()
    {
        using CancellationTokenSource patience = new(s_patience);
        byte[] one = new byte[1];
        return await _process.StandardOutput.BaseStream.ReadAsync(one, patience.Token) == 0 ? null : one[0];
    }
}
