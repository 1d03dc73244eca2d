namespace Hub.Contracts;

/// <summary>Words that a message is marked with.</summary>
public static class MessageFlags
{
    /// <summary>A message of a file that a replay sent to one destination of its channel alone.</summary>
    public const string ToOne = "to-one-destination";
}
