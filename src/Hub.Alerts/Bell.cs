namespace Hub.Alerts;

/// <summary>What a loop waits for between two steps: that somebody rings, or that a time has come.</summary>
/// <param name="clock">The time.</param>
internal sealed class Bell(TimeProvider clock)
{
    // Timers cannot be set for more than 49 days.
    private static readonly TimeSpan s_most = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_late = TimeSpan.FromSeconds(1);

    private volatile TaskCompletionSource _rung = New();

    /// <summary>Ends the wait; the next one at once when nobody waits now.</summary>
    public void Ring() => _rung.TrySetResult();

    /// <summary>Waits; for one loop alone. It may end too early, and never more than a second too late.</summary>
    /// <param name="until">The time; null to wait for the bell alone.</param>
    /// <param name="stopping">Ends the wait, without an exception.</param>
    public async Task WaitAsync(DateTimeOffset? until, CancellationToken stopping)
    {
        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        DateTimeOffset now = clock.GetUtcNow();
        if (until <= now)
            return;
        // A timer goes by whole milliseconds and drops what is less.
        TimeSpan left = until is { } time ? TimeSpan.FromMilliseconds(Math.Ceiling((time - now).TotalMilliseconds)) : s_most;
        Task due = Task.Delay(left < s_most ? left : s_most, clock, waiting.Token);
        // What went by while the timer was set (a suspended machine, a clock put right) would be added to the wait.
        DateTimeOffset set = clock.GetUtcNow();
        if (set - now < s_late && !(until <= set))
            await Task.WhenAny(_rung.Task, due);
        await waiting.CancelAsync();
        // What rings before this line is taken by the step that follows.
        if (_rung.Task.IsCompleted)
            _rung = New();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
