using System.Net.Security;

namespace Hub.Contracts.Tls;

/// <summary>
/// The certificates of one channel's folder. It reads the files that TLS configs name, keeps them, follows their changes, and gives the options of
/// a handshake: with the Hub's policy (protocol T01) and the checks of the other side's certificate in them.
/// </summary>
public interface ICertificates
{
    /// <summary>For hosts that have none: asking it throws.</summary>
    static ICertificates None { get; } = new NoCertificates();

    /// <summary>The options for one handshake with a sender. Asked at each handshake, so that changed files count from the next one on; cheap.</summary>
    /// <param name="config">The listener's TLS.</param>
    /// <param name="peer">Told, during the handshake, whose certificate came and why it was refused.</param>
    /// <returns>The options. A listener of a protocol with ALPN adds its protocols.</returns>
    /// <exception cref="IOException">A file cannot be used; the text says which, why, and what to do. A listener that starts lets it out.</exception>
    SslServerAuthenticationOptions ForServer(TlsServerConfig config, TlsPeer peer);

    /// <summary>The options for one handshake with a receiver. Asked at each handshake, so that changed files count from the next connection on; cheap.</summary>
    /// <param name="config">The destination's TLS.</param>
    /// <param name="host">The host of the endpoint, which the receiver's certificate must be for.</param>
    /// <param name="peer">Told, during the handshake, whose certificate came and why it was refused.</param>
    /// <returns>The options.</returns>
    /// <exception cref="IOException">A file cannot be used; the text says which, why, and what to do. The message stays queued.</exception>
    SslClientAuthenticationOptions ForClient(TlsClientConfig config, string host, TlsPeer peer);

    private sealed class NoCertificates : ICertificates
    {
        public SslServerAuthenticationOptions ForServer(TlsServerConfig config, TlsPeer peer) => throw new InvalidOperationException("This host was made without certificates.");

        public SslClientAuthenticationOptions ForClient(TlsClientConfig config, string host, TlsPeer peer) => throw new InvalidOperationException("This host was made without certificates.");
    }
}
