using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Alerts.Mail;

/// <summary>
/// Sends the mails that wait in the journal, or the calls of webhooks, oldest first, and tries again what was not taken, for those alone who did not get it: after a minute, then after twice as
/// long, at most every quarter of an hour, for three days. A stop or a crash loses none; one whose outcome was not stored before that goes out twice with one id.
/// While the journal cannot keep an outcome nothing more is sent: a journal that can be read and not written would give the same mail again and again.
/// Calls have a queue of their own: a party that does not answer must not hold up the mails about what is wrong.
/// </summary>
/// <param name="journal">What waits.</param>
/// <param name="calls">Whether these are calls.</param>
/// <param name="send">Sends one; null when all got it, else who did not.</param>
/// <param name="clock">The time.</param>
/// <param name="log">For people.</param>
internal sealed partial class MailQueue(IJournal journal, bool calls, Func<OutgoingMail, CancellationToken, Task<NotSent?>> send, TimeProvider clock, ILogger log)
{
    private const int AtOnce = 20;
    private static readonly TimeSpan s_first = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_most = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan s_patience = TimeSpan.FromDays(3);
    private static readonly int s_tries = (int)(s_patience / s_most);
    private static readonly TimeSpan s_journal = TimeSpan.FromSeconds(5);

    private readonly Bell _bell = new(clock);
    private readonly HashSet<string> _failing = [];
    private MailAttempted? _unstored;

    /// <summary>Says that there is something new to send.</summary>
    public void Ring() => _bell.Ring();

    /// <summary>Runs until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await _bell.WaitAsync(await SendDueAsync(stopping), stopping);
            }
            catch (JournalException exception)
            {
                Log.JournalFault(log, exception.Message);
                await _bell.WaitAsync(clock.GetUtcNow() + s_journal, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // A mistake here, or what a server brings the library to, must not end all mails.
                Log.Failed(log, exception);
                await _bell.WaitAsync(clock.GetUtcNow() + s_first, stopping);
            }
        }
    }

    /// <summary>Sends what is due now.</summary>
    /// <returns>When something is due next; null when nothing waits.</returns>
    public async Task<DateTimeOffset?> SendDueAsync(CancellationToken stopping)
    {
        // A party that does not answer takes its whole time for each call, and may have hundreds waiting: one a round is tried.
        HashSet<string> silent = [];
        while (true)
        {
            await StoreAsync();
            IReadOnlyList<OutgoingMail> waiting = journal.ReadWaiting(calls, AtOnce);
            DateTimeOffset now = clock.GetUtcNow();
            OutgoingMail[] due = [.. waiting.Where(mail => IsDue(mail, now))];
            if (due.Length == 0)
                return waiting is [var first, ..] ? first.DueAt : null;
            foreach (OutgoingMail mail in due)
            {
                await SendAsync(mail, silent, stopping);
                await StoreAsync();
            }
        }
    }

    // A clock that was set back holds nothing back: what was to leave when it was written leaves, and no try waits for longer than the longest wait.
    private static bool IsDue(OutgoingMail mail, DateTimeOffset now) =>
        mail.DueAt <= now || (mail.Attempts > 0 ? mail.DueAt - now > s_most : mail.DueAt <= mail.At);

    // Kept until the journal has it, whatever the journal says to it.
    private async Task StoreAsync()
    {
        if (_unstored is null)
            return;
        await journal.AppendAsync(_unstored);
        _unstored = null;
    }

    private async Task SendAsync(OutgoingMail mail, HashSet<string> silent, CancellationToken stopping)
    {
        bool isPassed = calls && silent.Contains(mail.To[0]);
        NotSent? failure = isPassed ? new("It was not called, because it did not take the call before.", mail.To) : await send(mail, stopping);
        string? reason = failure?.Reason;
        if (calls && reason is not null)
            silent.Add(mail.To[0]);
        DateTimeOffset now = clock.GetUtcNow();
        // What was never tried is not given up; nor is what waited for somebody's hours, or while no Hub ran, before it had its tries.
        bool isOver = reason is not null && !isPassed && now - mail.At > s_patience && mail.Attempts >= s_tries;
        MailState state = reason is null ? MailState.Sent : isOver ? MailState.Failed : MailState.Queued;
        TimeSpan wait = TimeSpan.FromTicks(Math.Min(s_most.Ticks, s_first.Ticks << Math.Min(mail.Attempts, 10)));
        // What was passed has its turn before the one that was refused, so that one call that is always refused does not keep the others back.
        if (isPassed)
            wait /= 2;
        _unstored = new(mail.Id, state, state == MailState.Queued ? now + wait : now, reason, failure?.Left.Count < mail.To.Count ? failure.Left : null);
        // What was passed over says nothing about who was to be called.
        if (!isPassed)
            Tell(mail, failure, isOver);
    }

    // Once for a server, or a party, until one is taken again. The lines about calls are events: mails can still tell of them.
    private void Tell(OutgoingMail mail, NotSent? failure, bool isOver)
    {
        string whom = calls ? PlaceOf(mail.To[0]) : "";
        bool isTrouble = failure is { IsUnwanted: false };
        bool isNew = isTrouble ? !isOver && _failing.Add(whom) : _failing.Remove(whom);
        if (calls)
            TellOfCall(whom, mail.Id, failure, isOver, isNew);
        else if (isOver)
            Log.GivenUp(log, mail.Id, failure!.Reason);
        else if (isNew && isTrouble)
            Log.NotSent(log, mail.Id, failure!.Reason);
        else if (isNew)
            Log.SentAgain(log);
    }

    private void TellOfCall(string whom, long call, NotSent? failure, bool isOver, bool isNew)
    {
        if (isOver)
            Log.CallGivenUp(log, whom, call, failure!.Reason);
        if (isNew && failure is { IsUnwanted: false })
            Log.NotCalled(log, whom, call, failure.Reason);
        else if (isNew)
            Log.CalledAgain(log, whom);
    }

    // Without what may be a secret in it.
    private static string PlaceOf(string address) => Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) ? $"{uri.Authority}{uri.AbsolutePath}" : "";

    private static partial class Log
    {
        [LoggerMessage(6002, LogLevel.Error, "Mail {Mail} was not sent and is tried again. {Reason}")]
        public static partial void NotSent(ILogger log, long mail, string reason);

        [LoggerMessage(6003, LogLevel.Error, "Mail {Mail} is given up after three days. {Reason}")]
        public static partial void GivenUp(ILogger log, long mail, string reason);

        [LoggerMessage(6004, LogLevel.Information, "Mails are sent again")]
        public static partial void SentAgain(ILogger log);

        [LoggerMessage(6201, LogLevel.Error, "The webhook {Address} did not take call {Call}, and calls of it are tried again. {Reason}")]
        public static partial void NotCalled(ILogger log, string address, long call, string reason);

        [LoggerMessage(6202, LogLevel.Error, "Call {Call} of the webhook {Address} is given up after three days. {Reason}")]
        public static partial void CallGivenUp(ILogger log, string address, long call, string reason);

        [LoggerMessage(6203, LogLevel.Information, "The webhook {Address} takes calls again, or no subscription has it any more")]
        public static partial void CalledAgain(ILogger log, string address);

        [LoggerMessage(6006, LogLevel.Warning, "Mails wait, because the journal cannot be used now. {Reason}")]
        public static partial void JournalFault(ILogger log, string reason);

        [LoggerMessage(6010, LogLevel.Error, "Mails could not be sent and are tried again in a minute. This is a mistake in the Hub; report it")]
        public static partial void Failed(ILogger log, Exception exception);
    }
}
