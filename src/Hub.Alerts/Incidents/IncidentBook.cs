using Hub.Alerts.Config;
using Hub.Alerts.Mail;
using Hub.Contracts;

namespace Hub.Alerts.Incidents;

// What becomes of events: an event begins an incident or is counted to the one of its cause; an incident is mailed about when it begins, while it goes
// on (digest), when nobody takes it on (escalation) and when it is over (all-clear), all in one thread. A function of what the journal has, the settings
// and the time: whoever calls it stores what comes out in one transaction with the number of the last event, so that a stop between two calls repeats
// nothing and loses nothing.

/// <summary>One step of the alerts: what events and the time make of incidents.</summary>
/// <param name="settings">What the site says.</param>
/// <param name="letters">Writes mails.</param>
/// <param name="now">The time.</param>
/// <param name="last">The highest number an incident has.</param>
/// <param name="waiting">Finds the mails about an incident that wait to leave.</param>
internal sealed class IncidentBook(AlertSettings settings, Letters letters, DateTimeOffset now, long last, Func<long, IReadOnlyList<OutgoingMail>> waiting)
{
    /// <summary>How long what nobody was told of is kept for whom it is for, as long as a mail is tried.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromDays(3);

    /// <summary>How long who took an incident on hears nothing more of it.</summary>
    private static readonly TimeSpan s_peace = TimeSpan.FromDays(1);

    private readonly List<Incident> _open = [];
    private readonly HashSet<long> _changed = [];
    private readonly List<OutgoingMail> _mails = [];
    private long _last = last;
    private Func<HubEvent, IReadOnlyList<Incident>>? _find;

    /// <summary>Begins with the incidents that last.</summary>
    /// <param name="open">As the journal has them.</param>
    /// <param name="loosens">
    /// Whether nobody knows any more how their causes stand, because the Hub was started: those that last are over when they do not happen again. Others
    /// are known all the same: the journal keeps pauses and what is parked, certificates are looked at, watches judge again when they can, and for some a person is waited for.
    /// </param>
    /// <param name="find">Finds those that last of an event's cause, when there are more than were given; null when these are all.</param>
    public void Load(IReadOnlyList<Incident> open, bool loosens, Func<HubEvent, IReadOnlyList<Incident>>? find = null)
    {
        _find = find;
        _open.AddRange(open);
        // It began while no rule was for it, or none could be read. Where people were told by the default rule, they are to hear how it goes on.
        foreach (Incident incident in open.Where(incident => incident.Mails == 0 && incident.Rule == AlertSettings.DefaultRule.Id))
        {
            RuleConfig rule = settings.RuleOf(incident.Kind, incident.Channel, incident.Destination, incident.OpenedAt);
            if (rule.Id != incident.Rule)
                Change(incident with { Rule = rule.Id });
        }

        if (loosens)
            Loosen(incident => !incident.EndsByHand && incident.Kind is not (EventKind.Paused or EventKind.Parked or EventKind.CertificateExpires) && !WatchConfig.IsOfWatch(incident.Kind));
    }

    /// <summary>Takes an event into account.</summary>
    public void Take(HubEvent happened)
    {
        if (happened.Kind == EventKind.ChannelChanged)
        {
            Loosen(incident => incident.Channel == happened.Channel && incident.Kind == EventKind.Unreachable);
            return;
        }

        if (_find is { } find)
            _open.AddRange(find(happened).Where(found => _open.TrueForAll(other => other.Id != found.Id)).ToList());
        int known = _open.FindIndex(incident => incident.ClosedAt is null && incident.Is(happened));
        if (happened.IsEnd)
        {
            if (known >= 0)
                Close(_open[known], Later(_open[known].LastAt, happened.At));
        }
        else if (known >= 0)
        {
            Incident before = _open[known];
            Incident after = before with { Count = before.Count + happened.Count, LastAt = Later(before.LastAt, happened.At), LastMessage = happened.Message ?? before.LastMessage, Lasts = before.Lasts || happened.Lasts, Text = happened.Text.Length > 0 ? happened.Text : before.Text };
            // A certificate is nearer to its end: who took on that it ends in 30 days may have forgotten it.
            Change(after.IsOfCertificateEnd ? after with { AcknowledgedBy = null, AcknowledgedAt = null } : after);
        }
        else
            Open(happened);
    }

    /// <summary>Ends the incidents of parked deliveries of which nothing is parked any more.</summary>
    /// <param name="isParked">Whether something of a channel's destination is, by a journal that has no event that was not taken before.</param>
    public void LookAtParked(Func<string, string, bool> isParked)
    {
        foreach (Incident incident in _open.Where(incident => incident is { Kind: EventKind.Parked, Lasts: true, ClosedAt: null } && !isParked(incident.Channel, incident.Destination)).ToList())
            Close(incident, now);
    }

