using Hub.Contracts;
using Hub.Testing;

namespace Hub.Alerts.Tests;

/// <summary>What is no error by itself and is looked for each minute, from messages of a whole Hub to incidents.</summary>
public sealed class WatchTests
{
    [SkippableFact]
    public async Task Silence_is_told_after_its_minutes_and_not_a_second_earlier_and_ends_with_the_next_message()
    {
        await using AlertSite site = await StartAsync("""{ "on": "silence", "minutes": 2 }""");
        await site.Hub.MinuteAsync();
        site.Time.Advance(TimeSpan.FromSeconds(20));
        await site.SendAsync("2.5");
        site.Time.Advance(TimeSpan.FromSeconds(119));

        Assert.Empty(await LookAsync(site, EventKind.Silence));

        // Minutes are what is counted: it may take one more.
        site.Time.Advance(TimeSpan.FromSeconds(61));
        Incident silence = Assert.Single(await LookAsync(site, EventKind.Silence));
        Assert.Equal("adt", silence.Channel);
        Assert.Contains("Nothing has come in for 2 minutes", silence.Text, StringComparison.Ordinal);

        await site.SendAsync("2.5");
        site.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(Assert.Single(await LookAsync(site, EventKind.Silence)).ClosedAt);
    }

    [SkippableFact]
    public async Task Learned_silence_is_an_hour_without_messages_that_had_some_in_each_of_three_weeks()
    {
        await using AlertSite site = await StartAsync("""{ "on": "silence" }""");
        await site.Hub.MinuteAsync();
        await WeeksAsync(site, 10, 10, 10);

        // Two hours early nothing is usual; half an hour later the hour with the messages of the weeks is over.
        Assert.Empty(await LookAsync(site, EventKind.Silence));
        site.Time.Advance(TimeSpan.FromMinutes(150));
        Incident silence = Assert.Single(await LookAsync(site, EventKind.Silence));

        Assert.Contains("there were 10, 10, 10 messages in the weeks before", silence.Text, StringComparison.Ordinal);

        // It is not over in hours in which nothing is usual, but with a message.
        site.Time.Leap(TimeSpan.FromHours(5));
        Assert.Null(Assert.Single(await LookAsync(site, EventKind.Silence)).ClosedAt);
        await site.SendAsync("2.5");
        site.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(Assert.Single(await LookAsync(site, EventKind.Silence)).ClosedAt);
    }

    [SkippableFact]
    public async Task Learned_silence_is_over_with_a_message_that_came_while_nobody_looked()
    {
        await using AlertSite site = await StartAsync("""{ "on": "silence" }""");
        await site.Hub.MinuteAsync();
        await WeeksAsync(site, 10, 10, 10);
        site.Time.Advance(TimeSpan.FromMinutes(150));
        Assert.Null(Assert.Single(await LookAsync(site, EventKind.Silence)).ClosedAt);

        // In the quiet hour after it nobody looks, as out of the hours of a watch.
        site.Time.Leap(TimeSpan.FromSeconds(1));
        await site.SendAsync("2.5");
        site.Time.Leap(TimeSpan.FromHours(3));
        Assert.NotNull(Assert.Single(await LookAsync(site, EventKind.Silence)).ClosedAt);
    }

