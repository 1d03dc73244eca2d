using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace Hub.Formats.Fhir.Validation;

/// <summary>What is wrong with the form of a value.</summary>
internal enum FormFault
{
    None,

    /// <summary>Not of the form of its type.</summary>
    Form,

    /// <summary>A date that is on no calendar.</summary>
    Calendar,

    /// <summary>Of the form, and too long or too large.</summary>
    Range,
}

// The forms are those of the regular expressions of R4 (FHIR R4 §2.24.0.1), written out: some of those need time that grows with
// the square of a text and more. A property of the tests holds them against the expressions.

/// <summary>The forms of primitive types.</summary>
internal static class PrimitiveForms
{
    // FHIR R4 §2.24.0.1: strings have at most 1 MB.
    private const int LongestText = 1_048_576;

    private static readonly SearchValues<char> s_idLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.");
    private static readonly SearchValues<char> s_base64Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    /// <summary>How a value of a type is written, for a person.</summary>
    public static string Example(string type) => type switch
    {
        "date" => "2026, 2026-03 or 2026-03-01",
        "dateTime" => "2026, 2026-03, 2026-03-01 or 2026-03-01T12:30:00+00:00 with seconds and a time zone",
        "instant" => "2026-03-01T12:30:00.000+00:00",
        "time" => "12:30:00",
        "id" => "letters, digits, - and ., at most 64",
        "code" => "words with one blank between them, none before and after",
        "oid" => "urn:oid:1.2.3",
        "uuid" => "urn:uuid: and 36 characters with small letters",
        "uri" or "url" or "canonical" => "an address without blanks",
        "positiveInt" => "a whole number from 1 to 2147483647",
        "unsignedInt" => "a whole number from 0 to 2147483647",
        "integer" => "a whole number from -2147483648 to 2147483647",
        "decimal" => "a number with at most 18 digits behind the point",
        "base64Binary" => "base64, four letters at a time",
        "boolean" => "true or false",
        _ => "a text without control characters",
    };

    /// <summary>Checks the form of a value.</summary>
    /// <param name="type">The primitive type.</param>
    /// <param name="value">The value: of JSON texts the text, of numbers as written.</param>
    public static FormFault Check(string type, string value) => type switch
    {
        "string" or "markdown" => Text(value),
        "code" => Fault(IsCode(value)),
        "id" => Fault(value.Length is > 0 and <= 64 && !value.AsSpan().ContainsAnyExcept(s_idLetters)),
        "uri" or "url" or "canonical" => Fault(!HasSpace(value)),
        "oid" => Fault(IsOid(value)),
        "uuid" => Fault(value.StartsWith("urn:uuid:", StringComparison.Ordinal) && IsUuid(value.AsSpan(9))),
        "date" => Date(value),
        "dateTime" => value.Length > 10 ? Instant(value) : Date(value),
        "instant" => Instant(value),
        "time" => Fault(TimeLength(value) == value.Length),
        "integer" => Whole(value, int.MinValue),
        "unsignedInt" => Whole(value, 0),
        "positiveInt" => Whole(value, 1),
        "base64Binary" => Fault(IsBase64(value)),
        _ => FormFault.None,
    };

    private static FormFault Fault(bool isRight) => isRight ? FormFault.None : FormFault.Form;

    private static FormFault Text(string value)
    {
        if (value.Length > LongestText)
            return FormFault.Range;
        foreach (char letter in value)
        {
            if (letter < ' ' && letter is not ('\t' or '\r' or '\n'))
                return FormFault.Form;
        }

        return FormFault.None;
    }

    private static bool HasSpace(string value)
    {
        foreach (char letter in value)
        {
            if (char.IsWhiteSpace(letter))
                return true;
        }

        return false;
    }

    private static bool IsCode(string value)
    {
        bool wasSpace = true;
        foreach (char letter in value)
        {
            bool isSpace = char.IsWhiteSpace(letter);
            if (isSpace && wasSpace)
                return false;
            wasSpace = isSpace;
        }

        return !wasSpace;
    }

