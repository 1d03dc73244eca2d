using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Hub.Contracts;

namespace Hub.Engine.Telemetry;

/// <summary>
/// The road of a message as spans: its arrival, and each try of a delivery. They say ids, channels and states, never what messages say, nor what peers wrote.
/// A trace has its id from the message's number, so that what happens after a restart, days later, is still in it.
/// </summary>
internal static class Traces
{
    /// <summary>The name that is listened to.</summary>
    public const string Name = "Hub";

    private static readonly ActivitySource s_source = new(Name);
    private static string s_site = "";

    /// <summary>Makes the ids of traces those of one journal: numbers of messages are not unique among Hubs.</summary>
    public static void Of(string data) => s_site = $"{Environment.MachineName}:{Path.GetFullPath(data)}";

    /// <summary>A message was stored.</summary>
    public static void Arrived(MessageArrived entry, TimeProvider clock)
    {
        if (!s_source.HasListeners())
            return;
        using Activity? span = s_source.StartActivity("receive", ActivityKind.Server, Context(entry.Id), startTime: entry.ReceivedAt);
        Tell(span, entry.Channel, entry.Id)?.SetTag("hub.state", entry.State.ToString());
        End(span, entry.State == MessageState.Rejected, clock.GetUtcNow());
    }

    /// <summary>A delivery was tried.</summary>
    public static void Tried(string channel, string destination, MessageId message, DeliveryAttempted attempt)
    {
        if (!s_source.HasListeners())
            return;
        using Activity? span = s_source.StartActivity("deliver", ActivityKind.Client, Context(message), startTime: attempt.StartedAt);
        Tell(span, channel, message)?.SetTag("hub.destination", destination).SetTag("hub.delivery", attempt.Delivery).SetTag("hub.attempt", attempt.Attempt).SetTag("hub.state", attempt.State.ToString());
        End(span, attempt.State != DeliveryState.Sent, attempt.StartedAt + attempt.Duration);
    }

    private static Activity? Tell(Activity? span, string channel, MessageId message) => span?.SetTag("hub.channel", channel).SetTag("hub.message", message.Value);

    private static void End(Activity? span, bool isError, DateTimeOffset at) => span?.SetStatus(isError ? ActivityStatusCode.Error : ActivityStatusCode.Unset).SetEndTime(at.UtcDateTime);

    // All spans of a message hang on one that is made of its number and never sent: a root that no restart forgets.
    private static ActivityContext Context(MessageId message)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{s_site}:{message.Value}"));
        return new(ActivityTraceId.CreateFromBytes(hash.AsSpan(0, 16)), ActivitySpanId.CreateFromBytes(hash.AsSpan(16, 8)), ActivityTraceFlags.Recorded, isRemote: true);
    }
}
