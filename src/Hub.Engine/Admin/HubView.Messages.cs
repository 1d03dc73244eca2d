using Hub.Channels;
using Hub.Contracts;
using Hub.Dashboard;
using Hub.Engine.Commands;

namespace Hub.Engine.Admin;

/// <summary>What the pages of messages ask: why, where two contents differ, and the same again with other bytes.</summary>
internal sealed partial class HubView
{
    public MessageExplanation Explain(MessageId message)
    {
        StoredMessage stored = journal.Read(message) ?? throw new JournalException($"There is no message {message}.");
        ChannelModel model = parts.Channels.Find(stored.Channel)
            ?? throw new JournalException($"Channel {stored.Channel} does not run, so nothing can say what it would do. Put its file right or start it.");
        ReadOnlyMemory<byte> content = journal.ReadContent(message) ?? throw new JournalException($"There is no message {message}.");
        Explanation explanation = new();
        // Nothing is appended: what comes out is thrown away but for what is told here.
        PipelineOutcome outcome = Run(model, stored, content, explanation);
        return new(
            outcome.State,
            explanation.Steps,
            outcome.Problems,
            [.. outcome.Deliveries.Select(delivery => new ExplainedDelivery(delivery.Destination, delivery.Part, delivery.ParkedFor, delivery.Content is { } sent ? Compare(content, sent) : []))],
            parts.Channels.FileOf(stored.Channel) is { Length: > 0 } file && File.Exists(file) ? File.GetLastWriteTimeUtc(file) : null);
    }

    private PipelineOutcome Run(ChannelModel model, StoredMessage stored, ReadOnlyMemory<byte> content, Explanation explanation)
    {
        try
        {
            return model.Pipeline.Run(stored.Id, content, clock.GetLocalNow(), explanation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // As the intake does, but for the log, where it would be an error of a message that came.
            return PipelineOutcome.Failed($"The pipeline failed: {failure.GetType().Name}.");
        }
    }

    public IReadOnlyList<ContentDifference> Compare(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right) => Differences(left, right);

    /// <summary>Where two contents differ, for commands too.</summary>
    public static IReadOnlyList<ContentDifference> Differences(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right) =>
        [.. DiffEntry.Compare(ShownBlock.Of("", left), ShownBlock.Of("", right)).Select(entry => new ContentDifference(
            entry.Message is { } number ? $"{number}: {entry.Place}" : entry.Place, entry.Name, entry.Kind, entry.Left, entry.Right, entry.LeftMeaning, entry.RightMeaning))];

    public async Task<MessageId> ResubmitAsync(MessageId message, ReadOnlyMemory<byte> content, string by)
    {
        ReplayResult result = await parts.Replayer.ReplayEditedAsync(message, content, by);
        return MessageId.TryParse(result.NewMessage, out MessageId id) ? id : message;
    }

    private sealed class Explanation : IStepTrace
    {
        private readonly List<(string Place, List<string> Notes)> _steps = [];

        public IReadOnlyList<ExplainedStep> Steps => [.. _steps.Select(step => new ExplainedStep(step.Place, step.Notes))];

        public void Begin(string step) => _steps.Add((step, []));

        public void Note(string text)
        {
            if (_steps.Count == 0)
                Begin("");
            _steps[^1].Notes.Add(text);
        }
    }
}
