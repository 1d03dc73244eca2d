using Hub.Formats.Hl7V2;

namespace Hub.Channels.Splitting;

/// <summary>Divides by a repeating segment: each part has what stands before the first one, one group, and the trailing segments.</summary>
internal sealed class SegmentSplitter(string segment, HashSet<string> trailing) : ISplitter
{
    // What all parts share is in each of them, so a small message could grow without end. Four times the largest message by default.
    private const long MostBytes = 256L * 1024 * 1024;
    private const long MostSegments = 1_000_000;

    public IReadOnlyList<Hl7Message>? Split(Hl7Message message)
    {
        List<int> starts = [.. Enumerable.Range(0, message.SegmentCount).Where(i => message.SegmentName(i) == segment)];
        if (starts.Count == 0)
            return null;
        SplitLimit.Check(starts.Count);
        int end = message.SegmentCount;
        while (end > starts[^1] + 1 && trailing.Contains(message.SegmentName(end - 1)))
            end--;
        CheckSize(message, starts, end);
        return [.. starts.Select((start, i) => message.Take(..starts[0], start..(i + 1 < starts.Count ? starts[i + 1] : end), end..))];
    }

    private static void CheckSize(Hl7Message message, List<int> starts, int end)
    {
        int shared = starts[0] + message.SegmentCount - end;
        long bytes = 0;
        for (int i = 0; i < message.SegmentCount; i++)
            bytes += (message.SegmentBytes(i).Length + 1L) * (i < starts[0] || i >= end ? starts.Count : 1);
        if (bytes > MostBytes || ((long)shared * starts.Count) > MostSegments)
            throw new StepException($"What the {starts.Count} parts have in common makes them too large together (more than {MostBytes / 1024 / 1024} MiB or {MostSegments} segments). Delete segments that are not needed before the split.");
    }
}
