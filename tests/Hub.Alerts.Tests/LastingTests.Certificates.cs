using Hub.Contracts;
using Hub.Testing;

namespace Hub.Alerts.Tests;

/// <content>The stages of a certificate that ends.</content>
public sealed partial class LastingTests
{
    private static readonly DateTimeOffset s_end = new(2026, 4, 10, 0, 0, 0, TimeSpan.Zero);

    [SkippableFact]
    public async Task T05_each_stage_of_a_certificate_is_mailed_once_though_somebody_took_on_the_one_before()
    {
        Require();
        await using AlertSite site = await StartSafeAsync(
            """{ "rules": [{ "id": "ends", "kinds": ["certificateExpires"], "escalateAfterMinutes": 60, "escalateTo": ["boss@hospital.example"] }, { "id": "none", "silent": true }] }""");
        (double Days, string Text)[] stages = [(29, "New: certificate ends"), (13, "Still, 2 times"), (6, "Still, 3 times"), (0.9, "Still, 4 times"), (-0.1, "has ended")];
        for (int i = 0; i < stages.Length; i++)
        {
            site.Time.Leap(s_end.AddDays(-stages[i].Days) - site.Time.GetUtcNow());
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
        await using AlertSite site = await StartSafeAsync(
            """{ "rules": [{ "id": "ends", "escalateAfterMinutes": 60, "escalateTo": ["boss@hospital.example"] }] }""");
        foreach (double days in new[] { 29, 13 })
        {
            site.Time.Leap(s_end.AddDays(-days) - site.Time.GetUtcNow());
            Assert.Equal(["team@hospital.example"], (await NextAsync(site)).To);
            site.Time.Advance(TimeSpan.FromMinutes(60));
            Assert.Equal(["boss@hospital.example"], (await NextAsync(site)).To);
        }
    }

    [SkippableFact]
    public async Task Files_of_a_certificate_that_are_broken_once_more_stay_taken_on()
    {
        Require();
        await using AlertSite site = await StartSafeAsync("""{ "rules": [{ "id": "none", "silent": true }] }""");
        foreach (string text in new[] { "broken", "broken again" })
        {
            site.Folder.Write("channels/server.pem", text);
            // A file is read when it rests.
            site.Time.Advance(TimeSpan.FromSeconds(10));
            site.Time.Advance(TimeSpan.FromSeconds(10));
            await site.UntilAsync(journal => journal.FindIncidents(new() { Id = 1 }) is [{ Kind: EventKind.CertificateExpires } found] && found.Count == (text == "broken" ? 1 : 2));
            if (text == "broken")
                await site.Hub.OperateAsync(1, IncidentOperation.Acknowledge);
        }

        Assert.Equal("tester", site.Hub.Journal.FindIncidents(new() { Id = 1 })[0].AcknowledgedBy);
    }

    private static Task<AlertSite> StartSafeAsync(string rules) => AlertSite.PreparedAsync(
        folder => WriteOwn(folder, new TestAuthority("Hospital Authority").Issue("CN=hub.example", notAfter: s_end)),
        rules,
        AlertSite.Picky,
        """{ "id": "safe", "source": { "type": "mllp", "listen": "127.0.0.1:0", "tls": { "certificate": "server.pem" } }, "destinations": [{ "id": "files", "type": "file", "folder": "out" }] }""");
}
