namespace Hub.Contracts;

public partial interface IJournal
{
    /// <summary>How many times something was committed since the journal was opened. It grows with each change that a reader can see; asking costs nothing.</summary>
    long Commits { get; }

    /// <summary>What was counted and is not among the statistics that can be read yet: the minute that is not over. Of all types. Called once a second at most.</summary>
    /// <returns>One row for each minute, channel and destination.</returns>
    IReadOnlyList<MinuteStatistics> CountUnwritten();
}
