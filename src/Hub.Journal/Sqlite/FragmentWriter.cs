using System.Security.Cryptography;
using System.Text;
using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

// A part is judged in the transaction that stores it, so that no two parts with the same pointer ever wait, limits hold whatever comes at the
// same time, and exactly one part is the one that completes its message. Who appended it puts the message together; a kill before that leaves
// the parts marked (first, number), and the next start goes on with them. A pointer of parts that were set aside or refused is used up for as long
// as parts are waited for, over restarts too: what follows must not be taken for a part of another message that gives the same pointer. That ends
// when the part comes again: with the same behind its header, or linked to one that did. Another part with the pointer of one that had been taken is
// refused. One with the pointer of a part that was refused when it came may be that one put right, or another message: it waits, and what went on
// from the refused one and was refused too is not joined to it. So a sender that repeats a part alone never has it joined to another message.

/// <summary>Keeps which messages are parts of another, and which of them still wait for the others (protocol C02, C04).</summary>
internal sealed class FragmentWriter(SqliteDatabase database)
{
    /// <summary>Flag of parts that were set aside. It tells such rows from first ones when a duplicate is looked for: a sender may send all parts again.</summary>
    public const string ParkedFlag = "fragment-parked";

    private const string Insert =
        "INSERT INTO fragment (message, channel, continues, pointer, sender, continues_key, pointer_key, whole, used_until, body, refused, again) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private const string SelectWaiting =
        """
        SELECT f.message, f.continues_key, f.pointer_key, m.length, f.body, f.refused, f.again FROM fragment f JOIN message m ON m.id = f.message
        WHERE f.channel = ? AND f.sender = ? AND f.whole IS NULL AND f.first IS NULL ORDER BY f.message
        """;

    private const string SelectFull = "SELECT 1 FROM fragment WHERE channel = ? AND whole IS NULL AND first IS NULL LIMIT 1 OFFSET ?";

    private const string SelectUsed = "SELECT message, continues_key, pointer_key, 0, body, refused, again FROM fragment WHERE channel = ? AND sender = ? AND used_until > ?";

    private const string UpdateFree = "UPDATE fragment SET used_until = NULL WHERE channel = ? AND sender = ? AND used_until IS NOT NULL AND pointer_key = ?";

    private const string UpdateFreeOne = "UPDATE fragment SET used_until = NULL WHERE message = ?";

    private const string UpdateComplete = "UPDATE fragment SET first = ?, number = ? WHERE message = ?";

    private const string UpdateWhole = "UPDATE fragment SET whole = ? WHERE message = ? AND whole IS NULL";

    private const string UpdateGivenUp = "UPDATE fragment SET whole = 0, used_until = ? WHERE message = ? AND whole IS NULL AND (first IS NULL OR ?)";

    private const string UpdateParked =
        """
        UPDATE message SET state = ?, answer = ?, problems = ?,
            flags = CASE WHEN flags IS NULL THEN '["fragment-parked"]' ELSE replace(flags, ']', ',"fragment-parked"]') END
        WHERE id = ? AND state = ?
        """;

    private const string NotDivided = "If this sender does not divide messages (it fills DSC or MSH-14 for another reason), set \"reassemble\": false.";

    private const string AllAgain = "The parts before this one were not taken, and nothing of the message was. Send all parts again, the first one first.";

    // Of the part that was judged last, which is stored next.
    private bool _isAgain;

