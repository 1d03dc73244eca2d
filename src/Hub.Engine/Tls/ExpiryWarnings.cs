using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Hub.Channels.Certificates;
using Hub.Contracts;
using Hub.Contracts.Tls;
using Hub.Engine.Alerting;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Tls;

/// <summary>Warns 30, 14, 7 and 1 days before a certificate in use ends, and when it has ended (protocol T05). Each is said once, also over restarts.</summary>
/// <param name="clock">The time.</param>
/// <param name="log">Where it is said.</param>
/// <param name="told">The incident that people were told of a cause by, as <see cref="LogEvents.Cause"/> has it; null when there is none.</param>
internal sealed partial class ExpiryWarnings(TimeProvider clock, ILogger log, Func<string, Incident?> told)
{
    // A site has hundreds of peers at the most; more than this would be made-up ones of a trusted issuer.
    private const int MostPeers = 1_000;
    private static readonly int[] s_days = [0, 1, 7, 14, 30];

    private readonly ConcurrentDictionary<(string Who, string Channel), (string Role, string Subject, DateTimeOffset End, bool IsOut)> _peers = [];
    private readonly Dictionary<(string Thing, DateTimeOffset End), int> _warned = [];
    private volatile Dictionary<string, bool> _known = [];

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
        (string File, TlsFiles Files)[] files = [.. inUse];
        Found[] certificates = [.. files.SelectMany(one => Of(one.Files, one.File)), .. _peers.Values.Select(peer => new Found(peer.Role, peer.Subject, peer.End, "as the other side gave it", peer.IsOut))];
        (RevocationList List, string File)[] lists = [.. files.SelectMany(one => (one.Files.Revocations ?? []).Select(list => (list, one.File)))];
        // Known before it is told, so that what is told is not taken for over.
        _known = certificates.Select(found => (Cause: LogEvents.Cause(LogEvents.CertificateEnds, found.Subject), IsSo: IsNear(found.End)))
            .Concat(lists.Select(one => (Cause: LogEvents.Cause(LogEvents.ListLate, one.List.Issuer), IsSo: IsLate(one.List))))
            .GroupBy(one => one.Cause).ToDictionary(same => same.Key, same => same.Any(one => one.IsSo));
        foreach (Found found in certificates)
            Warn(found);
        foreach ((RevocationList list, string file) in lists)
        {
            // An issuer makes lists often, so only one that is late is worth a word.
            if (IsLate(list) && IsDue("list " + list.Issuer, LogEvents.Cause(LogEvents.ListLate, list.Issuer), list.NextUpdate!.Value, out _))
                Log.ListLate(log, list.Issuer, file, list.NextUpdate.Value.ToUniversalTime());
        }
    }

    /// <summary>Whether a certificate of the last look ends soon or has ended, or a list is late; null when the look had none of the kind.</summary>
    /// <param name="cause">Which, as <see cref="LogEvents.Cause"/> has it.</param>
    public bool? IsSo(string cause) => _known.TryGetValue(cause, out bool isSo) ? isSo : null;

    private static IEnumerable<Found> Of(TlsFiles files, string file)
    {
        if (files.Own is { } own)
        {
            yield return Make("Hub's own", own.Certificate);
            foreach (X509Certificate2 issuer in own.Issuers)
                yield return Make("Hub's own issuer's", issuer);
        }

        foreach (X509Certificate2 authority in files.Authorities ?? [])
            yield return Make("trusted issuer's", authority);

        Found Make(string role, X509Certificate2 certificate) => new(role, TlsPeer.Printable(certificate.Subject), certificate.NotAfter, file, IsOut: false);
    }

    private void Warn(Found found)
    {
        if (!IsDue(found.Role + found.Subject, LogEvents.Cause(LogEvents.CertificateEnds, found.Subject), found.End, out int days))
            return;
        if (found.End <= clock.GetUtcNow())
            Log.Expired(log, found.Role, found.Subject, found.Where, found.End.ToUniversalTime());
        else if (found.IsOut)
            Log.ReceiverExpires(log, found.Role, found.Subject, found.Where, found.End.ToUniversalTime(), days);
        else
            Log.Expires(log, found.Role, found.Subject, found.Where, found.End.ToUniversalTime(), days);
    }

    private bool IsNear(DateTimeOffset end) => end - clock.GetUtcNow() <= TimeSpan.FromDays(s_days[^1]);

    private bool IsLate(RevocationList list) => list.NextUpdate is { } next && next <= clock.GetUtcNow();

    private bool IsDue(string thing, string cause, DateTimeOffset end, out int days)
    {
        TimeSpan left = end - clock.GetUtcNow();
        days = (int)Math.Ceiling(Math.Max(0, left.TotalDays));
        int stage = StageOf(left);
        if (stage == s_days.Length)
            return false;
        int before = _warned.TryGetValue((thing, end), out int warned) ? warned : ToldOf(cause, end);
        _warned[(thing, end)] = Math.Min(stage, before);
        return stage < before;
    }

    // What was told before the Hub was started: the incident knows of which end, and when.
    private int ToldOf(string cause, DateTimeOffset end) =>
        told(cause) is { } incident && incident.Text.Contains(LogEvents.Shown(end.ToUniversalTime()), StringComparison.Ordinal) ? StageOf(end - incident.LastAt) : s_days.Length;

    private static int StageOf(TimeSpan left) => Array.FindIndex(s_days, most => left <= TimeSpan.FromDays(most)) is >= 0 and var stage ? stage : s_days.Length;

    private sealed record Found(string Role, string Subject, DateTimeOffset End, string Where, bool IsOut);

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
