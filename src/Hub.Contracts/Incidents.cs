namespace Hub.Contracts;

/// <summary>One cause that a person may have to do something about, from its first event until it is over.</summary>
public sealed record Incident
{
    /// <summary>Its number, from 1.</summary>
    public required long Id { get; init; }

    /// <summary>What happened.</summary>
    public required EventKind Kind { get; init; }

    /// <summary>The channel; empty when it is about none.</summary>
    public string Channel { get; init; } = "";

    /// <summary>The destination; empty when it is about none.</summary>
    public string Destination { get; init; } = "";

    /// <summary>What makes events of its kind, channel and destination its own.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>What happened and what to do.</summary>
    public string Text { get; init; } = "";

    /// <summary>When its first event was.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When its last event was.</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>When it was over; null while it lasts.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>How many events.</summary>
    public long Count { get; init; }

    /// <summary>The message of its first event.</summary>
    public MessageId? FirstMessage { get; init; }

    /// <summary>The message of its last one.</summary>
    public MessageId? LastMessage { get; init; }

    /// <summary>Whether it lasts until an event says that it is over.</summary>
    public bool Lasts { get; init; }

    /// <summary>Who has taken it on; null when nobody has, or what they took on has got worse: a certificate that is nearer to its end.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>Until when nothing is mailed about it; null when it is not muted.</summary>
    public DateTimeOffset? MutedUntil { get; init; }

    /// <summary>Who muted it.</summary>
    public string? MutedBy { get; init; }

    /// <summary>The rule that it is told by; empty when none wants it.</summary>
    public string Rule { get; init; } = "";

    /// <summary>What all mails about it are a thread by: the left part of its first mail's id.</summary>
    public string Thread { get; init; } = "";

    /// <summary>How many times something was mailed about it.</summary>
    public int Mails { get; init; }

    /// <summary>How many events there were when that was done last.</summary>
    public long CountMailed { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? MailedAt { get; init; }

    /// <summary>When others were told, because nobody took it on.</summary>
    public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>Whether nobody but a person can say that it is over, by taking it on: answers that a rule says a person should look at, an audit that was tampered with.</summary>
    public bool EndsByHand => Kind == EventKind.Raised || (Kind == EventKind.Fault && Fingerprint == HubEvent.AuditTampered);

    /// <summary>Whether it is about a certificate that ends: each of its events is a stage, nearer to the end than the one before.</summary>
    public bool IsOfCertificateEnd => Kind == EventKind.CertificateExpires && Fingerprint.StartsWith(HubEvent.CertificateEnds + " ", StringComparison.Ordinal);

    /// <summary>Whether an event is of this cause.</summary>
    public bool Is(HubEvent happened) => Kind == happened.Kind && Channel == happened.Channel && Destination == happened.Destination && Fingerprint == happened.Fingerprint;
}

/// <summary>Where a mail or a call stands.</summary>
public enum MailState
{
    /// <summary>It waits for its turn or the next try.</summary>
    Queued,

    /// <summary>A server took it.</summary>
    Sent,

    /// <summary>It was given up.</summary>
    Failed,
}

/// <summary>A mail on its way.</summary>
public sealed record OutgoingMail
{
    /// <summary>Its number; 0 until the journal has it.</summary>
    public long Id { get; init; }

    /// <summary>The incident that it is about; null when it is about none.</summary>
    public long? Incident { get; init; }

    /// <summary>Whom it goes to: addresses, or the address of a webhook.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>Its subject.</summary>
    public required string Subject { get; init; }

    /// <summary>Its text.</summary>
    public required string Text { get; init; }

    /// <summary>The same as HTML; empty for none.</summary>
    public string Html { get; init; } = "";

    /// <summary>The left part of its Message-ID.</summary>
    public required string MessageId { get; init; }

    /// <summary>The left part of the id of the first mail of its thread; empty when it is that itself.</summary>
    public string Thread { get; init; } = "";

    /// <summary>When it was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Not before this time.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Where it stands.</summary>
    public MailState State { get; init; }

    /// <summary>How many tries it has had.</summary>
    public int Attempts { get; init; }

    /// <summary>Why the last one failed.</summary>
    public string? Reason { get; init; }
}

/// <summary>What the alerts made of events: incidents as they are now, and what is to be mailed about them. One transaction, so that no event counts twice or not at all.</summary>
public sealed record IncidentsChanged : JournalEntry
{
    /// <summary>All events up to this number are taken into account.</summary>
    public required long Through { get; init; }

    /// <summary>The incidents that are new or have changed.</summary>
    public IReadOnlyList<Incident> Incidents { get; init; } = [];

