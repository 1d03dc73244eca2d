using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Hub.Channels.Certificates;
using Hub.Contracts.Tls;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Tls;

/// <summary>Warns 30, 14, 7 and 1 days before a certificate in use ends, and when it has ended (protocol T05). Each is said once.</summary>
internal sealed partial class ExpiryWarnings(TimeProvider clock, ILogger log)
{
    // A site has hundreds of peers at the most; more than this would be made-up ones of a trusted issuer.
    private const int MostPeers = 1_000;
    private static readonly int[] s_days = [0, 1, 7, 14, 30];

    private readonly ConcurrentDictionary<(string Who, string Channel), (string Role, string Subject, DateTimeOffset End, bool IsOut)> _peers = [];
    private readonly Dictionary<(string Thing, DateTimeOffset End), int> _warned = [];

    /// <summary>Notes the certificates of a peer whose handshake was good.</summary>
    public void Met(X509Chain chain, bool isReceiver, string channel)
    {
        for (int i = 0; i < chain.ChainElements.Count; i++)
        {
            X509Certificate2 certificate = chain.ChainElements[i].Certificate;
            string subject = TlsPeer.Printable(certificate.Subject);
            string role = (i, isReceiver) switch { (0, true) => "receiver's", (0, false) => "sender's", (_, true) => "receiver's issuer's", _ => "sender's issuer's" };
            // A peer's next certificate takes the place of the one before.
            (string, string) key = (role + subject, channel);
            if (_peers.Count < MostPeers || _peers.ContainsKey(key))
                _peers[key] = (role, subject, certificate.NotAfter, isReceiver);
        }
    }

    /// <summary>Warns of what is due. Called by one thread at a time.</summary>
    /// <param name="inUse">The files in use.</param>
    public void Look(IEnumerable<(string File, TlsFiles Files)> inUse)
    {
        foreach ((string file, TlsFiles files) in inUse)
        {
            if (files.Own is { } own)
            {
                Warn("Hub's own", own.Certificate, file);
                foreach (X509Certificate2 issuer in own.Issuers)
                    Warn("Hub's own issuer's", issuer, file);
            }

            foreach (X509Certificate2 authority in files.Authorities ?? [])
                Warn("trusted issuer's", authority, file);
            foreach (RevocationList list in files.Revocations ?? [])
                WarnOfList(list, file);
        }

        foreach ((string role, string subject, DateTimeOffset end, bool isOut) in _peers.Values)
            Warn(role, subject, end, "as the other side gave it", isOut);
    }

    private void Warn(string role, X509Certificate2 certificate, string file) => Warn(role, TlsPeer.Printable(certificate.Subject), certificate.NotAfter, file, isOut: false);

    private void Warn(string role, string subject, DateTimeOffset end, string where, bool isOut)
    {
        if (!IsDue(role + subject, end, out int days))
            return;
        if (end <= clock.GetUtcNow())
            Log.Expired(log, role, subject, where, end.ToUniversalTime());
        else if (isOut)
            Log.ReceiverExpires(log, role, subject, where, end.ToUniversalTime(), days);
        else
            Log.Expires(log, role, subject, where, end.ToUniversalTime(), days);
    }

    // An issuer makes lists often, so only one that is late is worth a word.
    private void WarnOfList(RevocationList list, string file)
    {
        if (list.NextUpdate is { } next && next <= clock.GetUtcNow() && IsDue("list " + list.Issuer, next, out _))
            Log.ListLate(log, list.Issuer, file, next.ToUniversalTime());
    }

    private bool IsDue(string thing, DateTimeOffset end, out int days)
    {
        TimeSpan left = end - clock.GetUtcNow();
        days = (int)Math.Ceiling(Math.Max(0, left.TotalDays));
        int stage = Array.FindIndex(s_days, most => left <= TimeSpan.FromDays(most));
        if (stage < 0 || _warned.GetValueOrDefault((thing, end), s_days.Length) <= stage)
            return false;
        _warned[(thing, end)] = stage;
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(2024, LogLevel.Warning, "The {Role} certificate {Subject} ({Where}) ends at {End:u}, in {Days} days. Put the new one in its place in time; it is taken up without a restart")]
        public static partial void Expires(ILogger log, string role, string subject, string where, DateTimeOffset end, int days);

        [LoggerMessage(2025, LogLevel.Error, "The {Role} certificate {Subject} ({Where}) ended at {End:u}. Connections are refused until there is a new one")]
        public static partial void Expired(ILogger log, string role, string subject, string where, DateTimeOffset end);

        [LoggerMessage(2026, LogLevel.Warning, "The list of revoked certificates of {Issuer} ({Where}) should have been replaced by {Next:u}. It is still used; certificates revoked since are not on it. Fetch the new one")]
        public static partial void ListLate(ILogger log, string issuer, string where, DateTimeOffset next);

        [LoggerMessage(4024, LogLevel.Warning, "The {Role} certificate {Subject} ({Where}) ends at {End:u}, in {Days} days. Tell its operators; where it is pinned, add the next one to pins")]
        public static partial void ReceiverExpires(ILogger log, string role, string subject, string where, DateTimeOffset end, int days);
    }
}
