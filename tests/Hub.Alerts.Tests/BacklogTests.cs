using Hub.Alerts.Config;
using Hub.Contracts;
using Hub.Journal;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Alerts.Tests;

/// <summary>What a channel comes to long after it arrived is told to those who asked, as if it had come to it at once.</summary>
public sealed class BacklogTests : IAsyncLifetime, IDisposable
{
    private static readonly MailConfig s_mail = new() { Servers = [new() { Host = "127.0.0.1" }], From = "hub@hospital.example", To = ["team@hospital.example"] };
    private static readonly AlertsConfig s_rules = new()
    {
        Subscriptions = [new() { Id = "ward", Events = [SubscribedEvent.Rejected, SubscribedEvent.BatchComplete], To = ["ward@hospital.example"], EveryMinutes = 1 }],
    };

    private readonly TestFolder _folder = new();
    private readonly ManualTime _time = new();
    private IJournal _journal = null!;
    private Alerter _alerter = null!;

    public async Task InitializeAsync()
    {
        _journal = JournalCatalog.Kinds[0].Create(new(_folder.Path("data")), NullLoggerFactory.Instance);
        await _journal.OpenAsync(_ => { }, CancellationToken.None);
        _alerter = new(_journal, new(s_mail, (_, _, _) => { }, [new(s_rules, (_, _, _) => { })], TimeZoneInfo.Utc), _ => null, _time, NullLogger<Alerter>.Instance);
        await PassAsync(1);
    }

    public async Task DisposeAsync()
    {
        await _alerter.DisposeAsync();
        await _journal.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_message_that_is_rejected_minutes_after_it_arrived_is_told()
    {
        MessageId id = await ArriveAsync("A");
        await PassAsync(5);
        await _journal.AppendAsync(new MessageProcessed { Id = id, State = MessageState.Rejected, StartedAt = _time.GetUtcNow(), Working = TimeSpan.FromSeconds(1) });

        await PassAsync(3);

        Assert.Contains("adt: 1 rejected", Assert.Single(_journal.ReadMails(null, null, 10)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_is_divided_an_hour_after_it_arrived_is_told_when_it_is_complete()
    {
        MessageId id = await ArriveAsync("A");
        await PassAsync(60);
        await DivideAsync(id, MessageState.Filtered);

        await PassAsync(3);

        Assert.Contains($"adt: batch {id} of 1 messages is complete", Assert.Single(_journal.ReadMails(null, null, 10)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_of_which_nothing_is_wanted_is_told_when_it_was_divided()
    {
        MessageId id = await ArriveAsync("A");
        await PassAsync(5);
        await DivideAsync(id, MessageState.Filtered);

        await PassAsync(3);

        Assert.Contains($"adt: batch {id} of 1 messages is complete", Assert.Single(_journal.ReadMails(null, null, 10)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batches_are_told_however_many_come_within_a_minute()
    {
        MessageId[] ids = await Task.WhenAll(Enumerable.Range(0, 1_050).Select(i => ArriveAsync($"A{i}")));
        await Task.WhenAll(ids.Select(id => DivideAsync(id, MessageState.Filtered)));

        await PassAsync(3);

        string text = Assert.Single(_journal.ReadMails(null, null, 10)).Text;
        Assert.All(ids, id => Assert.Contains($"batch {id} of", text, StringComparison.Ordinal));
    }

    private async Task<MessageId> ArriveAsync(string controlId)
    {
        MessageId id = _journal.NextMessageId();
        await _journal.AppendAsync(JournalSamples.Accepted(id, controlId) with { ReceivedAt = _time.GetUtcNow(), State = MessageState.Received });
        return id;
    }

    private Task<AppendResult> DivideAsync(MessageId id, MessageState of)
    {
        MessageArrived message = JournalSamples.Accepted(_journal.NextMessageId(), "B");
        return _journal.AppendAsync(new MessageProcessed
        {
            Id = id,
            Channel = "adt",
            State = MessageState.Divided,
            StartedAt = _time.GetUtcNow(),
            Working = TimeSpan.FromSeconds(1),
            Messages = [new(message.Id, message.Header, message.Content, of, message.Answer, [], [], [])],
        });
    }

    private async Task PassAsync(int minutes)
    {
        for (int i = 0; i < minutes; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await _journal.AppendAsync(new StatisticsDue(_time.GetUtcNow()));
            await _alerter.LookAtTimeAsync((_, _) => []);
        }
    }
}
