using Hub.Contracts;

namespace Hub.Engine;

/// <content>The loop that looks after what nobody completes.</content>
internal sealed partial class Fragments
{
    private const string SwitchedOff = "Parts of a message waited for others when \"reassemble\" was switched off. Nothing of it was delivered. Let the sender send all parts again: they then pass as they are.";

    private async Task LoopAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            TimeSpan next;
            // A part that comes from here on wakes the loop if that has no time to wake up by itself, which would be before the part is late.
            Interlocked.Exchange(ref _sleepsLong, 1);
            try
            {
                next = await LookAsync();
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                Log.Failed(_log, _settings?.Channel ?? "", exception.Message);
                next = s_pauseAfterFailure;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (next != Timeout.InfiniteTimeSpan)
                Interlocked.Exchange(ref _sleepsLong, 0);
            await WaitAsync(next);
        }
    }

    private async Task WaitAsync(TimeSpan most)
    {
        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        Task work = _work.WaitAsync(waiting.Token);
        await Task.WhenAny(work, Task.Delay(most, _clock, waiting.Token));
        await waiting.CancelAsync();
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_work.Wait(0))
        {
            // One look sees all that has come.
        }
    }

    /// <summary>Makes what can be made and sets aside what waited too long.</summary>
    /// <returns>How long nothing is to be done.</returns>
    private async Task<TimeSpan> LookAsync()
    {
        if (_settings is not { } settings)
            return Timeout.InfiniteTimeSpan;
        IReadOnlyList<OpenFragment> open = _journal.ReadFragments(settings.Channel, FragmentLimits.Default.MostPartsOfChannel);
        TimeSpan next = Timeout.InfiniteTimeSpan;
        foreach (IGrouping<MessageId?, OpenFragment> complete in open.Where(part => part.First is not null).GroupBy(part => part.First))
            next = Sooner(next, await MakeAsync(settings, [.. complete.OrderBy(part => part.Number).Select(part => part.Id)]));
        foreach (IReadOnlyList<OpenFragment> group in FragmentGroups.Of([.. open.Where(part => part.First is null)]))
            next = Sooner(next, await LookAsync(settings, group));
        // Timers know whole milliseconds.
        return next == Timeout.InfiniteTimeSpan ? next : next + TimeSpan.FromMilliseconds(1);
    }

    private async Task<TimeSpan> MakeAsync(Settings settings, IReadOnlyList<MessageId> parts)
    {
        _stopping.Token.ThrowIfCancellationRequested();
        Receipt made = await _joiner.JoinAsync(settings.Intake, parts, AnswerPlan.WhenStored);
        return made.Kind == ReceiptKind.CannotStore ? s_pauseAfterFailure : Timeout.InfiniteTimeSpan;
    }

    private async Task<TimeSpan> LookAsync(Settings settings, IReadOnlyList<OpenFragment> group)
    {
        _stopping.Token.ThrowIfCancellationRequested();
        MessageId[] parts = [.. group.Select(part => part.Id)];
        DateTimeOffset now = _clock.GetUtcNow();
        if (!settings.Reassembles)
        {
            await _aside.ParkAsync(settings.Intake, new(parts, new(207, null, SwitchedOff) { Advice = "Not all parts of the message came, and nothing of it was taken. Send all parts again, the first one first." }) { PointersUsedUntil = now + settings.Timeout });
            return Timeout.InfiniteTimeSpan;
        }

        TimeSpan left = group.Max(part => part.ReceivedAt) + settings.Timeout - now;
        if (left > TimeSpan.Zero)
            return left > s_shortest ? left : s_shortest;
        string late = $"The next part of the message did not come within {settings.Timeout.TotalSeconds:0} s. Nothing of it was delivered. Let the sender send all parts again. If this sender does not divide messages (it fills DSC or MSH-14 for another reason), set \"reassemble\": false.";
        string advice = $"The next part of the message did not come within {settings.Timeout.TotalSeconds:0} s, and nothing of it was taken. Send all parts again, the first one first.";
        await _aside.ParkAsync(settings.Intake, new(parts, new(207, null, late) { Advice = advice }) { PointersUsedUntil = now + settings.Timeout });
        return Timeout.InfiniteTimeSpan;
    }

    private static TimeSpan Sooner(TimeSpan one, TimeSpan other) =>
        one == Timeout.InfiniteTimeSpan || (other != Timeout.InfiniteTimeSpan && other < one) ? other : one;
}
