using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Hub.Channels.Values;

/// <summary>
/// A regular expression of a channel file. Compiled once; where it can be, by the engine that takes time in proportion to the text.
/// A text it needs longer for than the limit is a failed step, never a hanging channel.
/// </summary>
internal sealed class TextPattern
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMilliseconds(100);

    private readonly Regex _regex;

    private TextPattern(Regex regex) => _regex = regex;

    /// <summary>Reads a pattern.</summary>
    public static bool TryParse(string text, bool ignoreCase, [NotNullWhen(true)] out TextPattern? value, [NotNullWhen(false)] out string? error, TimeSpan? limit = null)
    {
        value = null;
        error = null;
        RegexOptions options = RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);
        try
        {
            value = new(Make(text, options, limit ?? s_limit));
            return true;
        }
        catch (ArgumentException mistake)
        {
            error = $"\"{text}\" is not a regular expression: {mistake.Message}";
            return false;
        }
    }

    public static TextPattern Parse(string text, bool ignoreCase, TimeSpan? limit = null) =>
        TryParse(text, ignoreCase, out TextPattern? pattern, out string? error, limit) ? pattern : throw new FormatException(error);

    public bool Matches(string text)
    {
        try
        {
            return _regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            throw TooSlow();
        }
    }

    public string Replace(string text, string with)
    {
        try
        {
            return _regex.Replace(text, with);
        }
        catch (RegexMatchTimeoutException)
        {
            throw TooSlow();
        }
    }

    private static Regex Make(string text, RegexOptions options, TimeSpan limit)
    {
        try
        {
            return new(text, options | RegexOptions.NonBacktracking, limit);
        }
        catch (NotSupportedException)
        {
            // Look-around and back-references need the engine that can be slow.
            return new(text, options, limit);
        }
    }

    private StepException TooSlow() =>
        new($"The pattern \"{_regex}\" took longer than {_regex.MatchTimeout.TotalMilliseconds} ms. Write it without nested repeats, look-around or back-references.");
}
