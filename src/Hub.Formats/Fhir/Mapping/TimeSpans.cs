using System.Globalization;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Fhir.Mapping;

/// <summary>Times that the guide counts in words: from a start and a duration, or an end and a duration.</summary>
internal static class TimeSpans
{
    /// <summary>Whether an instruction is <c>/after PLACE in UNIT/</c> or <c>/before PLACE/</c>: a time that the value, a duration, is away from.</summary>
    public static bool IsSpan(string instruction) => instruction.StartsWith("/after ", StringComparison.Ordinal) || instruction.StartsWith("/before ", StringComparison.Ordinal);

    /// <summary>The time that a duration is away from another; null when it cannot be counted. The unit is a word, a place, or the second component of the duration.</summary>
    public static string? Moved(SegmentRun run, string[] words, MapValue span)
    {
        MapPlaces places = new(run.Segment.Name, false);
        MapReader reader = new(run.Segment, null, 0);
        string unit = words.Length < 4 ? span.Part(2).Text : MapPlaces.Is(words[3]) ? reader.TextOf(places.Parse(words[3])) : words[3];
        string start = reader.TextOf(places.Parse(words[1]));
        if (!Hl7Timestamp.TryParse(start, out Hl7Timestamp from) || Minutes(span.Part(1).Text, unit) is not { } minutes)
            return null;
        // Of a day, hours cannot be counted.
        bool isDay = from.Digits <= Hl7Timestamp.Day;
        if (from.Digits < Hl7Timestamp.Day || (isDay && minutes % (24 * 60) != 0))
            return null;
        double away = (double)(words[0] == "before" ? -minutes : minutes);
        if (away < (DateTime.MinValue - from.Local).TotalMinutes || away > (DateTime.MaxValue - from.Local).TotalMinutes)
            return null;
        int zone = start.IndexOfAny(['+', '-']);
        return from.Local.AddMinutes(away).ToString(isDay ? "yyyyMMdd" : "yyyyMMddHHmmss", CultureInfo.InvariantCulture) + (zone < 0 || isDay ? "" : start[zone..]);
    }

    /// <summary>A duration in whole minutes; null when its unit is none of time.</summary>
    public static string? Minutes(MapValue quantity) =>
        Minutes(quantity.Part(1).Text, quantity.Part(2).Text) is { } minutes ? decimal.Truncate(minutes).ToString(CultureInfo.InvariantCulture) : null;

    private static decimal? Minutes(string amount, string unit)
    {
        if (!decimal.TryParse(amount, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number))
            return null;
        decimal? each = unit.ToLowerInvariant() switch
        {
            "" or "min" or "m" or "minute" or "minutes" => 1,
            "h" or "hr" or "hour" or "hours" => 60,
            "d" or "day" or "days" => 24 * 60,
            "wk" or "week" or "weeks" => 7 * 24 * 60,
            "s" or "sec" or "second" or "seconds" => 1m / 60,
            _ => null,
        };
        return each is { } minutes && number is >= 0 and < 1_000_000 ? number * minutes : null;
    }
}
