namespace Hub.Contracts;

/// <summary>What kinds of things happen that a person may have to know of. Stored as numbers: a kind never changes its own.</summary>
public enum EventKind
{
    /// <summary>A message was rejected.</summary>
    Rejected = 0,

    /// <summary>A delivery was parked.</summary>
    Parked = 1,

    /// <summary>A script or a step failed on a message.</summary>
    ScriptFailed = 2,

    /// <summary>A channel file has problems and is not used.</summary>
    ChannelRefused = 3,

    /// <summary>A certificate in use ends soon, or has ended.</summary>
    CertificateExpires = 4,

    /// <summary>The disk of the journal gets full.</summary>
    Disk = 5,

    /// <summary>The journal cannot be written or read.</summary>
    JournalFault = 6,

    /// <summary>A listener could not bind its address.</summary>
    Unbound = 7,

    /// <summary>Somebody without the right secret or certificate asks to be let in.</summary>
    LoginFailed = 8,

    /// <summary>The receiver of a destination cannot be reached.</summary>
    Unreachable = 9,

    /// <summary>A rule of <c>replies</c> says that a person should look.</summary>
    Raised = 10,

    /// <summary>A rule of <c>replies</c> paused a destination.</summary>
    Paused = 11,

    /// <summary>Any other error of the Hub.</summary>
    Fault = 12,

    /// <summary>A feed that usually speaks is silent.</summary>
    Silence = 13,

    /// <summary>A queue is long, or what waits in it is old.</summary>
    Queue = 14,

    /// <summary>Too much of what comes in is rejected, or of what goes out fails.</summary>
    ErrorRate = 15,

    /// <summary>Messages take too long.</summary>
    Latency = 16,

    /// <summary>Much more or much less comes in than usual.</summary>
    Throughput = 17,

    /// <summary>A channel follows another version of its file, or is gone. No error: what was known of its destinations begins anew.</summary>
    ChannelChanged = 18,

    /// <summary>A channel that a person stopped is stopped for long.</summary>
    Stopped = 19,
}

/// <summary>
/// Something that happened and that a person may have to know of. It holds names, numbers and words of the Hub alone: never anything that a message or a
/// receiver's answer says.
/// </summary>
public sealed record HubEvent
{
    /// <summary>The <see cref="Fingerprint"/> of an audit that was tampered with.</summary>
    public const string AuditTampered = "HUB7003";

    /// <summary>What the <see cref="Fingerprint"/> of a certificate that ends begins with; after it and a blank comes whose it is.</summary>
    public const string CertificateEnds = "HUB2024";

    /// <summary>What happened.</summary>
    public required EventKind Kind { get; init; }

    /// <summary>The channel; empty when it is about none.</summary>
    public string Channel { get; init; } = "";

    /// <summary>The destination; empty when it is about none.</summary>
    public string Destination { get; init; } = "";

    /// <summary>What makes it the same cause as another one of its kind, channel and destination: a code and a place, <c>101 PV1-2</c>.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How often, in one commit of the journal. Default 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>What happened and what to do, for a person; words of ours.</summary>
    public string Text { get; init; } = "";

    /// <summary>The message it is about, the last one of several.</summary>
    public MessageId? Message { get; init; }

    /// <summary>The delivery it is about, the last one of several.</summary>
    public long? Delivery { get; init; }

    /// <summary>Whether this says that the cause is over.</summary>
    public bool IsEnd { get; init; }

    /// <summary>Whether the cause lasts until an event says that it is over. Others are over when nothing of theirs happens for a while.</summary>
    public bool Lasts { get; init; }

    /// <summary>Whether two events have the same cause.</summary>
    public bool IsSameCause(HubEvent other) =>
        Kind == other.Kind && Channel == other.Channel && Destination == other.Destination && Fingerprint == other.Fingerprint && IsEnd == other.IsEnd;
}

/// <summary>An event that is no part of another entry: a port, a disk, a certificate, a rule that watches.</summary>
/// <param name="Event">What happened.</param>
public sealed record EventRaised(HubEvent Event) : JournalEntry;

/// <summary>An event as the journal keeps it.</summary>
/// <param name="Id">Its number; it grows with the commits.</param>
/// <param name="Event">What happened.</param>
public sealed record StoredEvent(long Id, HubEvent Event);
