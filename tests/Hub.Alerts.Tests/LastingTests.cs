using System.Security.Cryptography.X509Certificates;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging;

namespace Hub.Alerts.Tests;

/// <summary>What lasts is over when it is, and not before: an all-clear that is wrong is worse than none.</summary>
public sealed partial class LastingTests
{
    [SkippableTheory]
    [InlineData(DeliveryOperation.Release)]
    [InlineData(DeliveryOperation.Skip)]
    [InlineData(DeliveryOperation.Edit)]
    public async Task A_parked_delivery_is_not_over_while_it_is_parked_and_is_when_somebody_took_care_of_it(DeliveryOperation operation)
    {
        Require();
        string answer = "AE";
        await using MllpReceiver lab = new() { Answer = _ => answer };
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky, To("parks", lab.Port));
        await site.SendAsync("2.5", channel: "parks");
        Assert.Contains("New: deliveries parked", (await site.Smtp.NextAsync()).Text, StringComparison.Ordinal);
        site.Time.Advance(TimeSpan.FromHours(2));
        await AssertOpenAsync(site, EventKind.Parked);
        await site.RestartAsync();
        site.Time.Advance(TimeSpan.FromHours(2));
        await AssertOpenAsync(site, EventKind.Parked);

        answer = "AA";
        StoredDelivery parked = site.Hub.Journal.Read(new(1))!.Deliveries[0];
        await site.Hub.OperateAsync(operation, [parked.Delivery], content: operation == DeliveryOperation.Edit ? System.Text.Encoding.ASCII.GetBytes(Samples.Adt("B")) : null);
        await site.UntilAsync(journal => journal.Read(new(1))!.Deliveries[0].State is DeliveryState.Sent or DeliveryState.Skipped);
        await site.Hub.MinuteAsync();

