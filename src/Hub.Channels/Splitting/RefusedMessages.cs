using Hub.Contracts;

namespace Hub.Channels.Splitting;

/// <summary>The messages of a batch that are refused, each with what is wrong with it, so that each is told its own (protocol B04).</summary>
internal sealed class RefusedMessages
{
    /// <summary>What an acknowledgment tells of one message (protocol A05).</summary>
    private const int MostOfOne = 10;

    /// <summary>After so many, one of each message: enough to refuse it, and no row of the journal of many megabytes.</summary>
    private const int MostOfAll = 2_000;

    private readonly List<MessageProblem> _problems = [];
    private bool _areRejected = true;

    /// <summary>Adds one.</summary>
    /// <param name="refusal">Why it is refused.</param>
    /// <param name="part">Which message of the batch it is.</param>
    public void Add(PipelineOutcome refusal, MessagePart part)
    {
        _areRejected &= refusal.Answer == ReceiptKind.Rejected;
        IEnumerable<MessageProblem> errors = refusal.Problems.Where(problem => problem.Severity == ProblemSeverity.Error);
        _problems.AddRange(Of(part, [.. errors.Take(_problems.Count < MostOfAll ? MostOfOne : 1)]));
    }

    /// <summary>What becomes of the batch.</summary>
    /// <param name="header">What its header says.</param>
    /// <returns>Null when none of its messages is refused.</returns>
    public PipelineOutcome? Outcome(MessageHeader header) => _problems.Count == 0 ? null : new()
    {
        State = MessageState.Rejected,
        Answer = _areRejected ? ReceiptKind.Rejected : ReceiptKind.Error,
        Header = header,
        Problems = _problems,
    };

    /// <summary>Problems of a message as those of its batch.</summary>
    public static IReadOnlyList<MessageProblem> Of(MessagePart part, IReadOnlyList<MessageProblem> problems) =>
        [.. problems.Select(problem => problem with { Text = $"{part}: {problem.Text}", BatchMessage = part.Number })];

    /// <summary>Problems of a batch that are those of one of its messages, as that one's.</summary>
    public static IEnumerable<MessageProblem> OfMessage(MessagePart part, IEnumerable<MessageProblem> problems)
    {
        string name = $"{part}: ";
        return problems.Select(problem => problem with { Text = problem.Text.StartsWith(name, StringComparison.Ordinal) ? problem.Text[name.Length..] : problem.Text, BatchMessage = 0 });
    }
}
