using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Values;

/// <summary>
/// A .NET date format from a channel file, <c>yyyy-MM-dd HH:mm:ss</c>, checked when it is read: letters that mean nothing are mistakes.
/// It knows which of the parts of a date it needs, so that nothing finer than the source is ever made up.
/// </summary>
public sealed class DateFormat
{
    private const string Hl7Form = "yyyyMMddHHmmss.fffffff";

    private DateFormat(string text, int digits, bool hasZone)
    {
        Text = text;
        Digits = digits;
        HasZone = hasZone;
        IsHl7 = Hl7Form.StartsWith(text, StringComparison.Ordinal) && text[^1] != '.';
    }

    /// <summary>The format as written.</summary>
    public string Text { get; }

    /// <summary>The finest part it holds, counted as <see cref="Hl7Timestamp.Digits"/> does.</summary>
    internal int Digits { get; }

    /// <summary>Whether it writes the zone.</summary>
    internal bool HasZone { get; }

    /// <summary>Whether it is the HL7 form, <c>yyyy[MM[dd[HH[mm[ss[.f…]]]]]]</c>.</summary>
    internal bool IsHl7 { get; }

    /// <summary>Reads a format.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The format, when the text is one.</param>
    /// <param name="error">What is wrong and how to write it, when it is not.</param>
    /// <returns>Whether the text is a format.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out DateFormat? value, [NotNullWhen(false)] out string? error)
    {
        value = null;
        error = text.Length < 2 ? "is too short to be a date format" : FindMistake(text);
        if (error is null)
        {
            value = new(text, FinestOf(text), Letters(text).Any(letter => letter is 'z' or 'K'));
            return true;
        }

        error = $"\"{text}\" {error}. Write a .NET date format such as \"yyyyMMddHHmmss\" or \"dd/MM/yyyy\".";
        return false;
    }

    /// <summary>The format as written.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Text;

    internal string Write(DateTimeOffset time) => time.ToString(Text, CultureInfo.InvariantCulture);

    internal bool TryRead(string text, out Hl7Timestamp value)
    {
        bool read = DateTimeOffset.TryParseExact(text, Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time);
        value = new(time.DateTime, Digits, HasZone ? time.Offset : null);
        return read;
    }

    private static string? FindMistake(string text)
    {
        char unknown = Letters(text).FirstOrDefault(letter => !"dfFgHhKMmstyz".Contains(letter, StringComparison.Ordinal));
        if (unknown == 'Y' || unknown == 'D')
            return $"has a capital {unknown}; years and days are small letters (yyyy, dd)";
        if (unknown != 0)
            return $"has the letter {unknown}, which means nothing in a date; put words in quotation marks ('of')";
        try
        {
            _ = DateTimeOffset.UnixEpoch.ToString(text, CultureInfo.InvariantCulture);
            return null;
        }
        catch (FormatException)
        {
            return "is not a date format";
        }
    }

    private static int FinestOf(string text)
    {
        int finest = 4;
        foreach (char letter in Letters(text))
            finest = Math.Max(finest, DigitsOf(letter));
        return finest + Letters(text).Count(letter => letter is 'f' or 'F');
    }

    private static int DigitsOf(char letter) => letter switch
    {
        'M' => 6,
        'd' => Hl7Timestamp.Day,
        'H' or 'h' or 't' => Hl7Timestamp.Hour,
        'm' => 12,
        's' or 'f' or 'F' => Hl7Timestamp.Second,
        _ => 4,
    };

    /// <summary>The letters that stand for parts of a date: not those in quotation marks or after a backslash.</summary>
    private static IEnumerable<char> Letters(string text)
    {
        char quoted = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char letter = text[i];
            if (quoted != '\0')
                quoted = letter == quoted ? '\0' : quoted;
            else if (letter is '\'' or '"')
                quoted = letter;
            else if (letter == '\\')
                i++;
            else if (char.IsLetter(letter))
                yield return letter;
        }
    }
}
