using System.Globalization;
using System.Text.RegularExpressions;

namespace Hub.Formats.Fhir.Mapping.Back;

/// <summary>Values of FHIR as HL7 v2 writes them.</summary>
internal static partial class BackText
{
    /// <summary>A primitive.</summary>
    /// <param name="text">The value.</param>
    /// <param name="kind">What it is.</param>
    /// <returns>The text; null when it is none of that kind.</returns>
    public static string? Of(string text, FhirKind kind) => kind switch
    {
        FhirKind.Boolean => text switch { "true" => "Y", "false" => "N", _ => null },
        FhirKind.Date or FhirKind.DateTime or FhirKind.Instant => Time(text),
        FhirKind.Time => Clock().IsMatch(text) ? text.Replace(":", "", StringComparison.Ordinal) : null,
        FhirKind.Decimal or FhirKind.Integer or FhirKind.Positive or FhirKind.Unsigned => Number(text),
        // A URI has no blanks; the names that HL7 v2 puts there may.
        FhirKind.Uri => Clean(text).Replace("%20", " ", StringComparison.Ordinal),
        _ => text.Length == 0 ? null : Clean(text),
    };

    /// <summary>What a narrative says, without its marks.</summary>
    public static string Plain(string xhtml) => global::System.Net.WebUtility.HtmlDecode(Marks().Replace(xhtml, ""));

    /// <summary>A date or time, as precise as it is: <c>2026-03-01T10:15:00+01:00</c> is <c>20260301101500+0100</c>.</summary>
    public static string? Time(string text)
    {
        Match match = Moment().Match(text);
        if (!match.Success)
            return null;
        string written = string.Concat(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value, match.Groups[4].Value, match.Groups[5].Value, match.Groups[6].Value);
        // HL7 v2.5.1 §2.A.22: up to four digits of a second's fraction.
        string fraction = match.Groups[7].Value is { Length: > 5 } long_ ? long_[..5] : match.Groups[7].Value;
        string zone = match.Groups[8].Value is "Z" ? "+0000" : match.Groups[8].Value.Replace(":", "", StringComparison.Ordinal);
        return written + fraction + zone;
    }

    /// <summary>The text of a narrative or anything else that is more than a line keeps its lines; other control characters have no place in a message.</summary>
    private static string Clean(string text) => text.Any(letter => letter < ' ' && letter is not ('\n' or '\r' or '\t')) ? string.Concat(text.Where(letter => letter >= ' ' || letter is '\n' or '\r' or '\t')) : text;

    // 1.5E+3 is a number of JSON; HL7 v2 has digits alone.
    private static string? Number(string text)
    {
        if (Digits().IsMatch(text))
            return text;
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value) ? value.ToString(CultureInfo.InvariantCulture) : null;
    }

    /// <summary>The name that HL7 v2 has for a coding system (HL7 table 0396), the way back of <see cref="CodeLookup.System"/>.</summary>
    public static string System(RuleSet rules, string uri)
    {
        if (rules.Codes("CodingSystem")?.Back(uri, "") is { } known)
            return known.Code;
        Match table = Table().Match(uri);
        if (table.Success)
            return $"HL7{table.Groups[1].Value}";
        return uri.StartsWith("urn:oid:", StringComparison.Ordinal) ? uri[8..] : uri;
    }

    /// <summary>What stands between the fixed parts of a text that a rule puts together: of <c>"urn:oid:"+HD.2</c> the place and its text.</summary>
    /// <returns>The places and texts; null when the text is not of that form, or could be read in two ways.</returns>
    public static List<(MapPlace Place, string Text)>? Parts(MapText pattern, string text)
    {
        List<(MapPlace, string)> found = [];
        int at = 0;
        for (int i = 0; i < pattern.Parts.Count; i++)
        {
            (string? literal, MapPlace place) = pattern.Parts[i];
            if (literal is not null)
            {
                if (string.CompareOrdinal(text, at, literal, 0, literal.Length) != 0)
                    return null;
                at += literal.Length;
                continue;
            }

            string? next = i + 1 < pattern.Parts.Count ? pattern.Parts[i + 1].Text : "";
            if (next is null)
                return null;
            int end = next.Length == 0 ? text.Length : text.IndexOf(next, at, StringComparison.Ordinal);
            if (end < 0)
                return null;
            found.Add((place, text[at..end]));
            at = end;
        }

        return at == text.Length ? found : null;
    }

    [GeneratedRegex("^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?$")]
    private static partial Regex Moment();

    [GeneratedRegex("^[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,4})?$")]
    private static partial Regex Clock();

    [GeneratedRegex("^-?[0-9]+(?:\\.[0-9]+)?$")]
    private static partial Regex Digits();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Marks();

    [GeneratedRegex("^http://terminology\\.hl7\\.org/CodeSystem/v2-([0-9]{4})$")]
    private static partial Regex Table();
}
