using System.Text;
using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Values;

/// <summary>Reads one template into its parts, or says what is wrong with it.</summary>
internal sealed class TemplateReader(string text, MessageFormat format)
{
    private const string Allowed = "Allowed are a field path such as ${PID-3.1}, ${now:yyyyMMddHHmmss}, ${message.id}, ${message.part}, ${message.parts}, ${channel.id}, ${var:NAME}, ${env:NAME} and ${secret:NAME}; write $${ for the characters ${";

    private static readonly string[] s_names = ["now", "message.id", "message.part", "message.parts", "channel.id", "var", "env", "secret"];

    private readonly List<TemplatePart> _parts = [];
    private readonly StringBuilder _literal = new();

    public string? Error { get; private set; }

    public TemplatePart[]? Read()
    {
        int at = 0;
        while (at < text.Length && Error is null)
        {
            if (StartsWith("$${", at))
                at = Literal("${", at + 3);
            else if (StartsWith("${", at))
                at = Placeholder(at);
            else
                at = Literal(text.AsSpan(at, 1), at + 1);
        }

        EndLiteral();
        return Error is null ? [.. _parts] : null;
    }

    private bool StartsWith(string mark, int at) => text.AsSpan(at).StartsWith(mark, StringComparison.Ordinal);

    private int Literal(ReadOnlySpan<char> stretch, int next)
    {
        _literal.Append(stretch);
        return next;
    }

    private int Placeholder(int at)
    {
        int end = text.IndexOf('}', at);
        if (end < 0)
        {
            Error = $"\"{text}\" has \"${{\" without \"}}\". {Allowed}.";
            return text.Length;
        }

        EndLiteral();
        if (Part(text[(at + 2)..end]) is { } part)
            _parts.Add(part);
        return end + 1;
    }

    private void EndLiteral()
    {
        if (_literal.Length > 0)
            _parts.Add(new LiteralPart(_literal.ToString()));
        _literal.Clear();
    }

    private TemplatePart? Part(string inner)
    {
        int colon = inner.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? inner : inner[..colon];
        return (name, colon) switch
        {
            ("now", < 0) => new NowPart(null),
            ("now", _) => Now(inner[(colon + 1)..]),
            ("message.id", < 0) => new MessageIdPart(),
            ("message.part", < 0) => new MessagePartPart(part => part.Number),
            ("message.parts", < 0) => new MessagePartPart(part => part.Of),
            ("channel.id", < 0) => new ChannelIdPart(),
            ("var", >= 0) => Variable(inner[(colon + 1)..]),
            ("env" or "secret", >= 0) => Fail($"${{{inner}}} is filled in when a channel file is loaded and cannot be used here"),
            _ => Field(inner, name),
        };
    }

    private NowPart? Now(string format)
    {
        if (DateFormat.TryParse(format, out DateFormat? value, out string? error))
            return new(value);
        Error = $"${{now:{format}}}: {error}";
        return null;
    }

    private VariablePart? Variable(string name)
    {
        Error = VariableNames.Check(name) is { } error ? $"${{var:{name}}}: {error}" : null;
        return Error is null ? new(name) : null;
    }

    private FieldPart? Field(string inner, string name)
    {
        if (format.Type != DataType.Hl7v2)
            return Place(inner);
        if (!FieldPath.TryParse(inner, out FieldPath? path, out string? error))
        {
            Error = LooksLikePath(inner) ? $"${{{inner}}}: {error}" : $"${{{inner}}} is not known{Suggest(name)}. {Allowed}.";
            return null;
        }

        if (path.Repetition == FieldPath.Every || path.Field == 0)
        {
            Error = $"${{{inner}}} is not one value. Name a field and, if need be, one repetition: ${{{path.Segment}-{Math.Max(3, path.Field)}[1].1}}.";
            return null;
        }

        return new(path);
    }

    private FieldPart? Place(string inner)
    {
        if (!MessagePath.TryParse(inner, format, out MessagePath? path, out string? error))
            Error = $"${{{inner}}}: {error}";
        else if (path.IsMany)
            Error = $"${{{inner}}} is not one value. Name one item in place of [*], or put the step into a forEach.";
        return Error is null ? new(path!) : null;
    }

    private TemplatePart? Fail(string error)
    {
        Error = $"{error}. {Allowed}.";
        return null;
    }

    // PID.3, pid-3, PID-0: a path was meant.
    private static bool LooksLikePath(string inner) =>
        inner.Length > 4 && inner[3] is '-' or '.' or '[' && (char.IsAsciiDigit(inner[4]) || inner[4] == '*');

    private static string Suggest(string name) => Nearest.To(name, s_names) switch
    {
        null => "",
        "now" => "; did you mean ${now}?",
        "var" or "env" or "secret" => $"; did you mean ${{{Nearest.To(name, s_names)}:NAME}}?",
        { } near => $"; did you mean ${{{near}}}?",
    };
}
