using System.Text;

namespace Hub.Formats.Hl7V2;

/// <summary>Text of ours for a sender whose character set may not have all its characters: those are written as the nearest that it has (protocol A02).</summary>
internal static class ReadableText
{
    // The letters of U+00C0 to U+017F without their accents. The runtime takes no characters apart where it goes without the data of languages.
    private const string Letters =
        "AAAAAA?CEEEEIIIIDNOOOOOxOUUUUY?saaaaaa?ceeeeiiiidnooooo/ouuuuy?y"
        + "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi??JjKkkLlLlLlLlLlNnNnNnnNnOoOoOo??RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

    /// <summary>The text in the characters of a set.</summary>
    /// <param name="text">The text.</param>
    /// <param name="set">The set.</param>
    /// <returns>The text itself where the set has it all. Otherwise letters without their accents and plain quotation marks and dashes; what has no such form is a question mark.</returns>
    public static string In(Hl7CharacterSet set, string text)
    {
        if (Ascii.IsValid(text) || set.IsUtf8)
            return text;
        StringBuilder readable = new(text.Length);
        foreach (Rune character in text.EnumerateRunes())
            readable.Append(character.IsAscii || Has(set, character.ToString()) ? character.ToString() : Plain(character));
        return readable.ToString();
    }

    private static bool Has(Hl7CharacterSet set, string character)
    {
        if (set == Hl7CharacterSet.Ascii)
            return false;
        try
        {
            set.Encode(character);
            return true;
        }
        catch (Hl7FormatException)
        {
            return false;
        }
    }

    private static string Plain(Rune character) => character.Value switch
    {
        0xA0 => " ",
        >= 0xC0 and <= 0x17F => Letters[character.Value - 0xC0].ToString(),
        >= 0x1E80 and <= 0x1E85 => character.Value % 2 == 0 ? "W" : "w",
        0x1EF2 or 0x1EF3 => character.Value % 2 == 0 ? "Y" : "y",
        >= 0x2010 and <= 0x2015 => "-",
        0x2018 or 0x2019 => "'",
        0x201C or 0x201D => "\"",
        0x2026 => "...",
        _ => "?",
    };
}
