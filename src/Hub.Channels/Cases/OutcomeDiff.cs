using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Contracts;

namespace Hub.Channels.Cases;

/// <summary>Compares what a case expects with what came out.</summary>
internal static class OutcomeDiff
{
    public static IReadOnlyList<Difference> Compare(ChannelCase expected, CaseRun run)
    {
        List<Difference> found = [];
        PipelineOutcome was = run.Outcome;
        string outcome = RecordShape.Word(was.State);
        if (expected.Outcome is { } wanted && RecordShape.Word(wanted) != outcome)
            found.Add(new("outcome", "", RecordShape.Word(wanted), was.Problems.Count == 0 ? outcome : $"{outcome}: {string.Join("; ", was.Problems.Select(Explain))}"));
        if (expected.Expect.Answer is { } answer && answer != AnswerOf(was.Answer))
            found.Add(new("answer", "", answer, AnswerOf(was.Answer)));
        if (expected.Expect.Problems is { } problems && !Matches(problems, was.Problems))
            found.Add(new("problems", "", List(problems.Select(problem => Name(problem.Code, problem.Path))), List(was.Problems.Select(problem => Name(problem.Code, problem.Path)))));
        foreach (string destination in expected.Destinations is null ? [] : expected.Destinations.Keys.Union(run.Deliveries.Select(delivery => delivery.Destination)))
            CompareDestination(destination, expected.Destinations!.GetValueOrDefault(destination) ?? [], run, found);
        return found;
    }

    /// <summary>What a sender hears: original mode (protocol A04).</summary>
    public static string AnswerOf(ReceiptKind kind) => kind switch
    {
        ReceiptKind.Accepted => "AA",
        ReceiptKind.Error => "AE",
        ReceiptKind.Silent or ReceiptKind.Unknown => "none",
        _ => "AR",
    };

    private static void CompareDestination(string destination, IReadOnlyList<ExpectedDelivery> expected, CaseRun run, List<Difference> found)
    {
        ReadOnlyMemory<byte>[] was = run.To(destination);
        if (expected.Count != was.Length)
        {
            found.Add(new($"to {destination}", "", Count(expected.Count), Count(was.Length)));
            return;
        }

        MessageFormat format = run.FormatOf(destination);
        for (int i = 0; i < was.Length; i++)
        {
            string part = was.Length == 1 ? $"to {destination}" : $"to {destination}[{i + 1}]";
            if (expected[i].Content is { } content)
                found.AddRange(ContentDiff.Compare(part, content, was[i], format));
            foreach ((string path, string value) in expected[i].Fields)
            {
                bool isRead = ContentField.TryRead(was[i], path, format, out string there);
                if (!isRead || there != value)
                    found.Add(new(part, path, Show(value), isRead ? Show(there) : there));
            }
        }
    }

    private static bool Matches(IReadOnlyList<ExpectedProblemConfig> expected, IReadOnlyList<MessageProblem> was) =>
        expected.Count == was.Count && expected.Zip(was).All(pair => pair.First.Code == pair.Second.Code && (pair.First.Path is null || pair.First.Path == pair.Second.Path));

    private static string Explain(MessageProblem problem) => $"{Name(problem.Code, problem.Path)} {problem.Text}";

    private static string Name(int code, string? path) => path is null ? $"{code}" : $"{code} {path}";

    private static string List(IEnumerable<string> names) => names.Any() ? string.Join(", ", names) : "none";

    private static string Show(string value) => value.Length == 0 ? "nothing" : Difference.Quote(value);

    private static string Count(int count) => count switch { 0 => "nothing", 1 => "1 message", _ => $"{count} messages" };
}
