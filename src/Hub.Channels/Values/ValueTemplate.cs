using System.Diagnostics.CodeAnalysis;
using Hub.Channels.Data;

namespace Hub.Channels.Values;

/// <summary>
/// A value of a channel file: text with <c>${…}</c> in it. <c>${PID-3.1}</c> is a field of the message, <c>${now:yyyyMMdd}</c> the time it was taken,
/// <c>${message.id}</c> its number, <c>${message.part}</c> of <c>${message.parts}</c> which part of a split message it is, <c>${channel.id}</c> the channel
/// and <c>${var:name}</c> what <c>setVariable</c> kept; <c>$${</c> writes <c>${</c>. Anything else between the braces is a mistake.
/// </summary>
public sealed class ValueTemplate
{
    private readonly string _text;
    private readonly TemplatePart[] _parts;

    private ValueTemplate(string text, TemplatePart[] parts, MessageFormat format)
    {
        Format = format;
        _text = text;
        _parts = parts;
    }

    /// <summary>The text between the <c>${…}</c>, for checks.</summary>
    internal IEnumerable<string> Literals => _parts.OfType<LiteralPart>().Select(part => part.Literal);

    /// <summary>What the messages are that it is evaluated for.</summary>
    internal MessageFormat Format { get; }

    /// <summary>Whether the same message can give another text at another time.</summary>
    internal bool UsesTime => _parts.OfType<NowPart>().Any();

    /// <summary>Whether fields of the message stand in it.</summary>
    internal bool UsesFields => _parts.OfType<FieldPart>().Any();

    /// <summary>The text before the first <c>${…}</c>.</summary>
    internal string Start => _parts.FirstOrDefault() is LiteralPart start ? start.Literal : "";

    /// <summary>Whether it has no <c>${…}</c>.</summary>
    internal bool IsPlain => _parts.All(part => part is LiteralPart);

    /// <summary>The variables it uses, for checks.</summary>
    internal IEnumerable<string> Variables => _parts.OfType<VariablePart>().Select(part => part.Name);

    /// <summary>Whether it differs from part to part of a split message by itself.</summary>
    internal bool NamesPart => _parts.Any(part => part is MessagePartPart);

    /// <summary>Reads a template for HL7 v2.</summary>
    /// <param name="text">What the file says.</param>
    /// <param name="value">The template, when there is no mistake.</param>
    /// <param name="error">What is wrong and what to write, when there is one.</param>
    /// <returns>Whether it could be read.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out ValueTemplate? value, [NotNullWhen(false)] out string? error) =>
        TryParse(text, MessageFormat.Hl7, out value, out error);

    /// <summary>Reads a template.</summary>
    /// <param name="text">What the file says.</param>
    /// <param name="format">What the message is where it is used.</param>
    /// <param name="value">The template, when there is no mistake.</param>
    /// <param name="error">What is wrong and what to write, when there is one.</param>
    /// <returns>Whether it could be read.</returns>
    public static bool TryParse(string text, MessageFormat format, [NotNullWhen(true)] out ValueTemplate? value, [NotNullWhen(false)] out string? error)
    {
        TemplateReader reader = new(text, format);
        TemplatePart[]? parts = reader.Read();
        value = parts is null ? null : new(text, parts, format);
        error = reader.Error;
        return value is not null;
    }

    /// <summary>Reads a template that is known to be right.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The template.</returns>
    /// <exception cref="FormatException">It is not right.</exception>
    public static ValueTemplate Parse(string text) =>
        TryParse(text, out ValueTemplate? value, out string? error) ? value : throw new FormatException(error);

    /// <summary>The text it stands for. Fields come decoded; those with components come as they are written.</summary>
    /// <param name="context">The message.</param>
    /// <returns>The text.</returns>
    /// <exception cref="Formats.Hl7V2.Hl7FormatException">A field is not text in the message's character set.</exception>
    public string Evaluate(StepContext context) => _parts.Length switch
    {
        0 => "",
        1 => _parts[0].Text(context),
        _ => string.Concat(Array.ConvertAll(_parts, part => part.Text(context))),
    };

    /// <summary>The text it stands for, with each value, but not the text around it, written as its place wants it.</summary>
    /// <param name="context">The message.</param>
    /// <param name="write">Escapes a value.</param>
    /// <returns>The text.</returns>
    /// <exception cref="Formats.Hl7V2.Hl7FormatException">A field is not text in the message's character set.</exception>
    internal string Evaluate(StepContext context, Func<string, string> write) =>
        string.Concat(Array.ConvertAll(_parts, part => part is LiteralPart literal ? literal.Literal : write(part.Text(context))));

    /// <summary>The template as written.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _text;

    /// <summary>The bytes it stands for when its text is ER7 with the standard delimiters: those become the message's own, and fields come as they stand.</summary>
    internal byte[] EvaluateEncoded(StepContext context) =>
        _parts.Length == 1 ? _parts[0].Encoded(context) : [.. _parts.SelectMany(part => part.Encoded(context))];
}
