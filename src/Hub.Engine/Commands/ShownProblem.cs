using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Validation;

namespace Hub.Engine.Commands;

/// <summary>Something about a message that <c>hub show</c> marks.</summary>
/// <param name="Severity">How bad it is: <c>error</c>, <c>warning</c> or <c>information</c>.</param>
/// <param name="Code">Its number, <c>HUB3120</c>; null for what the parser noticed.</param>
/// <param name="Path">Where, as people write it; null for the message as a whole.</param>
/// <param name="Text">What is wrong and what to do.</param>
internal sealed record ShownProblem(string Severity, string? Code, string? Path, string Text)
{
    private static readonly Hl7Validator s_validator = new(ValidationLevel.Standard);

    /// <summary>What is wrong with a message: what the parser noticed, and what breaks the standard of its version.</summary>
    /// <param name="message">The message.</param>
    public static IReadOnlyList<ShownProblem> Problems(Hl7Message message) =>
        [.. message.Flags.Select(flag => Noticed(flag, message)), .. s_validator.Check(message).Select(Found)];

    private static ShownProblem Found(Hl7Problem problem) =>
        new(problem.Severity switch { Hl7Severity.Error => "error", Hl7Severity.Warning => "warning", _ => "information" }, $"HUB{problem.Rule}", problem.Path, $"{problem.Text} {problem.Remedy}");

    private static ShownProblem Noticed(string flag, Hl7Message message) => flag switch
    {
        "embedded-lf" => new("warning", null, null, "A line feed stands within a segment; it is part of the value there. Segments end with CR."),
        "charset-guessed" => new("warning", null, "MSH-18", $"MSH-18 names no character set and the bytes are not UTF-8; they are read as {message.CharacterSet.Name}. The sender has to name its set."),
        "charset-unknown" => new("warning", null, "MSH-18", "MSH-18 names a character set that is not known here. The message is plain ASCII, so it can be read."),
        "charset-invalid" => new("warning", null, "MSH-18", $"Some bytes are not text in {message.CharacterSet.Name}, which MSH-18 names. The sender has to name the set that it uses."),
        _ => new("information", null, null, $"Noticed in reading: {flag}."),
    };
}
