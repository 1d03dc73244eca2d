namespace Hub.Channels.Cases;

/// <summary>How two messages differ at a place.</summary>
public enum Hl7ChangeKind
{
    /// <summary>The values differ, or only one of them is populated.</summary>
    Value,

    /// <summary>The values are the same, and there are more separators at the end of one.</summary>
    Separators,

    /// <summary>The segment is on the left alone.</summary>
    Removed,

    /// <summary>The segment is on the right alone.</summary>
    Added,
}

/// <summary>A place where two messages differ.</summary>
/// <param name="Kind">How.</param>
/// <param name="Place">The deepest place that differs, <c>PID-3[2].1</c>; a segment that is on one side alone is counted there.</param>
/// <param name="Left">What stands there on the left, escapes and all; null when nothing does.</param>
/// <param name="Right">What stands there on the right; null when nothing does. Where it is the text of <paramref name="Left"/>, the bytes differ.</param>
public sealed record Hl7Change(Hl7ChangeKind Kind, string Place, string? Left, string? Right);