    [SkippableFact]
    public async Task A_watch_whose_numbers_cannot_be_read_is_told_and_the_others_go_on()
    {
        await using AlertSite site = await StartAsync("""{ "on": "errorRate", "percent": 25 }, { "on": "stopped", "minutes": 30 }""");
        await site.Hub.View.ChangeChannelAsync("adt", runs: false, "mair", null);
        site.Hub.Journal.BeforeReadStatistics = () => throw new JournalException("The file is malformed.");
        site.Time.Advance(TimeSpan.FromMinutes(31));

        Assert.Single(await LookAsync(site, EventKind.Stopped));
        await site.UntilAsync(journal => journal.FindIncidents(new()).Any(incident => incident.Text.Contains("watch for ErrorRate", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public async Task A_feed_that_had_a_quiet_week_is_not_missed()
    {
        await using AlertSite site = await StartAsync("""{ "on": "silence" }""");
        await site.Hub.MinuteAsync();
        await WeeksAsync(site, 10, 9, 10);
        site.Time.Advance(TimeSpan.FromMinutes(150));

        Assert.Empty(await LookAsync(site, EventKind.Silence));
    }

    [SkippableFact]
    public async Task Learned_silence_is_looked_for_though_no_file_asks_for_it_and_a_feed_without_weeks_or_that_somebody_stopped_is_not_missed()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky, AlertSite.Picky.Replace("\"adt\"", "\"fresh\"", StringComparison.Ordinal), AlertSite.Picky.Replace("\"adt\"", "\"rests\"", StringComparison.Ordinal));
        await site.Hub.MinuteAsync();
        for (int week = 1; week <= 3; week++)
        {
            await site.SendAsync("2.5", 10);
            await site.SendAsync("2.5", 10, "rests");
            await site.Hub.MinuteAsync();
            site.Time.Leap(TimeSpan.FromDays(7) - (week == 3 ? TimeSpan.FromHours(2) : TimeSpan.Zero));
        }

        await site.Hub.View.ChangeChannelAsync("rests", runs: false, "mair", null);
        Assert.Empty(await LookAsync(site, EventKind.Silence));
        site.Time.Advance(TimeSpan.FromMinutes(150));

        Assert.Equal(["adt"], (await LookAsync(site, EventKind.Silence)).Select(silence => silence.Channel));
    }

    [SkippableFact]
    public async Task A_feed_that_goes_by_the_clock_of_the_place_is_not_missed_when_clocks_go_forward()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.InZoneAsync(TimeZoneInfo.FindSystemTimeZoneById("Europe/London"), _ => { }, """{ "watches": [{ "on": "silence" }] }""", AlertSite.Picky);
        await site.Hub.MinuteAsync();
        site.Time.Leap(TimeSpan.FromDays(7));
        await WeeksAsync(site, 10, 10, 10);
        // The 29th of March: noon is an hour earlier.
        site.Time.Advance(TimeSpan.FromHours(1));
        await site.SendAsync("2.5", 10);
        await site.Hub.MinuteAsync();
        site.Time.Advance(TimeSpan.FromMinutes(90));

        Assert.Empty(await LookAsync(site, EventKind.Silence));
    }

    [SkippableFact]
    public async Task Many_errors_are_told_by_their_part_of_enough_messages()
    {
        await using AlertSite site = await StartAsync("""{ "on": "errorRate", "percent": 25, "leastMessages": 20 }""");
        await site.SendAsync("2.3", 6);
        await site.SendAsync("2.5", 13);
        site.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await LookAsync(site, EventKind.ErrorRate));

        await site.SendAsync("2.5", 1);
        site.Time.Advance(TimeSpan.FromMinutes(1));
        Incident many = Assert.Single(await LookAsync(site, EventKind.ErrorRate));
        Assert.Contains("6 of 20 messages were rejected", many.Text, StringComparison.Ordinal);

        await site.SendAsync("2.5", 4);
        site.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(Assert.Single(await LookAsync(site, EventKind.ErrorRate)).ClosedAt);
    }

    [SkippableFact]
    public async Task Many_errors_are_told_of_a_destination_that_parks_before_it_sends()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        string strict = AlertSite.Picky.Replace("\"name\": \"${message.id}\"", """
            "name": "${message.id}", "steps": [{ "type": "setField", "path": "PID-7", "value": "19611345" }], "validate": {}
            """, StringComparison.Ordinal);
        await using AlertSite site = await AlertSite.StartAsync("""{ "watches": [{ "on": "errorRate", "percent": 25, "leastMessages": 20 }] }""", strict);
        await site.SendAsync("2.5", 20);
        site.Time.Advance(TimeSpan.FromMinutes(1));

        Incident many = Assert.Single(await LookAsync(site, EventKind.ErrorRate));

