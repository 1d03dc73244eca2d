using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Hub.Channels.Values;

/// <summary>A length of time of a channel file: a whole number and its unit, <c>90s</c>, <c>15m</c>, <c>24h</c>, <c>7d</c>.</summary>
public sealed class Duration
{
    private const int MostDays = 3_650;

    private readonly string _text;

    private Duration(string text, TimeSpan length)
    {
        _text = text;
        Length = length;
    }

    /// <summary>How long it is.</summary>
    public TimeSpan Length { get; }

    /// <summary>Reads a length of time.</summary>
    /// <param name="text">What the file says.</param>
    /// <param name="value">The length, when there is no mistake.</param>
    /// <param name="error">What is wrong and what to write, when there is one.</param>
    /// <returns>Whether it could be read.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out Duration? value, [NotNullWhen(false)] out string? error)
    {
        value = null;
        error = $"\"{text}\" is not a length of time. Write a whole number above 0 and its unit, s, m, h or d, at most {MostDays}d: \"90s\", \"15m\", \"24h\", \"7d\".";
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) || UnitOf(text[^1]) is not { } unit)
            return false;
        double seconds = number * unit.TotalSeconds;
        if (number == 0 || seconds > TimeSpan.FromDays(MostDays).TotalSeconds)
            return false;
        value = new(text, TimeSpan.FromSeconds(seconds));
        error = null;
        return true;
    }

    /// <summary>Reads a length that is known to be right.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The length.</returns>
    /// <exception cref="FormatException">It is not right.</exception>
    public static Duration Parse(string text) =>
        TryParse(text, out Duration? value, out string? error) ? value : throw new FormatException(error);

    /// <summary>The length as written.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _text;

    private static TimeSpan? UnitOf(char letter) => letter switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => null,
    };
}
