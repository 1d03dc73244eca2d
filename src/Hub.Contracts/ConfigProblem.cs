namespace Hub.Contracts;

/// <summary>A mistake in a channel file, as the component that found it sees it. The loader adds file, line and channel.</summary>
/// <param name="Code">The problem's number, shown as <c>HUB1021</c>. It never changes its meaning. 1000 to 1999 are for channel files.</param>
/// <param name="Path">The member, relative to the component's own object: <c>listen</c>, <c>accept.versions[1]</c>; empty for the object itself.</param>
/// <param name="Text">What is wrong and what to do.</param>
public sealed record ConfigProblem(int Code, string Path, string Text)
{
    /// <summary>The file that the mistake is in, when it is another one that the member names; null for the channel file.</summary>
    public string? File { get; init; }

    /// <summary>The line in that file, from 1; 0 when it is about the file as a whole.</summary>
    public int Line { get; init; }

    /// <summary>The column in that line, from 1; 0 when it is about the line as a whole.</summary>
    public int Column { get; init; }
}