        Assert.Equal("files", many.Destination);
        Assert.Contains("20 of 20 deliveries were parked", many.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Slow_messages_are_told_by_the_time_to_their_receiver()
    {
        await using AlertSite site = await StartAsync("""{ "on": "latency", "milliseconds": 5000, "leastMessages": 20 }""");
        await site.SendAsync("2.5", 20);
        await site.Hub.UntilAsync(DeliveryState.Sent, 20);
        site.Time.Advance(TimeSpan.FromMinutes(16));
        Assert.Empty(await LookAsync(site, EventKind.Latency));

        await site.Hub.PauseAsync("adt", "files", true);
        await site.SendAsync("2.5", 20);
        site.Time.Advance(TimeSpan.FromSeconds(8));
        await site.Hub.PauseAsync("adt", "files", false);
        await site.Hub.UntilAsync(DeliveryState.Sent, 40);
        site.Time.Advance(TimeSpan.FromMinutes(1));
        Incident slow = Assert.Single(await LookAsync(site, EventKind.Latency));

        Assert.Equal("files", slow.Destination);
        Assert.Contains("5 of 100 messages take longer than", slow.Text, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(61, true)]
    [InlineData(60, false)]
    [InlineData(7, false)]
    [InlineData(6, true)]
    public async Task Unusual_volumes_are_told_in_both_directions(int now, bool isTold)
    {
        await using AlertSite site = await StartAsync("""{ "on": "throughput", "percent": 300, "minutes": 180 }""");
        await site.Hub.MinuteAsync();
        await WeeksAsync(site, 20, 20, 500);
        site.Time.Advance(TimeSpan.FromMinutes(100));
        await site.SendAsync("2.5", now);
        site.Time.Advance(TimeSpan.FromMinutes(50));

        // Before they came there were too few.
        Assert.Equal(isTold ? 1 : 0, (await LookAsync(site, EventKind.Throughput)).Count(incident => incident.ClosedAt is null));
    }

    [SkippableFact]
    public async Task A_channel_that_somebody_stopped_and_forgot_is_told_after_a_day_though_no_file_asks_for_it_and_ends_when_it_is_started()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky);
        await site.Hub.MinuteAsync();
        await site.Hub.View.ChangeChannelAsync("adt", runs: false, "mair", "PRAWF^GWEN");
        site.Time.Leap(TimeSpan.FromHours(24));
        Assert.Empty(await LookAsync(site, EventKind.Stopped));

        site.Time.Advance(TimeSpan.FromMinutes(1));
        Incident stopped = Assert.Single(await LookAsync(site, EventKind.Stopped));
        Assert.Equal("adt", stopped.Channel);
        Assert.StartsWith("mair stopped the channel on 2026-03-01 12:00 UTC", stopped.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("PRAWF", stopped.Text, StringComparison.Ordinal);

        await site.Hub.View.ChangeChannelAsync("adt", runs: true, "mair", null);
        Assert.NotNull(Assert.Single(await LookAsync(site, EventKind.Stopped)).ClosedAt);
    }

    [SkippableFact]
    public async Task How_long_a_channel_may_be_stopped_is_said_in_the_file()
    {
        await using AlertSite site = await StartAsync("""{ "on": "stopped", "minutes": 30 }""");
        await site.Hub.View.ChangeChannelAsync("adt", runs: false, "mair", null);
        site.Time.Advance(TimeSpan.FromMinutes(31));

        Assert.Single(await LookAsync(site, EventKind.Stopped));
    }

    // Messages at the same hour of the week in weeks gone by; it ends two hours before that hour.
    private static async Task WeeksAsync(AlertSite site, params int[] counts)
    {
        for (int week = 0; week < counts.Length; week++)
        {
            await site.SendAsync("2.5", counts[week]);
            await site.Hub.MinuteAsync();
            site.Time.Leap(TimeSpan.FromDays(7) - (week == counts.Length - 1 ? TimeSpan.FromHours(2) : TimeSpan.Zero));
        }
    }

    private static async Task<AlertSite> StartAsync(string watch)
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        return await AlertSite.StartAsync($$"""{ "watches": [{{watch}}] }""", AlertSite.Picky);
    }

    private static async Task<IReadOnlyList<Incident>> LookAsync(AlertSite site, EventKind kind)
    {
        await site.Hub.MinuteAsync();
        // What was found is an event of the journal; the alerts have taken it when they have come through it.
        await site.UntilAsync(journal => journal.ReadEvents(journal.ReadAlertsThrough(), 1).Count == 0);
        return [.. ((IJournalReader)site.Hub.Journal).FindIncidents(new()).Where(incident => incident.Kind == kind)];
    }
}
