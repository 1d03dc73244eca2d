using System.Buffers;
using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Transforms;

/// <summary>
/// Replaces text at a place. Each piece of text there (component, subcomponent, repetition) is looked at by itself, decoded, and written back
/// escaped, so that the separators between them are never touched.
/// </summary>
/// <example><code>{ "type": "replaceText", "path": "PID-13[*].1", "pattern": "[^0-9+]", "with": "" }</code></example>
public sealed record ReplaceTextConfig : StepConfig
{
    /// <summary>The place, <c>PID-7</c>; with <c>[*]</c> every repetition.</summary>
    public required MessagePath Path { get; init; }

    /// <summary>What to replace: a .NET regular expression, at most 100 ms a value. Either this or <c>text</c>.</summary>
    public string? Pattern { get; init; }

    /// <summary>What to replace: this text, capitals as written.</summary>
    public string? Text { get; init; }

    /// <summary>What is written instead; with <c>pattern</c>, <c>$1</c> is the first group of it. Empty deletes.</summary>
    public required string With { get; init; }

    public override IEnumerable<ConfigProblem> Check()
    {
        foreach (ConfigProblem problem in Places.CheckField(Path, "path"))
            yield return problem;
        if (Pattern is null == Text is null)
            yield return new(ProblemCodes.StepMembers, "", "Give exactly one of \"pattern\" (a regular expression) and \"text\".");
        if (Text is { Length: 0 })
            yield return new(ProblemCodes.StepMembers, "text", "The text is empty, which is everywhere and nowhere. Write what is to be replaced.");
        if (Pattern is not null && !TextPattern.TryParse(Pattern, false, out _, out string? error))
            yield return new(ProblemCodes.Pattern, "pattern", error);
    }
}

/// <summary>Replaces text at a place.</summary>
internal sealed class ReplaceText(ReplaceTextConfig config) : IStep
{
    private readonly TextPattern? _pattern = config.Pattern is null ? null : TextPattern.Parse(config.Pattern, ignoreCase: false);

    public StepResult Apply(StepContext context)
    {
        foreach (MessagePath place in context.Expand(config.Path))
        {
            if (place.Hl7 is { } field)
                Apply(context, field);
            else
                ApplyToText(context, place);
        }

        return StepResult.Continue;
    }

    private void ApplyToText(StepContext context, MessagePath place)
    {
        string text = context.GetText(place);
        string replaced = text.Length == 0 ? "" : Replace(text);
        if (replaced != text)
            context.SetText(place, replaced);
    }

    private void Apply(StepContext context, FieldPath path)
    {
        ReadOnlySpan<byte> raw = context.Message.GetRaw(path, context.Scope);
        if (!raw.IsEmpty)
            context.Write(path, Replace(raw, context.Message));
    }

    private string Replace(string text) =>
        _pattern is null ? text.Replace(config.Text!, config.With, StringComparison.Ordinal) : _pattern.Replace(text, config.With);

    private byte[] Replace(ReadOnlySpan<byte> raw, Hl7Message message)
    {
        Hl7Delimiters delimiters = message.Delimiters;
        // One that is not in force is 0, which no text holds.
        ReadOnlySpan<byte> separators = [delimiters.Repetition, delimiters.Component, delimiters.Subcomponent];
        ArrayBufferWriter<byte> written = new(raw.Length + 16);
        while (true)
        {
            int end = raw.IndexOfAny(separators);
            string text = message.Decode(end < 0 ? raw : raw[..end]);
            string replaced = Replace(text);
            written.Write(replaced == text ? (end < 0 ? raw : raw[..end]) : message.Encode(replaced));
            if (end < 0)
                return written.WrittenSpan.ToArray();
            written.Write(raw.Slice(end, 1));
            raw = raw[(end + 1)..];
        }
    }
}
