namespace Hub.Testing;

/// <summary>What a Hub is started in, where that is part of a test: an environment of its own, a program that watches it.</summary>
public sealed record HubSurroundings
{
    /// <summary>Nothing special.</summary>
    public static HubSurroundings None { get; } = new();

    /// <summary>Variables beside those of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>A command in front of the Hub's own, such as <c>strace -D</c>. It must become the Hub, or kills would miss it. Default: none.</summary>
    public IReadOnlyList<string> Wrapper { get; init; } = [];
}
