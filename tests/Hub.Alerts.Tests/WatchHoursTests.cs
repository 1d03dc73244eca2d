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

    [SkippableFact]
    public async Task A_receiver_that_is_down_by_plan_makes_no_alert_in_its_hours_nor_for_as_long_after_them_as_a_queue_may_be_old()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync(null, DownByPlan("12:10", "14:00"));
        await site.Hub.MinuteAsync();
        site.Time.Advance(TimeSpan.FromMinutes(15));
        await site.SendAsync("2.5");
        site.Time.Advance(TimeSpan.FromMinutes(45));
        Assert.Empty(await LookAsync(site, EventKind.Queue));
        // 14:20: it was not there at the end of its hours.
        site.Time.Advance(TimeSpan.FromMinutes(80));
        Assert.Empty(await LookAsync(site, EventKind.Queue));

        site.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Null(Assert.Single(await LookAsync(site, EventKind.Queue)).ClosedAt);
    }

    [SkippableFact]
    public async Task A_queue_that_was_old_before_its_receiver_was_down_by_plan_is_not_over_meanwhile()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync(null, DownByPlan("13:00", "14:00"));
        await site.SendAsync("2.5");
        site.Time.Advance(TimeSpan.FromMinutes(31));
        Assert.Null(Assert.Single(await LookAsync(site, EventKind.Queue)).ClosedAt);
        site.Time.Advance(TimeSpan.FromMinutes(40));
        Assert.Null(Assert.Single(await LookAsync(site, EventKind.Queue)).ClosedAt);
        site.Time.Advance(TimeSpan.FromMinutes(55));
        Assert.Null(Assert.Single(await LookAsync(site, EventKind.Queue)).ClosedAt);
    }

    [SkippableFact]
    public async Task A_destination_that_a_person_paused_and_forgot_is_told_by_its_queue()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky);
        await site.Hub.PauseAsync("adt", "files", true);
        await site.SendAsync("2.5");
        site.Time.Advance(TimeSpan.FromMinutes(31));

        Assert.Null(Assert.Single(await LookAsync(site, EventKind.Queue)).ClosedAt);
    }

    [SkippableFact]
    public async Task Silence_is_told_though_the_Hub_is_restarted_more_often_and_not_for_the_time_that_it_did_not_run()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync("""{ "watches": [{ "on": "silence", "minutes": 10 }] }""", AlertSite.Picky);
        await PassAsync(site, 7);
        await site.Hub.StopAsync();
        site.Time.Leap(TimeSpan.FromHours(1));
        await site.RestartAsync();
        await PassAsync(site, 7);
        Assert.Empty(await LookAsync(site, EventKind.Silence));
        await site.Hub.StopAsync();
        site.Time.Leap(TimeSpan.FromMinutes(4));
        await site.RestartAsync();
        await PassAsync(site, 1);
        // Eight minutes of twelve.
        Assert.Empty(await LookAsync(site, EventKind.Silence));
        await PassAsync(site, 3);

        Assert.Null(Assert.Single(await LookAsync(site, EventKind.Silence)).ClosedAt);
    }

    private static string DownByPlan(string from, string to) => AlertSite.Picky
        .Replace("\"type\": \"file\", \"folder\": \"out\", \"name\": \"${message.id}\"", $$"""
            "type": "mllp", "endpoint": "127.0.0.1:{{FreePort.Take()}}", "maintenance": [{ "from": "{{from}}", "to": "{{to}}", "timeZone": "UTC" }]
            """, StringComparison.Ordinal);

    private static async Task PassAsync(AlertSite site, int minutes)
    {
        for (int i = 0; i < minutes; i++)
        {
            await site.Hub.MinuteAsync();
            site.Time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private static async Task<AlertSite> StartAsync()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        return await AlertSite.StartAsync(ByDay, AlertSite.Picky);
    }

    private static Task<IReadOnlyList<Incident>> LookAsync(AlertSite site) => LookAsync(site, EventKind.Silence);

    private static async Task<IReadOnlyList<Incident>> LookAsync(AlertSite site, EventKind kind)
    {
        await site.Hub.MinuteAsync();
        await site.UntilAsync(journal => journal.ReadEvents(journal.ReadAlertsThrough(), 1).Count == 0);
        return [.. ((IJournalReader)site.Hub.Journal).FindIncidents(new()).Where(incident => incident.Kind == kind)];
    }
}
