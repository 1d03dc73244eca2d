using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>Makes the text of a primitive of FHIR from what a message says; what cannot be one gives null, so that nothing invalid is written.</summary>
internal static partial class PrimitiveText
{
    /// <summary>A value of a kind.</summary>
    /// <param name="text">What the message says.</param>
    /// <param name="kind">What it is to be.</param>
    /// <param name="zone">The zone of times that name none.</param>
    /// <returns>The text, or null.</returns>
    public static string? Of(string text, FhirKind kind, Func<DateTime, TimeSpan>? zone) => kind switch
    {
        FhirKind.Code => Joined(Clean(text), " "),
        FhirKind.Uri => Joined(Clean(text), "%20"),
        FhirKind.Boolean => text.ToUpperInvariant() switch { "Y" or "YES" or "TRUE" or "1" => "true", "N" or "NO" or "FALSE" or "0" => "false", _ => null },
        FhirKind.Integer => Whole(text, int.MinValue),
        FhirKind.Positive => Whole(text, 1),
        FhirKind.Unsigned => Whole(text, 0),
        FhirKind.Decimal => Number(text),
        FhirKind.Date or FhirKind.DateTime or FhirKind.Instant => Time(text, kind, zone),
        FhirKind.Time => TimeOfDay(text),
        FhirKind.Base64 => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) is { Length: > 0 } bytes ? bytes : null,
        _ => Clean(text) is var clean && !string.IsNullOrWhiteSpace(clean) ? clean : null,
    };

    /// <summary>A number as JSON writes it; null when it is none.</summary>
    public static string? Number(string text)
    {
        string trimmed = text.Trim().TrimStart('+');
        if (!Decimal().IsMatch(trimmed))
            return null;
        string sign = trimmed.StartsWith('-') ? "-" : "";
        string digits = trimmed.TrimStart('-').TrimStart('0');
        return sign + (digits.Length == 0 || digits[0] is '.' ? "0" + digits : digits).TrimEnd('.');
    }

    /// <summary>A date or time; as precise as the message says, an instant to the second.</summary>
    public static string? Time(string text, FhirKind kind, Func<DateTime, TimeSpan>? zone)
    {
        if (!Hl7Timestamp.TryParse(text, out Hl7Timestamp time) || time.Local.Year < 1)
            return null;
        // FHIR has no hours without minutes: 11 is 11:00.
        if (kind == FhirKind.Date || (kind == FhirKind.DateTime && time.Digits <= Hl7Timestamp.Day))
            return time.Local.ToString(time.Digits switch { < 6 => "yyyy", < 8 => "yyyy-MM", _ => "yyyy-MM-dd" }, CultureInfo.InvariantCulture);
        int fraction = Math.Max(0, time.Digits - Hl7Timestamp.Second);
        string written = time.Local.ToString("yyyy-MM-ddTHH:mm:ss" + (fraction > 0 ? "." + new string('f', fraction) : ""), CultureInfo.InvariantCulture);
        return written + Offset(time.Offset ?? zone?.Invoke(time.Local) ?? TimeSpan.Zero);
    }

    private static string Offset(TimeSpan zone) =>
        zone == TimeSpan.Zero ? "Z" : (zone < TimeSpan.Zero ? "-" : "+") + zone.ToString("hh\\:mm", CultureInfo.InvariantCulture);

    private static string? Joined(string text, string blank) =>
        text.Length == 0 ? null : text.AsSpan().ContainsAny(" \t\n\u00a0") ? Blanks().Replace(text, blank) : text;

    private static string? TimeOfDay(string text)
    {
        string digits = text.Split('+', '-')[0].Replace(":", "", StringComparison.Ordinal);
        if (digits.Length is not (2 or 4 or >= 6) || !TimeOnly.TryParseExact(digits.Split('.')[0].PadRight(6, '0')[..6], "HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time))
            return null;
        return time.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private static string? Whole(string text, int least)
    {
        string trimmed = text.Trim();
        // 3.0 is 3; NM is written so.
        int point = trimmed.IndexOf('.', StringComparison.Ordinal);
        if (point > 0 && trimmed[(point + 1)..].Trim('0').Length == 0)
            trimmed = trimmed[..point];
        return int.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least ? number.ToString(CultureInfo.InvariantCulture) : null;
    }

    // FHIR R4 §2.24.0.1: strings hold no control characters but tab, line feed and carriage return.
    private static string Clean(string text)
    {
        foreach (char letter in text)
        {
            if (letter < ' ')
                return string.Concat(text.Where(each => each is >= ' ' or '\t' or '\n')).Trim();
        }

        return text.Trim();
    }

    [GeneratedRegex("\\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex("^-?[0-9]*\\.?[0-9]+$|^-?[0-9]+\\.$")]
    private static partial Regex Decimal();
}
