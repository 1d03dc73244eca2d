using System.Diagnostics.CodeAnalysis;
using Hub.Channels.Data;

namespace Hub.Channels.Values;

/// <summary>
/// A value of a channel file: text with <c>${…}</c> in it. <c>${PID-3.1}</c> is a field of the message, <c>${now:yyyyMMdd}</c> the time it was taken,
/// <c>${message.id}</c> its number and <c>${channel.id}</c> the channel; <c>$${</c> writes <c>${</c>. Anything else between the braces is a mistake.
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

    /// <summary>Whether it looks into the message.</summary>
    internal bool NeedsMessage => Array.Exists(_parts, part => part is FieldPart);

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

    /// <summary>The template as written.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _text;

    /// <summary>The bytes it stands for when its text is ER7 with the standard delimiters: those become the message's own, and fields come as they stand.</summary>
    internal byte[] EvaluateEncoded(StepContext context) =>
        _parts.Length == 1 ? _parts[0].Encoded(context) : [.. _parts.SelectMany(part => part.Encoded(context))];
}
