using Hub.Channels.Config;

namespace Hub.Channels.Cases;

/// <summary>How one case went.</summary>
public sealed record CaseResult
{
    /// <summary>The name of the case.</summary>
    public required string Name { get; init; }

    /// <summary>The channel's id.</summary>
    public required string Channel { get; init; }

    /// <summary>The file to look at; as people see it.</summary>
    public required string File { get; init; }

    /// <summary>What the case is about; null when it does not say.</summary>
    public string? Description { get; init; }

    /// <summary>What came out otherwise than expected.</summary>
    public IReadOnlyList<Difference> Differences { get; init; } = [];

    /// <summary>Why it could not be run: the case, or the channel with the settings of the case, is wrong.</summary>
    public IReadOnlyList<ChannelProblem> Problems { get; init; } = [];

    /// <summary>What conditions and steps told while it ran. It quotes the message.</summary>
    public IReadOnlyList<string> Explained { get; init; } = [];

    /// <summary>How long it took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>Whether everything came out as expected.</summary>
    public bool Passed => Differences.Count == 0 && Problems.Count == 0;

    /// <summary>What was run; null when it could not be read.</summary>
    internal ChannelCase? Case { get; init; }

    /// <summary>What came out; null when it could not be run.</summary>
    internal CaseRun? Run { get; init; }
}

/// <summary>How the tests of one channel went.</summary>
public sealed record ChannelResult
{
    /// <summary>The channel's id; the file's name when the file gives none.</summary>
    public required string Channel { get; init; }

    /// <summary>The channel file, as people see it.</summary>
    public required string File { get; init; }

    /// <summary>The folder of its cases, whether it is there or not; as people see it.</summary>
    public required string Folder { get; init; }

    /// <summary>Its cases, in the order of their names.</summary>
    public IReadOnlyList<CaseResult> Cases { get; init; } = [];

    /// <summary>What is wrong beside the cases: files that belong to none.</summary>
    public IReadOnlyList<ChannelProblem> Problems { get; init; } = [];

    /// <summary>What the cases touched; null when none of them could be run.</summary>
    public ChannelCoverage? Coverage { get; init; }

    /// <summary>Whether every case passed and nothing else is wrong.</summary>
    public bool Passed => Problems.Count == 0 && Cases.All(result => result.Passed);
}
