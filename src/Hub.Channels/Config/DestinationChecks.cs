using Hub.Channels.Destinations.Channels;
using Hub.Channels.Destinations.Replies;
using Hub.Channels.Destinations.Sending;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>What must hold in all destinations, whatever their kind.</summary>
internal static class DestinationChecks
{
    /// <summary>Each is a connection to one receiver, and hardly one takes a hundred.</summary>
    private const int MostConnections = 1_000;

    public static IEnumerable<ConfigProblem> Of(DestinationConfig destination)
    {
        // A parked hand-over would need the other channel to be told later what it never knew of.
        if (destination is ChannelDestinationConfig { Validate: not null } next)
            yield return new(ProblemCodes.ValidationHandOver, "validate", $"Messages are handed over here, not sent. Put \"validate\" into the channel {Quoted.Text(next.Channel)}, which checks what it takes.");
        foreach (ConfigProblem problem in Sending(destination))
            yield return problem;
        if (destination.MaxConnections is not { } most)
            yield break;
        if (most is < 1 or > MostConnections)
            yield return new(1405, "maxConnections", $"{most} is not a number of connections. Give 1 to 1000, or leave it out.");
        else if (destination.Lane is null)
            yield return new(1406, "maxConnections", "Without \"lane\" everything stays in order over one connection. Name what has to stay in order, for example \"lane\": \"PID-3.1\", or leave \"maxConnections\" out.");
    }

    private static IEnumerable<ConfigProblem> Sending(DestinationConfig destination)
    {
        if (destination.MaxMessagesPerMinute is < 1 or > 1_000_000)
            yield return new(ProblemCodes.Throttle, "maxMessagesPerMinute", $"{destination.MaxMessagesPerMinute} is not a number of messages. Give 1 to 1000000, or leave it out for no limit.");
        if (destination.OnMaybeDelivered == OnMaybeDelivered.Hold && destination.AnswerParts == AnswerParts.None)
            yield return new(ProblemCodes.MaybeDelivered, "onMaybeDelivered", "This destination waits for no answer, so none can be missing. Leave \"onMaybeDelivered\" out.");
        if (destination is not ChannelDestinationConfig)
            yield break;
        if (destination.MaxMessagesPerMinute is not null)
            yield return new(ProblemCodes.HandOverSending, "maxMessagesPerMinute", "Messages are handed over here in the transaction that stores them, not sent. Put \"maxMessagesPerMinute\" into a destination of the other channel.");
        if (destination.Maintenance.Count > 0)
            yield return new(ProblemCodes.HandOverSending, "maintenance", "Messages are handed over here in the transaction that stores them, not sent. Put \"maintenance\" into a destination of the other channel.");
    }
}
