using System.Net;
using Hub.Contracts;
using Hub.Dashboard;
using Hub.Dashboard.Access;
using Hub.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hub.Alerts.Tests;

/// <summary>Troubles that neither a message nor a delivery has: each is an incident.</summary>
public sealed class ToldTests
{
    private const string Planted = "PRAWF";

    [SkippableFact]
    public async Task A_webhook_that_takes_no_call_is_an_incident_until_it_does_and_a_call_that_is_given_up_is_one()
    {
        Require();
        await using HttpReceiver party = await HttpReceiver.StartAsync();
        int status = StatusCodes.Status503ServiceUnavailable;
        party.Answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        await using AlertSite site = await AlertSite.StartAsync(
            $$"""{ "subscriptions": [{ "id": "partner", "events": ["rejected"], "everyMinutes": 1, "webhook": { "url": "http://127.0.0.1:{{party.Port}}/hub?key=hunter2", "secret": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=" } }] }""", AlertSite.Picky);
        await site.Hub.MinuteAsync();
        await site.SendAsync("2.3");
        await PassAsync(site, 2);
        await site.UntilAsync(journal => journal.FindIncidents(new()).Any(incident => incident is { Kind: EventKind.Unreachable, Lasts: true }));
        site.Time.Advance(TimeSpan.FromHours(2));
        await site.SendAsync("2.3");
        await site.UntilAsync(journal => journal.FindIncidents(new()).Count(incident => incident.Kind == EventKind.Rejected) == 2);
        Incident silent = site.Hub.Journal.FindIncidents(new() { IsOpen = true }).Single(incident => incident.Kind == EventKind.Unreachable);
        Assert.Contains($"127.0.0.1:{party.Port}/hub", silent.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", silent.Text + silent.Fingerprint, StringComparison.Ordinal);

        site.Time.Leap(TimeSpan.FromDays(3));
        await site.PassUntilAsync(journal => journal.FindIncidents(new()).Any(incident => incident.Kind == EventKind.Fault && incident.Text.Contains("given up", StringComparison.Ordinal)), TimeSpan.FromMinutes(15));
        Assert.Contains(site.Hub.Journal.FindIncidents(new() { IsOpen = true }), incident => incident.Id == silent.Id);
        status = StatusCodes.Status204NoContent;
        // What was given up is not called any more: this is.
        await site.SendAsync("2.3");
        await site.PassUntilAsync(journal => journal.FindIncidents(new()).Single(incident => incident.Id == silent.Id).ClosedAt is not null);
    }

    [SkippableFact]
    public async Task What_is_done_each_minute_and_fails_is_an_incident()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky);
        site.Hub.Log.Log(LogLevel.Error, 6021, Array.Empty<KeyValuePair<string, object?>>(), new InvalidOperationException(Planted), (_, _) => "");

        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Kind: EventKind.Fault, Fingerprint: "HUB6021" } one] && one.Text.Contains("each minute", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("mair", "account mair")]
    [InlineData("prawf.gwen", "account (unknown)")]
    public async Task Passwords_of_one_account_that_are_tried_from_many_addresses_are_an_incident(string name, string told)
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky);
        string link = await site.Hub.Access.Accounts.AddAsync("mair", Role.Operator, [], Doer.Local);
        await site.Hub.Access.Accounts.SetPasswordAsync(link["/welcome?key=".Length..], "correct horse battery staple", "");
        for (int i = 1; i <= 5; i++)
            Assert.Null((await site.Hub.Access.Logins.TryAsync(name, "wrong", $"192.0.2.{i}", "browser")).Secret);

        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Kind: EventKind.LoginFailed }]);
        Incident attack = Assert.Single(site.Hub.Journal.FindIncidents(new()));
        Assert.Contains(told, attack.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("prawf", attack.Text + attack.Fingerprint, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_replay_that_pauses_itself_is_an_incident_over_a_restart_until_somebody_takes_care_of_it()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(null, AlertSite.Picky);
        await site.SendAsync("2.5", 2);
        // One a second: the channel is stopped while the replay waits for its second message.
        ReplayView replay = await site.Hub.View.BeginAsync(new() { Query = new() { Channel = "adt" }, Rate = 1 }, CancellationToken.None);
        await site.UntilAsync(journal => journal.ReadReplay(replay.Id)!.Done == 1);
        await site.Hub.View.ChangeChannelAsync("adt", runs: false, "mair", null);
        site.Time.Advance(TimeSpan.FromSeconds(2));
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Kind: EventKind.Fault, Lasts: true }]);
        await site.RestartAsync();
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Kind: EventKind.Fault, Lasts: true, Count: 2, ClosedAt: null }]);

        await site.Hub.View.ChangeAsync(replay.Id, ReplayChange.Cancel);

        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Kind: EventKind.Fault, ClosedAt: not null }]);
    }

    [SkippableFact]
    public async Task A_channel_that_runs_though_its_tests_fail_is_an_incident_until_a_version_passes_them()
    {
        Require();
        await using AlertSite site = await AlertSite.PreparedAsync(
            folder =>
            {
                folder.Write("channels/tests/adt/one.in.hl7", Samples.Adt("A", version: "2.5"));
                folder.Write("channels/tests/adt/one.files.hl7", "wrong");
            },
            null,
            AlertSite.Picky);
        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Kind: EventKind.ChannelRefused, Channel: "adt", Lasts: true }]);
        site.Time.Advance(TimeSpan.FromHours(2));
        await site.SendAsync("2.4");
        await site.UntilAsync(journal => journal.FindIncidents(new()).Any(incident => incident.Kind == EventKind.Rejected));
        Assert.Contains(site.Hub.Journal.FindIncidents(new() { IsOpen = true }), incident => incident.Kind == EventKind.ChannelRefused);

        await site.ChangeFilesAsync(() => site.Folder.Write("channels/tests/adt/one.files.hl7", Samples.Adt("A", version: "2.5")));

        await site.UntilAsync(journal => journal.FindIncidents(new()).Single(incident => incident.Kind == EventKind.ChannelRefused).ClosedAt is not null);
    }

    [SkippableFact]
    public async Task Requests_for_a_channel_that_is_gone_are_an_incident_and_the_path_they_ask_for_is_not_in_it()
    {
        Require();
        await using AlertSite site = await AlertSite.StartAsync(
            null, """{ "id": "door", "source": { "type": "http", "listen": "127.0.0.1:0", "path": "/door" }, "destinations": [{ "id": "files", "type": "file", "folder": "out" }] }""");
        using HttpClient client = new();
        using StringContent content = new(Samples.Adt("X"));
        using HttpResponseMessage refused = await client.PostAsync(new Uri($"http://127.0.0.1:{site.Hub.Port("door")}/{Planted}"), content);
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);

        await site.UntilAsync(journal => journal.FindIncidents(new()) is [{ Kind: EventKind.Rejected }]);
        Incident gone = Assert.Single(site.Hub.Journal.FindIncidents(new()));
        Assert.Contains("127.0.0.1:0", gone.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Planted, gone.Text + gone.Fingerprint, StringComparison.Ordinal);
    }

    private static async Task PassAsync(AlertSite site, int minutes)
    {
        for (int i = 0; i < minutes; i++)
        {
            site.Time.Advance(TimeSpan.FromMinutes(1));
            await site.Hub.MinuteAsync();
        }
    }

    private static void Require() => Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
}
