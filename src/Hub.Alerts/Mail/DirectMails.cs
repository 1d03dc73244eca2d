using Hub.Alerts.Config;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Alerts.Mail;

/// <summary>
/// Mails about the journal or its disk while it cannot be written: without it, at once, and no more than once an hour to one person for one cause. When the journal works
/// again the event is kept and handled as any other.
/// </summary>
/// <param name="mailer">Sends mails.</param>
/// <param name="runbook">What a channel's file says for the night.</param>
/// <param name="clock">The time.</param>
/// <param name="log">For people.</param>
internal sealed partial class DirectMails(IMailer mailer, Func<string, string?> runbook, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan s_once = TimeSpan.FromHours(1);

    private readonly Dictionary<string, DateTimeOffset> _told = [];

    /// <summary>Mails about an event.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="settings">Who is told.</param>
    /// <param name="templates">The texts.</param>
    /// <param name="stopping">Fires when the Hub stops.</param>
    public async Task TellAsync(HubEvent happened, AlertSettings settings, Templates templates, CancellationToken stopping)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (settings.Mail is not { } config || happened.IsEnd)
            return;
        RuleConfig rule = settings.RuleOf(happened.Kind, happened.Channel, happened.Destination, now);
        string[] to = rule.Silent ? [] : [.. settings.Resolve(rule.To, now).Select(one => one.Address).Where(address => !WasTold(address))];
        if (to.Length == 0)
            return;
        Letters letters = new(templates, runbook, settings);
        Incident incident = new()
        {
            Id = 0,
            Kind = happened.Kind,
            Channel = happened.Channel,
            Destination = happened.Destination,
            Fingerprint = happened.Fingerprint,
            Text = happened.Text,
            OpenedAt = happened.At,
            LastAt = happened.At,
            Count = happened.Count,
            Thread = Letters.NewThread(0),
        };
        NotSent? failure = await mailer.SendAsync(config, letters.About(incident, Occasion.Begins, to, now, now), stopping);
        foreach (string address in to.Except(failure?.Left ?? []))
            _told[Cause(address)] = now;
        if (failure is not null)
            Log.NotTold(log, string.Join(", ", failure.Left), failure.Reason);

        bool WasTold(string address) => _told.TryGetValue(Cause(address), out DateTimeOffset told) && now - told < s_once;

        string Cause(string address) => $"{address} {happened.Kind} {happened.Channel} {happened.Destination}";
    }

    private static partial class Log
    {
        [LoggerMessage(6009, LogLevel.Error, "The journal is in trouble, and {People} could not be mailed about it. {Reason}")]
        public static partial void NotTold(ILogger log, string people, string reason);
    }
}
