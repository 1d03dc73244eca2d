using System.Buffers.Text;

namespace Hub.Formats.Hl7V2.Validation;

/// <summary>How values of the primitive types are written (HL7 v2.5.1 §2.A.21, 22, 47, 70, 75), on bytes.</summary>
internal static class ValueForms
{
    /// <summary>NM: an optional sign, digits and at most one decimal point.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty && value[0] is (byte)'+' or (byte)'-')
            value = value[1..];
        int point = value.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = point < 0 ? value : value[..point];
        ReadOnlySpan<byte> fraction = point < 0 ? [] : value[(point + 1)..];
        return whole.Length + fraction.Length > 0 && AreDigits(whole) && AreDigits(fraction);
    }

    /// <summary>SI: one to four digits.</summary>
    public static bool IsSequence(ReadOnlySpan<byte> value) => value.Length is >= 1 and <= 4 && AreDigits(value);

    /// <summary>The number of a sequence ID; -1 when it is none.</summary>
    public static int Sequence(ReadOnlySpan<byte> value) =>
        IsSequence(value) && Utf8Parser.TryParse(value, out int number, out _) ? number : -1;

    /// <summary>DT: YYYY[MM[DD]].</summary>
    public static bool IsDate(ReadOnlySpan<byte> value) => value.Length is 4 or 6 or 8 && AreDigits(value) && IsDay(value);

    /// <summary>TM: HH[MM[SS[.S[S[S[S]]]]]][+/-ZZZZ].</summary>
    /// <param name="value">The value.</param>
    /// <param name="fraction">How many digits of a second there are.</param>
    public static bool IsTime(ReadOnlySpan<byte> value, out int fraction) =>
        TryTakeZone(ref value) & TryTakeFraction(ref value, 6, out fraction) && value.Length is 2 or 4 or 6 && AreDigits(value) && IsTimeOfDay(value);

    /// <summary>DTM, TS: YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ].</summary>
    /// <param name="value">The value.</param>
    /// <param name="fraction">How many digits of a second there are.</param>
    public static bool IsTimestamp(ReadOnlySpan<byte> value, out int fraction)
    {
        bool hasEnds = TryTakeZone(ref value) & TryTakeFraction(ref value, 14, out fraction);
        if (!hasEnds || value.Length is < 4 or > 14 || value.Length % 2 != 0 || !AreDigits(value))
            return false;
        return IsDay(value[..Math.Min(8, value.Length)]) && (value.Length <= 8 || IsTimeOfDay(value[8..]));
    }

    private static bool IsDay(ReadOnlySpan<byte> value)
    {
        int year = (Two(value) * 100) + Two(value[2..]);
        int month = value.Length > 4 ? Two(value[4..]) : 1;
        int day = value.Length > 6 ? Two(value[6..]) : 1;
        return year > 0 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
    }

    private static bool IsTimeOfDay(ReadOnlySpan<byte> value) =>
        Two(value) < 24 && (value.Length < 4 || Two(value[2..]) < 60) && (value.Length < 6 || Two(value[4..]) < 60);

    /// <summary>Takes the zone off; false when what begins like one is none.</summary>
    private static bool TryTakeZone(ref ReadOnlySpan<byte> value)
    {
        int sign = value.IndexOfAny((byte)'+', (byte)'-');
        if (sign < 0)
            return true;
        ReadOnlySpan<byte> zone = value[(sign + 1)..];
        value = value[..sign];
        return zone.Length == 4 && AreDigits(zone) && Two(zone) <= 14 && Two(zone[2..]) < 60;
    }

    private static bool TryTakeFraction(ref ReadOnlySpan<byte> value, int point, out int digits)
    {
        digits = 0;
        if (value.Length <= point || value[point] != (byte)'.')
            return true;
        ReadOnlySpan<byte> fraction = value[(point + 1)..];
        value = value[..point];
        digits = fraction.Length;
        return digits > 0 && AreDigits(fraction);
    }

    private static bool AreDigits(ReadOnlySpan<byte> value) => value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    private static int Two(ReadOnlySpan<byte> value) => ((value[0] - '0') * 10) + value[1] - '0';
}
