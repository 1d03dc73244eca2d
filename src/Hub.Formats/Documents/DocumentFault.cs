namespace Hub.Formats.Documents;

/// <summary>Why bytes are not taken as a document.</summary>
/// <param name="Line">Where, from 1; 0 when it is the document as a whole.</param>
/// <param name="Column">Where in the line, from 1, in bytes for JSON and in characters otherwise; 0 when not known.</param>
/// <param name="What">What is wrong and what to do, a sentence without message content.</param>
public sealed record DocumentFault(int Line, int Column, string What)
{
    /// <summary>The place alone, <c>line 3, column 14</c>, which may be told to senders; null when it is the document as a whole.</summary>
    public string? Place => (Line, Column) switch
    {
        (0, _) => null,
        (_, 0) => $"line {Line}",
        _ => $"line {Line}, column {Column}",
    };

    /// <summary>Place and mistake in one sentence.</summary>
    public string Text => (Line, Column) switch
    {
        (0, _) => What,
        (_, 0) => $"Line {Line}: {What}",
        _ => $"Line {Line}, column {Column}: {What}",
    };
}
