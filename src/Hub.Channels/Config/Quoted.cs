using System.Text;

namespace Hub.Channels.Config;

/// <summary>Shows a piece of a file in a problem's text.</summary>
internal static class Quoted
{
    private const int Longest = 60;

    /// <summary>The text in quotes; a long one is cut, control characters are shown as <c>·</c>.</summary>
    public static string Text(string text)
    {
        StringBuilder shown = new("\"");
        foreach (Rune rune in text.EnumerateRunes().Take(Longest))
            shown.Append(Rune.IsControl(rune) ? "·" : rune.ToString());
        return shown.Append(text.EnumerateRunes().Skip(Longest).Any() ? "…\"" : "\"").ToString();
    }

    /// <summary>Words in quotes, <c>"a", "b" or "c"</c>.</summary>
    public static string List(IEnumerable<string> words, string last = "or")
    {
        string[] quoted = [.. words.Select(Text)];
        return quoted.Length < 2 ? string.Concat(quoted) : $"{string.Join(", ", quoted[..^1])} {last} {quoted[^1]}";
    }
}
