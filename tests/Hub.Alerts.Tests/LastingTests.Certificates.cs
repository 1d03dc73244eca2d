using Hub.Contracts;
using Hub.Testing;

namespace Hub.Alerts.Tests;

/// <content>The stages of a certificate that ends.</content>
public sealed partial class LastingTests
{
    [SkippableFact]
    public async Task T05_each_stage_of_a_certificate_is_mailed_once_though_somebody_took_on_the_one_before()
    {
        Require();
        TestAuthority authority = new("Hospital Authority");
        DateTimeOffset end = new(2026, 4, 10, 0, 0, 0, TimeSpan.Zero);
        await using AlertSite site = await AlertSite.PreparedAsync(
            folder => WriteOwn(folder, authority.Issue("CN=hub.example", notAfter: end)),
            """{ "rules": [{ "id": "ends", "kinds": ["certificateExpires"], "escalateAfterMinutes": 60, "escalateTo": ["boss@hospital.example"] }, { "id": "none", "silent": true }] }""",
            AlertSite.Picky,
            """{ "id": "safe", "source": { "type": "mllp", "listen": "127.0.0.1:0", "tls": { "certificate": "server.pem" } }, "destinations": [{ "id": "files", "type": "file", "folder": "out" }] }""");
        (double Days, string Text)[] stages = [(29, "New: certificate ends"), (13, "Still, 2 times"), (6, "Still, 3 times"), (0.9, "Still, 4 times"), (-0.1, "has ended")];
        for (int i = 0; i < stages.Length; i++)
        {
            site.Time.Leap(end.AddDays(-stages[i].Days) - site.Time.GetUtcNow());
            ReceivedMail mail = await NextAsync(site);
            Assert.Contains(stages[i].Text, mail.Text, StringComparison.Ordinal);
            Assert.Equal(["team@hospital.example"], mail.To);
            await site.Hub.OperateAsync(1, IncidentOperation.Acknowledge);
            await site.RestartAsync();
            site.Time.Leap(TimeSpan.FromHours(1.5));
            await AssertOpenAsync(site, EventKind.CertificateExpires);
            Incident told = site.Hub.Journal.FindIncidents(new() { Id = 1 })[0];
            Assert.Equal((i + 1, i + 1, "tester"), (told.Count, told.Mails, told.AcknowledgedBy));
        }
    }

    [SkippableFact]
    public async Task T05_a_stage_that_nobody_takes_on_is_told_to_others_in_its_time()
    {
        Require();
        TestAuthority authority = new("Hospital Authority");
        DateTimeOffset end = new(2026, 4, 10, 0, 0, 0, TimeSpan.Zero);
        await using AlertSite site = await AlertSite.PreparedAsync(
            folder => WriteOwn(folder, authority.Issue("CN=hub.example", notAfter: end)),
            """{ "rules": [{ "id": "ends", "escalateAfterMinutes": 60, "escalateTo": ["boss@hospital.example"] }] }""",
            AlertSite.Picky,
            """{ "id": "safe", "source": { "type": "mllp", "listen": "127.0.0.1:0", "tls": { "certificate": "server.pem" } }, "destinations": [{ "id": "files", "type": "file", "folder": "out" }] }""");
        foreach (double days in new[] { 29, 13 })
        {
            site.Time.Leap(end.AddDays(-days) - site.Time.GetUtcNow());
            Assert.Equal(["team@hospital.example"], (await NextAsync(site)).To);
            site.Time.Advance(TimeSpan.FromMinutes(60));
            Assert.Equal(["boss@hospital.example"], (await NextAsync(site)).To);
        }
    }
}
