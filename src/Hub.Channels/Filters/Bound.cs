using System.Globalization;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Filters;

/// <summary>
/// What a value is compared with: a number, an HL7 date, or a text that is both. A text of eight digits or more that names a real day is
/// compared as a date with every value that is one; everything else as a number when both are.
/// </summary>
internal sealed class Bound
{
    private readonly string _text;
    private readonly decimal? _number;
    private readonly Hl7Timestamp? _date;

    private Bound(string text, decimal? number, Hl7Timestamp? date)
    {
        _text = text;
        _number = number;
        _date = date;
    }

    public static bool TryParse(string text, out Bound? bound)
    {
        decimal? number = TryReadNumber(text, out decimal read) ? read : null;
        Hl7Timestamp? date = Hl7Timestamp.TryParse(text, out Hl7Timestamp time) ? time : null;
        bound = number is null && date is null ? null : new(text, number, date);
        return bound is not null;
    }

    public static Bound Parse(string text) =>
        TryParse(text, out Bound? bound) ? bound! : throw new FormatException($"\"{text}\" is neither a number nor an HL7 date.");

    /// <summary>How a value compares with the bound: below 0, 0, above 0; null when they cannot be compared.</summary>
    public int? Compare(string value)
    {
        bool dated = Hl7Timestamp.TryParse(value, out Hl7Timestamp time);
        if (dated && _date is { Digits: >= Hl7Timestamp.Day } day)
            return Hl7Timestamp.Compare(time, day);
        if (_number is { } number && TryReadNumber(value, out decimal read))
            return read.CompareTo(number);
        return dated && _date is { } date ? Hl7Timestamp.Compare(time, date) : null;
    }

    public override string ToString() => _date is { Digits: >= Hl7Timestamp.Day } || _number is null ? $"the date {_text}" : $"the number {_text}";

    private static bool TryReadNumber(string text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
}
