using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Alerts.Tests;

/// <content>What the log says once of a state that goes on.</content>
public sealed partial class LastingTests
{
    [SkippableTheory]
    [InlineData(LogLevel.Error, 7020, 7021, EventKind.Fault)]
    [InlineData(LogLevel.Warning, 5003, 5004, EventKind.JournalFault)]
    [InlineData(LogLevel.Warning, 5084, 5085, EventKind.Disk)]
    [InlineData(LogLevel.Warning, 5092, 5096, EventKind.Disk)]
    public async Task A_line_that_is_said_once_lasts_until_the_line_that_ends_it(LogLevel level, int begins, int ends, EventKind kind)
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky);
        Log(site, level, begins, ("Server", "siem.example:6514"), ("Folder", "data"), ("Problem", "x"), ("Size", 9L), ("Most", 8L));
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Lasts: true } one] && one.Kind == kind);
        site.Time.Advance(TimeSpan.FromHours(2));
        await AssertOpenAsync(site, kind);
        // The ends of others of its kind are none of it.
        Log(site, LogLevel.Information, 5081, ("Folder", "data"), ("Free", "9 GiB"));
        Log(site, LogLevel.Information, 5002, ("Folder", "data"));
        site.Time.Advance(TimeSpan.FromHours(1));
        await AssertOpenAsync(site, kind);

        Log(site, LogLevel.Information, ends, ("Server", "siem.example:6514"), ("Folder", "data"));
        site.Time.Advance(TimeSpan.FromSeconds(2));

        await site.UntilAsync(journal => journal.FindIncidents(new()).Single(incident => incident.Kind == kind).ClosedAt is not null);
    }

    [SkippableFact]
    public async Task A_broken_file_of_alerts_is_over_when_it_is_right_again()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync("""{ "rules": [] }""", AlertSite.Picky);
        await site.Hub.ChangeAlertsAsync(() => site.Folder.Write("alerts/rules.json", """{ "rules": [{ "id": "PRAWF", "kinds": ["GWEN"] }] }"""));
        await site.UntilAsync(journal => journal.FindIncidents(new()).Count == 1);
        site.Time.Advance(TimeSpan.FromHours(2));
        await AssertOpenAsync(site, EventKind.Fault);
        Incident broken = site.Hub.Journal.FindIncidents(new()).Single(incident => incident.Kind == EventKind.Fault);
        Assert.Contains("rules.json(1", broken.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("GWEN", broken.Text, StringComparison.Ordinal);

        await site.Hub.ChangeAlertsAsync(() => site.Folder.Write("alerts/rules.json", """{ "rules": [] }"""));

        await site.UntilAsync(journal => journal.FindIncidents(new()).Single(incident => incident.Kind == EventKind.Fault).ClosedAt is not null);
    }

    [SkippableFact]
    public async Task A_table_that_broke_while_its_channel_runs_is_over_when_it_is_right_again_and_no_other_is()
    {
        Require();
        const string Maps = """{ "id": "maps", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "steps": [{ "type": "mapTable", "path": "PV1-3.1", "table": "tables/codes.csv" }, { "type": "mapTable", "path": "PV1-3.2", "table": "tables/wards.csv" }], "destinations": [{ "id": "files", "type": "file", "folder": "out" }] }""";
        const string Good = "code,name\nA,One\n";
        await using AlertSite site = await AlertSite.PreparedAsync(
            folder =>
            {
                folder.Write("channels/tables/codes.csv", Good);
                folder.Write("channels/tables/wards.csv", Good);
            },
            null,
            AlertSite.Picky,
            Maps);
        await site.ChangeFilesAsync(() =>
        {
            site.Folder.Write("channels/tables/codes.csv", "code,name\nA,One\nA,Two\n");
            site.Folder.Write("channels/tables/wards.csv", "code,name\nA,One\nA,Two\n");
        });
        await site.UntilAsync(journal => journal.FindIncidents(new() { IsOpen = true }).Count(IsOfTable) == 2);
        site.Time.Advance(TimeSpan.FromHours(2));
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new()).Any(incident => incident.Kind == EventKind.Rejected));
        Assert.Equal(2, site.Hub.Journal.FindIncidents(new() { IsOpen = true }).Count(IsOfTable));

        await site.ChangeFilesAsync(() => site.Folder.Write("channels/tables/codes.csv", Good));

        await site.UntilAsync(journal => journal.FindIncidents(new() { IsOpen = true }).Count(IsOfTable) == 1);
        Assert.Contains(site.Hub.Journal.FindIncidents(new() { IsOpen = true }), incident => incident.Fingerprint.EndsWith("wards.csv", StringComparison.Ordinal));

        static bool IsOfTable(Incident incident) => incident.Fingerprint.StartsWith("HUB1907", StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_broken_syslog_file_is_over_when_the_Hub_was_started_with_a_right_one()
    {
        Require();
        await using AlertSite site = await AlertSite.PreparedAsync(folder => folder.Write("syslog.json", """{ "servr": "siem.example:6514" }"""), null, AlertSite.Picky);
        await site.UntilAsync(journal => journal.FindIncidents(new()).Count == 1);
        site.Time.Advance(TimeSpan.FromHours(2));
        await AssertOpenAsync(site, EventKind.Fault);

        site.Folder.Write("syslog.json", """{ "server": "127.0.0.1:1" }""");
        await site.RestartAsync();

        await site.UntilAsync(journal => journal.FindIncidents(new()).Any(incident => incident is { Kind: EventKind.Fault, Fingerprint: "HUB7023", ClosedAt: not null }));
    }
}
