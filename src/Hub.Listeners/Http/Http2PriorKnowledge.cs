using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Hub.Listeners.Http;

// On a port without TLS Kestrel speaks either HTTP/1.1 or HTTP/2, since nobody negotiates. What a client that knows
// beforehand sends first (RFC 9113 §3.3, §3.4) cannot be HTTP/1.1, so one look at the first bytes tells the two apart.

/// <summary>Lets a port without TLS speak HTTP/1.1 and HTTP/2.</summary>
internal static class Http2PriorKnowledge
{
    private static readonly byte[] s_preface = [.. "PRI * HTTP/2.0\r\n"u8];
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Looks at the first bytes of each connection that has not negotiated; nothing is taken from them.</summary>
    public static void UseHttp2PriorKnowledge(this ListenOptions endpoint, TimeProvider clock) => endpoint.Use(next => async context =>
    {
        if (context.Features.Get<ITlsApplicationProtocolFeature>() is null)
        {
            bool? isHttp2 = await LookAsync(context, clock);
            if (isHttp2 is null)
                return;
            if (isHttp2.Value)
            {
                context.Features.Set<ITlsApplicationProtocolFeature>(new Http2Chosen());
                context.Features.Set<ITlsConnectionFeature>(new Http2Chosen());
            }
        }

        await next(context);
    });

    /// <summary>Whether the peer speaks HTTP/2; null when it says nothing in time or goes.</summary>
    private static async Task<bool?> LookAsync(ConnectionContext context, TimeProvider clock)
    {
        using CancellationTokenSource patience = new(s_patience, clock);
        // When the port closes, a peer that has said nothing is not waited for.
        CancellationToken closing = context.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        await using CancellationTokenRegistration registration = closing.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), patience);
        try
        {
            while (true)
            {
                ReadResult read = await context.Transport.Input.ReadAsync(patience.Token);
                bool? isHttp2 = Judge(read.Buffer);
                bool isEnd = read.IsCompleted && isHttp2 is null;
                context.Transport.Input.AdvanceTo(read.Buffer.Start, isHttp2 is null ? read.Buffer.End : read.Buffer.Start);
                if (isHttp2 is not null || isEnd)
                    return isHttp2;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ConnectionAbortedException or ConnectionResetException)
        {
            return null;
        }
    }

    private static bool? Judge(ReadOnlySequence<byte> first)
    {
        byte[] seen = first.Slice(0, Math.Min(first.Length, s_preface.Length)).ToArray();
        if (!s_preface.AsSpan().StartsWith(seen))
            return false;
        return seen.Length == s_preface.Length ? true : null;
    }

    /// <summary>What TLS would have said. Kestrel looks at what was chosen only where both features are there.</summary>
    private sealed class Http2Chosen : ITlsApplicationProtocolFeature, ITlsConnectionFeature
    {
        public ReadOnlyMemory<byte> ApplicationProtocol { get; } = "h2"u8.ToArray();

        public X509Certificate2? ClientCertificate { get; set; }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
    }
}
