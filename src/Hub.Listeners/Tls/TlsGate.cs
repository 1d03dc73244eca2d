using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using Hub.Contracts;
using Hub.Contracts.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Hub.Listeners.Tls;

// Stands between the socket and the listener: what comes out behind it is plain bytes of a peer that was checked, or nothing.
// Handshakes cost processor time, so only so many go on at once (T04); the others wait. A peer that says nothing is not yet
// in a handshake, so silent ones keep no place from others. Silence and handshake together have 10 s; the waiting for a place,
// which is not the peer's doing, does not count.

/// <summary>The TLS of one port (protocol T01 to T05, F13).</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle is not used holds nothing; the gate lives as long as its port.")]
internal sealed partial class TlsGate(TlsServerConfig tls, ListenerHost host, Func<IEnumerable<string>> channels, SslApplicationProtocol[] protocols)
{
    private const int MostHandshakes = 256;
    private const int MostWaiting = 4096;
    private const byte Handshake = 0x16;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    // Larger than a record of TLS (16 KiB), so that each read brings a whole one.
    private static readonly StreamPipeReaderOptions s_reading = new(bufferSize: 32 * 1024, minimumReadSize: 16 * 1024, leaveOpen: true, useZeroByteReads: true);
    private static readonly StreamPipeWriterOptions s_writing = new(leaveOpen: true);

    private readonly ILogger _log = host.Loggers.CreateLogger<TlsGate>();
    private readonly SemaphoreSlim _places = new(MostHandshakes);
    private int _waiting;

    /// <summary>Serves a connection: the handshake, then the listener, then the end of TLS.</summary>
    public async Task ServeAsync(ConnectionContext context, ConnectionDelegate next)
    {
        string address = context.RemoteEndPoint?.ToString() ?? "unknown";
        TlsPeer peer = new();
        IDuplexPipe plain = context.Transport;
        await using DuplexStream stream = new(plain);
        await using SslStream ssl = new(stream, leaveInnerStreamOpen: true);
        if (await WhyNotAsync(context, ssl, peer) is { } reason)
        {
            foreach (string channel in reason.Length > 0 ? channels() : [])
                Log.Refused(_log, channel, address, peer.Subject ?? "none", peer.Fingerprint?.Hex ?? "none", reason);
            // Not aborted: the alert that says why is on its way.
            return;
        }

        context.Features.Set<ITlsConnectionFeature>(new PeerFeature(ssl));
        context.Features.Set<ITlsApplicationProtocolFeature>(new PeerFeature(ssl));
        context.Transport = new SslTransport(PipeReader.Create(ssl, s_reading), PipeWriter.Create(ssl, s_writing));
        try
        {
            await next(context);
        }
        finally
        {
            context.Transport = plain;
            await EndAsync(ssl);
        }
    }

    /// <summary>Does the handshake.</summary>
    /// <returns>Null when it is done; else why not, empty when it is not worth a word.</returns>
    private async Task<string?> WhyNotAsync(ConnectionContext context, SslStream ssl, TlsPeer peer)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return $"More than {MostWaiting} connections wait for their handshake. Is this an attack, or a sender that connects again and again?";
        }

        using CancellationTokenSource patience = new(s_patience, host.Clock);
        // When the port closes, a handshake is not waited for.
        CancellationToken closing = context.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        await using CancellationTokenRegistration registration = closing.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), patience);
        try
        {
            if (await FirstByteAsync(context, patience.Token) is not { } first)
                return "";
            if (first != Handshake)
                return first == 0x0B ? "It speaks MLLP without TLS. Switch TLS on at the sender." : "It does not speak TLS. Switch TLS on at the sender.";
            return await ShakeAsync(ssl, peer, patience);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return closing.IsCancellationRequested ? "" : $"The handshake was not done within {s_patience.TotalSeconds} s.";
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException or ConnectionAbortedException or ConnectionResetException or OperationCanceledException)
        {
            return peer.Refusal ?? TlsFailure.Explain(exception);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    // F13: one look at what comes first; nothing is taken from it.
    private static async Task<byte?> FirstByteAsync(ConnectionContext context, CancellationToken patience)
    {
        ReadResult read = await context.Transport.Input.ReadAsync(patience);
        byte? first = read.Buffer.IsEmpty ? null : read.Buffer.FirstSpan[0];
        context.Transport.Input.AdvanceTo(read.Buffer.Start);
        return first;
    }

    private async Task<string?> ShakeAsync(SslStream ssl, TlsPeer peer, CancellationTokenSource patience)
    {
        if (!_places.Wait(0, CancellationToken.None))
        {
            patience.CancelAfter(Timeout.InfiniteTimeSpan);
            await _places.WaitAsync(CancellationToken.None);
            patience.CancelAfter(s_patience);
        }

        try
        {
            SslServerAuthenticationOptions options = host.Certificates.ForServer(tls, peer);
            options.ApplicationProtocols = protocols.Length == 0 ? null : [.. protocols];
            await ssl.AuthenticateAsServerAsync(options, patience.Token);
            return null;
        }
        finally
        {
            _places.Release();
        }
    }

    // RFC 8446 §6.1: the end is said, so that nobody can cut a connection short unseen. A peer that takes nothing is not waited for.
    private async Task EndAsync(SslStream ssl)
    {
        try
        {
            await ssl.ShutdownAsync().WaitAsync(s_patience, host.Clock);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or TimeoutException or ConnectionAbortedException or OperationCanceledException)
        {
            // The peer was gone first.
        }
    }

    private sealed record SslTransport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private static partial class Log
    {
        [LoggerMessage(2020, LogLevel.Warning, "Channel {Channel}: the TLS handshake with {Peer} failed and nothing was read. Subject: {Subject}; fingerprint: {Fingerprint}. {Reason}")]
        public static partial void Refused(ILogger log, string channel, string peer, string subject, string fingerprint, string reason);
    }
}
