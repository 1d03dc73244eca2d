namespace Hub.Contracts;

/// <summary>How long the messages of a channel are kept.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Content">How long the bytes of a message are kept after it arrived.</param>
/// <param name="Record">How long it is known that there was one, and what became of it. At least as long as <paramref name="Content"/>.</param>
/// <param name="Repeats">How far back duplicates are looked for; nothing is removed before that.</param>
public sealed record RetentionRule(string Channel, TimeSpan Content, TimeSpan Record, TimeSpan Repeats)
{
    /// <summary>How long bytes are kept where a channel says nothing: 30 days.</summary>
    public static TimeSpan DefaultContent { get; } = TimeSpan.FromDays(30);

    /// <summary>How long records are kept where a channel says nothing: 400 days, a year and what a yearly audit takes.</summary>
    public static TimeSpan DefaultRecord { get; } = TimeSpan.FromDays(400);

    /// <summary>The rule for channels whose file was never seen: nobody knows what it says, so they are kept whole for as long as a record is.</summary>
    public static RetentionRule Unknown { get; } = new("", DefaultRecord, DefaultRecord, TimeSpan.Zero);
}

/// <summary>The kinds of work of retention.</summary>
public enum RetentionWork
{
    /// <summary>Removes the bytes of messages.</summary>
    Content = 0,

    /// <summary>Removes what is left of messages.</summary>
    Record = 1,

    /// <summary>Gives room in the file back to the disk.</summary>
    Space = 2,
}

/// <summary>
/// A small piece of the work of retention, so that a commit stays short and messages pass between two pieces. The journal itself knows how far it has come.
/// Never removed: what waits to be processed or sent, what is parked, parts that wait for others, and the newest message and delivery, so that no number comes twice.
/// </summary>
public sealed record RetentionSlice : JournalEntry
{
    /// <summary>What is to be done.</summary>
    public required RetentionWork Work { get; init; }

    /// <summary>The time now.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The rules of the channels that are known now. They are kept, so that they hold when a file is gone.</summary>
    public required IReadOnlyList<RetentionRule> Rules { get; init; }

    /// <summary>With <see cref="RetentionWork.Content"/>: removes bytes before their time, oldest first, because the journal is larger than it may be.</summary>
    public bool IsForced { get; init; }

    /// <summary>Most messages to look at, and, in hundreds of KiB, the most room to give back. Default 100.</summary>
    public int Rows { get; init; } = 100;
}

/// <summary>What a piece of the work of retention did.</summary>
/// <param name="Removed">How many messages lost their bytes or their record, or how many pages were given back.</param>
/// <param name="HasMore">Whether another piece would find more to look at.</param>
public sealed record RetentionOutcome(int Removed, bool HasMore);

/// <summary>What retention would remove of one channel now.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Contents">Messages that would lose their bytes.</param>
/// <param name="Bytes">How many bytes these are, as they were received.</param>
/// <param name="Records">Messages that would be gone as a whole.</param>
/// <param name="Kept">Messages past their time that are kept, because they wait for a delivery or a person.</param>
/// <param name="Oldest">When the oldest of all these arrived.</param>
public sealed record RetentionPreview(string Channel, long Contents, long Bytes, long Records, long Kept, DateTimeOffset Oldest);

/// <summary>How large a journal is.</summary>
/// <param name="Bytes">Its file, without its log.</param>
/// <param name="Free">How much of that holds nothing.</param>
/// <param name="GivesBack">Whether room can be given back to the disk.</param>
public sealed record JournalSize(long Bytes, long Free, bool GivesBack);

/// <summary>What retention did.</summary>
/// <param name="Contents">Messages that lost their bytes.</param>
/// <param name="Records">Messages that are gone.</param>
/// <param name="Bytes">How much smaller the journal's file is.</param>
public sealed record RetentionReport(long Contents, long Records, long Bytes);

public partial interface IJournalReader
{
    /// <summary>Reads what retention would remove now.</summary>
    /// <param name="rules">The rules of the channels that are known.</param>
    /// <param name="now">The time.</param>
    /// <returns>The channels that have messages past their time.</returns>
    IReadOnlyList<RetentionPreview> ReadRetention(IReadOnlyList<RetentionRule> rules, DateTimeOffset now);

    /// <summary>Reads how large the journal is.</summary>
    JournalSize ReadSize();
}
