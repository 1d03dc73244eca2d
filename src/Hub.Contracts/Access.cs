namespace Hub.Contracts;

/// <summary>What the journal keeps for those who look after access; it does not look into it. Stored as numbers: a kind never changes its own.</summary>
public enum AccessKind
{
    /// <summary>A person's account.</summary>
    Account = 0,

    /// <summary>A program's token.</summary>
    Token = 1,

    /// <summary>Somebody who is logged in.</summary>
    Session = 2,

    /// <summary>How far something has come that follows the audit.</summary>
    Position = 3,

    /// <summary>The searches that a person named.</summary>
    Searches = 10,
}

/// <summary>A value that is kept for access. In the journal, so that all who run on it know the same people.</summary>
/// <param name="Kind">What it is of.</param>
/// <param name="Id">Which of that kind.</param>
/// <param name="Version">How often it was written, from 1.</param>
/// <param name="Value">What is kept, as JSON; sealed in a journal that is encrypted.</param>
public sealed record AccessRow(AccessKind Kind, string Id, long Version, string Value);

/// <summary>A value for access is new, changed or gone.</summary>
/// <param name="Kind">What it is of.</param>
/// <param name="Id">Which of that kind; at most 200 characters.</param>
/// <param name="Value">What is kept from now on; null removes it.</param>
public sealed record AccessChanged(AccessKind Kind, string Id, string? Value) : JournalEntry
{
    /// <summary>The version that it was made from; 0 when there was none. With another one there the entry is refused (<see cref="AccessConflictException"/>). Null: whatever is there.</summary>
    public long? Version { get; init; }
}

/// <summary>Somebody else changed the same just before. Read it again, and do it again.</summary>
public sealed class AccessConflictException : JournalException
{
    /// <summary>Makes one without a text; for the runtime.</summary>
    public AccessConflictException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    public AccessConflictException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">What was thrown below.</param>
    public AccessConflictException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

public partial interface IJournalReader
{
    /// <summary>Reads what is kept for access.</summary>
    /// <param name="kind">Of what.</param>
    /// <param name="id">Which; null for all of the kind.</param>
    /// <returns>The values, by their ids. One that is damaged has an empty value.</returns>
    IReadOnlyList<AccessRow> ReadAccess(AccessKind kind, string? id = null);
}