    /// <summary>Says what becomes of a part, before it is stored.</summary>
    /// <param name="arrived">The part.</param>
    /// <param name="place">Where it belongs.</param>
    /// <returns>Null when it waits, or passes as it is.</returns>
    public FragmentVerdict? Judge(MessageArrived arrived, FragmentPlace place)
    {
        FragmentLink part = new(arrived.Id.Value, Key(place.Continues), Key(place.Pointer), arrived.Content.Length, BodyKey(place));
        _isAgain = false;
        List<FragmentLink> waiting = Read(database.Prepare(SelectWaiting).Bind(arrived.Channel).Bind(SenderKey(arrived)));
        List<FragmentLink> used = Read(database.Prepare(SelectUsed).Bind(arrived.Channel).Bind(SenderKey(arrived)).Bind(arrived.ReceivedAt));
        List<FragmentLink> past = FragmentChain.Linked(used, part);
        if (place.IsRefused)
        {
            if (!FragmentChain.IsAmbiguous(past))
                Renew(past, part);
            return null;
        }

        if (arrived.State != MessageState.Fragment)
            return JudgePassing(arrived, part, waiting, used);
        List<FragmentLink> linked = FragmentChain.Linked(waiting, part);
        if (past.Count > 0 && JudgePast(arrived, part, past, linked) is { } refusal)
            return refusal;
        if (waiting.Exists(part.IsLike))
            return Refuse(linked, ReceiptKind.Error, $"Several waiting parts of this sender have the same pointer, so that nobody can say which belong together. Let the sender use a pointer once, and send all parts again after the time for parts (reassembleTimeoutSeconds). {NotDivided}", AdviceOnPointer(arrived));
        return JudgeSize(arrived, part, waiting, linked)
            ?? (FragmentChain.Order([.. linked, part]) is { Count: > 0 } chain ? new() { Complete = Ids(chain) } : null);
    }

    /// <summary>Stores where a part belongs, and what the verdict says of the others.</summary>
    /// <param name="arrived">The part, which is stored.</param>
    /// <param name="place">Where it belongs.</param>
    /// <param name="verdict">What <see cref="Judge"/> said.</param>
    public void Write(MessageArrived arrived, FragmentPlace place, FragmentVerdict? verdict)
    {
        if (arrived.State != MessageState.Fragment && verdict is null && !place.IsRefused)
            return;
        bool isRefused = place.IsRefused || verdict?.Problem is not null;
        DateTimeOffset? usedUntil = isRefused ? arrived.ReceivedAt + arrived.FragmentLimits.Patience : null;
        database.Prepare(Insert).Bind(arrived.Id.Value).Bind(arrived.Channel)
            .Bind(place.Continues, Sealed(place.Continues, SealedPlace.Fragment(arrived.Id.Value, 0)))
            .Bind(place.Pointer, Sealed(place.Pointer, SealedPlace.Fragment(arrived.Id.Value, 1)))
            .Bind(SenderKey(arrived)).Bind(Key(place.Continues)).Bind(Key(place.Pointer)).Bind(isRefused ? 0 : null).Bind(usedUntil)
            .Bind(BodyKey(place)).Bind(isRefused ? 1L : 0L).Bind(_isAgain ? 1L : 0L).Run();
        Complete(verdict?.Complete ?? []);
        foreach (MessageId part in verdict?.SetAside ?? [])
            Park(part, verdict!.Problem!, usedUntil, isComplete: false);
    }

    /// <summary>Notes that parts are all of their message, in their order.</summary>
    public void Complete(IReadOnlyList<MessageId> parts)
    {
        int number = 0;
        foreach (MessageId part in parts)
            database.Prepare(UpdateComplete).Bind(parts[0].Value).Bind(++number).Bind(part.Value).Run();
    }

    /// <summary>Notes which fragments a message was made of.</summary>
    /// <exception cref="JournalException">One of them is a part of another message, or was given up.</exception>
    public void Join(MessageArrived whole)
    {
        foreach (MessageId fragment in whole.Fragments)
        {
            long before = database.Changes;
            database.Prepare(UpdateWhole).Bind(whole.Id.Value).Bind(fragment.Value).Run();
            if (database.Changes == before)
                throw new JournalException($"Message {fragment} is no fragment that waits for others, so message {whole.Id} cannot be made of it. This is a mistake in the Hub; report it.");
        }
    }

    /// <summary>Gives fragments up.</summary>
    public AppendResult Write(FragmentsParked parked)
    {
        MessageId[] setAside = [.. parked.Fragments.Where(fragment => Park(fragment, parked.Problem, parked.PointersUsedUntil, parked.AreComplete))];
        return AppendResult.Stored with { Fragments = new() { SetAside = setAside, Problem = parked.Problem } };
    }

