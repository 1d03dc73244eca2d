using Hub.Contracts;

namespace Hub.Engine;

/// <summary>How a channel stands.</summary>
/// <param name="Id">Its id; the file's name when the file gives none.</param>
/// <param name="State">Running, Stopped (<c>enabled: false</c>, or a person stopped it) or Refused.</param>
/// <param name="Address">Where it listens, when it runs.</param>
/// <param name="Problems">What is wrong with its file; when it runs all the same, an earlier version of the file runs.</param>
internal sealed record ChannelStatus(string Id, string State, string? Address, IReadOnlyList<string> Problems)
{
    /// <summary>Whether the one thing wrong is that its address could not be bound.</summary>
    public bool IsUnbound { get; init; }

    /// <summary>Who stopped it; null when no person did.</summary>
    public ChannelStop? Stop { get; init; }
}
