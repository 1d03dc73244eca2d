using Hub.Contracts;

namespace Hub.Dashboard;

public partial interface IHub
{
    /// <summary>Runs a stored message through the present version of its channel and says why it does what it does. Nothing is stored or delivered.</summary>
    /// <param name="message">The message.</param>
    /// <exception cref="JournalException">It cannot be: the message or its bytes are not there, or the channel does not run; the text says which.</exception>
    MessageExplanation Explain(MessageId message);

    /// <summary>Tells two contents apart: HL7 v2 by the deepest place that differs, anything else by lines.</summary>
    /// <returns>Where they differ; empty when they do not.</returns>
    IReadOnlyList<ContentDifference> Compare(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right);

    /// <summary>Takes a stored message through its channel again as a new one, with other bytes.</summary>
    /// <param name="message">The message that the new one is a replay of; it stays as it is.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="by">Who changed them.</param>
    /// <returns>The new message.</returns>
    /// <exception cref="JournalException">It cannot be; the text says why.</exception>
    Task<MessageId> ResubmitAsync(MessageId message, ReadOnlyMemory<byte> content, string by);
}

/// <summary>What a channel makes of a message now, and why. All of it may hold content.</summary>
/// <param name="State">What would become of it.</param>
/// <param name="Steps">What was asked and done, in order.</param>
/// <param name="Problems">Why it would not be accepted; otherwise what it would be flagged with.</param>
/// <param name="Deliveries">What would be sent.</param>
/// <param name="VersionSince">Since when the channel's file is as it is now; null when that is not known.</param>
public sealed record MessageExplanation(
    MessageState State,
    IReadOnlyList<ExplainedStep> Steps,
    IReadOnlyList<MessageProblem> Problems,
    IReadOnlyList<ExplainedDelivery> Deliveries,
    DateTimeOffset? VersionSince);

/// <summary>A condition or step of a channel file at work on a message.</summary>
/// <param name="Place">Where it stands in the file, and what it is: <c>steps[2] mapTable</c>.</param>
/// <param name="Notes">What it found and did, with values: each condition, and from what to what.</param>
public sealed record ExplainedStep(string Place, IReadOnlyList<string> Notes);

/// <summary>A delivery that a message would have.</summary>
/// <param name="Destination">The destination.</param>
/// <param name="Part">Which part of a split message.</param>
/// <param name="ParkedFor">Why it would be parked at once; null when it would be sent.</param>
/// <param name="Differences">Where what is sent differs from what was received.</param>
public sealed record ExplainedDelivery(string Destination, MessagePart Part, string? ParkedFor, IReadOnlyList<ContentDifference> Differences);

/// <summary>A place where two contents differ.</summary>
/// <param name="Place">The place: <c>PID-3[2].1</c>; a line where they are not HL7 v2.</param>
/// <param name="Name">What the standard calls it; null where it has no name.</param>
/// <param name="Kind"><c>Value</c>, <c>Separators</c>, <c>Removed</c> or <c>Added</c>; <c>Text</c> of what is not HL7 v2.</param>
/// <param name="Left">What stands there on the left; null when nothing does.</param>
/// <param name="Right">What stands there on the right; null when nothing does.</param>
/// <param name="LeftMeaning">What the code on the left means.</param>
/// <param name="RightMeaning">What the code on the right means.</param>
public sealed record ContentDifference(string Place, string? Name, string Kind, string? Left, string? Right, string? LeftMeaning, string? RightMeaning);