    /// <summary>Does what is due at this time: first mails that waited, digests, escalations, ends.</summary>
    public void LookAtTime()
    {
        foreach (Incident incident in _open.Where(incident => incident.ClosedAt is null).ToList())
        {
            RuleConfig rule = settings.Rule(incident.Rule);
            // What should have been mailed before it was over is: the Hub was down at that time.
            if (!IsMuted(incident) && FirstAt(incident, rule) is { } first && first <= now && !(EndsAt(incident, rule) < first))
                Tell(incident, rule, Occasion.Begins);
            else if (!IsMuted(incident) && EscalatesAt(incident, rule) is { } escalates && escalates <= now)
                Tell(incident, rule, Occasion.Escalates);
            else if (EndsAt(incident, rule) is { } ends && ends <= now)
                Close(incident, ends);
            else if (!IsMuted(incident) && DigestAt(incident, rule) is { } digest && digest <= now)
                Tell(incident, rule, Occasion.GoesOn);
        }
    }

    /// <summary>When something is due next; null when nothing is.</summary>
    public DateTimeOffset? NextDue => _open.Where(incident => incident.ClosedAt is null).SelectMany(incident =>
    {
        RuleConfig rule = settings.Rule(incident.Rule);
        DateTimeOffset?[] mails = [FirstAt(incident, rule), EscalatesAt(incident, rule), DigestAt(incident, rule)];
        return mails.Select(at => at is { } time && incident.MutedUntil > time ? incident.MutedUntil : at).Append(EndsAt(incident, rule));
    }).Min();

    /// <summary>What is to be stored.</summary>
    /// <param name="through">The last event that was taken into account.</param>
    public IncidentsChanged Result(long through) => new() { Through = through, Incidents = [.. _open.Where(incident => _changed.Contains(incident.Id))], Mails = [.. _mails] };

    /// <summary>Whether there is anything to store.</summary>
    public bool HasChanged => _changed.Count > 0 || _mails.Count > 0;

    private void Open(HubEvent happened)
    {
        RuleConfig rule = settings.RuleOf(happened.Kind, happened.Channel, happened.Destination, now);
        Incident incident = new()
        {
            Id = ++_last,
            Kind = happened.Kind,
            Channel = happened.Channel,
            Destination = happened.Destination,
            Fingerprint = happened.Fingerprint,
            Text = happened.Text,
            OpenedAt = happened.At,
            LastAt = happened.At,
            Count = happened.Count,
            FirstMessage = happened.Message,
            LastMessage = happened.Message,
            Lasts = happened.Lasts,
            Rule = rule.Id,
            Thread = Letters.NewThread(_last),
        };
        _open.Add(incident);
        _changed.Add(incident.Id);
    }

    private void Close(Incident incident, DateTimeOffset over)
    {
        RuleConfig rule = settings.Rule(incident.Rule);
        // It may have begun and ended between two looks, where each of them is to be told.
        if (!IsMuted(incident) && FirstAt(incident, rule) <= over)
            incident = Tell(incident, rule, Occasion.Begins);
        Incident closed = incident with { ClosedAt = now };
        Change(closed);
        // Nobody heard of its beginning: its end is no news either.
        if (closed.Mails > 0 && !IsMuted(closed))
            Tell(closed, rule, Occasion.Ends);
    }

    private Incident Tell(Incident incident, RuleConfig rule, Occasion occasion)
    {
        IReadOnlyList<string> to = occasion switch
        {
            Occasion.Escalates => rule.EscalateTo,
            // Those who were called to help want to know that it is over.
            Occasion.Ends when incident.EscalatedAt is not null => [.. rule.To.Count > 0 ? rule.To : settings.Mail?.To ?? [], .. rule.EscalateTo],
            _ => rule.To,
        };
        IReadOnlyList<(string Address, DateTimeOffset From)> people = rule.Silent ? [] : settings.Resolve(to, now);
        // For want of a server or of members of a group.
        if (people.Count == 0 && !rule.Silent)
            return incident;
        // Who has not got the mail before yet, out of hours or without a server, needs no second one.
        HashSet<string> waitsFor = occasion == Occasion.GoesOn && people.Count > 0 ? [.. waiting(incident.Id).SelectMany(mail => mail.To)] : [];
        Incident told = incident with
        {
            Mails = incident.Mails + 1,
            CountMailed = incident.Count,
            MailedAt = now,
            EscalatedAt = occasion == Occasion.Escalates ? now : incident.EscalatedAt,
        };
        Change(told);
        foreach (IGrouping<DateTimeOffset, string> group in people.Where(one => !waitsFor.Contains(one.Address)).GroupBy(one => one.From, one => one.Address))
            _mails.Add(letters.About(told, occasion, [.. group], now, group.Key));
        return told;
    }

