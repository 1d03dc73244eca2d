using Hub.Contracts;
using Hub.Testing;

namespace Hub.Alerts.Tests;

/// <summary>Watches that look at some hours of the week only.</summary>
public sealed class WatchHoursTests
{
    // It is Sunday, 12:00 UTC, when a test begins.
    private const string ByDay = """
        {
          "calendars": [{ "id": "day", "timeZone": "Etc/UTC", "days": ["mon", "tue", "wed"], "from": "08:00", "to": "18:00" }],
          "watches": [{ "on": "silence", "minutes": 20, "during": "day" }]
        }
        """;

    [SkippableFact]
    public async Task Silence_is_counted_within_the_hours_alone_and_waits_between_them()
    {
        await using AlertSite site = await StartAsync();
        await site.Hub.MinuteAsync();
        site.Time.Leap(TimeSpan.FromHours(20));
        Assert.Empty(await LookAsync(site));
        site.Time.Advance(TimeSpan.FromMinutes(19));
        Assert.Empty(await LookAsync(site));
        site.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(Assert.Single(await LookAsync(site)).ClosedAt);

        // Monday evening, and Tuesday morning: the feed is still silent.
        site.Time.Leap(TimeSpan.FromHours(12));
        Assert.Null(Assert.Single(await LookAsync(site)).ClosedAt);
        site.Time.Leap(TimeSpan.FromHours(12));
        Assert.Null(Assert.Single(await LookAsync(site)).ClosedAt);

        await site.SendAsync("2.5");
        site.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(Assert.Single(await LookAsync(site)).ClosedAt);
    }

    [SkippableFact]
    public async Task The_night_is_no_silence_of_a_feed_that_spoke_until_the_evening()
    {
        await using AlertSite site = await StartAsync();
        await site.Hub.MinuteAsync();
        site.Time.Leap(TimeSpan.FromHours(29) + TimeSpan.FromMinutes(55));
        await site.SendAsync("2.5");
        site.Time.Leap(TimeSpan.FromHours(14) + TimeSpan.FromMinutes(6));
        Assert.DoesNotContain(await LookAsync(site), silence => silence.ClosedAt is null);
        site.Time.Advance(TimeSpan.FromMinutes(12));
        Assert.DoesNotContain(await LookAsync(site), silence => silence.ClosedAt is null);
        site.Time.Advance(TimeSpan.FromMinutes(4));

        Assert.Single(await LookAsync(site), silence => silence.ClosedAt is null);
    }

    [SkippableFact]
    public async Task A_restart_out_of_the_hours_ends_nothing_until_the_watch_can_judge_again()
    {
        await using AlertSite site = await StartAsync();
        await site.Hub.MinuteAsync();
        // Monday morning.
        site.Time.Leap(TimeSpan.FromHours(20));
        Assert.Empty(await LookAsync(site));
        site.Time.Advance(TimeSpan.FromMinutes(21));
        Assert.Null(Assert.Single(await LookAsync(site)).ClosedAt);

        // Monday evening, 20:21.
        site.Time.Leap(TimeSpan.FromHours(12));
        await site.RestartAsync();
        Assert.Null(Assert.Single(await LookAsync(site)).ClosedAt);
        site.Time.Leap(TimeSpan.FromHours(6));
        // In the step in which the alerts hear of something else they have looked at the time too.
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new()).Any(incident => incident.Kind == EventKind.Rejected));
        Assert.Null(Assert.Single(await LookAsync(site)).ClosedAt);
        site.Time.Leap(TimeSpan.FromMinutes((5 * 60) + 45));
        // Tuesday, 08:06: within the hours, which had not twenty minutes since the start.
        Assert.Null(Assert.Single(await LookAsync(site)).ClosedAt);
        site.Time.Advance(TimeSpan.FromMinutes(20));
        // 08:26: it is silent still, and that is the same silence.
        Assert.Null(Assert.Single(await LookAsync(site)).ClosedAt);

        await site.SendAsync("2.5");
        site.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(Assert.Single(await LookAsync(site)).ClosedAt);
    }

    private static async Task<AlertSite> StartAsync()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        return await AlertSite.StartAsync(ByDay, AlertSite.Picky);
    }

    private static async Task<IReadOnlyList<Incident>> LookAsync(AlertSite site)
    {
        await site.Hub.MinuteAsync();
        await site.UntilAsync(journal => journal.ReadEvents(journal.ReadAlertsThrough(), 1).Count == 0);
        return [.. ((IJournalReader)site.Hub.Journal).FindIncidents(new()).Where(incident => incident.Kind == EventKind.Silence)];
    }
}
