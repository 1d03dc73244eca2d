namespace Hub.Formats.Fhir.Mapping;

/// <summary>Takes lines of rules apart.</summary>
internal static class RuleLines
{
    /// <summary>The word that a line begins with; empty for a comment and an empty line.</summary>
    public static string WordOf(string text)
    {
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        if (trimmed.IsEmpty || trimmed[0] == '#')
            return "";
        int space = trimmed.IndexOf(' ');
        ReadOnlySpan<char> word = space < 0 ? trimmed : trimmed[..space];
        // The words that matter here are few; the others need no string of their own.
        return word switch
        {
            "rule" => "rule",
            "code" => "code",
            "make" => "make",
            "place" => "place",
            _ => word.ToString(),
        };
    }

    /// <summary>The word and cells of a line.</summary>
    public static MapLine LineOf(string file, string text, int number)
    {
        string trimmed = text.Trim();
        int space = trimmed.IndexOf(' ', StringComparison.Ordinal);
        return new(file, number, space < 0 ? trimmed : trimmed[..space], [.. Split(space < 0 ? "" : trimmed[(space + 1)..])]);
    }

    // A bar with blanks around it; one without is part of a text.
    private static IEnumerable<string> Split(string text)
    {
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            bool isBetween = text[i] == '|' && (i == 0 || text[i - 1] == ' ') && (i + 1 == text.Length || text[i + 1] == ' ');
            if (!isBetween)
                continue;
            yield return text[start..i].Trim();
            start = i + 1;
        }

        yield return text[start..].Trim();
    }
}
