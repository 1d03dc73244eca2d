namespace Hub.Channels.Config;

/// <summary>A problem within one file.</summary>
/// <param name="Line">The line, from 1; 0 when it is about the file as a whole.</param>
/// <param name="Code">One of <see cref="Contracts.ProblemCodes"/>.</param>
/// <param name="Path">The JSON path, <c>$.source.listen</c>; empty when the file is not JSON.</param>
/// <param name="Text">What is wrong and what to do.</param>
internal sealed record FileProblem(int Line, int Code, string Path, string Text)
{
    /// <summary>The file that <see cref="Line"/> is of, with its full path, when it is not the channel file.</summary>
    public string? File { get; init; }

    /// <summary>The column, from 1; 0 when it is not known.</summary>
    public int Column { get; init; }

    /// <summary>A problem at a value of the file.</summary>
    public static FileProblem At(JsonTreeNode node, int code, string text) => new(node.Line, code, node.Path, text);

    /// <summary>What is said of a failure that nobody foresaw.</summary>
    /// <param name="what">Its type and message.</param>
    public static string Unforeseen(string what) => $"This is a mistake in the Hub, not in the file ({what}). Please report it with the file. Until it is repaired, write the part that was changed last in another way.";
}
