using Hub.Alerts.Config;
using Hub.Contracts;
using Hub.Journal;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Alerts.Tests;

/// <summary>What was told is known after a restart, however much was told since.</summary>
public sealed class LongMemoryTests
{
    private static readonly MailConfig s_mail = new() { Servers = [new() { Host = "127.0.0.1" }], From = "hub@hospital.example", To = ["team@hospital.example"] };

    [Fact]
    public async Task Numbers_of_a_day_are_told_once_though_thousands_of_mails_came_after_them()
    {
        using TestFolder folder = new();
        await using IJournal journal = await OpenAsync(folder);
        ManualTime time = new();
        AlertsConfig rules = new()
        {
            Heartbeat = new() { At = "11:00" },
            DailyStatistics = new() { At = "11:00" },
            Subscriptions = [new() { Id = "ward", Events = [SubscribedEvent.DailyStatistics], To = ["ward@hospital.example"], At = "11:00" }],
        };
        await LookAsync(journal, rules, time);
        Assert.Equal(3, journal.ReadMails(null, null, 10).Count);
        await FillAsync(journal, time);

        await LookAsync(journal, rules, time);

        Assert.Equal(2_503, journal.ReadMails(null, null, 10_000).Count);
    }

    [Fact]
    public async Task A_quiet_subscription_goes_on_after_what_was_told_last_though_thousands_of_mails_came_after_it()
    {
        using TestFolder folder = new();
        await using IJournal journal = await OpenAsync(folder);
        ManualTime time = new();
        // Two whose names begin alike, one of them told of later.
        AlertsConfig rules = new() { Subscriptions = [Of("ward"), Of("ward-2")] };
        await journal.AppendAsync(new IncidentsChanged { Through = 0, Mails = [Mail("hub-sub-ward-20260301T0900-00000001", time), Mail("hub-sub-ward-2-20260301T1100-00000001", time)] });
        await FillAsync(journal, time);
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "C", "lab") with { ReceivedAt = time.GetUtcNow().AddHours(-2) });
        await journal.AppendAsync(new StatisticsDue(time.GetUtcNow()));

        await LookAsync(journal, rules, time);

        Assert.Contains("From 2026-03-01 09:00 to 2026-03-01 11:59 UTC", Assert.Single(journal.ReadMails(null, null, 10_000), mail => mail.MessageId.StartsWith("hub-sub-ward-20260301T1159", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
    }

    private static SubscriptionConfig Of(string id) => new() { Id = id, Events = [SubscribedEvent.Received], To = ["ward@hospital.example"], EveryMinutes = 5 };

    private static async Task<IJournal> OpenAsync(TestFolder folder)
    {
        IJournal journal = JournalCatalog.Kinds[0].Create(new(folder.Path("data")), NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        return journal;
    }

    // As a Hub does that was started anew.
    private static async Task LookAsync(IJournal journal, AlertsConfig rules, ManualTime time)
    {
        await using Alerter alerter = new(journal, new(s_mail, (_, _, _) => { }, [new(rules, (_, _, _) => { })], TimeZoneInfo.Utc), _ => null, time, NullLogger<Alerter>.Instance);
        await alerter.LookAtTimeAsync((_, _) => [new("adt", "4 received")]);
    }

    private static async Task FillAsync(IJournal journal, ManualTime time) =>
        await journal.AppendAsync(new IncidentsChanged { Through = 0, Mails = [.. Enumerable.Range(0, 2_500).Select(i => Mail($"hub-sub-busy-20260301T1{i:D3}-00000001", time))] });

    private static OutgoingMail Mail(string id, ManualTime time) => new() { To = ["ward@hospital.example"], Subject = "x", Text = "x", MessageId = id, At = time.GetUtcNow(), DueAt = time.GetUtcNow() };
}
