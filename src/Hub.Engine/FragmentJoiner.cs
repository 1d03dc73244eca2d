using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Engine;

/// <summary>Puts messages together whose parts are all stored (protocol C02, C03). Each is made once, whoever asks for it at the same time.</summary>
internal sealed class FragmentJoiner(IJournal journal, FragmentWaiters waiters, FragmentsAside aside)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<MessageId, Task> _inHand = [];

    /// <summary>Makes a message of its parts, unless it is made.</summary>
    /// <param name="intake">Takes the message.</param>
    /// <param name="parts">All its parts, in their order.</param>
    /// <param name="plan">What the sender waits for.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="JournalException">It cannot be made now; the parts wait on.</exception>
    public async Task<Receipt> JoinAsync(Intake intake, IReadOnlyList<MessageId> parts, AnswerPlan plan)
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        while (Claim(parts[0], ended.Task) is { } other)
            await other;
        try
        {
            if (journal.Read(parts[0]) is not { } first)
                return new(ReceiptKind.Unknown, []);
            if (first.PartOf is { } whole)
                return (await intake.FindOutcomeAsync(whole, plan)) with { About = journal.ReadContent(whole) };
            return first.State == MessageState.Fragment ? await MakeAsync(intake, parts, first.Peer, plan) : await intake.FindOutcomeAsync(parts[0], plan);
        }
        finally
        {
            lock (_lock)
                _inHand.Remove(parts[0]);
            ended.SetResult();
        }
    }

    private Task? Claim(MessageId first, Task mine)
    {
        lock (_lock)
        {
            if (_inHand.TryGetValue(first, out Task? other))
                return other;
            _inHand.Add(first, mine);
            return null;
        }
    }

    private async Task<Receipt> MakeAsync(Intake intake, IReadOnlyList<MessageId> parts, string peer, AnswerPlan plan)
    {
        ReadOnlyMemory<byte>[] contents;
        try
        {
            contents = [.. parts.Select(id => journal.ReadContent(id) ?? throw new DamagedContentException($"The content of message {id} is not in the journal."))];
        }
        catch (DamagedContentException exception)
        {
            // It does not pass, and would hold the other messages in parts for ever.
            MessageProblem damaged = new(207, null, $"{exception.Message} Nothing of the message was delivered. Let the sender send all parts again.") { Advice = "A part of the message is damaged, and nothing of it was taken. Send all parts again, the first one first." };
            return await aside.ParkAsync(intake, new(parts, damaged) { AreComplete = true });
        }

        if (Hl7Continuation.Join(contents) is not { } whole)
        {
            MessageProblem problem = new(102, "MSH-2", "The parts have not the same delimiters and character set (MSH-1, MSH-2, MSH-18), receiver, type, version and processing id, so they make no message.");
            return await aside.ParkAsync(intake, new(parts, problem) { AreComplete = true }) with { About = contents[0] };
        }

        Receipt outcome = await intake.AcceptWholeAsync(whole, peer, parts, plan);
        // What is told of the whole is told once, with the part that completed it.
        if (outcome.Kind != ReceiptKind.CannotStore)
            parts.ToList().ForEach(waiters.TellNothing);
        return outcome with { About = contents[0] };
    }
}
