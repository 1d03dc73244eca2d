using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>The words of a problem, put together only when the problem is told at all: a hostile message breaks rules a million times.</summary>
[InterpolatedStringHandler]
internal readonly ref struct ProblemText
{
    private readonly StringBuilder? _text;

    public ProblemText(int literalLength, int formattedCount, Findings findings, Hl7Rule rule, Place place, out bool isWanted)
    {
        isWanted = findings.Takes(rule, place, out Hl7Severity severity);
        _text = isWanted ? new(literalLength + (formattedCount * 16)) : null;
        Severity = severity;
    }

    public ProblemText(int literalLength, int formattedCount, Findings findings, Hl7Rule rule, Place place, ProfileSeverity judged, out bool isWanted)
    {
        isWanted = findings.Takes(rule, place, judged, out Hl7Severity severity);
        _text = isWanted ? new(literalLength + (formattedCount * 16)) : null;
        Severity = severity;
    }

    public Hl7Severity Severity { get; }

    public bool IsWanted => _text is not null;

    public void AppendLiteral(string literal) => _text!.Append(literal);

    public void AppendFormatted<T>(T value, string? format = null) => _text!.Append(CultureInfo.InvariantCulture, $"{(value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString())}");

    public override string ToString() => _text?.ToString() ?? "";
}
