using Hub.Formats.Hl7V2;

namespace Hub.Channels.Transforms;

/// <summary>What <c>formatDate</c> does about the zone of a time.</summary>
internal sealed class ZoneRule
{
    public const string Keep = "keep";

    private const string Drop = "drop";

    private readonly bool _drops;
    private readonly TimeZoneInfo? _target;

    private ZoneRule(bool drops, TimeZoneInfo? target)
    {
        _drops = drops;
        _target = target;
    }

    public static bool TryParse(string text, out ZoneRule? rule)
    {
        TimeZoneInfo? zone = null;
        bool known = text is Keep or Drop || TimeZoneInfo.TryFindSystemTimeZoneById(text, out zone);
        rule = known ? new(text == Drop, zone) : null;
        return known;
    }

    public static ZoneRule Parse(string text) => TryParse(text, out ZoneRule? rule) ? rule! : throw new FormatException($"\"{text}\" is not a zone.");

    /// <summary>The time as the rule wants it; null when it cannot be converted: without a zone or an hour nobody knows which moment it is.</summary>
    public Hl7Timestamp? Apply(Hl7Timestamp time)
    {
        if (_drops)
            return time with { Offset = null };
        if (_target is null)
            return time;
        if (time.Offset is not { } offset || time.Digits < Hl7Timestamp.Hour)
            return null;
        long utc = Math.Clamp(time.Local.Ticks - offset.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
        return time.In(_target.GetUtcOffset(new DateTime(utc, DateTimeKind.Utc)));
    }
}