        await site.UntilAsync(journal => journal.FindIncidents(new()).Single(incident => incident.Kind == EventKind.Parked).ClosedAt is not null);
    }

    [SkippableFact]
    public async Task What_is_parked_is_told_once_an_hour_only_when_there_is_more_of_it()
    {
        Require();
        await using MllpReceiver lab = new() { Answer = _ => "AE" };
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky, To("parks", lab.Port));
        await site.SendAsync("2.5", channel: "parks");
        await site.Smtp.NextAsync();
        site.Time.Advance(TimeSpan.FromHours(5));
        await AssertOpenAsync(site, EventKind.Parked);
        Assert.Equal(1, site.Hub.Journal.FindIncidents(new()).Single(incident => incident.Kind == EventKind.Parked).Mails);

        await site.SendAsync("2.5", channel: "parks");

        await site.UntilAsync(journal => journal.FindIncidents(new()).Single(incident => incident.Kind == EventKind.Parked) is { Count: 2, Mails: 2 });
    }

    [SkippableFact]
    public async Task What_is_parked_after_somebody_took_it_on_is_told_a_day_later()
    {
        Require();
        await using MllpReceiver lab = new() { Answer = _ => "AE" };
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky, To("parks", lab.Port));
        await site.SendAsync("2.5", channel: "parks");
        await NextAsync(site);
        await site.Hub.OperateAsync(1, IncidentOperation.Acknowledge);
        // Nothing new is no news, however long it stays parked.
        site.Time.Leap(TimeSpan.FromHours(30));
        await AssertOpenAsync(site, EventKind.Parked);
        Assert.Equal(1, Parked(site).Mails);
        await site.Hub.OperateAsync(1, IncidentOperation.Acknowledge);
        site.Time.Leap(TimeSpan.FromHours(2));
        await site.SendAsync("2.5", channel: "parks");
        await site.UntilAsync(_ => Parked(site).Count == 2);
        site.Time.Leap(TimeSpan.FromHours(21));
        await AssertOpenAsync(site, EventKind.Parked);
        Assert.Equal(1, Parked(site).Mails);

        site.Time.Leap(TimeSpan.FromHours(1));

        await site.UntilAsync(_ => Parked(site) is { Mails: 2, CountMailed: 2 });
    }

    [SkippableFact]
    public async Task Answers_that_a_person_should_look_at_are_over_when_somebody_has_taken_them_on()
    {
        Require();
        await using MllpReceiver lab = new() { Answer = _ => "AA" };
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky, To("raises", lab.Port, """, "replies": [{ "code": ["AA"], "then": "accept", "raise": true }]"""));
        await site.SendAsync("2.5", channel: "raises");
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Kind: EventKind.Raised }]);

        await AssertOverByHandAsync(site, EventKind.Raised);
    }

    [SkippableFact]
    public async Task An_audit_that_was_tampered_with_is_over_when_somebody_has_taken_it_on()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky);
        Log(site, LogLevel.Error, 7003, ("File", "audit"), ("Numbers", "3"));
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Kind: EventKind.Fault }]);

        await AssertOverByHandAsync(site, EventKind.Fault);
    }

    [SkippableFact]
    public async Task T05_a_certificate_that_still_ends_is_not_over_and_is_when_another_takes_its_place()
    {
        Require();
        TestAuthority authority = new("Hospital Authority");
        await using AlertSite site = await AlertSite.PreparedAsync(
            folder => WriteOwn(folder, authority.Issue("CN=hub.example", notAfter: new(2026, 3, 20, 0, 0, 0, TimeSpan.Zero))),
            null,
            AlertSite.Picky,
            """{ "id": "safe", "source": { "type": "mllp", "listen": "127.0.0.1:0", "tls": { "certificate": "server.pem" } }, "destinations": [{ "id": "files", "type": "file", "folder": "out" }] }""");
        site.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Contains("CN=hub.example", (await site.Smtp.NextAsync()).Text, StringComparison.Ordinal);
        site.Time.Leap(TimeSpan.FromHours(2));
        await AssertOpenAsync(site, EventKind.CertificateExpires);
        await site.RestartAsync();
        site.Time.Leap(TimeSpan.FromHours(2));
        await AssertOpenAsync(site, EventKind.CertificateExpires);
        // A mail under way is told of nothing more, and mails leave in the time of the world.
        await site.UntilAsync(journal => journal.ReadMails(MailState.Queued, null, 10).Count == 0);
        // It has ended by now, which is the same cause.
        site.Time.Leap(TimeSpan.FromDays(20));
        await site.UntilAsync(journal => journal.FindIncidents(new()).Any(incident => incident.Text.Contains("has ended", StringComparison.Ordinal)));
        site.Time.Leap(TimeSpan.FromHours(5));
        await AssertOpenAsync(site, EventKind.CertificateExpires);
        await site.UntilAsync(journal => journal.ReadMails(null, null, 10).Any(mail => mail.Text.Contains("has ended", StringComparison.Ordinal)));

        WriteOwn(site.Folder, authority.Issue("CN=hub.example", notAfter: new(2027, 3, 20, 0, 0, 0, TimeSpan.Zero)));
        // The Hub may be at it because the folder has changed: what it finds is seen with a minute after that.
        await site.PassUntilAsync(journal => journal.FindIncidents(new()).Single(incident => incident.Kind == EventKind.CertificateExpires).ClosedAt is not null, TimeSpan.FromSeconds(20));
    }

    [SkippableFact]
    public async Task T05_files_of_certificates_that_cannot_be_used_are_not_over_until_they_can()
    {
        Require();
        TestAuthority authority = new("Hospital Authority");
        await using AlertSite site = await AlertSite.PreparedAsync(
            folder => WriteOwn(folder, authority.Issue("CN=hub.example", notAfter: new(2027, 3, 20, 0, 0, 0, TimeSpan.Zero))),
            null,
            AlertSite.Picky,
            """{ "id": "safe", "source": { "type": "mllp", "listen": "127.0.0.1:0", "tls": { "certificate": "server.pem" } }, "destinations": [{ "id": "files", "type": "file", "folder": "out" }] }""");
        string good = await File.ReadAllTextAsync(site.Folder.Path("channels", "server.pem"));
        site.Folder.Write("channels/server.pem", "-----BEGIN CERTIFICATE-----\nnonsense");
        site.Time.Advance(TimeSpan.FromSeconds(30));
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Kind: EventKind.CertificateExpires }]);
        site.Time.Leap(TimeSpan.FromHours(2));
        await AssertOpenAsync(site, EventKind.CertificateExpires);

        site.Folder.Write("channels/server.pem", good);
        site.Time.Advance(TimeSpan.FromSeconds(10));
        await site.Hub.MinuteAsync();

        await site.UntilAsync(journal => journal.FindIncidents(new()).Single(incident => incident.Kind == EventKind.CertificateExpires).ClosedAt is not null);
    }

    // A mail under way is told of nothing more, and mails leave in the time of the world.
    private static async Task<ReceivedMail> NextAsync(AlertSite site)
    {
        ReceivedMail mail = await site.Smtp.NextAsync();
        await site.UntilAsync(journal => journal.ReadMails(MailState.Queued, null, 10).Count == 0);
        return mail;
    }

    private static Incident Parked(AlertSite site) => site.Hub.Journal.FindIncidents(new()).Single(incident => incident.Kind == EventKind.Parked);

    private static async Task AssertOverByHandAsync(AlertSite site, EventKind kind)
    {
        site.Time.Advance(TimeSpan.FromHours(2));
        await AssertOpenAsync(site, kind);
        await site.RestartAsync();
        site.Time.Advance(TimeSpan.FromHours(2));
        await AssertOpenAsync(site, kind);

        await site.Hub.OperateAsync(1, IncidentOperation.Acknowledge);
        site.Time.Advance(TimeSpan.FromMinutes(31));

        await site.UntilAsync(journal => journal.FindIncidents(new()).Single(incident => incident.Kind == kind).ClosedAt is not null);
    }

    // What is due is done when an event that came after it has been looked at.
    private static async Task AssertOpenAsync(AlertSite site, EventKind kind)
    {
        await site.Hub.MinuteAsync();
        long before = site.Hub.Journal.FindIncidents(new()).Where(incident => incident.Kind == EventKind.Rejected).Sum(incident => incident.Count);
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new()).Where(incident => incident.Kind == EventKind.Rejected).Sum(incident => incident.Count) > before);
        Assert.Null(site.Hub.Journal.FindIncidents(new()).Single(incident => incident.Kind == kind).ClosedAt);
    }

    private static string To(string id, int port, string more = "") => $$"""
        { "id": "{{id}}", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [{ "id": "lab", "type": "mllp", "endpoint": "127.0.0.1:{{port}}"{{more}} }] }
        """;

    private static void WriteOwn(TestFolder folder, X509Certificate2 own)
    {
        string file = folder.Write("channels/server.pem", TestAuthority.PemWithKey(own));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static void Log(AlertSite site, LogLevel level, int id, params (string Name, object? Value)[] values)
    {
        KeyValuePair<string, object?>[] state = [.. values.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))];
        site.Hub.Log.Log(level, id, state, null, (_, _) => "");
    }

    private static void Require() => Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
}
