using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Hub.Channels.Destinations.Replies;

/// <summary>HTTP status codes of a channel file: one, <c>503</c>, a class, <c>5xx</c>, or all from one to another, <c>200-204</c>.</summary>
public sealed class StatusRange
{
    private readonly string _text;
    private readonly int _first;
    private readonly int _last;

    private StatusRange(string text, int first, int last)
    {
        _text = text;
        _first = first;
        _last = last;
    }

    /// <summary>Reads status codes.</summary>
    /// <param name="text">What the file says.</param>
    /// <param name="value">The codes, when there is no mistake.</param>
    /// <param name="error">What is wrong and what to write, when there is one.</param>
    /// <returns>Whether they could be read.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out StatusRange? value, [NotNullWhen(false)] out string? error)
    {
        (int first, int last) = Read(text);
        bool isRange = first >= 200 && last >= first;
        value = isRange ? new(text, first, last) : null;
        // 1xx are no answers: they announce one.
        error = isRange ? null : $"\"{text}\" is no HTTP status. Write one (\"503\"), a class (\"5xx\") or a range (\"200-204\"), from 200 to 599.";
        return isRange;
    }

    /// <summary>The codes as written.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _text;

    internal bool Has(int status) => status >= _first && status <= _last;

    internal bool HasAllOf(StatusRange other) => other._first >= _first && other._last <= _last;

    private static (int First, int Last) Read(string text) => text.Length switch
    {
        3 when text.EndsWith("xx", StringComparison.OrdinalIgnoreCase) && Code($"{text[0]}00") is var start and > 0 => (start, start + 99),
        3 => (Code(text), Code(text)),
        7 when text[3] == '-' => (Code(text[..3]), Code(text[4..])),
        _ => (0, 0),
    };

    private static int Code(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int code) && code is >= 200 and <= 599 ? code : 0;
}
