using Hub.Contracts;

namespace Hub.Dashboard.Api;

/// <summary>What a channel makes of a message now, and why.</summary>
/// <param name="State">What would become of it.</param>
/// <param name="Steps">What was asked and done, in order.</param>
/// <param name="Problems">Why it would not be accepted; otherwise what it would be flagged with.</param>
/// <param name="Deliveries">What would be sent.</param>
/// <param name="VersionSince">Since when the channel's file is as it is now; not there when that is not known.</param>
public sealed record ExplanationInfo(MessageState State, IReadOnlyList<ExplainedStep> Steps, IReadOnlyList<MessageProblemInfo> Problems, IReadOnlyList<ExplainedDeliveryInfo> Deliveries, DateTimeOffset? VersionSince)
{
    internal static ExplanationInfo Of(MessageExplanation why) => new(
        why.State,
        why.Steps,
        [.. why.Problems.Select(problem => MessageProblemInfo.Of(problem, readsReasons: true))],
        [.. why.Deliveries.Select(one => new ExplainedDeliveryInfo(one.Destination, one.Part.IsWhole ? null : one.Part.Number, one.ParkedFor, one.Differences))],
        why.VersionSince);
}

/// <summary>A delivery that a message would have.</summary>
/// <param name="Destination">The destination.</param>
/// <param name="Part">Which part of a split message, from 1; not there for the whole.</param>
/// <param name="ParkedFor">Why it would be parked at once; not there when it would be sent.</param>
/// <param name="Differences">Where what is sent differs from what was received.</param>
public sealed record ExplainedDeliveryInfo(string Destination, int? Part, string? ParkedFor, IReadOnlyList<ContentDifference> Differences);

/// <summary>Where what a delivery sends differs from what was received.</summary>
/// <param name="Differences">Each place, in order; none when they are the same.</param>
public sealed record DifferenceList(IReadOnlyList<ContentDifference> Differences);
