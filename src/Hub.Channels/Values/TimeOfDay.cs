using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Hub.Channels.Values;

/// <summary>A time of day of a channel file, hours and minutes: <c>22:00</c>.</summary>
public sealed class TimeOfDay
{
    private readonly string _text;

    private TimeOfDay(string text, int minutes)
    {
        _text = text;
        Minutes = minutes;
    }

    /// <summary>Minutes after midnight, 0 to 1,440.</summary>
    public int Minutes { get; }

    /// <summary>Reads a time of day.</summary>
    /// <param name="text">What the file says.</param>
    /// <param name="value">The time, when there is no mistake.</param>
    /// <param name="error">What is wrong and what to write, when there is one.</param>
    /// <returns>Whether it could be read.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out TimeOfDay? value, [NotNullWhen(false)] out string? error)
    {
        bool isTime = text.Length == 5 && text[2] == ':'
            && int.TryParse(text.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out int hours)
            && int.TryParse(text.AsSpan(3, 2), NumberStyles.None, CultureInfo.InvariantCulture, out int minutes)
            && minutes < 60 && (hours * 60) + minutes <= 24 * 60;
        value = isTime ? new(text, (int.Parse(text.AsSpan(0, 2), CultureInfo.InvariantCulture) * 60) + int.Parse(text.AsSpan(3, 2), CultureInfo.InvariantCulture)) : null;
        error = isTime ? null : $"\"{text}\" is not a time of day. Write hours and minutes, from \"00:00\" to \"24:00\", for example \"22:30\".";
        return isTime;
    }

    /// <summary>Reads a time that is known to be right.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The time.</returns>
    /// <exception cref="FormatException">It is not right.</exception>
    public static TimeOfDay Parse(string text) =>
        TryParse(text, out TimeOfDay? value, out string? error) ? value : throw new FormatException(error);

    /// <summary>The time as written.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _text;
}
