using System.Net.Sockets;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Hub.Alerts.Tests;

/// <summary>Every kind of error raises an alert within its rule's time, though the mail server is down at first; and no mail holds a word of a message.</summary>
public sealed class EveryErrorTests
{
    // Planted where messages, answers and reasons could carry them.
    private const string Planted = "PRAWF";

    private const string Channels = """
        { "id": "{0}", "source": { "type": "mllp", "listen": "127.0.0.1:0", "accept": { "versions": ["2.5"] } }, "destinations": [ {1} ] }
        """;

    [SkippableFact]
    public async Task Every_kind_of_error_is_mailed_once_its_server_is_back()
    {
        Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
        await using MllpReceiver refusing = new() { Answer = _ => "AR" };
        Func<byte[], string> controlId = refusing.ControlIdOf;
        refusing.ControlIdOf = message => $"{controlId(message)}|{Planted} is not known";
        int nobody = FreePort.Take();
        await using AlertSite site = await AlertSite.OnLittleDiskAsync(
            folder =>
            {
                folder.Write("channels/fails.csx", $$"""throw new InvalidOperationException("{{Planted}}");""");
                folder.Write("channels/tables/codes.csv", $"code,name\n{Planted}GWEN,One\n{Planted}GWEN,Two\n");
                folder.Write("channels/tests/adt/one.in.hl7", Samples.Adt(Planted));
                folder.WriteSecret("key", "hunter2");
                // A certificate that ends in 19 days.
                string own = folder.Write("channels/server.pem", TestAuthority.PemWithKey(new TestAuthority("Hospital Authority").Issue("CN=hub.example", notAfter: new(2026, 3, 20, 0, 0, 0, TimeSpan.Zero))));
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(own, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            },
            """{ "rules": [{ "id": "slow", "kinds": ["queue"], "digestMinutes": 10000 }, { "id": "all", "digestMinutes": 10000, "closeAfterMinutes": 10000 }], "watches": [{ "on": "queue", "minutes": 10 }, { "on": "silence", "minutes": 5, "channels": ["adt"] }] }""",
            AlertSite.Picky,
            Make("parks", $$"""{ "id": "lab", "type": "mllp", "endpoint": "127.0.0.1:{{refusing.Port}}", "replies": [{ "code": ["AR"], "then": "park", "raise": true }] }"""),
            Make("pauses", $$"""{ "id": "lab", "type": "mllp", "endpoint": "127.0.0.1:{{refusing.Port}}", "replies": [{ "code": ["AR"], "then": "pause" }] }"""),
            Make("down", $$"""{ "id": "lab", "type": "mllp", "endpoint": "127.0.0.1:{{nobody}}", "retry": { "unreachableAfter": 1, "firstDelaySeconds": 5 } }"""),
            """{ "id": "script", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "steps": [{ "type": "script", "file": "fails.csx" }], "destinations": [{ "id": "files", "type": "file", "folder": "out" }] }""",
            """{ "id": "door", "source": { "type": "http", "listen": "127.0.0.1:0", "path": "/door", "authentication": { "type": "apiKey", "key": "${secret:key}" } }, "destinations": [{ "id": "files", "type": "file", "folder": "out" }] }""",
            Make("taken", """{ "id": "files", "type": "file", "folder": "out" }""").Replace("127.0.0.1:0", $"127.0.0.1:{refusing.Port}", StringComparison.Ordinal),
            """{ "id": "maps", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "steps": [{ "type": "mapTable", "path": "PV1-3.1", "table": "tables/codes.csv" }], "destinations": [{ "id": "files", "type": "file", "folder": "out" }] }""",
            Make("valued", $$"""{ "id": "lab", "type": "mllp", "endpoint": "{{Planted}}" }"""),
            """{ "id": "safe", "source": { "type": "mllp", "listen": "127.0.0.1:0", "tls": { "certificate": "server.pem" } }, "destinations": [{ "id": "files", "type": "file", "folder": "out" }] }""",
            Make("crowd", """{ "id": "files", "type": "file", "folder": "out" }""").Replace("\"mllp\"", "\"mllp\", \"maxConnections\": 1", StringComparison.Ordinal),
            """{ "id": "broken", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "destinations": [{ "id": "x", "typo": 1 }] }""");
        await site.StopMailAsync();

        await InjectAsync(site);
        HashSet<EventKind> wanted = [.. Enum.GetValues<EventKind>().Except([EventKind.ChannelChanged, EventKind.ErrorRate, EventKind.Latency, EventKind.Throughput, EventKind.Stopped])];
        HashSet<EventKind> raised = [.. site.Hub.Journal.FindIncidents(new() { Limit = 1_000 }).Select(incident => incident.Kind)];
        Assert.Empty(wanted.Except(raised));
        await AssertMailedAsync(site);
    }

    [SkippableFact]
    public async Task Everything_that_is_watched_is_mailed_once_its_server_is_back()
    {
        Skip.IfNot(SmtpPeer.Missing is null, SmtpPeer.Missing);
        await using AlertSite site = await AlertSite.StartAsync(
            """
            {
              "rules": [{ "id": "all", "digestMinutes": 10000, "closeAfterMinutes": 10000 }],
              "watches": [
                { "on": "errorRate", "percent": 10, "minutes": 60 }, { "on": "latency", "milliseconds": 5000, "minutes": 60 },
                { "on": "throughput", "percent": 300, "minutes": 180 }, { "on": "stopped", "minutes": 30 }
              ]
            }
            """,
            AlertSite.Picky,
            AlertSite.Picky.Replace("\"adt\"", "\"rests\"", StringComparison.Ordinal));
        await site.Hub.MinuteAsync();
        for (int week = 1; week <= 3; week++)
        {
            await site.SendAsync("2.5", 20);
            await site.Hub.UntilAsync(DeliveryState.Sent, 20 * week);
            await site.Hub.MinuteAsync();
            site.Time.Leap(TimeSpan.FromDays(7) - (week == 3 ? TimeSpan.FromMinutes(20) : TimeSpan.Zero));
        }

        await site.StopMailAsync();
        await site.Hub.View.ChangeChannelAsync("rests", runs: false, "mair", Planted);
        await site.Hub.PauseAsync("adt", "files", true);
        await site.SendAsync("2.5", 61);
        await site.SendAsync("2.3", 20);
        site.Time.Advance(TimeSpan.FromSeconds(10));
        await site.Hub.PauseAsync("adt", "files", false);
        await site.Hub.UntilAsync(DeliveryState.Sent, 121);
        site.Time.Advance(TimeSpan.FromMinutes(50));
        await site.Hub.MinuteAsync();
        await site.UntilAsync(journal => Has(journal, EventKind.ErrorRate, EventKind.Latency, EventKind.Throughput, EventKind.Stopped));

        await AssertMailedAsync(site);
    }

    private static async Task AssertMailedAsync(AlertSite site)
    {
        long[] unsent = [.. site.Hub.Journal.FindIncidents(new() { Limit = 1_000 }).Where(incident => !site.Hub.Journal.ReadMails(MailState.Sent, incident.Id, 1).Any()).Select(incident => incident.Id)];
        await site.StartMailAsync();
        site.Time.Advance(TimeSpan.FromMinutes(15));
        // Told are those too that began, by the time moved, within the step that saw them: the next one writes their mail.
        await site.UntilAsync(journal => journal.ReadMails(MailState.Queued, null, 1_000).Count == 0 && unsent.All(id => journal.ReadMails(null, id, 1).Count > 0));
        IReadOnlyList<ReceivedMail> mails = await site.StopMailAsync();

        Assert.True(unsent.Length >= 4);
        string[] untold = [.. unsent.Where(id => !mails.Any(mail => mail.Subject.Contains($"[incident {id}]", StringComparison.Ordinal))).Select(id => Tell(site.Hub.Journal, id))];
        Assert.True(untold.Length == 0, string.Join('\n', untold));
        Assert.All(mails, mail => Assert.DoesNotContain(Planted, mail.ToString() + mail.Text + mail.Html, StringComparison.OrdinalIgnoreCase));
    }

    private static string Tell(ObservedJournal journal, long id)
    {
        string mails = string.Join("; ", journal.ReadMails(null, id, 10).Select(mail => $"{mail.State} at {mail.At:T}, due {mail.DueAt:T}, {mail.Attempts} tries, {mail.Reason}"));
        return $"{journal.FindIncidents(new() { Id = id }).Single()}, mails: {mails}";
    }

    private static async Task InjectAsync(AlertSite site)
    {
        await site.SendAsync("2.3");
        foreach (string channel in new[] { "parks", "pauses", "down", "script" })
            await site.SendAsync("2.5", channel: channel);
        using HttpClient client = new();
        using StringContent content = new(Samples.Adt("X"));
        using HttpResponseMessage refused = await client.PostAsync(new Uri($"http://127.0.0.1:{site.Hub.Port("door")}/door"), content);
        await site.UntilAsync(journal => Has(journal, EventKind.Rejected, EventKind.Parked, EventKind.Paused, EventKind.Unreachable, EventKind.ScriptFailed, EventKind.ChannelRefused));
        await CrowdAsync(site);
        await LockJournalAsync(site);
        // What could not be kept is tried again after five seconds, counted from when that was known.
        await site.PassUntilAsync(journal => Has(journal, EventKind.JournalFault), TimeSpan.FromSeconds(5));
        // Whatever else the log may tell as an error, with whatever in it.
        Log(site, LogLevel.Error, 9999, ("Channel", "adt"), ("Reason", Planted));
        // The minute's look before it begins the time that silence is counted from.
        await site.Hub.MinuteAsync();
        site.Time.Advance(TimeSpan.FromMinutes(12));
        await site.Hub.MinuteAsync();
        await site.UntilAsync(journal => Has(journal, EventKind.CertificateExpires, EventKind.Disk, EventKind.JournalFault, EventKind.LoginFailed, EventKind.Unbound, EventKind.Queue, EventKind.Silence, EventKind.Raised)
            && journal.FindIncidents(new() { Limit = 1_000 }).Count(incident => incident.Kind == EventKind.Fault) >= 2);
    }

    // Senders beyond those who may be connected.
    private static async Task CrowdAsync(AlertSite site)
    {
        using MllpSender one = await MllpSender.ConnectAsync(site.Hub.Port("crowd"));
        await one.SendAsync(Samples.Adt("C", version: "2.5"));
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using MllpSender other = await MllpSender.ConnectAsync(site.Hub.Port("crowd"));
            await other.AnswerAsync();
        });
    }

    // Another program holds the journal for longer than the Hub waits for it.
    private static async Task LockJournalAsync(AlertSite site)
    {
        using SqliteConnection other = new($"Data Source={site.Folder.Path("data/journal.db")};Pooling=False");
        other.Open();
        using SqliteTransaction held = other.BeginTransaction(deferred: false);
        using MllpSender sender = await MllpSender.ConnectAsync(site.Hub.Port("adt"));
        // Once more, while what was told of the first is to be kept as well.
        for (int i = 0; i < 2; i++)
            Assert.Equal("AR", (await sender.SendAsync(Samples.Adt($"J{i}", version: "2.5"))).Code);
    }

    private static void Log(AlertSite site, LogLevel level, int id, params (string Name, object? Value)[] values)
    {
        KeyValuePair<string, object?>[] state = [.. values.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))];
        site.Hub.Log.Log(level, id, state, null, (_, _) => "");
    }

    private static bool Has(IJournalReader journal, params EventKind[] kinds) => kinds.All(kind => journal.FindIncidents(new() { Limit = 1_000 }).Any(incident => incident.Kind == kind));

    private static string Make(string id, string destination) => Channels.Replace("{0}", id, StringComparison.Ordinal).Replace("{1}", destination, StringComparison.Ordinal);
}
