using System.Security.Cryptography.X509Certificates;
using Hub.Contracts;
using Hub.Contracts.Tls;
using Hub.Engine.Tls;
using Hub.Listeners;
using Hub.Listeners.Mllp;
using Hub.Testing;

namespace Hub.Engine.Tests.Tls;

/// <summary>A folder with certificates, and listeners that use them.</summary>
internal sealed class TlsBench : IAsyncDisposable
{
    private readonly List<IListener> _listeners = [];

    public TlsBench(TimeProvider? clock = null)
    {
        Clock = clock ?? TimeProvider.System;
        Certificates = new(Clock, Log);
        Pem("authority.pem", Authority.Certificate.ExportCertificatePem());
        Own("server.pem", Authority.Issue("CN=hub.example"));
    }

    public TimeProvider Clock { get; }

    public TestAuthority Authority { get; } = new("North Authority");

    public TestFolder Folder { get; } = new();

    public RecordedLog Log { get; } = new();

    public RecordingIntake Intake { get; } = new();

    public Certificates Certificates { get; }

    /// <summary>Options of openssl to trust the bench's authority and nothing else.</summary>
    public string Trust => $"-CAfile {Folder.Path("authority.pem")} -verify_return_error";

    public static string Frame(string message) => $"\v{message}\u001c\r";

    /// <summary>Writes a certificate with its key.</summary>
    /// <returns>Its path.</returns>
    public string Own(string name, X509Certificate2 certificate) => Pem(name, TestAuthority.PemWithKey(certificate));

    public string Pem(string name, string text)
    {
        string path = Folder.Write(name, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    /// <summary>Starts an MLLP listener with TLS.</summary>
    /// <returns>Its port.</returns>
    public Task<int> ListenAsync(TlsServerConfig? tls = null) => ListenWithAsync(new MllpListenerConfig { Type = "mllp", Listen = "127.0.0.1:0", Tls = tls ?? new() { Certificate = "server.pem" } });

    /// <summary>Starts a listener.</summary>
    /// <returns>Its port.</returns>
    public async Task<int> ListenWithAsync(ListenerConfig config)
    {
        ListenerHost host = new("adt", Intake, Clock, () => "ID1", Log) { Certificates = Certificates.In(Folder.Root) };
        IListener listener = new ComponentCatalog().AddListeners().CreateListener(config, host);
        _listeners.Add(listener);
        return (await listener.StartAsync(CancellationToken.None)).Port;
    }

    public IListener Listener => _listeners[0];

    public async ValueTask DisposeAsync()
    {
        foreach (IListener listener in _listeners)
            await listener.DisposeAsync();
        Certificates.Dispose();
        Folder.Dispose();
    }
}
