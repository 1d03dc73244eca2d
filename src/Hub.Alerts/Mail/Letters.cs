using System.Globalization;
using System.Security.Cryptography;
using Hub.Contracts;

namespace Hub.Alerts.Mail;

/// <summary>Writes the mails about incidents.</summary>
/// <param name="templates">Their texts.</param>
/// <param name="runbook">What a channel's file says to do; null when it says nothing.</param>
/// <param name="settings">Whom the site is.</param>
internal sealed class Letters(Templates templates, Func<string, string?> runbook, AlertSettings settings)
{
    /// <summary>All names that templates may use, with invented values.</summary>
    public static IReadOnlyDictionary<string, object?> Sample { get; } = new Dictionary<string, object?>
    {
        ["headline"] = "Deliveries are parked: adt-to-lab → lab",
        ["text"] = "What happened and what to do",
        ["channel"] = "adt-to-lab",
        ["destination"] = "lab",
        ["cause"] = "AE",
        ["count"] = "12",
        ["first"] = "2026-03-01 12:00 +00:00",
        ["last"] = "2026-03-01 12:10 +00:00",
        ["over"] = "2026-03-01 12:40 +00:00",
        ["duration"] = "40 minutes",
        ["acknowledgedBy"] = "night.shift",
        ["firstMessage"] = "17",
        ["lastMessage"] = "29",
        ["runbook"] = "Call the laboratory.",
        ["id"] = "3",
        ["rule"] = "default",
    };

    /// <summary>The left part of the id of an incident's first mail. Two Hubs must not have the same.</summary>
    public static string NewThread(long incident) => $"hub-incident-{incident.ToString(CultureInfo.InvariantCulture)}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    /// <summary>Writes a mail about an incident.</summary>
    /// <param name="incident">The incident, this mail counted.</param>
    /// <param name="occasion">Why it is written.</param>
    /// <param name="to">Whom it is for.</param>
    /// <param name="now">The time.</param>
    /// <param name="due">When it is to be sent.</param>
    public OutgoingMail About(Incident incident, Occasion occasion, IReadOnlyList<string> to, DateTimeOffset now, DateTimeOffset due)
    {
        Dictionary<string, object?> values = Values(incident, occasion);
        string subject = $"{settings.Mail?.Name ?? "Hub"}: {Words(incident.Kind)}{Place(incident)} [incident {incident.Id}]";
        bool isFirst = incident.Mails <= 1;
        return new()
        {
            Incident = incident.Id,
            To = to,
            // One subject for all, so that programs that go by it see one thread too.
            Subject = isFirst ? subject : $"Re: {subject}",
            Text = templates.Write("incident.txt", values),
            Html = templates.Write("incident.html", values),
            MessageId = isFirst && due == now ? incident.Thread : $"{incident.Thread}-{incident.Mails}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3))}",
            Thread = isFirst && due == now ? "" : incident.Thread,
            At = now,
            DueAt = due,
        };
    }

    /// <summary>A kind in words.</summary>
    public static string Words(EventKind kind) => kind switch
    {
        EventKind.Rejected => "messages rejected",
        EventKind.Parked => "deliveries parked",
        EventKind.ScriptFailed => "step or script failed",
        EventKind.ChannelRefused => "channel file refused",
        EventKind.CertificateExpires => "certificate ends",
        EventKind.Disk => "disk nearly full",
        EventKind.JournalFault => "journal in trouble",
        EventKind.Unbound => "address cannot be bound",
        EventKind.LoginFailed => "somebody was not let in",
        EventKind.Unreachable => "receiver unreachable",
        EventKind.Raised => "answers to look at",
        EventKind.Paused => "destination paused by a rule",
        EventKind.Silence => "feed is silent",
        EventKind.Queue => "queue is long or old",
        EventKind.ErrorRate => "many errors",
        EventKind.Latency => "messages are slow",
        EventKind.Throughput => "unusual volume",
        EventKind.Stopped => "channel stopped for long",
        _ => "error of the Hub",
    };

    private Dictionary<string, object?> Values(Incident incident, Occasion occasion) => new(Sample.Keys.Select(name => KeyValuePair.Create<string, object?>(name, "")))
    {
        ["headline"] = $"{Lead(incident, occasion)}: {Words(incident.Kind)}{Place(incident)}",
        ["text"] = incident.Text,
        ["channel"] = incident.Channel,
        ["destination"] = incident.Destination,
        ["cause"] = incident.Fingerprint,
        ["count"] = incident.Count.ToString(CultureInfo.InvariantCulture),
        ["first"] = Time(incident.OpenedAt),
        ["last"] = Time(incident.LastAt),
        ["over"] = incident.ClosedAt is { } over ? Time(over) : "",
        ["duration"] = incident.ClosedAt is { } end ? Span(end - incident.OpenedAt) : "",
        ["acknowledgedBy"] = incident.AcknowledgedBy ?? "",
        ["firstMessage"] = incident.FirstMessage?.ToString() ?? "",
        ["lastMessage"] = incident.LastMessage?.ToString() ?? "",
        ["runbook"] = incident.Channel.Length > 0 ? runbook(incident.Channel) ?? "" : "",
        ["id"] = incident.Id.ToString(CultureInfo.InvariantCulture),
        ["rule"] = incident.Rule,
    };

    private static string Lead(Incident incident, Occasion occasion) => occasion switch
    {
        Occasion.Begins => "New",
        Occasion.GoesOn => $"Still, {incident.Count} times so far",
        Occasion.Escalates => "Nobody has taken this on",
        _ => "Over",
    };

    private static string Place(Incident incident) => (incident.Channel, incident.Destination) switch
    {
        ("", _) => "",
        (_, "") => $", {incident.Channel}",
        _ => $", {incident.Channel} → {incident.Destination}",
    };

    private string Time(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, settings.Local).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    private static string Span(TimeSpan span) => span.TotalHours < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(span.TotalMinutes):0} minutes")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} hours {span.Minutes} minutes");
}
