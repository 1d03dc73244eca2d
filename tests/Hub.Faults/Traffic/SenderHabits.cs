namespace Hub.Faults.Traffic;

/// <summary>How a sender sends.</summary>
internal sealed record SenderHabits
{
    /// <summary>How long it rests between two messages, on average, in milliseconds; most come at once, some after a longer pause, as in life. Default 3.</summary>
    public int PauseMilliseconds { get; init; } = 3;

    /// <summary>How long an answer may take before the message is sent again on a new connection, in milliseconds. Default 5,000.</summary>
    public int AnswerMilliseconds { get; init; } = 5_000;

    /// <summary>The number of its last message. Default: it never ends.</summary>
    public int Last { get; init; } = int.MaxValue;

    /// <summary>What it does wrong, to show that the checker sees it.</summary>
    public BreakKind Breaks { get; init; }
}
