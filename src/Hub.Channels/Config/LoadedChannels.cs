namespace Hub.Channels.Config;

/// <summary>What was loaded: one entry a file, in the order of their names.</summary>
public sealed record LoadedChannels
{
    /// <summary>The files.</summary>
    public required IReadOnlyList<LoadedChannel> Channels { get; init; }

    /// <summary>All problems: those of the folder itself, then those of each file in order.</summary>
    public required IReadOnlyList<ChannelProblem> Problems { get; init; }
}

/// <summary>One channel file as it was found.</summary>
public sealed record LoadedChannel
{
    /// <summary>The file, relative to the current directory when it is beneath it.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of its bytes, in hex; empty when it could not be read. Another hash, another version.</summary>
    public required string Hash { get; init; }

    /// <summary>Its bytes as text; null when it could not be read or is not UTF-8.</summary>
    public string? Text { get; init; }

    /// <summary>The channel's id; null when the file does not tell it.</summary>
    public string? Id { get; init; }

    /// <summary>Whether a setting was filled into its id, which is then another one in another environment.</summary>
    public bool IsIdFilledIn { get; init; }

    /// <summary>The tables, scripts and profiles that it names, with their full paths, wherever they are and whether they are there or not.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The channel; null when the file has problems.</summary>
    public ChannelConfig? Config { get; init; }

    /// <summary>What is wrong with it, in the order of lines.</summary>
    public required IReadOnlyList<ChannelProblem> Problems { get; init; }
}
