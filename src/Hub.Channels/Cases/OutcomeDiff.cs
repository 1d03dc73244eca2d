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
            found.Add(new("outcome", "", RecordShape.Word(wanted), ErrorsOf(was) is { Length: > 0 } errors ? $"{outcome}: {string.Join("; ", errors.Select(Explain))}" : outcome));
        if (expected.Expect.Answer is { } answer && answer != AnswerOf(was.Answer))
            found.Add(new("answer", "", answer, AnswerOf(was.Answer)));
        CompareProblems("problems", expected.Expect.Problems, ErrorsOf(was), found);
        CompareProblems("warnings", expected.Expect.Warnings, WarningsOf(was), found);
        foreach (string destination in expected.Destinations is null ? [] : expected.Destinations.Keys.Union(run.Deliveries.Select(delivery => delivery.Destination)))
            CompareDestination(destination, expected.Destinations!.GetValueOrDefault(destination) ?? [], run, found);
        return found;
    }

    /// <summary>What a message was refused for, or flagged with.</summary>
    public static MessageProblem[] ErrorsOf(PipelineOutcome was) => [.. was.Problems.Where(problem => problem.Severity == ProblemSeverity.Error)];

    /// <summary>What was noticed besides.</summary>
    public static MessageProblem[] WarningsOf(PipelineOutcome was) => [.. was.Problems.Where(problem => problem.Severity != ProblemSeverity.Error)];

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

    private static void CompareProblems(string what, IReadOnlyList<ExpectedProblemConfig>? expected, MessageProblem[] was, List<Difference> found)
    {
        if (expected is not null && !Matches(expected, was))
            found.Add(new(what, "", List(expected.Select(problem => Name(problem.Code, problem.Path, problem.Rule))), List(was.Select(problem => Name(problem.Code, problem.Path, problem.Rule)))));
    }

    private static bool Matches(IReadOnlyList<ExpectedProblemConfig> expected, MessageProblem[] was) => expected.Count == was.Length && expected.Zip(was).All(Matches);

    private static bool Matches((ExpectedProblemConfig Expected, MessageProblem Was) pair) =>
        pair.Expected.Code == pair.Was.Code && (pair.Expected.Path is null || pair.Expected.Path == pair.Was.Path) && (pair.Expected.Rule is null || pair.Expected.Rule == pair.Was.Rule);

    private static string Explain(MessageProblem problem) => $"{Name(problem.Code, problem.Path, problem.Rule)} {problem.Text}";

    private static string Name(int code, string? path, int? rule) => $"{code}{(path is null ? "" : $" {path}")}{(rule is null ? "" : $" HUB{rule}")}";

    private static string List(IEnumerable<string> names) => names.Any() ? string.Join(", ", names) : "none";

    private static string Show(string value) => value.Length == 0 ? "nothing" : Difference.Quote(value);

    private static string Count(int count) => count switch { 0 => "nothing", 1 => "1 message", _ => $"{count} messages" };
}