    // A part that goes on from one that was set aside or refused never waits: what gives the same pointer next may be of another message. When the one that gives the
    // pointer comes again, all of the message may.
    private FragmentVerdict? JudgePast(MessageArrived arrived, FragmentLink part, List<FragmentLink> past, List<FragmentLink> linked)
    {
        if (FragmentChain.IsAmbiguous(past))
            return Refuse(linked, ReceiptKind.Error, $"Parts with the same pointer were set aside a moment ago (message {past[0].Message} tells why), so nobody can say where this one belongs. Let the sender send all parts again after the time for parts (reassembleTimeoutSeconds). {NotDivided}", AdviceOnPointer(arrived));
        bool goesOnFromPast = part.Continues.Length > 0 && past.Exists(other => other.Pointers.Contains(part.Continues));
        bool isGiven = goesOnFromPast && linked.Exists(other => other.Pointer == part.Continues);
        if (goesOnFromPast && !isGiven)
        {
            Renew(past, part);
            return Refuse(linked, ReceiptKind.Error, $"It goes on from parts that were set aside or refused a moment ago (message {past[0].Message} tells why). Let the sender send all parts again, the first one first. {NotDivided}", AllAgain);
        }

        FragmentLink before = part.Pointer.Length == 0 ? default : past.Find(other => other.Pointer == part.Pointer);
        if (linked.Exists(other => other.IsAgain) || (before.Message > 0 && part.MayBe(before)))
        {
            _isAgain = true;
            Free(past);
            return null;
        }

        if (isGiven && past.Exists(part.Is))
        {
            Renew(past, part);
            return Refuse([], ReceiptKind.Error, $"It came before and was refused, and another part that gives its pointer has come since, which may be of another message. Let the sender send all parts again after the time for parts (reassembleTimeoutSeconds). {NotDivided}", AdviceOnPointer(arrived));
        }

        if (before is { Message: > 0, IsRefused: false })
            return Refuse(linked, ReceiptKind.Error, $"A part with the same pointer was set aside a moment ago (message {before.Message} tells why), and this is another one: nobody could say which of them the next part goes on from. Let the sender send all parts again after the time for parts (reassembleTimeoutSeconds). {NotDivided}", AdviceOnPointer(arrived));
        Free(past.FindAll(other => part.Pointer.Length > 0 && other.Pointer == part.Pointer));
        return null;
    }

    private static string AdviceOnPointer(MessageArrived arrived) =>
        $"Another message has the same pointer (DSC-1, MSH-14). Nothing of the message was taken. Use a pointer once, and send all parts again after {arrived.FragmentLimits.Patience.TotalSeconds:0} s, the first one first.";

    // The part stands for one like it that was refused before: a sender that repeats one does not make it two messages.
    private void Renew(List<FragmentLink> past, FragmentLink part) =>
        Free(past.FindAll(other => part.Continues.Length > 0 ? part.MayBe(other) : (other.Continues, other.Pointer) == (part.Continues, part.Pointer)));

    private void Free(List<FragmentLink> past)
    {
        foreach (FragmentLink other in past)
            database.Prepare(UpdateFreeOne).Bind(other.Message).Run();
    }

    // The channel passes parts on as they are. One that goes on from a part that waited, before the channel's file was changed, would be half a message;
    // one that gives the pointer anew begins the message again.
    private FragmentVerdict? JudgePassing(MessageArrived arrived, FragmentLink part, List<FragmentLink> waiting, List<FragmentLink> used)
    {
        if (part.Continues.Length > 0 && waiting.Concat(used).Any(other => other.Pointer == part.Continues))
            return Refuse(FragmentChain.Linked(waiting, part), ReceiptKind.Error, "The part before this one was set aside, because \"reassemble\" was switched off while it waited. Nothing of the message was delivered. Let the sender send all parts again.", AllAgain);
        if (part.Pointer.Length > 0 && used.Exists(other => other.Pointer == part.Pointer))
            database.Prepare(UpdateFree).Bind(arrived.Channel).Bind(SenderKey(arrived)).Bind(part.Pointer).Run();
        return null;
    }