    private static bool IsOid(string value)
    {
        const string start = "urn:oid:";
        if (!value.StartsWith(start, StringComparison.Ordinal))
            return false;
        string[] parts = value[start.Length..].Split('.');
        return parts.Length > 1 && (parts[0] is "0" or "1" or "2") && parts.Skip(1).All(part => part == "0" || (part.Length > 0 && part[0] != '0' && part.All(char.IsAsciiDigit)));
    }

    private static bool IsUuid(ReadOnlySpan<char> value)
    {
        if (value.Length != 36)
            return false;
        for (int i = 0; i < value.Length; i++)
        {
            bool isRight = i is 8 or 13 or 18 or 23 ? value[i] == '-' : char.IsAsciiHexDigitLower(value[i]);
            if (!isRight)
                return false;
        }

        return true;
    }

    private static FormFault Whole(string value, int least)
    {
        ReadOnlySpan<char> digits = value.AsSpan();
        if (least < 0 && digits.StartsWith("-"))
            digits = digits[1..];
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9') || (digits[0] == '0' && digits.Length > 1))
            return FormFault.Form;
        return int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least ? FormFault.None : FormFault.Range;
    }

    private static bool IsBase64(string value)
    {
        int letters = 0;
        foreach (char letter in value)
        {
            if (s_base64Letters.Contains(letter))
                letters++;
            else if (!char.IsWhiteSpace(letter) || letters % 4 != 0)
                return false;
        }

        return letters > 0 && letters % 4 == 0 && Base64.IsValid(value);
    }

    private static FormFault Date(ReadOnlySpan<char> value)
    {
        if (value.Length is not (4 or 7 or 10) || !TryDigits(value[..4], out int year) || year == 0)
            return FormFault.Form;
        int month = 1;
        int day = 1;
        if (value.Length > 4 && (value[4] != '-' || !TryDigits(value.Slice(5, 2), out month) || month is < 1 or > 12))
            return FormFault.Form;
        if (value.Length > 7 && (value[7] != '-' || !TryDigits(value.Slice(8, 2), out day) || day is < 1 or > 31))
            return FormFault.Form;
        return day <= DateTime.DaysInMonth(year, month) ? FormFault.None : FormFault.Calendar;
    }

    private static FormFault Instant(ReadOnlySpan<char> value)
    {
        if (value.Length < 20 || value[10] != 'T' || Date(value[..10]) == FormFault.Form)
            return FormFault.Form;
        int time = TimeLength(value[11..]);
        return time > 0 && IsZone(value[(11 + time)..]) ? Date(value[..10]) : FormFault.Form;
    }

    /// <summary>How long the time at the beginning of a text is; 0 when there is none.</summary>
    private static int TimeLength(ReadOnlySpan<char> value)
    {
        if (value.Length < 8 || value[2] != ':' || value[5] != ':' || !TryDigits(value[..2], out int hour) || !TryDigits(value.Slice(3, 2), out int minute) || !TryDigits(value.Slice(6, 2), out int second))
            return 0;
        // A leap second is 60.
        if (hour > 23 || minute > 59 || second > 60)
            return 0;
        int end = 8;
        if (value.Length > end && value[end] == '.')
        {
            int digits = value[(end + 1)..].IndexOfAnyExceptInRange('0', '9');
            digits = digits < 0 ? value.Length - end - 1 : digits;
            if (digits == 0)
                return 0;
            end += 1 + digits;
        }

        return end;
    }

    private static bool IsZone(ReadOnlySpan<char> zone)
    {
        if (zone is "Z")
            return true;
        return zone.Length == 6 && (zone[0] is '+' or '-') && zone[3] == ':' && TryDigits(zone.Slice(1, 2), out int hours) && TryDigits(zone.Slice(4, 2), out int minutes)
            && (hours < 14 ? minutes < 60 : hours == 14 && minutes == 0);
    }

    private static bool TryDigits(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        foreach (char digit in text)
        {
            if (!char.IsAsciiDigit(digit))
                return false;
            number = (number * 10) + digit - '0';
        }

        return true;
    }
}
