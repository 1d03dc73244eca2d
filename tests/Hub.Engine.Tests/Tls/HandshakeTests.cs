using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Hub.Testing;

namespace Hub.Engine.Tests.Tls;

/// <summary>Many handshakes at once.</summary>
public sealed class HandshakeTests : IAsyncDisposable
{
    private const int AtOnce = 256;

    // On a busy machine so many take longer than the 10 s that each has.
    private readonly TlsBench _bench = new(new ManualTime());

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task T04_256_handshakes_go_on_at_once_and_the_next_one_waits_for_its_turn()
    {
        int port = await _bench.ListenAsync();
        Sender[] senders = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i => Sender.ConnectAsync(port, i)));
        // The Hub has said its part to each, and waits for theirs.
        await Task.WhenAll(senders.Select(sender => sender.Line.Heard));

        await using Sender next = await Sender.ConnectAsync(port, AtOnce);
        // One that speaks no TLS takes no place: when it is told so, the one before it was looked at.
        using RawPeer plain = await RawPeer.ConnectAsync(port);
        await plain.SendAsync("\v");
        Assert.True(await plain.EndsAsync());
        Assert.False(next.Line.Heard.IsCompleted);

        senders[0].Line.GoOn();
        Assert.Contains("MSA|AA|0", await senders[0].AnswerAsync(), StringComparison.Ordinal);
        await next.Line.Heard;
        foreach (Sender sender in (Sender[])[.. senders[1..], next])
            sender.Line.GoOn();
        string[] answers = await Task.WhenAll(senders[1..].Append(next).Select(sender => sender.AnswerAsync()));

        Assert.Equal(Enumerable.Range(1, AtOnce), answers.Select(answer => int.Parse(answer.Split("MSA|AA|")[1].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture)));
        foreach (Sender sender in senders)
            await sender.DisposeAsync();
    }

    /// <summary>A sender that stops in the middle of its handshake.</summary>
    private sealed class Sender : IAsyncDisposable
    {
        private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

        private readonly Task<string> _answer;

        private Sender(Stream socket, int id)
        {
            Line = new(socket);
            _answer = SendAsync(id);
        }

        public HeldLine Line { get; }

        public static async Task<Sender> ConnectAsync(int port, int id)
        {
            TcpClient client = new();
            await client.ConnectAsync("127.0.0.1", port);
            return new(client.GetStream(), id);
        }

        public Task<string> AnswerAsync() => _answer.WaitAsync(s_patience);

        public async ValueTask DisposeAsync() => await Line.DisposeAsync();

        private async Task<string> SendAsync(int id)
        {
            await using SslStream stream = new(Line, leaveInnerStreamOpen: true);
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "hub.example", RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Issuer == "CN=North Authority" });
            await stream.WriteAsync(Encoding.UTF8.GetBytes(TlsBench.Frame(Samples.Adt($"{id}"))));
            StringBuilder answer = new();
            byte[] one = new byte[1];
            while (await stream.ReadAsync(one) == 1 && one[0] != 0x1C)
                answer.Append((char)one[0]);
            return answer.ToString();
        }
    }

    /// <summary>A connection that hands over nothing of what came until it is told to.</summary>
    private sealed class HeldLine(Stream socket) : Stream
    {
        private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when the other side has said something.</summary>
        public Task Heard => _heard.Task.WaitAsync(TimeSpan.FromSeconds(60));

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void GoOn() => _goesOn.TrySetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await socket.ReadAsync(buffer, cancellationToken);
            _heard.TrySetResult();
            await _goesOn.Task.WaitAsync(cancellationToken);
            return read;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => socket.WriteAsync(buffer, cancellationToken);

        public override void Flush() => socket.Flush();

        public override int Read(byte[] buffer, int offset, int count) => socket.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => socket.Write(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await socket.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
