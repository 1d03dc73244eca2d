using System.Globalization;
using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Keeps the last sequence number of each sender, and judges the next (HL7 v2.5.1 §2.10.1; protocol Q02 to Q06). It is asked in the transaction
/// that stores the message, so messages that share a commit are judged one after the other, and a number is taken if and only if its message is.
/// </summary>
internal sealed class SequenceWriter(SqliteDatabase database, ControlIds controlIds)
{
    /// <summary>MSA-4 when any number is taken next.</summary>
    private const long Any = -1;

    private const string SelectLast = "SELECT last FROM sequence WHERE channel = ? AND sender = ?";

    private const string Upsert =
        "INSERT INTO sequence (channel, sender, last) VALUES (?, ?, ?) ON CONFLICT (channel, sender) DO UPDATE SET last = excluded.last";

    /// <summary>What a message with a number is to be stored as.</summary>
    /// <param name="Answer">What the sender is told.</param>
    /// <param name="Flag">The flag of a message that is kept and not processed; null for one that is taken. It tells such rows from first ones when a duplicate is looked for.</param>
    /// <param name="IsRepeat">Whether it has the number of the last one that was accepted.</param>
    public sealed record Judgement(SequenceVerdict Answer, string? Flag = null, bool IsRepeat = false);

    /// <summary>Judges a number, and forgets the last one when the sender asks for that.</summary>
    /// <param name="arrived">The message.</param>
    /// <param name="number">Its number.</param>
    public Judgement Judge(MessageArrived arrived, long number)
    {
        long? last = Last(arrived);
        long next = last + 1 ?? Any;
        switch (number)
        {
            case 0:
                return new(new(false, next), "sequence-start");
            case -1:
                Store(arrived, null);
                return new(new(false, Any), "sequence-reset");
        }

        if (number > 0 && (last is null || number == next))
            return new(new(true, number));
        // Q05: its answer was lost. Another message with that number is none of those that were accepted.
        if (number == last && IsKnown(arrived))
            return new(new(false, next), "sequence-repeat", IsRepeat: true);
        string expected = last is null ? "a positive number" : next.ToString(CultureInfo.InvariantCulture);
        string given = number == long.MinValue ? "no number" : number.ToString(CultureInfo.InvariantCulture);
        return new(new(false, next, new(207, "MSH-13", $"MSH-13 (sequence number) is {given}, and {expected} is expected from this sender. Nothing of the message was processed. Let the sender send what is missing, or begin anew with -1.")
        {
            Advice = last is null ? "The sequence number (MSH-13) is not taken. Send a positive number." : "The sequence number (MSH-13) is not the one expected, which MSA-4 gives. Send what is missing, or begin anew with -1.",
        }), "sequence-gap");
    }

    /// <summary>Notes that a number was accepted.</summary>
    /// <param name="arrived">The message that has it.</param>
    /// <param name="number">The number.</param>
    public void Accept(MessageArrived arrived, long number) => Store(arrived, number);

    private bool IsKnown(MessageArrived arrived)
    {
        foreach (SearchForm form in database.Vault.AllForms)
        {
            if (controlIds.IsUsed(arrived.Channel, form.ControlId(arrived.Header.ControlId), form.Sender(arrived.Header.Sender), long.MinValue))
                return true;
        }

        return false;
    }

    private long? Last(MessageArrived arrived)
    {
        // The newest form first: what was written before the key changed is still there.
        foreach (SearchForm form in database.Vault.AllForms)
        {
            Statement row = database.Prepare(SelectLast).Bind(arrived.Channel).Bind(form.Sender(arrived.Header.Sender));
            bool isThere = row.Step();
            long? last = isThere ? row.LongOrNull(0) : null;
            row.Reset();
            if (isThere)
                return last;
        }

        return null;
    }

    private void Store(MessageArrived arrived, long? last) =>
        database.Prepare(Upsert).Bind(arrived.Channel).Bind(database.Vault.AllForms[0].Sender(arrived.Header.Sender)).Bind(last).Run();
}