    /// <summary>What is to be mailed.</summary>
    public IReadOnlyList<OutgoingMail> Mails { get; init; } = [];

    /// <summary>Events before this time that are taken into account, closed incidents and mails that are done are removed, some at a time. Null: none.</summary>
    public DateTimeOffset? RemovesBefore { get; init; }

    /// <summary>With <see cref="RemovesBefore"/>, the time for events. Null: the same.</summary>
    public DateTimeOffset? RemovesEventsBefore { get; init; }
}

/// <summary>A mail was tried.</summary>
/// <param name="Mail">Its number.</param>
/// <param name="State">Where it stands now.</param>
/// <param name="DueAt">When it is tried again.</param>
/// <param name="Reason">Why it was not sent.</param>
/// <param name="Left">Who did not get it yet, where others did; null when nobody or everybody got it.</param>
public sealed record MailAttempted(long Mail, MailState State, DateTimeOffset DueAt, string? Reason, IReadOnlyList<string>? Left = null) : JournalEntry;

/// <summary>What people do to incidents.</summary>
public enum IncidentOperation
{
    /// <summary>Somebody takes it on: nobody else is told, and for a day there are no more digests.</summary>
    Acknowledge,

    /// <summary>Nothing is mailed about it for a while.</summary>
    Mute,

    /// <summary>It is mailed about again.</summary>
    Unmute,
}

/// <summary>Somebody did something to an incident. Refused when there is none of that number, or it is over.</summary>
/// <param name="Incident">Its number.</param>
/// <param name="Operation">What.</param>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
/// <param name="Until">With Mute, until when.</param>
public sealed record IncidentOperated(long Incident, IncidentOperation Operation, string By, DateTimeOffset At, DateTimeOffset? Until = null) : JournalEntry;

/// <summary>Which incidents to find. Everything given must hold.</summary>
public sealed record IncidentQuery
{
    /// <summary>As a limit, all that last, as far as anybody can look at them: one cause is one incident.</summary>
    public const int AllOpen = 10_000;

    /// <summary>Only those that last. Default false.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Of this channel.</summary>
    public string? Channel { get; init; }

    /// <summary>Of one of these channels, for those who may see no other; none for any.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>This one.</summary>
    public long? Id { get; init; }

    /// <summary>Those that last of the cause of this event, or of any cause of its kind and place when it has no fingerprint; all else but the limit is left out then.</summary>
    public HubEvent? Cause { get; init; }

    /// <summary>With a lower number than this; for the next page.</summary>
    public long? Before { get; init; }

    /// <summary>At most this many, newest first. Default 50.</summary>
    public int Limit { get; init; } = 50;
}

public partial interface IJournalReader
{
    /// <summary>Reads events in the order of their numbers.</summary>
    /// <param name="after">Only events with a higher number.</param>
    /// <param name="limit">At most this many.</param>
    /// <returns>The events.</returns>
    IReadOnlyList<StoredEvent> ReadEvents(long after, int limit);

    /// <summary>Reads through which event the alerts have come.</summary>
    /// <returns>Its number; 0 for none.</returns>
    long ReadAlertsThrough();

    /// <summary>Finds incidents, newest first.</summary>
    /// <param name="query">Which ones.</param>
    /// <returns>The incidents.</returns>
    IReadOnlyList<Incident> FindIncidents(IncidentQuery query);

    /// <summary>Reads mails.</summary>
    /// <param name="state">In this state; null for any.</param>
    /// <param name="incident">About this incident; null for any.</param>
    /// <param name="limit">At most this many.</param>
    /// <param name="before">With a lower number than this, for the next page; null for the newest. Not for all that are queued.</param>
    /// <returns>The mails, newest first; all that are queued in the order in which they are due.</returns>
    IReadOnlyList<OutgoingMail> ReadMails(MailState? state, long? incident, int limit, long? before = null);

    /// <summary>Finds the last one, in the order of their ids, of the mails whose <see cref="OutgoingMail.MessageId"/> begins in a way and has so many characters after that.</summary>
    /// <param name="beginning">How it begins.</param>
    /// <param name="more">How many characters it has after that.</param>
    /// <returns>The id; null when there is none.</returns>
    string? FindLastMailId(string beginning, int more);

    /// <summary>Reads what waits to leave, by the time at which it is due.</summary>
    /// <param name="calls">True for what goes to webhooks, false for what goes to people: neither holds up the other.</param>
    /// <param name="limit">At most this many.</param>
    /// <returns>The mails or calls.</returns>
    IReadOnlyList<OutgoingMail> ReadWaiting(bool calls, int limit);
}
