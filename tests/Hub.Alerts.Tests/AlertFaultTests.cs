using Hub.Alerts.Config;
using Hub.Contracts;
using Hub.Journal;
using Hub.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Alerts.Tests;

/// <summary>Alerts go on whatever a site wrote and whatever is out of order, and one cause is one incident.</summary>
public sealed class AlertFaultTests
{
    [SkippableFact]
    public async Task Alerts_go_on_while_an_incident_is_muted_for_sixty_days()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky);
        Log(site, LogLevel.Warning, 5080, ("Problem", "x"));
        await site.Smtp.NextAsync();
        await site.Hub.OperateAsync(1, IncidentOperation.Mute, 24 * 60);
        site.Time.Advance(TimeSpan.FromHours(2));
        await site.SendAsync("2.3");

        Assert.Contains("messages rejected", (await site.Smtp.NextAsync()).Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_of_a_day_that_could_not_be_made_are_mailed_when_they_can()
    {
        using TestFolder folder = new();
        await using IJournal journal = JournalCatalog.Kinds[0].Create(new(folder.Path("data")), NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        MailConfig mail = new() { Servers = [new() { Host = "127.0.0.1" }], From = "hub@hospital.example", To = ["team@hospital.example"] };
        AlertsConfig rules = new() { DailyStatistics = new() { At = "11:00" } };
        AlertSettings settings = new(mail, (_, _, _) => { }, [new(rules, (_, _, _) => { })], TimeZoneInfo.Utc);
        await using Alerter alerter = new(journal, settings, _ => null, new ManualTime(), NullLogger<Alerter>.Instance);

        await Assert.ThrowsAsync<InvalidOperationException>(() => alerter.LookAtTimeAsync((_, _) => throw new InvalidOperationException()));
        await alerter.LookAtTimeAsync((_, _) => [new("adt", "4 received")]);

        Assert.Contains("adt: 4 received\n", Assert.Single(journal.ReadMails(null, null, 10)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_a_template_has_under_a_condition_is_checked()
    {
        using TestFolder folder = new();
        folder.Write("alerts/templates/incident.txt", "{{#if over}}Over{{else}}{{nosuchname}}{{/if}}");

        CommandResult result = await CheckAsync(folder);

        Assert.Contains("incident.txt: HUB6032", result.Errors, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_template_that_fails_when_it_is_used_gives_way_to_the_Hubs_own()
    {
        Require();
        const string Hidden = "{{#if over}}{{else}}{{#if acknowledgedBy}}{{else}}{{#if id}}{{#if text}}{{nosuchname}}{{/if}}{{/if}}{{/if}}{{/if}}";
        await using AlertSite site = await AlertSite.PreparedAsync(folder => folder.Write("alerts/templates/incident.txt", Hidden), null, AlertSite.Picky);
        await site.SendAsync("2.3");

        Assert.Contains("New: messages rejected, adt", (await site.Smtp.NextAsync()).Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_Hub_starts_though_the_folder_of_alerts_cannot_be_read()
    {
        Require();
        TestFolder folder = new();
        folder.Write("alerts", "a file where a folder should be");
        Assert.Contains("HUB6000", (await CheckAsync(folder)).Errors, StringComparison.Ordinal);
        await using HubHost hub = await HubHost.StartAsync(folder, AlertSite.Picky);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        await sender.SendAsync(Samples.Adt("A", version: "2.3"));

        await hub.UntilAsync(journal => journal.FindIncidents(new()).Any(incident => incident.Kind == EventKind.Rejected));
    }

    [SkippableFact]
    public async Task A_journal_that_is_out_of_order_is_one_incident_for_all_channels_until_it_works()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky);
        Log(site, LogLevel.Error, 5001, ("Folder", "data"), ("Problem", "x"));
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Count: 1 }]);
        Log(site, LogLevel.Error, 3002, ("Channel", "adt"), ("Reason", "x"));
        Log(site, LogLevel.Error, 4004, ("Channel", "lab"), ("Destination", "lab"), ("Reason", "x"));
        site.Time.Advance(TimeSpan.FromSeconds(2));
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Count: 3 }]);

        Incident incident = Assert.Single(site.Hub.Journal.FindIncidents(new()));
        Assert.Equal((EventKind.JournalFault, "", "", true), (incident.Kind, incident.Channel, incident.Destination, incident.Lasts));
    }

    [SkippableFact]
    public async Task Messages_refused_for_a_full_disk_are_an_incident_beside_the_warning_with_an_end_of_its_own()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky);
        Log(site, LogLevel.Warning, 5080, ("Problem", "x"));
        Log(site, LogLevel.Error, 5082, ("Folder", "data"));
        await site.UntilAsync(journal => journal.FindIncidents(new() { IsOpen = true }).Count == 2);
        Assert.Contains(site.Hub.Journal.FindIncidents(new()), incident => incident.Text.Contains("refuses new messages", StringComparison.Ordinal) && incident.Fingerprint == "HUB5082");
        Log(site, LogLevel.Warning, 5083, ("Folder", "data"));
        await site.UntilAsync(journal => journal.FindIncidents(new() { IsOpen = true }) is [{ Fingerprint: "" }]);
    }

    [SkippableFact]
    public async Task A_clock_that_is_set_back_holds_no_mail_back()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky);
        await site.StopMailAsync();
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.ReadMails(MailState.Queued, null, 10) is [{ Attempts: 1 }]);
        await site.Time.TimerSetAsync(site.Hub.Journal.ReadMails(MailState.Queued, null, 10)[0].DueAt);

        site.Time.Ahead = TimeSpan.FromDays(-2);
        await site.StartMailAsync();
        site.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Contains("messages rejected", (await site.Smtp.NextAsync()).Subject, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Lanes_that_a_rule_paused_are_one_incident_and_it_is_mailed()
    {
        Require();
        await using MllpReceiver refusing = new() { Answer = _ => "AR" };
        await using AlertSite site = await AlertSite.StartAsync(null, $$"""
            { "id": "pauses", "source": { "type": "mllp", "listen": "127.0.0.1:0" },
              "destinations": [{ "id": "lab", "type": "mllp", "endpoint": "127.0.0.1:{{refusing.Port}}", "lane": "MSH-10", "replies": [{ "code": ["AR"], "then": "pauseLane" }] }] }
            """);
        await site.SendAsync("2.5", count: 3, channel: "pauses");
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Kind: EventKind.Parked, Fingerprint: "replies[0] lane", Count: 3, Lasts: true }]);

        ReceivedMail mail = await site.Smtp.NextAsync();
        Assert.Contains("replies[0] paused lanes", mail.Text, StringComparison.Ordinal);
        Assert.Contains("hub deliveries --held --channel pauses --destination lab", mail.Text, StringComparison.Ordinal);

        // That somebody took it on is no end of it: that the last of them was seen to is.
        await site.Hub.OperateAsync(1, IncidentOperation.Acknowledge);
        site.Time.Leap(TimeSpan.FromHours(2));
        await site.Hub.MinuteAsync();
        await site.Hub.OperateAsync(DeliveryOperation.Skip, [1, 2]);
        await site.Hub.MinuteAsync();
        Assert.Null(site.Hub.Journal.FindIncidents(new()).Single(incident => incident.Kind == EventKind.Parked).ClosedAt);
        await site.Hub.OperateAsync(DeliveryOperation.Skip, [3]);
        await site.PassUntilAsync(journal => journal.FindIncidents(new()).Single(incident => incident.Kind == EventKind.Parked).ClosedAt is not null);
    }

    [SkippableFact]
    public async Task A_destination_that_a_rule_paused_is_an_incident_until_it_is_resumed_whatever_restarts()
    {
        Require();
        string answer = "AR";
        await using MllpReceiver refusing = new() { Answer = _ => answer };
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky, $$"""
            { "id": "pauses", "source": { "type": "mllp", "listen": "127.0.0.1:0" },
              "destinations": [{ "id": "lab", "type": "mllp", "endpoint": "127.0.0.1:{{refusing.Port}}", "replies": [{ "code": ["AR"], "then": "pause" }] }] }
            """);
        await site.SendAsync("2.5", channel: "pauses");
        await site.UntilAsync(journal => journal.FindIncidents(new()).Any(incident => incident.Kind == EventKind.Paused));
        await site.RestartAsync();
        site.Time.Advance(TimeSpan.FromHours(2));
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new()).Any(incident => incident.Kind == EventKind.Rejected));
        Assert.Contains(site.Hub.Journal.FindIncidents(new() { IsOpen = true }), incident => incident is { Kind: EventKind.Paused, Lasts: true });

        answer = "AA";
        await site.Hub.PauseAsync("pauses", "lab", false);

        await site.UntilAsync(journal => !journal.FindIncidents(new() { IsOpen = true }).Any(incident => incident.Kind == EventKind.Paused));
    }

    [SkippableFact]
    public async Task A_cell_of_a_table_gets_into_no_incident()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky);
        Log(site, LogLevel.Error, 1907, ("Problem", "tables/codes.csv(3): \"PRAWF\" is there twice. Keep one row of it."));
        await site.UntilAsync(journal => journal.FindIncidents(new()).Count == 1);

        Incident incident = Assert.Single(site.Hub.Journal.FindIncidents(new()));
        Assert.Equal("HUB1907 tables/codes.csv", incident.Fingerprint);
        Assert.Equal("A file beside the channels cannot be used as it is: tables/codes.csv(3). The log tells what is wrong.", incident.Text);
    }

    [SkippableFact]
    public async Task A_table_that_is_refused_puts_no_cell_into_an_incident()
    {
        Require();
        await using AlertSite site = await AlertSite.PreparedAsync(
            folder => folder.Write("channels/tables/codes.csv", "code,name\nPRAWFGWEN,One\nPRAWFGWEN,Two\n"),
            null,
            AlertSite.Picky,
            """{ "id": "maps", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "steps": [{ "type": "mapTable", "path": "PV1-3.1", "table": "tables/codes.csv" }], "destinations": [{ "id": "files", "type": "file", "folder": "out" }] }""");

        ReceivedMail mail = await site.Smtp.NextAsync();

        Assert.Contains("channel file refused, maps", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("maps.json(1) HUB", mail.Text, StringComparison.Ordinal);
        Assert.Contains("hub check", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("PRAWF", mail.Text + mail.Html, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task How_many_causes_were_too_many_to_keep_is_logged()
    {
        using RecordedLog log = new();
        TestFolder folder = new();
        Directory.CreateDirectory(folder.Path("alerts"));
        await using HubHost hub = await HubHost.StartAsync(folder, new ManualTime(), log, AlertSite.Picky);
        using (WriteHold held = hub.Journal.HoldWrites())
        {
            Log(hub, LogLevel.Error, 9999, ("Channel", "first"));
            await held.Reached;
            for (int i = 0; i < 1_200; i++)
                Log(hub, LogLevel.Error, 9999, ("Channel", $"c{i}"));
            held.Release();
        }

        Assert.Contains("200 events", await log.NextAsync(6023), StringComparison.Ordinal);
    }

    [Fact]
    public void Queues_silence_and_stopped_channels_are_looked_at_beside_other_watches_unless_a_watch_of_these_is_given()
    {
        WatchConfig latency = new() { On = WatchKind.Latency, Milliseconds = 5_000 };
        WatchConfig silence = new() { On = WatchKind.Silence, Minutes = 5 };
        WatchConfig queue = new() { On = WatchKind.Queue, Depth = 5 };
        WatchConfig stopped = new() { On = WatchKind.Stopped };

        Assert.Equal([(WatchKind.Queue, 30), (WatchKind.Latency, null), (WatchKind.Silence, null), (WatchKind.Stopped, null)], With([latency]).Select(watch => (watch.On, watch.Minutes)));
        Assert.Equal([silence, queue, stopped], With([silence, queue, stopped]));
        Assert.Equal([(WatchKind.Queue, 30), (WatchKind.Silence, null), (WatchKind.Stopped, null)], With(null).Select(watch => (watch.On, watch.Minutes)));
        Assert.Empty(With([]));

        static IReadOnlyList<WatchConfig> With(IReadOnlyList<WatchConfig>? watches) =>
            new AlertSettings(null, (_, _, _) => { }, [new(new() { Watches = watches }, (_, _, _) => { })], TimeZoneInfo.Utc).Watches;
    }

    [Theory]
    [InlineData("AE", "AE")]
    [InlineData("503", "503")]
    [InlineData("JONES", "other")]
    [InlineData("AE\n", "other")]
    [InlineData(null, "")]
    public void Only_codes_that_protocols_have_get_into_an_incident(string? answer, string told)
    {
        HubEvent parked = EntryEvents.Parked("adt", "lab", new(1), 1, answer, DateTimeOffset.UnixEpoch);

        Assert.Equal(told, parked.Fingerprint);
        Assert.DoesNotContain("JONES", parked.Text, StringComparison.Ordinal);
    }

    private static void Log(AlertSite site, LogLevel level, int id, params (string Name, object? Value)[] values) => Log(site.Hub, level, id, values);

    private static void Log(HubHost hub, LogLevel level, int id, params (string Name, object? Value)[] values)
    {
        KeyValuePair<string, object?>[] state = [.. values.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))];
        hub.Log.Log(level, id, state, null, (_, _) => "");
    }

    private static Task<CommandResult> CheckAsync(TestFolder folder) =>
        HubProcess.RunAsync(new HubSurroundings(), "alerts", "check", "--alerts", folder.Path("alerts"), "--secrets", folder.Path("secrets"));

    private static void Require() => Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
}
