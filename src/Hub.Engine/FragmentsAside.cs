using Hub.Contracts;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>Sets parts of messages aside that make none, and tells that: the journal, the log, and who waits for an answer (protocol C04, A10).</summary>
internal sealed partial class FragmentsAside(IJournal journal, FragmentWaiters waiters, ILogger<Fragments> log)
{
    /// <summary>Sets parts aside.</summary>
    /// <param name="intake">Makes the answer that goes to a destination.</param>
    /// <param name="parked">The parts.</param>
    /// <returns>What is told of them.</returns>
    /// <exception cref="JournalException">It cannot be stored; they wait on.</exception>
    public async Task<Receipt> ParkAsync(Intake intake, FragmentsParked parked)
    {
        AppendResult result = await journal.AppendAsync(parked with { ApplicationAnswer = intake.AnswerAbout(parked.Fragments[0], parked.Problem) });
        IReadOnlyList<MessageId> setAside = result.Fragments?.SetAside ?? [];
        Tell(intake.Channel, setAside, parked.Problem);
        return new(ReceiptKind.Error, [parked.Problem]) { Id = parked.Fragments[0] };
    }

    /// <summary>Tells of a part that the journal refused, and of those that it set aside with it.</summary>
    /// <param name="intake">Makes the answers that go to a destination.</param>
    /// <param name="refused">The part.</param>
    /// <param name="verdict">What the journal said.</param>
    public async Task TellAsync(Intake intake, MessageId refused, FragmentVerdict verdict)
    {
        Tell(intake.Channel, verdict.SetAside, verdict.Problem!);
        Log.Refused(log, intake.Channel, refused, verdict.Problem!.Text);
        await QueueAsync(refused, verdict.Problem, intake.AnswerAbout(refused, verdict.Problem, isAccepted: false));
        if (verdict.SetAside.Count > 0)
            await QueueAsync(verdict.SetAside[0], verdict.Problem, intake.AnswerAbout(verdict.SetAside[0], verdict.Problem));
    }

    private async Task QueueAsync(MessageId message, MessageProblem problem, NewDelivery? answer)
    {
        if (answer is not null)
            await journal.AppendAsync(new FragmentsParked([message], problem) { ApplicationAnswer = answer, IsAnswerOnly = true });
    }

    private void Tell(string channel, IReadOnlyList<MessageId> setAside, MessageProblem problem)
    {
        if (setAside.Count == 0)
            return;
        Log.Parked(log, channel, setAside.Count, setAside[0], problem.Text);
        waiters.Tell(setAside[0], new(ReceiptKind.Error, [problem]) { Id = setAside[0], About = Readable.Content(journal, setAside[0]) });
        foreach (MessageId part in setAside.Skip(1))
            waiters.TellNothing(part);
    }

    private static partial class Log
    {
        [LoggerMessage(3051, LogLevel.Warning, "Channel {Channel}: {Count} parts of a message were set aside, the first is message {First}. {Reason}")]
        public static partial void Parked(ILogger log, string channel, int count, MessageId first, string reason);

        [LoggerMessage(3061, LogLevel.Warning, "Channel {Channel}: message {Id}, a part of another, was refused. {Reason}")]
        public static partial void Refused(ILogger log, string channel, MessageId id, string reason);
    }
}
