using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Hub.Contracts;
using Hub.Contracts.Tls;
using Hub.Engine.Alerting;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Tls;

// Each tls record of a channel that runs has its files here for as long as the record is used by anything: the table holds
// them weakly, so a channel that goes takes them with it. A handshake takes what is current; connections that stand are
// not touched by a change.

/// <summary>All certificates in use: reads them, follows their files, warns before they end.</summary>
internal sealed partial class Certificates : IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(10);

    private readonly ConditionalWeakTable<object, FollowedFiles> _followed = [];
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly ExpiryWarnings _expiry;
    private readonly ITimer _timer;
    private volatile Dictionary<string, bool> _broken = [];
    private int _asked;

    public Certificates(TimeProvider clock, ILoggerFactory loggers)
    {
        _clock = clock;
        _log = loggers.CreateLogger<Certificates>();
        _expiry = new(clock, _log, cause => Told(cause));
        _timer = clock.CreateTimer(static self => ((Certificates)self!).Look(), this, s_look, s_look);
    }

    /// <summary>The incident that people were told of a cause by, as <see cref="LogEvents.Cause"/> has it. Default: none.</summary>
    public Func<string, Incident?> Told { get; init; } = _ => null;

    /// <summary>The certificates of what has its files in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="channel">The channel that they are used by; empty for what is of no channel.</param>
    public ICertificates In(string folder, string channel = "") => new OfFolder(this, folder, channel);

    /// <summary>Looks at all files again and warns of what ends. Also called every 10 seconds.</summary>
    public void Look()
    {
        // One at a time; who asks meanwhile is answered by one more look of the same.
        if (Interlocked.Increment(ref _asked) > 1)
            return;
        int answered;
        do
        {
            answered = Volatile.Read(ref _asked);
            LookOnce();
        }
        while (Interlocked.Add(ref _asked, -answered) > 0);
    }

    /// <summary>Whether what was told of a certificate or its files is so still; null when they are not known, as those of a partner that was not met since the start.</summary>
    /// <param name="cause">What was told, as <see cref="LogEvents.Cause"/> has it.</param>
    public bool? IsSo(string cause) => _broken.TryGetValue(cause, out bool isBroken) ? isBroken : _expiry.IsSo(cause);

    public void Dispose() => _timer.Dispose();

    private void LookOnce()
    {
        try
        {
            FollowedFiles[] all = [.. _followed.Select(entry => entry.Value)];
            foreach (FollowedFiles files in all)
                Follow(files);
            _broken = all.GroupBy(files => files.Name).ToDictionary(same => LogEvents.Cause(LogEvents.FilesBroken, same.Key), same => same.Any(files => files.IsBroken));
            _expiry.Look(all.Select(files => (files.Name, files.Current)));
        }
        catch (Exception exception)
        {
            // Nobody above a timer would hear of it; the next look tries again.
            Log.LookFailed(_log, exception);
        }
    }

    private void Follow(FollowedFiles files)
    {
        switch (files.LookAgain(out string? problem))
        {
            case Tls.Look.Changed:
                Log.Changed(_log, files.Name, files.Current.Own is { } own ? CertificateFingerprint.Of(own.Certificate).Hex : "none of its own");
                break;
            case Tls.Look.Broken:
                Log.Broken(_log, files.Name, problem!);
                break;
        }
    }

    private TlsFiles Files(TlsServerConfig config, string folder, string channel) =>
        _followed.GetValue(config, _ => new(TlsFiles.Names(config, folder), () => TlsFiles.Read(config, folder)) { Channel = channel }).Current;

    private TlsFiles Files(TlsClientConfig config, string folder, string channel) =>
        _followed.GetValue(config, _ => new(TlsFiles.Names(config, folder), () => TlsFiles.Read(config, folder)) { Channel = channel }).Current;

    private sealed class OfFolder(Certificates all, string folder, string channel) : ICertificates
    {
        public SslServerAuthenticationOptions ForServer(TlsServerConfig config, TlsPeer peer)
        {
            TlsFiles files = all.Files(config, folder, channel);
            X509ChainPolicy? clients = config.ClientCertificates == ClientCertificates.None ? null : TlsPolicy.Chain(files.Authorities, all._clock.GetUtcNow());
            return TlsPolicy.Server(files.Own!.Context, clients, (_, given, chain, _) =>
            {
                X509Certificate2? certificate = given as X509Certificate2;
                peer.Present(certificate);
                return all.Taken(peer, certificate, chain, isReceiver: false, channel, PeerCheck.Client(certificate, chain, config, files));
            });
        }

        public SslClientAuthenticationOptions ForClient(TlsClientConfig config, string host, TlsPeer peer)
        {
            TlsFiles files = all.Files(config, folder, channel);
            string name = config.ServerName ?? host;
            return TlsPolicy.Client(name, files.Own?.Context, TlsPolicy.Chain(files.Authorities, all._clock.GetUtcNow()), (_, given, chain, errors) =>
            {
                X509Certificate2? certificate = given as X509Certificate2;
                peer.Present(certificate);
                return all.Taken(peer, certificate, chain, isReceiver: true, channel, PeerCheck.Server(certificate, chain, errors, config, name, files, all._clock.GetUtcNow()));
            });
        }
    }

    private bool Taken(TlsPeer peer, X509Certificate2? certificate, X509Chain? chain, bool isReceiver, string channel, string? refusal)
    {
        if (refusal is not null)
            return peer.Refuse(refusal);
        if (certificate is not null && chain is not null)
            _expiry.Met(chain, isReceiver, channel);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(2022, LogLevel.Information, "The files of {File} changed and are in use for new connections; the certificate's fingerprint is {Fingerprint}")]
        public static partial void Changed(ILogger log, string file, string fingerprint);

        [LoggerMessage(2023, LogLevel.Warning, "The files of {File} changed and cannot be used; those before stay in use. {Problem}")]
        public static partial void Broken(ILogger log, string file, string problem);

        [LoggerMessage(2027, LogLevel.Error, "Certificates could not be looked at; those in use stay")]
        public static partial void LookFailed(ILogger log, Exception exception);
    }
}
