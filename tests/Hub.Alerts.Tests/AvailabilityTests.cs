using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Data.Sqlite;

namespace Hub.Alerts.Tests;

/// <summary>How much of the time channels are there for their senders.</summary>
public sealed class AvailabilityTests
{
    [SkippableFact]
    public async Task A_channel_counts_as_it_is_each_minute_and_one_that_is_stopped_counts_neither_way()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        string stopped = AlertSite.Picky.Replace("\"id\": \"adt\"", "\"id\": \"stopped\", \"enabled\": false", StringComparison.Ordinal);
        string refused = AlertSite.Picky.Replace("\"id\": \"adt\"", "\"id\": \"refused\"", StringComparison.Ordinal).Replace("\"mllp\"", "\"mlp\"", StringComparison.Ordinal);
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky, stopped, refused);
        await site.Hub.MinuteAsync();
        site.Time.Advance(TimeSpan.FromMinutes(1));
        await site.Hub.MinuteAsync();

        ChannelAvailability[] all = [.. ((IJournalReader)site.Hub.Journal).ReadAvailability(site.Time.GetUtcNow().AddDays(-30), site.Time.GetUtcNow())];

        Assert.Equal([("adt", 2L, 0L, 0L), ("refused", 0L, 2L, 0L), ("stopped", 0L, 0L, 2L)], all.Select(one => (one.Channel, one.Up, one.Down, one.Off)));
        using HttpClient client = new();
        string metrics = await client.GetStringAsync(new Uri($"{site.Hub.AdminUrl}/metrics"));
        Assert.Contains("hub_channel_availability_ratio{channel=\"adt\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("channel=\"stopped\"} ", metrics, StringComparison.Ordinal);
        CommandResult table = await HubProcess.RunAsync("stats", "--availability", "--csv", "--from", "2026-02-01", "--to", "2026-03-01T12:02:00Z", "--data", site.Folder.Path("data"));
        Assert.Contains("adt,100.000%,2,0,0,", table.Output, StringComparison.Ordinal);
        CommandResult json = await HubProcess.RunAsync("stats", "--availability", "--json", "--channel", "refused", "--from", "2026-02-01", "--to", "2026-03-01T12:02:00Z", "--data", site.Folder.Path("data"));
        Assert.Equal(0, JsonDocument.Parse(json.Output).RootElement[0].GetProperty("available").GetDouble());
    }

    [SkippableFact]
    public async Task Watches_look_though_the_minutes_of_channels_cannot_be_kept()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync("""{ "watches": [{ "on": "silence", "minutes": 2 }] }""", AlertSite.Picky);
        await site.Hub.MinuteAsync();
        await site.SendAsync("2.5");
        using (SqliteConnection file = new($"Data Source={site.Folder.Path("data/journal.db")};Pooling=False"))
        {
            file.Open();
            using SqliteCommand drop = file.CreateCommand();
            drop.CommandText = "DROP TABLE channel_day";
            drop.ExecuteNonQuery();
        }

        site.Time.Advance(TimeSpan.FromMinutes(5));
        await site.Hub.MinuteAsync();

        await site.UntilAsync(journal => journal.FindIncidents(new() { IsOpen = true }).Any(incident => incident.Kind == EventKind.Silence));
    }

    [SkippableFact]
    public async Task A_probe_that_is_let_in_counts_as_up_and_one_that_is_turned_away_as_down_until_a_message_comes()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        string full = AlertSite.Picky.Replace("\"runbook\"", "\"probe\": {}, \"runbook\"", StringComparison.Ordinal).Replace("\"accept\"", "\"maxConnections\": 1, \"accept\"", StringComparison.Ordinal);
        const string http = """{ "id": "web", "probe": { "timeoutSeconds": 20 }, "source": { "type": "http", "listen": "127.0.0.1:0", "path": "/web" }, "destinations": [{ "id": "files", "type": "file", "folder": "out" }] }""";
        await using AlertSite site = await AlertSite.StartAsync(null, full, http);
        // Let in.
        await site.Hub.MinuteAsync();
        site.Time.Advance(TimeSpan.FromMinutes(1));
        using (MllpSender sender = await MllpSender.ConnectAsync(site.Hub.Port("adt")))
        {
            await sender.SendAsync(Samples.Adt("A", version: "2.5"));
            // There is no room for the probe, but a message came.
            await site.Hub.MinuteAsync();
            site.Time.Advance(TimeSpan.FromMinutes(1));
            // … and now none.
            await site.Hub.MinuteAsync();
        }

        ChannelAvailability[] all = [.. ((IJournalReader)site.Hub.Journal).ReadAvailability(site.Time.GetUtcNow().AddDays(-30), site.Time.GetUtcNow())];
        Assert.Equal([("adt", 2L, 1L, 1L, 1L), ("web", 3L, 0L, 3L, 0L)], all.Select(one => (one.Channel, one.Up, one.Down, one.Probed, one.Spoken)));
        await site.UntilAsync(journal => journal.FindIncidents(new() { IsOpen = true }).Any(incident => incident is { Channel: "adt", Kind: EventKind.Fault }));
        Assert.Single(((IJournalReader)site.Hub.Journal).Find(new()));
        CommandResult table = await HubProcess.RunAsync("stats", "--availability", "--csv", "--from", "2026-02-01", "--to", "2026-03-01T12:03:00Z", "--data", site.Folder.Path("data"));
        Assert.StartsWith("channel,available,upMinutes,downMinutes,offMinutes,since,probeMinutes,trafficMinutes\n", table.Output, StringComparison.Ordinal);
        Assert.Contains(",1,1\n", table.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(((IJournalReader)site.Hub.Journal).FindIncidents(new()), incident => incident.Channel == "web");
        using TcpClient knock = new("127.0.0.1", site.Hub.Port("web"));
        await knock.GetStream().WriteAsync("OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray());
        using StreamReader answer = new(knock.GetStream());
        Assert.StartsWith("HTTP/1.1 204 ", await answer.ReadLineAsync(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_probe_makes_the_handshake_of_a_channel_with_TLS_and_leaves_no_message_and_no_incident()
    {
        Skip.If(SmtpPeer.Missing is not null, SmtpPeer.Missing);
        TestAuthority authority = new("Test Authority");
        using X509Certificate2 certificate = authority.Issue("CN=localhost", TestAuthority.ForServers);
        await using AlertSite site = await AlertSite.PreparedAsync(
            folder => folder.WriteSecret("hub.pem", TestAuthority.PemWithKey(certificate)),
            null,
            AlertSite.Picky.Replace("\"runbook\"", "\"probe\": {}, \"runbook\"", StringComparison.Ordinal).Replace("\"accept\"", "\"tls\": { \"certificate\": \"../secrets/hub.pem\" }, \"accept\"", StringComparison.Ordinal));
        await site.Hub.MinuteAsync();

        ChannelAvailability one = Assert.Single(((IJournalReader)site.Hub.Journal).ReadAvailability(site.Time.GetUtcNow().AddDays(-30), site.Time.GetUtcNow()));

        Assert.Equal((1L, 0L, 1L), (one.Up, one.Down, one.Probed));
        Assert.Empty(((IJournalReader)site.Hub.Journal).FindIncidents(new()));
        Assert.Empty(((IJournalReader)site.Hub.Journal).Find(new()));
    }
}