    private void Change(Incident incident)
    {
        _open[_open.FindIndex(other => other.Id == incident.Id)] = incident;
        _changed.Add(incident.Id);
    }

    private void Loosen(Func<Incident, bool> which)
    {
        foreach (Incident incident in _open.Where(incident => incident.Lasts && incident.ClosedAt is null && which(incident)).ToList())
            Change(incident with { Lasts = false, LastAt = now });
    }

    private bool IsMuted(Incident incident) => incident.MutedUntil > now;

    // While others are still to be called, or have been only now, nobody can have looked.
    private DateTimeOffset? EndsAt(Incident incident, RuleConfig rule)
    {
        if (incident.Lasts && !(incident.EndsByHand && incident.AcknowledgedAt is not null))
            return null;
        DateTimeOffset ends = Later(Later(incident.LastAt, incident.EscalatedAt), incident.Lasts ? incident.AcknowledgedAt : null).AddMinutes(rule.CloseAfterMinutes) + Late(incident, rule);
        if (settings.WaitsForMail && incident.Mails == 0 && !rule.Silent)
            ends = Later(ends, incident.OpenedAt + s_patience);
        return IsMuted(incident) ? ends : Later(ends, EscalatesAt(incident, rule));
    }

    // As long as there is nobody to be told, it is not due: it is once there is somebody.
    private DateTimeOffset? FirstAt(Incident incident, RuleConfig rule) =>
        incident.Mails > 0 || !(rule.Silent || settings.Resolve(rule.To, now).Count > 0) ? null : incident.OpenedAt.AddMinutes(rule.AfterMinutes);

    private DateTimeOffset? DigestAt(Incident incident, RuleConfig rule)
    {
        if (DigestWantedAt(incident, rule) is not { } wanted || wanted > now || rule.Silent)
            return DigestWantedAt(incident, rule);
        IReadOnlyList<(string Address, DateTimeOffset From)> people = settings.Resolve(rule.To, now);
        if (people.Count == 0)
            return null;
        // Where nobody has got the mail before yet, the next is wanted some time after that.
        IReadOnlyList<OutgoingMail> waits = waiting(incident.Id);
        return people.All(one => waits.Any(mail => mail.To.Contains(one.Address))) ? Later(now, waits.Min(mail => mail.DueAt)).AddMinutes(rule.DigestMinutes) : wanted;
    }

    private static DateTimeOffset? DigestWantedAt(Incident incident, RuleConfig rule)
    {
        if (incident.MailedAt?.AddMinutes(rule.DigestMinutes) is not { } next)
            return null;
        bool isMore = incident.Count > incident.CountMailed;
        // Who took it on is left in peace for a day; what has come since is told then.
        if (incident.AcknowledgedAt is { } taken)
            return isMore && incident.LastAt > taken ? Later(next, taken + s_peace) : null;
        return isMore || (incident.Lasts && !WaitsForSomebody(incident)) ? next : null;
    }

    // Each stage of a certificate is to be taken on anew. A group without members is nobody to wait for, and nobody to be told until it has some.
    private DateTimeOffset? EscalatesAt(Incident incident, RuleConfig rule)
    {
        DateTimeOffset since = incident.IsOfCertificateEnd ? incident.LastAt : incident.OpenedAt;
        bool isDue = rule.Silent ? incident.Mails > 0 : settings.Resolve(rule.EscalateTo, now).Count > 0 && (incident.Mails > 0 || settings.Resolve(rule.To, now).Count == 0);
        return rule.EscalateAfterMinutes is { } minutes && isDue && incident.AcknowledgedAt is null && !(incident.EscalatedAt >= since) ? since.AddMinutes(minutes) + Late(incident, rule) : null;
    }

    // By how much its first mail was late, because the Hub was down: nobody could do anything in that time.
    private static TimeSpan Late(Incident incident, RuleConfig rule) =>
        incident is { Mails: 1, MailedAt: { } mailed } && mailed > incident.OpenedAt.AddMinutes(rule.AfterMinutes) ? mailed - incident.OpenedAt.AddMinutes(rule.AfterMinutes) : TimeSpan.Zero;

    // It lasts without anything going on, so that it lasts still is no news each hour.
    private static bool WaitsForSomebody(Incident incident) => incident.Kind is EventKind.Parked or EventKind.Raised or EventKind.CertificateExpires;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;
}
