using Hub.Alerts.Incidents;
using Hub.Alerts.Mail;
using Hub.Alerts.Subscriptions;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Alerts;

/// <summary>
/// Turns events into incidents and mails. It reads the events that the journal has, in their order, from where it came to last; what it makes of them is
/// one entry of the journal together with how far it has come. It holds nothing between two steps, so that commands of other processes, restarts and
/// crashes make no difference.
/// </summary>
public sealed partial class Alerter : IAsyncDisposable
{
    private const int MostEvents = 1_000;
    private const int MostOpen = 10_000;
    private static readonly TimeSpan s_keep = TimeSpan.FromDays(400);
    /// <summary>How long events are kept that are taken into account: incidents tell the same, and there may be an event a commit.</summary>
    private static readonly TimeSpan s_keepEvents = TimeSpan.FromDays(30);
    private static readonly TimeSpan s_journal = TimeSpan.FromSeconds(5);
    private const string NoServer = "No mail server is named. Write alerts/mail.json, or set HUB_SMTP_HOST.";

    private readonly IJournal _journal;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Func<string, string?> _runbook;
    private readonly MailQueue _mails;
    private readonly MailQueue _calls;
    private readonly WebhookCaller _webhooks;
    private readonly DirectMails _directly;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Bell _bell;
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly HashSet<string> _madeToday = [];
    private volatile AlertSettings _settings;
    private volatile Templates _templates = Templates.Own;
    private Task _loops = Task.CompletedTask;
    private bool _isFirst = true;
    private bool _looksAtParked;
    private DateTimeOffset _removedAt;
    private SubscriptionRun? _subscriptions;

    /// <summary>Makes it; nothing is read yet.</summary>
    /// <param name="journal">The journal, open by the time of <see cref="Start"/>.</param>
    /// <param name="settings">What the site says at first.</param>
    /// <param name="runbook">What a channel's file says to do; null when it says nothing.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">For people.</param>
    public Alerter(IJournal journal, AlertSettings settings, Func<string, string?> runbook, TimeProvider clock, ILogger<Alerter> log)
        : this(journal, settings, runbook, clock, log, new SmtpMailer())
    {
    }

    internal Alerter(IJournal journal, AlertSettings settings, Func<string, string?> runbook, TimeProvider clock, ILogger log, IMailer mailer)
    {
        (_journal, _settings, _runbook, _clock, _log) = (journal, settings, runbook, clock, log);
        _bell = new(clock);
        _webhooks = new(() => _settings, clock);
        _mails = new(journal, calls: false, (mail, stopping) => _settings.Mail is { } config ? mailer.SendAsync(config, mail, stopping) : Task.FromResult<NotSent?>(new(NoServer, mail.To)), clock, log);
        _calls = new(journal, calls: true, _webhooks.CallAsync, clock, log);
        _directly = new(mailer, runbook, clock, log);
    }

    /// <summary>Goes by other settings from now on.</summary>
    public void Use(AlertSettings settings, Templates templates)
    {
        _settings = settings;
        templates.Failed = (name, exception) => Log.TemplateFailed(_log, name, exception);
        _templates = templates;
        _bell.Ring();
        RingQueues();
    }

    /// <summary>What it goes by now.</summary>
    public AlertSettings Settings => _settings;

    /// <summary>Begins to look at events.</summary>
    public void Start()
    {
        _journal.EventsCommitted = _bell.Ring;
        _loops = Task.WhenAll(Task.Run(RunAsync), Task.Run(() => _mails.RunAsync(_stopping.Token)), Task.Run(() => _calls.RunAsync(_stopping.Token)));
    }

