using Hub.Contracts;

namespace Hub.Engine.Commands;

/// <summary>Incidents as the commands show them: the names of the JSON output stand here, and do not change.</summary>
internal static class IncidentView
{
    public static object Of(Incident incident) => new
    {
        incident.Id,
        incident.Kind,
        incident.Channel,
        incident.Destination,
        Cause = incident.Fingerprint,
        incident.Text,
        incident.Count,
        incident.OpenedAt,
        incident.LastAt,
        incident.ClosedAt,
        FirstMessage = incident.FirstMessage?.Value,
        LastMessage = incident.LastMessage?.Value,
        incident.AcknowledgedBy,
        incident.AcknowledgedAt,
        incident.MutedUntil,
        incident.MutedBy,
        incident.Rule,
        incident.Mails,
    };

    public static object Of(OutgoingMail mail) => new { mail.Id, mail.State, mail.To, mail.Subject, mail.At, mail.DueAt, mail.Attempts, mail.Reason };

    /// <summary>How it stands, in a few words.</summary>
    public static string State(Incident incident, DateTimeOffset now)
    {
        if (incident.ClosedAt is { } closed)
            return $"over since {JournalView.Time(closed)}";
        string muted = incident.MutedUntil is { } until && until > now ? $", muted until {JournalView.Time(until)}" : "";
        return (incident.AcknowledgedBy is { } by ? $"open, taken on by {by}" : "open") + muted;
    }

    public static void Write(Incident incident, IReadOnlyList<OutgoingMail> mails)
    {
        Console.Out.WriteLine($"incident {incident.Id}: {State(incident, TimeProvider.System.GetUtcNow())}");
        Console.Out.WriteLine($"  kind         {incident.Kind}");
        if (incident.Channel.Length > 0)
            Console.Out.WriteLine($"  channel      {incident.Channel}");
        if (incident.Destination.Length > 0)
            Console.Out.WriteLine($"  destination  {incident.Destination}");
        if (incident.Fingerprint.Length > 0)
            Console.Out.WriteLine($"  cause        {Output.Plain(incident.Fingerprint)}");
        Console.Out.WriteLine($"  happened     {incident.Count} times, from {JournalView.Time(incident.OpenedAt)} to {JournalView.Time(incident.LastAt)}");
        if (incident.FirstMessage is not null)
            Console.Out.WriteLine($"  messages     {incident.FirstMessage} to {incident.LastMessage}");
        Console.Out.WriteLine($"  rule         {incident.Rule}");
        Console.Out.WriteLine($"  {Output.Plain(incident.Text)}");
        foreach (OutgoingMail mail in mails.Reverse())
            Console.Out.WriteLine($"  mail {mail.Id} {JournalView.Time(mail.At)} to {string.Join(", ", mail.To)}: {mail.State}{(mail.Reason is null || mail.State == MailState.Sent ? "" : $" ({Output.Plain(mail.Reason)})")}");
    }
}
