using System.Globalization;
using Hub.Alerts.Config;

namespace Hub.Alerts.Tests;

/// <summary>Hours of the week, in a time zone, past midnight, and when clocks change.</summary>
public sealed class CalendarTests
{
    private static readonly CalendarConfig s_day = new() { Id = "day", TimeZone = "Europe/London", Days = [Weekday.Mon, Weekday.Fri], From = "08:00", To = "18:00" };
    private static readonly CalendarConfig s_night = new() { Id = "night", TimeZone = "Europe/London", From = "22:00", To = "06:00" };
    private static readonly CalendarConfig s_weekend = new() { Id = "weekend", TimeZone = "Europe/London", Days = [Weekday.Sat, Weekday.Sun] };

    [Theory]
    [InlineData("2026-03-02T07:59:00Z", "2026-03-02T08:00:00Z")] // a Monday
    [InlineData("2026-03-02T08:00:00Z", "2026-03-02T08:00:00Z")]
    [InlineData("2026-03-02T18:00:00Z", "2026-03-06T08:00:00Z")]
    [InlineData("2026-07-03T20:00:00Z", "2026-07-06T07:00:00Z")] // summer time
    [InlineData("2026-03-27T19:00:00Z", "2026-03-30T07:00:00Z")] // clocks go forward on the 29th
    public void The_next_time_in_a_calendar_is_the_time_itself_or_its_next_beginning(string time, string next) => Assert.Equal(At(next), new Calendar(s_day, TimeZoneInfo.Utc).NextIn(At(time)));

    [Theory]
    [InlineData("2026-03-02T21:59:00Z", false)]
    [InlineData("2026-03-02T22:00:00Z", true)]
    [InlineData("2026-03-03T05:59:00Z", true)]
    [InlineData("2026-03-03T06:00:00Z", false)]
    public void Hours_go_past_midnight(string time, bool isIn) => Assert.Equal(isIn, new Calendar(s_night, TimeZoneInfo.Utc).Has(At(time)));

    [Theory]
    [InlineData("2026-03-06T23:59:00Z", false)]
    [InlineData("2026-03-07T00:00:00Z", true)]
    [InlineData("2026-03-08T23:59:59Z", true)]
    [InlineData("2026-03-09T00:00:00Z", false)]
    public void Days_without_hours_are_whole(string time, bool isIn) => Assert.Equal(isIn, new Calendar(s_weekend, TimeZoneInfo.Utc).Has(At(time)));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
