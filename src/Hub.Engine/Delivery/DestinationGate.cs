using Hub.Channels.Config;
using Hub.Channels.Destinations.Sending;
using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Delivery;

/// <summary>Why a destination sends nothing now.</summary>
internal enum GateState
{
    /// <summary>It sends.</summary>
    Open,

    /// <summary>A person or a rule paused it.</summary>
    Paused,

    /// <summary>Its receiver is down by plan.</summary>
    Maintenance,

    /// <summary>Its receiver cannot be reached; one connection tries alone.</summary>
    Unreachable,
}

/// <summary>
/// What all senders of a destination pass before each try: a pause, a maintenance window, a receiver that cannot be reached, the limit of messages a minute.
/// A sender waits here without a lane, so that what waits can still be looked at, skipped and edited.
/// </summary>
internal sealed partial class DestinationGate : IDisposable
{
    // The end of maintenance goes by the time of day, which may be set, and a machine may sleep: a timer knows of neither.
    private static readonly TimeSpan s_look = TimeSpan.FromMinutes(1);

    private readonly string _channel;
    private readonly string _destination;
    private readonly Pauses _pauses;
    private readonly MaintenanceWindows _maintenance;
    private readonly CircuitBreaker _breaker;
    private readonly Throttle _throttle;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan? _closedAt;
    private TimeSpan _closedFor;

    /// <summary>Makes it.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="config">The destination.</param>
    /// <param name="pauses">What is paused.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">The log.</param>
    public DestinationGate(string channel, DestinationConfig config, Pauses pauses, TimeProvider clock, ILogger log)
    {
        (_channel, _destination, _pauses, _clock, _log) = (channel, config.Id, pauses, clock, log);
        _maintenance = new(config.Maintenance, clock.LocalTimeZone);
        _breaker = new(config.Retry);
        _throttle = new(config.MaxMessagesPerMinute);
        pauses.Changed += Change;
    }

    /// <summary>Whether messages have to go one by one, because they are counted.</summary>
    public bool CountsMessages => _throttle.Limits;

    /// <summary>A <see cref="SteadyTime"/> that stands during a pause and maintenance: the times that a receiver is given are measured in it.</summary>
    public TimeSpan OpenTime
    {
        get
        {
            lock (_lock)
                return (_closedAt ?? _clock.Steady()) - _closedFor;
        }
    }

    /// <summary>Waits until there may be a try.</summary>
    /// <param name="stopping">Fires when no further message is to be sent.</param>
    public async Task WaitAsync(CancellationToken stopping)
    {
        while (true)
        {
            TimeSpan wait;
            Task changed;
            lock (_lock)
                (wait, changed) = (Wait(), _changed.Task);
            if (wait == TimeSpan.Zero)
                return;
            using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            Task due = Task.Delay(wait, _clock, waiting.Token);
            // What went by while the timer was set would be added to the wait.
            lock (_lock)
                wait = Wait();
            if (wait != TimeSpan.Zero)
                await Task.WhenAny(changed, due);
            await waiting.CancelAsync();
            stopping.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Passes, when that may be now. Each pass ends with <see cref="Leave"/>.</summary>
    /// <param name="isAlone">Whether this try is the only one while the receiver cannot be reached.</param>
    public bool TryPass(out bool isAlone)
    {
        lock (_lock)
        {
            isAlone = false;
            if (Wait() != TimeSpan.Zero)
                return false;
            _throttle.Take(_clock.Steady());
            isAlone = _breaker.Begin();
            return true;
        }
    }

    /// <summary>Tells what came of a try.</summary>
    /// <param name="result">What came of it; null when nobody knows.</param>
    /// <param name="isAlone">What <see cref="TryPass"/> said.</param>
    public void Leave(DeliveryResult? result, bool isAlone)
    {
        bool? change;
        DateTimeOffset next;
        lock (_lock)
        {
            SendReach? reach = result is null ? null : result.Verdict == DeliveryVerdict.Retry ? result.Reach : SendReach.Answered;
            change = _breaker.End(reach, isAlone, _clock);
            next = NextProbe();
        }

        if (isAlone || change is not null)
            Change();
        if (change == true)
            Log.Unreachable(_log, _channel, _destination, next, result?.Reason);
        else if (change == false)
            Log.Reachable(_log, _channel, _destination);
    }

    /// <summary>A person wants a try now, though the receiver could not be reached.</summary>
    public void Hurry()
    {
        lock (_lock)
            _breaker.Hurry();
        Change();
    }

    /// <summary>Why nothing is sent now, since when, and until when if that is known.</summary>
    public (GateState State, DateTimeOffset? Since, DateTimeOffset? Until) Look()
    {
        lock (_lock)
        {
            DateTimeOffset now = _clock.GetUtcNow();
            if (_pauses.Find(_channel, _destination) is { } pause)
                return (GateState.Paused, pause.At, null);
            if (_maintenance.EndAfter(now) is { } end)
                return (GateState.Maintenance, null, end);
            return _breaker.OpenSince is { } since ? (GateState.Unreachable, since, NextProbe()) : (GateState.Open, null, null);
        }
    }

    /// <summary>Since when its receiver is not down by plan; null while it is.</summary>
    public DateTimeOffset? UpByPlanSince
    {
        get
        {
            DateTimeOffset now = _clock.GetUtcNow();
            return _maintenance.EndAfter(now) is null ? _maintenance.EndBefore(now) ?? DateTimeOffset.MinValue : null;
        }
    }

    public void Dispose() => _pauses.Changed -= Change;

    // As the clock shows now: it may have been set since the wait began.
    private DateTimeOffset NextProbe() => _clock.GetUtcNow() + _breaker.ProbeIn(_clock.Steady());

    private TimeSpan Wait()
    {
        DateTimeOffset time = _clock.GetUtcNow();
        TimeSpan now = _clock.Steady();
        bool isPaused = _pauses.Find(_channel, _destination) is not null;
        DateTimeOffset? end = _maintenance.EndAfter(time);
        if (isPaused || end is not null)
        {
            _closedAt ??= now;
            return isPaused ? Timeout.InfiniteTimeSpan : Shorter(end!.Value - time, s_look);
        }

        if (_closedAt is { } since)
            (_closedAt, _closedFor) = (null, _closedFor + (now - since));
        TimeSpan wait = _breaker.WaitAt(now);
        return wait == TimeSpan.Zero ? _throttle.WaitAt(now) : wait;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void Change()
    {
        lock (_lock)
        {
            // The time stands from now on, or goes on, though nobody has anything to send.
            Wait();
            _changed.TrySetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4044, LogLevel.Error, "Channel {Channel}, destination {Destination}: the receiver cannot be reached; one connection tries alone, next at {Next:O}. {Reason}")]
        public static partial void Unreachable(ILogger log, string channel, string destination, DateTimeOffset next, string? reason);

        [LoggerMessage(4045, LogLevel.Information, "Channel {Channel}, destination {Destination}: the receiver can be reached again")]
        public static partial void Reachable(ILogger log, string channel, string destination);
    }
}
