using System.Net.Security;
using Hub.Contracts.Tls;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Hub.Engine.Admin;

/// <summary>The TLS of the admin address: with the Hub's policy, and files that are followed while it runs.</summary>
/// <param name="config">The files.</param>
/// <param name="certificates">Reads them.</param>
internal sealed class AdminTls(TlsServerConfig config, ICertificates certificates)
{
    private readonly Lock _telling = new();
    private volatile string? _fingerprint;

    /// <summary>Told the fingerprint of a certificate that is shown for the first time: commands of this machine know the Hub by it.</summary>
    public Action<string>? Shown { get; set; }

    /// <summary>The fingerprint of the certificate that is shown now.</summary>
    /// <exception cref="IOException">A file cannot be used; the text says which, why, and what to do.</exception>
    public string Fingerprint => Of(Options());

    /// <summary>Makes all addresses of the server https.</summary>
    public void Use(KestrelServerOptions server) => server.ConfigureEndpointDefaults(listen => listen.UseHttps(new TlsHandshakeCallbackOptions
    {
        OnConnection = _ =>
        {
            SslServerAuthenticationOptions options = Options();
            string fingerprint = Of(options);
            if (_fingerprint != fingerprint)
                Tell(fingerprint);
            return ValueTask.FromResult(options);
        },
    }));

    // Browsers open several connections at once, and no handshake fails because a file cannot be written now: the next one tries again.
    private void Tell(string fingerprint)
    {
        lock (_telling)
        {
            if (_fingerprint == fingerprint)
                return;
            try
            {
                Shown?.Invoke(fingerprint);
                _fingerprint = fingerprint;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Commands of this machine do not know the new certificate until then, and say so.
            }
        }
    }

    private SslServerAuthenticationOptions Options()
    {
        SslServerAuthenticationOptions options = certificates.ForServer(config, new());
        options.ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];
        return options;
    }

    private static string Of(SslServerAuthenticationOptions options) => CertificateFingerprint.Of(options.ServerCertificateContext!.TargetCertificate).Hex;
}
