namespace Hub.Contracts;

/// <summary>What somebody did that is kept for those who have to answer for it.</summary>
public enum AuditAct
{
    /// <summary>Somebody was let in.</summary>
    LoggedIn,

    /// <summary>Somebody was not let in.</summary>
    LoginFailed,

    /// <summary>Somebody left.</summary>
    LoggedOut,

    /// <summary>Somebody saw what a message or a delivery says.</summary>
    SawContent,

    /// <summary>Somebody searched messages.</summary>
    Searched,

    /// <summary>Messages were taken up again.</summary>
    Replayed,

    /// <summary>What a delivery sends was changed.</summary>
    Edited,

    /// <summary>Something was done to deliveries, destinations, channels or incidents.</summary>
    Operated,

    /// <summary>A channel file, a setting or an account was changed.</summary>
    Changed,

    /// <summary>The audit itself was read or given out.</summary>
    SawAudit,

    /// <summary>The journal was restored from a backup: what was kept after that is not in it.</summary>
    Restored,
}

/// <summary>One thing that somebody did. What is to be shown or done waits until it is kept.</summary>
public sealed record AuditRecord : JournalEntry
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who: the name of an account or a token; <c>local</c> for commands of the machine itself.</summary>
    public required string Who { get; init; }

    /// <summary>What.</summary>
    public required AuditAct Act { get; init; }

    /// <summary>From where: an address; empty for the machine itself.</summary>
    public string From { get; init; } = "";

    /// <summary>The channel; empty when it is about none.</summary>
    public string Channel { get; init; } = "";

    /// <summary>The message; null when it is about none.</summary>
    public MessageId? Message { get; init; }

    /// <summary>What exactly, in words or as a diff; never what messages say.</summary>
    public string Text { get; init; } = "";

    /// <summary>Why, in that person's words.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>A record of the audit as it is kept.</summary>
/// <param name="Id">Its number, from 1 without a gap.</param>
/// <param name="Record">What somebody did.</param>
public sealed record StoredAudit(long Id, AuditRecord Record);

/// <summary>Which records of the audit to find. Everything given must hold.</summary>
public sealed record AuditQuery
{
    /// <summary>By this account or token.</summary>
    public string? Who { get; init; }

    /// <summary>Of this kind.</summary>
    public AuditAct? Act { get; init; }

    /// <summary>About this channel.</summary>
    public string? Channel { get; init; }

    /// <summary>About one of these channels, for those who may see no other; none for any.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>About this message.</summary>
    public MessageId? Message { get; init; }

    /// <summary>At this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>With a lower number: where the page before ended.</summary>
    public long? Before { get; init; }

    /// <summary>At most this many, newest first. Default 50.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>Where the chain of the audit ended at some time. Whoever keeps one can tell later that nothing up to it was changed or cut off.</summary>
/// <param name="Number">The number of the last record.</param>
/// <param name="Mac">Its MAC, in hexadecimal.</param>
public sealed record AuditHead(long Number, string Mac)
{
    private const int MacDigits = 64;

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <param name="text">The text: <c>17:9f86d0…</c>.</param>
    /// <returns>The head; null when it is none.</returns>
    public static AuditHead? Parse(string text) =>
        text.Trim().Split(':') is [var number, { Length: MacDigits } mac] && long.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long n) && n > 0 && mac.All(char.IsAsciiHexDigit)
            ? new(n, mac.ToLowerInvariant())
            : null;

    /// <summary>The number, a colon, the MAC.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Number}:{Mac}");
}

/// <summary>What a look over the whole audit found.</summary>
/// <param name="Records">How many records were looked at, up to the first bad one.</param>
/// <param name="Head">The last good one; null for none.</param>
/// <param name="Unkeyed">How many of them were written while the journal had no key: whoever can write its file can make these anew.</param>
/// <param name="FirstBad">The number of the first that is not as it was written, or not there; 0 for none.</param>
/// <param name="Problem">What is wrong with it, and what to do; empty for nothing.</param>
public sealed record AuditReport(long Records, AuditHead? Head, long Unkeyed, long FirstBad, string Problem)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsWhole => FirstBad == 0;

    /// <summary>The records, among those that were looked at, that say that the journal was restored from a backup.</summary>
    public IReadOnlyList<StoredAudit> Restores { get; init; } = [];
}

public partial interface IJournalReader
{
    /// <summary>Finds records of the audit, newest first.</summary>
    /// <param name="query">Which ones.</param>
    /// <returns>The records.</returns>
    IReadOnlyList<StoredAudit> FindAudit(AuditQuery query);

    /// <summary>Reads the audit in the order of its numbers, to give it out.</summary>
    /// <param name="after">Only records with a higher number.</param>
    /// <param name="limit">At most this many.</param>
    /// <returns>The records.</returns>
    IReadOnlyList<StoredAudit> ReadAudit(long after, int limit);

    /// <summary>Reads where the chain of the audit ends now.</summary>
    /// <returns>Null while there is none.</returns>
    AuditHead? ReadAuditHead();

    /// <summary>Looks over the whole chain of the audit. It reads all of it: seconds for a million records.</summary>
    /// <param name="heads">Heads that somebody kept, besides those that the journal keeps beside its keys.</param>
    /// <param name="stopping">Gives it up.</param>
    /// <returns>What was found.</returns>
    AuditReport VerifyAudit(IReadOnlyList<AuditHead> heads, CancellationToken stopping);
}
