using Hub.Contracts;

namespace Hub.Dashboard.Api;

/// <summary>The parts of queries. The same name means the same at every address.</summary>
internal static class Parameters
{
    public static readonly ApiParameter Cursor = ApiParameter.OfText("cursor", "Where the page begins: \"next\" of the page before, with the same filters.");
    public static readonly ApiParameter Limit = ApiParameter.OfNumber("limit", "Most items of a page. Default 50.", 1, ApiQuery.Most);

    public static readonly ApiParameter Channel = ApiParameter.OfText("channel", "Of this channel.");
    public static readonly ApiParameter Destination = ApiParameter.OfText("destination", "To this destination.");
    public static readonly ApiParameter DeliveryStates = ApiParameter.OfWord<DeliveryState>("state", "In this state; several for any of them. Default: all.") with { Repeats = true };
    public static readonly ApiParameter Held = ApiParameter.OfFlag("holdsLane", "True: only those that hold their lane until a person does something to them.");
    public static readonly ApiParameter Maybe = ApiParameter.OfFlag("maybeDelivered", "True: only those that the receiver may have without having said so.");
    public static readonly ApiParameter OfMessage = ApiParameter.OfNumber("message", "Of this message.", 1, long.MaxValue);
    public static readonly ApiParameter Before = ApiParameter.OfNumber("before", "The bytes as they were before this operation of the delivery, an edit.", 1, int.MaxValue);
    public static readonly ApiParameter Why = ApiParameter.OfText("reason", "Why the content is looked at, for the audit. The header Hub-Reason (percent-encoded) says the same and stands in no address.");

    public static readonly ApiParameter State = ApiParameter.OfWord<MessageState>("state", "In this state.");
    public static readonly ApiParameter Delivery = ApiParameter.OfWord<DeliveryState>("delivery", "With a delivery in this state.");
    public static readonly ApiParameter WithDestination = ApiParameter.OfText("destination", "With a delivery to this destination.");
    public static readonly ApiParameter ControlId = ApiParameter.OfText("controlId", "With this control id (MSH-10).");
    public static readonly ApiParameter Type = ApiParameter.OfText("type", "Of this type: ADT, or ADT^A01.");
    public static readonly ApiParameter Sender = ApiParameter.OfText("sender", "From this sender, as lists show it: REGADT^HOSPITAL.");
    public static readonly ApiParameter Patient = ApiParameter.OfText("patient", "About the patient with this id, in what the message says. Needs the permission SeeContent.");
    public static readonly ApiParameter Text = ApiParameter.OfText("text", "With this text in what the message says, small and capital letters alike. Needs the permission SeeContent.");
    public static readonly ApiParameter Trace = ApiParameter.OfNumber("trace", "This message, and all that it became in other channels.", 1, long.MaxValue);
    public static readonly ApiParameter Batch = ApiParameter.OfNumber("batch", "Of this batch, in its order; newest first with patient or text.", 1, long.MaxValue);
    public static readonly ApiParameter Replay = ApiParameter.OfNumber("replay", "Made by this replay, or sent again by it.", 1, long.MaxValue);
    public static readonly ApiParameter Quarantine = ApiParameter.OfFlag("quarantine", "True: blocks that are no messages at all.");
    public static readonly ApiParameter Since = ApiParameter.OfTime("since", "Received at this time or later.");
    public static readonly ApiParameter Until = ApiParameter.OfTime("until", "Received before this time.");

    public static readonly ApiParameter Open = ApiParameter.OfFlag("open", "True: only those that last.");
    public static readonly ApiParameter From = ApiParameter.OfTime("from", "From this time on. Default: a day before the end.");
    public static readonly ApiParameter To = ApiParameter.OfTime("to", "Before this time. Default: now.");
    public static readonly ApiParameter AvailableFrom = ApiParameter.OfTime("from", "From the day (of UTC) of this time on. Default: 30 days before the end.");
    public static readonly ApiParameter By = ApiParameter.OfWord<StatisticsStep>("by", "How much time a row is about. Default Whole.");
    public static readonly ApiParameter Types = ApiParameter.OfFlag("types", "True: each message type has rows of its own.");

    public static readonly ApiParameter Who = ApiParameter.OfText("who", "By this account; token:NAME for a program, local for commands of the machine.");
    public static readonly ApiParameter Act = ApiParameter.OfWord<Hub.Contracts.AuditAct>("act", "Of this kind.");
    public static readonly ApiParameter AuditChannel = ApiParameter.OfText("channel", "About this channel.");
    public static readonly ApiParameter AuditMessage = ApiParameter.OfNumber("message", "About this message.", 1, long.MaxValue);
    public static readonly ApiParameter AuditSince = ApiParameter.OfTime("since", "Done at this time or later.");
    public static readonly ApiParameter AuditUntil = ApiParameter.OfTime("until", "Done before this time.");

    public static readonly ApiParameter Left = ApiParameter.OfNumber("from", "The number of the version before.", 1, int.MaxValue);
    public static readonly ApiParameter Right = ApiParameter.OfNumber("to", "The number of the version after. Default: the newest.", 1, int.MaxValue);
}
