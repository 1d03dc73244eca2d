using Hub.Formats.Hl7V2;

namespace Hub.Channels.Splitting;

/// <summary>Divides by a repeating segment: each part has what stands before the first one, one group, and the trailing segments.</summary>
internal sealed class SegmentSplitter(string segment, HashSet<string> trailing) : ISplitter
{
    private const long MostSegments = 1_000_000;

    public IReadOnlyList<StepContext>? Split(StepContext context)
    {
        Hl7Message message = context.Message;
        List<int> starts = [.. Enumerable.Range(0, message.SegmentCount).Where(i => message.SegmentName(i) == segment)];
        if (starts.Count == 0)
            return null;
        SplitLimit.Check(starts.Count);
        int end = message.SegmentCount;
        while (end > starts[^1] + 1 && trailing.Contains(message.SegmentName(end - 1)))
            end--;
        CheckSize(message, starts, end);
        return [.. starts.Select((start, i) => context.PartOf(message.Take(..starts[0], start..(i + 1 < starts.Count ? starts[i + 1] : end), end..)))];
    }

    private static void CheckSize(Hl7Message message, List<int> starts, int end)
    {
        int shared = starts[0] + message.SegmentCount - end;
        long bytes = 0;
        for (int i = 0; i < message.SegmentCount; i++)
            bytes += (message.SegmentBytes(i).Length + 1L) * (i < starts[0] || i >= end ? starts.Count : 1);
        if (bytes > SplitLimit.MostBytes || ((long)shared * starts.Count) > MostSegments)
            throw new StepException($"What the {starts.Count} parts have in common makes them too large together (more than {SplitLimit.MostBytes / 1024 / 1024} MiB or {MostSegments} segments). Delete segments that are not needed before the split.");
    }
}
