using Hub.Channels.Destinations.Sending;
using Hub.Channels.Values;
using Hub.Contracts;

namespace Hub.Channels.Tests.Destinations;

/// <summary>When maintenance windows begin and end.</summary>
public sealed class MaintenanceTests
{
    private static readonly MaintenanceConfig s_night = new() { From = TimeOfDay.Parse("22:00"), To = TimeOfDay.Parse("05:00"), TimeZone = "Europe/London" };

    [Theory]
    [InlineData("2026-01-14T21:59:59Z", null)]
    [InlineData("2026-01-14T22:00:00Z", "2026-01-15T05:00:00Z")]
    [InlineData("2026-01-15T00:30:00Z", "2026-01-15T05:00:00Z")]
    [InlineData("2026-01-15T05:00:00Z", null)]
    [InlineData("2026-07-15T20:59:59Z", null)] // British Summer Time: 21:59:59
    [InlineData("2026-07-15T21:00:00Z", "2026-07-16T04:00:00Z")]
    public void A_window_over_midnight_is_in_the_time_of_its_zone(string now, string? end) => Check([s_night], now, end);

    [Theory]
    // The clocks go from 01:00 to 02:00 on 29 March 2026: the night is an hour shorter.
    [InlineData("22:00", "05:00", "2026-03-28T22:00:00Z", "2026-03-29T04:00:00Z")]
    // An end that is left out is the change itself, 01:00 UTC.
    [InlineData("22:00", "01:30", "2026-03-28T23:00:00Z", "2026-03-29T01:00:00Z")]
    // A beginning that is left out is the change itself.
    [InlineData("01:30", "03:00", "2026-03-29T00:59:59Z", null)]
    [InlineData("01:30", "03:00", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z")]
    // The clocks go from 02:00 to 01:00 on 25 October 2026: of an hour that comes twice the first begins and the second ends a window.
    [InlineData("01:30", "03:00", "2026-10-25T00:30:00Z", "2026-10-25T03:00:00Z")]
    [InlineData("22:00", "01:30", "2026-10-25T00:45:00Z", "2026-10-25T01:30:00Z")]
    public void Windows_follow_the_changes_of_the_clocks(string from, string to, string now, string? end) =>
        Check([new() { From = TimeOfDay.Parse(from), To = TimeOfDay.Parse(to), TimeZone = "Europe/London" }], now, end);

    [Theory]
    [InlineData("2026-01-15T04:59:59Z", "2026-01-14T05:00:00Z")]
    [InlineData("2026-01-15T05:00:00Z", "2026-01-15T05:00:00Z")]
    [InlineData("2026-01-15T21:00:00Z", "2026-01-15T05:00:00Z")]
    public void The_end_of_the_last_window_is_known(string now, string end) =>
        Assert.Equal(DateTimeOffset.Parse(end, System.Globalization.CultureInfo.InvariantCulture), new MaintenanceWindows([s_night], TimeZoneInfo.Utc).EndBefore(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void A_window_of_a_day_ended_a_week_ago_at_most_and_none_never_did()
    {
        MaintenanceConfig saturday = s_night with { Days = [WeekDay.Sat], TimeZone = "UTC" };
        Assert.Equal(new(2026, 3, 1, 5, 0, 0, TimeSpan.Zero), new MaintenanceWindows([saturday], TimeZoneInfo.Utc).EndBefore(new(2026, 3, 8, 4, 0, 0, TimeSpan.Zero)));
        Assert.Null(new MaintenanceWindows([], TimeZoneInfo.Utc).EndBefore(new(2026, 3, 8, 4, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void A_window_begins_on_its_days_and_may_end_on_another()
    {
        MaintenanceConfig saturday = s_night with { Days = [WeekDay.Sat], TimeZone = "UTC" };
        Check([saturday], "2026-02-28T23:00:00Z", "2026-03-01T05:00:00Z"); // a Saturday
        Check([saturday], "2026-03-01T04:00:00Z", "2026-03-01T05:00:00Z");
        Check([saturday], "2026-03-01T23:00:00Z", null);
    }

    [Fact]
    public void Windows_that_follow_one_another_are_one_and_windows_without_a_gap_end_all_the_same()
    {
        MaintenanceConfig early = new() { From = TimeOfDay.Parse("00:00"), To = TimeOfDay.Parse("12:00"), TimeZone = "UTC" };
        MaintenanceConfig late = new() { From = TimeOfDay.Parse("12:00"), To = TimeOfDay.Parse("14:00"), TimeZone = "UTC" };
        Check([late, early], "2026-03-01T06:00:00Z", "2026-03-01T14:00:00Z");
        MaintenanceConfig rest = late with { To = TimeOfDay.Parse("24:00") };
        Assert.NotNull(new MaintenanceWindows([early, rest], TimeZoneInfo.Utc).EndAfter(Time("2026-03-01T06:00:00Z")));
    }

    [Fact]
    public void Mistakes_are_told_with_what_to_write()
    {
        MaintenanceConfig wrong = new() { Days = [], From = TimeOfDay.Parse("22:00"), To = TimeOfDay.Parse("22:00"), TimeZone = "Europe/Londn" };
        Assert.Equal(["days", "to", "timeZone"], wrong.Check().Select(problem => problem.Path));
        Assert.All(wrong.Check(), problem => Assert.Equal(ProblemCodes.Maintenance, problem.Code));
        foreach (string text in (string[])["22", "22:60", "24:01", "2:00", "22.00", "-1:00", ""])
            Assert.False(TimeOfDay.TryParse(text, out _, out _), text);
        Assert.True(TimeOfDay.TryParse("24:00", out _, out _));
    }

    private static void Check(IReadOnlyList<MaintenanceConfig> windows, string now, string? end) =>
        Assert.Equal(end is null ? null : Time(end), new MaintenanceWindows(windows, TimeZoneInfo.Utc).EndAfter(Time(now)));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