    private FragmentVerdict? JudgeSize(MessageArrived arrived, FragmentLink part, List<FragmentLink> waiting, List<FragmentLink> linked)
    {
        FragmentLimits limits = arrived.FragmentLimits;
        if (waiting.Count >= limits.MostParts)
            return Refuse([], ReceiptKind.Rejected, $"{limits.MostParts} parts of messages of this sender wait for others, which is the most there may be. Let the sender send the rest of what it began first.", "Too many parts of messages wait for others. Send the rest of what was begun first, then this one again.");
        if (IsFull(arrived.Channel, limits.MostPartsOfChannel))
            return Refuse([], ReceiptKind.Rejected, $"{limits.MostPartsOfChannel} parts of messages wait for others in this channel, which is the most there may be. Look for senders that do not send the rest.", "Too many parts of messages wait for others. Send this one again later.");
        long bytes = linked.Sum(other => other.Bytes) + part.Bytes;
        return bytes > limits.MostBytes
            ? Refuse(linked, ReceiptKind.Rejected, $"The parts make a message of {bytes} bytes or more, and at most {limits.MostBytes} are put together. Set \"reassemble\": false to pass the parts on as they are.", $"The parts make a message of more than {limits.MostBytes} bytes, which is not taken here. Send a shorter message.")
            : null;
    }

    private bool IsFull(string channel, int most)
    {
        Statement row = database.Prepare(SelectFull).Bind(channel).Bind((long)most - 1);
        bool isFull = row.Step();
        row.Reset();
        return isFull;
    }

    private static FragmentVerdict Refuse(List<FragmentLink> others, ReceiptKind answer, string text, string advice) => new() { SetAside = Ids([.. others.OrderBy(other => other.Continues.Length)]), Problem = new(207, null, text) { Advice = advice }, Answer = answer };

    private static MessageId[] Ids(List<FragmentLink> parts) => [.. parts.Select(part => new MessageId(part.Message))];

    private bool Park(MessageId fragment, MessageProblem problem, DateTimeOffset? usedUntil, bool isComplete)
    {
        long before = database.Changes;
        database.Prepare(UpdateGivenUp).Bind(usedUntil).Bind(fragment.Value).Bind(isComplete ? 1L : 0L).Run();
        if (database.Changes == before)
            return false;
        string problems = JournalJson.Write([problem])!;
        database.Prepare(UpdateParked).Bind((long)MessageState.Rejected).Bind((long)ReceiptKind.Error)
            .Bind(problems, Sealed(problems, SealedPlace.Problems(fragment.Value))).Bind(fragment.Value).Bind((long)MessageState.Fragment).Run();
        return true;
    }

    private static List<FragmentLink> Read(Statement row)
    {
        List<FragmentLink> found = [];
        while (row.Step())
            found.Add(new(row.Long(0), row.Text(1), row.Text(2), row.Long(3), row.Text(4)) { IsRefused = row.Int(5) != 0, IsAgain = row.Int(6) != 0 });
        return found;
    }

    private byte[]? Sealed(string text, SealedPlace place) => text.Length == 0 ? null : database.Vault.Sealer.Cipher?.Seal(text, place);

    private string SenderKey(MessageArrived arrived) => SenderKey(arrived.Header.Sender);

    /// <summary>The key of a sender.</summary>
    public string SenderKey(string sender) => Key($"sender {sender}");

    private string BodyKey(FragmentPlace place) => place.Body.Length == 0 ? "" : Key($"body {place.Body}");

    /// <summary>The key of a text. Only whether two are the same is asked of them. By the oldest key of the journal, so that parts find each other when that is changed between them.</summary>
    public string Key(string text)
    {
        if (text.Length == 0)
            return "";
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (database.Vault.AllForms.LastOrDefault(form => form.Key is not null)?.Key is { } key)
            key.Hash((byte)'f', bytes, hash);
        else
            SHA256.HashData(bytes, hash);
        return Convert.ToHexStringLower(hash[..JournalKey.HashLength]);
    }
}