    /// <summary>Does what somebody asks for to an incident.</summary>
    /// <exception cref="JournalException">There is none of that number, it is over, or the journal cannot be written.</exception>
    public async Task<Incident> OperateAsync(IncidentOperated operated)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            await _journal.AppendAsync(operated);
        }
        finally
        {
            _oneAtATime.Release();
        }

        _bell.Ring();
        return _journal.FindIncidents(new() { Id = operated.Incident }) is [var incident] ? incident : throw new JournalException($"There is no incident {operated.Incident}. See which there are with: hub incidents");
    }

    /// <summary>
    /// Mails about an event that the journal cannot keep now, because it is the journal that is in trouble: at once, without a queue, once an hour for each
    /// cause. When the journal works again the event is kept and handled as any other.
    /// </summary>
    public Task TellDirectlyAsync(HubEvent happened, CancellationToken stopping) => _directly.TellAsync(happened, _settings, _templates, stopping);

    /// <summary>Queues what is due by the time alone and was not made: the mails of the day, and what parties subscribed to; and has looked for whether what was parked still is. Called each minute.</summary>
    /// <param name="numbers">The numbers of a time.</param>
    /// <exception cref="JournalException">The journal cannot be read or written.</exception>
    public async Task LookAtTimeAsync(Func<DateTimeOffset, DateTimeOffset, IReadOnlyList<NoticeRow>> numbers)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            DateTimeOffset now = _clock.GetUtcNow();
            _looksAtParked = true;
            _bell.Ring();
            _subscriptions ??= new(_journal, numbers);
            OutgoingMail[] mails = [.. DailyMails.Make(_settings, _templates, _journal, _madeToday, numbers, now), .. _subscriptions.Make(_settings, _templates, now)];
            if (mails.Length == 0)
                return;
            await _journal.AppendAsync(new IncidentsChanged { Through = _journal.ReadAlertsThrough(), Mails = mails });
            RingQueues();
        }
        catch (Exception)
        {
            // What was not stored was not told, whatever went wrong: the journal says how far it is.
            _subscriptions = null;
            _madeToday.Clear();
            throw;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Sends a mail that says that mails arrive.</summary>
    /// <param name="settings">Which servers, and for whom.</param>
    /// <param name="templates">The texts.</param>
    /// <param name="now">The time.</param>
    /// <param name="stopping">Gives it up.</param>
    /// <returns>Null when servers took it for all; else for whom none did.</returns>
    public static Task<NotSent?> TrySendAsync(AlertSettings settings, Templates templates, DateTimeOffset now, CancellationToken stopping)
    {
        Notice notice = new($"{settings.Mail!.Name}: a mail to try", ["Mails of the Hub arrive. Nothing is wrong, and nothing is to be done."], []);
        return new SmtpMailer().SendAsync(settings.Mail, notice.ToMail(templates, [.. settings.Resolve([], now).Select(one => one.Address)], Letters.NewThread(0), now), stopping);
    }

    /// <summary>Does one step: takes events and the time into account.</summary>
    /// <returns>When the next is due without an event; null when nothing is.</returns>
    /// <exception cref="JournalException">The journal cannot be read or written; nothing has changed.</exception>
    public async Task<DateTimeOffset?> StepAsync()
    {
        await _oneAtATime.WaitAsync();
        try
        {
            return await StepOnceAsync();
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        await _loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _webhooks.Dispose();
    }

    private void RingQueues()
    {
        _mails.Ring();
        _calls.Ring();
    }

    private async Task<DateTimeOffset?> StepOnceAsync()
    {
        DateTimeOffset now = _clock.GetUtcNow();
        long through = _journal.ReadAlertsThrough();
        bool isMore = false;
        while (true)
        {
            IReadOnlyList<StoredEvent> events = _journal.ReadEvents(through, MostEvents);
            IncidentBook book = new(_settings, new(_templates, _runbook, _settings), now, _journal.FindIncidents(new() { Limit = 1 }) is [var newest] ? newest.Id : 0, incident => _journal.ReadMails(MailState.Queued, incident, MostEvents));
            IReadOnlyList<Incident> open = _journal.FindIncidents(new() { IsOpen = true, Limit = MostOpen });
            // One cause is one incident, also of those that are not in memory.
            book.Load(open, _isFirst, open.Count < MostOpen ? null : happened => _journal.FindIncidents(new() { Cause = happened, Limit = MostOpen }));
            foreach (StoredEvent stored in events)
                book.Take(stored.Event);
            through = events is [.., var last] ? last.Id : through;
            bool isLast = events.Count < MostEvents;
            if (isLast && _looksAtParked)
                book.LookAtParked(IsParked);
            if (isLast)
                book.LookAtTime();
            bool removes = now - _removedAt > TimeSpan.FromHours(1);
            if (events.Count > 0 || book.HasChanged || isMore)
            {
                IncidentsChanged changed = book.Result(through) with { RemovesBefore = removes ? now - s_keep : null, RemovesEventsBefore = removes ? now - s_keepEvents : null };
                AppendResult result = await _journal.AppendAsync(changed);
                if (changed.Mails.Count > 0)
                    RingQueues();
                isMore = result.HasMore;
                _removedAt = removes && !isMore ? now : _removedAt;
            }

            _isFirst = false;
            // What is past its time goes in short commits, one after the other, until it is gone.
            _looksAtParked &= !isLast;
            if (isLast && !isMore)
                return book.NextDue;
        }
    }

    private bool IsParked(string channel, string destination) =>
        _journal.FindDeliveries(new() { Channel = channel, Destination = destination, States = [DeliveryState.Parked], Limit = 1 }).Count > 0
        || _journal.FindDeliveries(new() { Channel = channel, Destination = destination, HoldsLane = true, Limit = 1 }).Count > 0;

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _bell.WaitAsync(await StepAsync(), _stopping.Token);
            }
            catch (JournalException exception)
            {
                Log.JournalFault(_log, exception.Message);
                await _bell.WaitAsync(_clock.GetUtcNow() + s_journal, _stopping.Token);
            }
            catch (Exception exception)
            {
                // A mistake here must not end all alerts.
                Log.Failed(_log, exception);
                await _bell.WaitAsync(_clock.GetUtcNow() + s_journal, _stopping.Token);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(6007, LogLevel.Warning, "Events wait, because the journal cannot be used now. {Reason}")]
        public static partial void JournalFault(ILogger log, string reason);

        [LoggerMessage(6008, LogLevel.Error, "Events could not be looked at and are looked at again. This is a mistake in the Hub; report it")]
        public static partial void Failed(ILogger log, Exception exception);

        [LoggerMessage(6011, LogLevel.Error, "The template {Template} cannot be used for a mail; the Hub's own was used. Put it right; it is taken up without a restart")]
        public static partial void TemplateFailed(ILogger log, string template, Exception exception);
    }
}
