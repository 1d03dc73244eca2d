using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Hub.Listeners.Tls;

/// <summary>Tells HTTP that a connection is TLS, by which protocol, and whose certificate came.</summary>
internal sealed class PeerFeature(SslStream ssl) : ITlsConnectionFeature, ITlsApplicationProtocolFeature
{
    private X509Certificate2? _certificate = ssl.RemoteCertificate as X509Certificate2;

    public ReadOnlyMemory<byte> ApplicationProtocol => ssl.NegotiatedApplicationProtocol.Protocol;

    public X509Certificate2? ClientCertificate
    {
        get => _certificate;
        set => _certificate = value;
    }

    // There is no renegotiation: it was given in the handshake or never will be.
    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(_certificate);
}
