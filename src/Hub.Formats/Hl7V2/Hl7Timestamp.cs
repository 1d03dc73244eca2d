using System.Globalization;

namespace Hub.Formats.Hl7V2;

/// <summary>
/// A date or time as HL7 writes it (HL7 v2.5.1 §2.A.22): <c>YYYY[MM[DD[HH[MM[SS[.S…]]]]]][+/-ZZZZ]</c>. It knows how precise it is and never pretends to be more.
/// </summary>
/// <param name="Local">The time as written; what is not written is the start of it.</param>
/// <param name="Digits">How many digits were written: 4 year, 6 month, 8 day, 10 hour, 12 minute, 14 second, more for a fraction.</param>
/// <param name="Offset">The zone, when one was written.</param>
public readonly record struct Hl7Timestamp(DateTime Local, int Digits, TimeSpan? Offset)
{
    /// <summary>Year, month and day.</summary>
    public const int Day = 8;

    /// <summary>Up to the hour.</summary>
    public const int Hour = 10;

    /// <summary>Up to the second.</summary>
    public const int Second = 14;

    // The standard gives four digits of a fraction; senders write up to seven, which is all that the platform keeps.
    private const int Finest = Second + 7;
    private const string Widest = "yyyyMMddHHmmssfffffff";

    /// <summary>Reads one.</summary>
    /// <param name="text">What stands in the field.</param>
    /// <param name="value">The timestamp, when it is one.</param>
    /// <returns>False when the text has another form or names a day that does not exist.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out Hl7Timestamp value)
    {
        value = default;
        TimeSpan? offset = null;
        int sign = text.IndexOfAny('+', '-');
        if (sign >= 0)
        {
            if (!TryParseOffset(text[sign..], out TimeSpan zone))
                return false;
            offset = zone;
            text = text[..sign];
        }

        Span<char> digits = stackalloc char[Finest];
        int count = CopyDigits(text, digits);
        if (count < 4 || (count < Second && count % 2 != 0))
            return false;
        "00010101000000".AsSpan(Math.Min(count, Second)).CopyTo(digits[Math.Min(count, Second)..]);
        digits[Math.Max(count, Second)..].Fill('0');
        bool read = DateTime.TryParseExact(digits, Widest, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local);
        value = new(local, count, offset);
        return read;
    }

    /// <summary>The same time, written with fewer digits.</summary>
    /// <param name="digits">How many.</param>
    /// <returns>The timestamp; itself when it has no more.</returns>
    public Hl7Timestamp Truncate(int digits)
    {
        Hl7Timestamp coarser = default;
        bool shorter = digits < Digits && TryParse(Written(digits), out coarser);
        return shorter ? coarser with { Offset = Offset } : this;
    }

    /// <summary>
    /// Compares at the start of what the less precise one says: any time of a day is the same as that day.
    /// Zones count when both have one.
    /// </summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Below 0 when the left is earlier, 0 when they are the same, above 0 when it is later.</returns>
    public static int Compare(Hl7Timestamp left, Hl7Timestamp right)
    {
        if (left.Digits > right.Digits)
            return -Compare(right, left);
        Hl7Timestamp moved = left.Offset is { } zone && right.Offset is not null ? right.In(zone) : right;
        return left.Local.CompareTo(moved.Truncate(left.Digits).Local);
    }

    /// <summary>The same moment in another zone. It has to have a zone itself.</summary>
    /// <param name="offset">The zone.</param>
    /// <returns>The timestamp, as precise as before.</returns>
    public Hl7Timestamp In(TimeSpan offset)
    {
        long ticks = Local.Ticks - (Offset ?? offset).Ticks + offset.Ticks;
        return this with { Local = new(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks)), Offset = offset };
    }

    /// <summary>As HL7 writes it.</summary>
    /// <returns>The digits and the zone.</returns>
    public override string ToString() => Written(Digits) + (Offset is { } zone ? WriteOffset(zone) : "");

    /// <summary>A zone as HL7 writes it.</summary>
    /// <param name="offset">The zone.</param>
    /// <returns>For example <c>+0100</c>.</returns>
    public static string WriteOffset(TimeSpan offset) =>
        (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString("hhmm", CultureInfo.InvariantCulture);

    private string Written(int digits)
    {
        string all = Local.ToString(Widest, CultureInfo.InvariantCulture)[..digits];
        return digits > Second ? all.Insert(Second, ".") : all;
    }

    private static int CopyDigits(ReadOnlySpan<char> text, Span<char> digits)
    {
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (i == Second && text[i] == '.' && text.Length > i + 1)
                continue;
            if (!char.IsAsciiDigit(text[i]) || i == Second || count == digits.Length)
                return -1;
            digits[count++] = text[i];
        }

        return count;
    }

    private static bool TryParseOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = default;
        if (text.Length != 5 || !int.TryParse(text[1..3], NumberStyles.None, CultureInfo.InvariantCulture, out int hours)
            || !int.TryParse(text[3..], NumberStyles.None, CultureInfo.InvariantCulture, out int minutes) || hours > 14 || minutes > 59)
            return false;
        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return true;
    }
}
