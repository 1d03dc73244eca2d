using System.Collections.Concurrent;
using System.Security.Claims;
using Hub.Contracts;
using Hub.Dashboard.Access;

namespace Hub.Dashboard.Figures;

/// <summary>
/// What the last 30 days were like, in steps of three hours. The journal has minutes alone, and those of a month of a large site take minutes to read; so steps that
/// are over are kept in memory, read one by one in the background once the Hub runs, and at once where somebody asks for one that is not there yet. What is not over
/// comes from <see cref="Recent"/>, which has it already.
/// </summary>
public sealed class LongFigures(IHub hub)
{
    /// <summary>How much time a step is.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromHours(3);

    /// <summary>How far back it goes.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromDays(30);

    // Minutes are written some seconds after they are over; after a fault of the journal a little later.
    private static readonly TimeSpan s_unsettled = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<DateTimeOffset, IReadOnlyList<MinuteStatistics>> _steps = [];

    /// <summary>The sums of a time before now, by step, channel and destination.</summary>
    /// <param name="recent">How things stand, as the person sees it.</param>
    /// <param name="person">Who looks.</param>
    /// <param name="span">How long before now it begins.</param>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public IEnumerable<MinuteStatistics> Look(Recent recent, ClaimsPrincipal person, TimeSpan span)
    {
        Forget(recent.At);
        List<MinuteStatistics> rows = [];
        DateTimeOffset begin = Begin(recent.At, span);
        for (; begin + Step + s_unsettled <= recent.At; begin += Step)
            rows.AddRange(Read(begin).Where(row => person.MayChannel(row.Channel)));
        rows.AddRange(recent.Of(null).Where(row => row.Minute >= begin));
        return rows;
    }

    /// <summary>Reads the newest step that is not in memory yet.</summary>
    /// <returns>False when all are there.</returns>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public bool ReadOn()
    {
        DateTimeOffset now = hub.Clock.GetUtcNow();
        for (DateTimeOffset begin = Floor(now - s_unsettled) - Step; begin >= Begin(now, Reach); begin -= Step)
        {
            if (_steps.ContainsKey(begin))
                continue;
            Read(begin);
            return true;
        }

        return false;
    }

    /// <summary>When a time before now begins, on the border of a step.</summary>
    public static DateTimeOffset Begin(DateTimeOffset now, TimeSpan span) => Floor(now) + Step - span;

    private IReadOnlyList<MinuteStatistics> Read(DateTimeOffset begin) => _steps.GetOrAdd(begin, from =>
        [.. hub.Journal.ReadStatistics(new() { From = from, To = from + Step })
            .GroupBy(row => (row.Channel, row.Destination))
            .Select(rows => Recent.Sum(rows) with { Channel = rows.Key.Channel, Destination = rows.Key.Destination, Minute = from })]);

    // What is past the reach; and what a clock that was put back makes a part of the future.
    private void Forget(DateTimeOffset now)
    {
        foreach (DateTimeOffset begin in _steps.Keys.Where(begin => begin < Begin(now, Reach) || begin + Step + s_unsettled > now))
            _steps.TryRemove(begin, out _);
    }

    private static DateTimeOffset Floor(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % Step.Ticks), TimeSpan.Zero);
}
