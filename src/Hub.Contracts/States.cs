namespace Hub.Contracts;

/// <summary>What became of a message as a whole.</summary>
public enum MessageState
{
    /// <summary>Stored, and answered where the channel says <c>acknowledge: received</c>; filters and transforms have not run yet.</summary>
    Received,

    /// <summary>Refused: undecodable, not on the accept list, or a step could not be applied. Nothing is delivered.</summary>
    Rejected,

    /// <summary>Taken and wanted by no destination, because a filter said so.</summary>
    Filtered,

    /// <summary>Taken, with one delivery for each destination that wants it.</summary>
    Accepted,

    /// <summary>The same block was stored before (protocol D01); nothing is delivered again.</summary>
    Duplicate,

    /// <summary>A part of a message that goes on in others (protocol C02). It is delivered as a part of the message that they make together; it becomes Rejected when the others do not come.</summary>
    Fragment,

    /// <summary>A batch, whose messages are rows of their own (protocol B03). It has the bytes as they came and goes nowhere itself.</summary>
    Divided,
}

/// <summary>Where one delivery of a message to one destination stands.</summary>
public enum DeliveryState
{
    /// <summary>Waiting for its turn, for the next try, or for the receiver's answer.</summary>
    Queued,

    /// <summary>The receiver answered that it has it.</summary>
    Sent,

    /// <summary>Set aside with a reason; a person decides (release, edit, move or skip it).</summary>
    Parked,

    /// <summary>A person ended it: it is not sent any more. What that person said stands in its history.</summary>
    Skipped,
}

/// <summary>The legal moves of messages and deliveries, in one place. A journal refuses every other move.</summary>
public static class Moves
{
    /// <summary>Says whether a stored message may go from one state to another.</summary>
    /// <param name="from">The state it is in.</param>
    /// <param name="to">The state it would be in.</param>
    /// <returns>True only for the end of processing of a message that was stored first, and for a fragment whose others did not come.</returns>
    public static bool IsLegal(MessageState from, MessageState to) => (from, to) switch
    {
        (MessageState.Received, MessageState.Rejected or MessageState.Filtered or MessageState.Accepted or MessageState.Divided) => true,
        (MessageState.Fragment, MessageState.Rejected) => true,
        _ => false,
    };

    /// <summary>Says whether a delivery may go from one state to another.</summary>
    /// <param name="from">The state it is in.</param>
    /// <param name="to">The state it would be in.</param>
    /// <returns>
    /// True for a try that failed (Queued to Queued), an end, and for a parked delivery that is released or skipped. Skipped to Sent is the end of a try
    /// that was under way when a person skipped the delivery: the receiver has it, whatever was wanted.
    /// </returns>
    public static bool IsLegal(DeliveryState from, DeliveryState to) => (from, to) switch
    {
        (DeliveryState.Queued, _) => true,
        (DeliveryState.Parked, DeliveryState.Queued or DeliveryState.Skipped) => true,
        (DeliveryState.Skipped, DeliveryState.Sent) => true,
        _ => false,
    };
}
