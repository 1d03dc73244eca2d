using System.Globalization;
using System.Text.RegularExpressions;

namespace Hub.Contracts;

/// <summary>
/// Which events an entry of the journal is, so that every journal raises them in the transaction that records the error, whoever appends it.
/// Texts of problems, reasons and answers may repeat what a message says; of these only codes and places go into an event.
/// </summary>
public static partial class EntryEvents
{
    private const int Internal = 207;

    /// <summary>The event of a message that ended up rejected.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="message">The message.</param>
    /// <param name="problems">Why.</param>
    /// <param name="at">When.</param>
    /// <param name="isOfOrder">Whether it was for its place among others (sequence number, part of another message) and not for what it is.</param>
    /// <returns>The event.</returns>
    public static HubEvent Rejected(string channel, MessageId message, IReadOnlyList<MessageProblem> problems, DateTimeOffset at, bool isOfOrder = false)
    {
        MessageProblem? first = problems.FirstOrDefault(problem => problem.Severity == ProblemSeverity.Error) ?? (problems.Count > 0 ? problems[0] : null);
        bool isStep = !isOfOrder && first is { Code: Internal, Rule: null };
        string code = first is null ? "" : first.Rule is { } rule ? $"HUB{rule.ToString(CultureInfo.InvariantCulture)}" : first.Code.ToString(CultureInfo.InvariantCulture);
        string cause = $"{code} {Place(first?.Path)}".Trim();
        return new()
        {
            Kind = isStep ? EventKind.ScriptFailed : EventKind.Rejected,
            Channel = channel,
            Fingerprint = cause,
            At = at,
            Message = message,
            Text = isStep
                ? "A step or script of the channel failed on messages, which are rejected. Look at one with: hub show"
                : $"Messages are rejected{(cause.Length == 0 ? "" : $", for {cause}")}. See why with: hub show",
        };
    }

    /// <summary>The event of a delivery that was parked. It lasts for as long as something of the destination is parked, which the alerts look for.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="destination">The destination.</param>
    /// <param name="message">The message.</param>
    /// <param name="delivery">The delivery.</param>
    /// <param name="answerCode">The code in the receiver's answer; null when there was none.</param>
    /// <param name="at">When.</param>
    /// <returns>The event.</returns>
    public static HubEvent Parked(string channel, string destination, MessageId message, long delivery, string? answerCode, DateTimeOffset at)
    {
        // A receiver may put anything where its code should be.
        string code = answerCode is null ? "" : Code().IsMatch(answerCode) ? answerCode : "other";
        return new()
        {
            Kind = EventKind.Parked,
            Channel = channel,
            Destination = destination,
            Fingerprint = code,
            At = at,
            Message = message,
            Delivery = delivery,
            Lasts = true,
            Text = $"Deliveries are parked{(code.Length == 0 ? "" : $" after {(code == "other" ? "an answer of another code" : $"the answer {code}")}")}: they wait for a person. See them with: hub deliveries --parked",
        };
    }

    /// <summary>
    /// The event of what a rule notes of an answer. That a person should look at it lasts until one has (<see cref="Incident.EndsByHand"/>); a paused lane is as something parked:
    /// it lasts for as long as something of the destination waits for a person, which the alerts look for.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="destination">The destination.</param>
    /// <param name="message">The message.</param>
    /// <param name="noted">What was noted of it.</param>
    /// <returns>The event.</returns>
    public static HubEvent OfRule(string channel, string destination, MessageId message, DeliveryOperated noted)
    {
        bool isPause = noted.Operation == DeliveryOperation.PauseLane;
        return new()
        {
            Kind = isPause ? EventKind.Parked : EventKind.Raised,
            Channel = channel,
            Destination = destination,
            Fingerprint = isPause ? $"{noted.By} lane" : noted.By,
            At = noted.At,
            Message = message,
            Delivery = noted.Delivery,
            Lasts = true,
            Text = isPause
                ? $"{noted.By} paused lanes: the first message of each, and all behind it, waits for a person. See them with: hub deliveries --held --channel {channel} --destination {destination}. When the cause is put right: hub deliveries retry NUMBER"
                : $"The receiver gives answers that {noted.By} says a person should look at. See them with: hub show",
        };
    }

    /// <summary>The event of a destination that a rule paused; null when a person did, who knows.</summary>
    /// <param name="paused">The pause.</param>
    /// <returns>The event.</returns>
    public static HubEvent? Paused(DestinationPaused paused) => !paused.By.StartsWith("replies[", StringComparison.Ordinal) ? null : new()
    {
        Kind = EventKind.Paused,
        Channel = paused.Channel,
        Destination = paused.Destination,
        At = paused.At,
        Lasts = true,
        Text = $"{paused.By} paused the destination: it sends nothing. When its receiver is well again: hub destinations resume {paused.Channel} {paused.Destination}",
    };

    /// <summary>The event that ends <see cref="Paused"/>.</summary>
    /// <param name="resumed">The end of the pause.</param>
    /// <returns>The event.</returns>
    public static HubEvent Resumed(DestinationResumed resumed) => new()
    {
        Kind = EventKind.Paused,
        Channel = resumed.Channel,
        Destination = resumed.Destination,
        At = resumed.At,
        IsEnd = true,
    };

    /// <summary>A place as it may be told: one of HL7 v2, without the numbers of repetitions; empty for any other, whose names come from the message.</summary>
    /// <param name="path">The place as a problem tells it.</param>
    /// <returns>The place.</returns>
    public static string Place(string? path)
    {
        string plain = path is null ? "" : Repetition().Replace(path, "");
        return Hl7Place().IsMatch(plain) ? plain : "";
    }

    [GeneratedRegex(@"\[\d{1,6}\]")]
    private static partial Regex Repetition();

    [GeneratedRegex(@"^[A-Z][A-Z0-9]{2}(-\d{1,3}(\.\d{1,3}){0,2})?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Hl7Place();

    // HL7 table 0008, and the status codes of HTTP.
    [GeneratedRegex(@"\A(AA|AE|AR|CA|CE|CR|[0-9]{3})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Code();
}
