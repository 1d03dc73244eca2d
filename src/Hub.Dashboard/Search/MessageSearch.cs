using System.Globalization;
using System.Text;
using Hub.Contracts;
using Microsoft.AspNetCore.Http;

namespace Hub.Dashboard.Search;

/// <summary>A search for messages as its address says it. The address is all there is of it: it can be kept and mailed.</summary>
public sealed record MessageSearch
{
    /// <summary>What was typed into the one box; see <see cref="SearchWords"/>.</summary>
    public string Words { get; init; } = "";

    /// <summary>Taken by this channel.</summary>
    public string Channel { get; init; } = "";

    /// <summary>From this sender, as lists show it: <c>REGADT^HOSPITAL</c>.</summary>
    public string Sender { get; init; } = "";

    /// <summary>Of this type: <c>ADT</c> or <c>ADT^A01</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>In this state.</summary>
    public MessageState? State { get; init; }

    /// <summary>With a delivery in this state.</summary>
    public DeliveryState? Delivery { get; init; }

    /// <summary>With a delivery to this destination.</summary>
    public string Destination { get; init; } = "";

    /// <summary>With this control id.</summary>
    public string ControlId { get; init; } = "";

    /// <summary>Received then or later: <c>2026-03-01</c>, <c>2026-03-01 14:30</c>, or a span back from now: <c>4h</c>.</summary>
    public string From { get; init; } = "";

    /// <summary>Received before then, written in the same way.</summary>
    public string To { get; init; } = "";

    /// <summary>About the patient with this id. It stands in what messages say alone.</summary>
    public string Patient { get; init; } = "";

    /// <summary>With this text in what they say.</summary>
    public string Text { get; init; } = "";

    /// <summary>This message, and all that it became in other channels.</summary>
    public MessageId? Trace { get; init; }

    /// <summary>Made by this replay.</summary>
    public long? Replay { get; init; }

    /// <summary>Older than this one.</summary>
    public MessageId? Before { get; init; }

    /// <summary>Whether it asks for what messages say.</summary>
    public bool IsOfContent => Patient.Length > 0 || Text.Length > 0;

    /// <summary>Reads an address.</summary>
    public static MessageSearch Read(IQueryCollection query) => new()
    {
        Words = Word(query, "q"),
        Channel = Word(query, "channel"),
        Sender = Word(query, "sender"),
        Type = Word(query, "type"),
        State = Choice<MessageState>(query, "state"),
        Delivery = Choice<DeliveryState>(query, "delivery"),
        Destination = Word(query, "destination"),
        ControlId = Word(query, "control"),
        From = Word(query, "from"),
        To = Word(query, "to"),
        Patient = Word(query, "patient"),
        Text = Word(query, "text"),
        Trace = MessageId.TryParse(Word(query, "trace"), out MessageId trace) ? trace : null,
        Replay = long.TryParse(Word(query, "replay"), NumberStyles.None, CultureInfo.InvariantCulture, out long replay) ? replay : null,
        Before = MessageId.TryParse(Word(query, "before"), out MessageId before) ? before : null,
    };

    /// <summary>The address of this search, without what is empty.</summary>
    public string ToUrl() => $"/messages{ToQueryString()}";

    /// <summary>What stands behind the path in that address, with its question mark; empty when nothing is asked for.</summary>
    public string ToQueryString()
    {
        StringBuilder query = new();
        foreach ((string name, string value) in Parts().Where(part => part.Value.Length > 0))
            query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return query.ToString();
    }

    /// <summary>What the journal is asked.</summary>
    /// <param name="clock">The time, and the zone that times are written in.</param>
    /// <param name="wrong">The names of the members that cannot be read.</param>
    public MessageQuery ToQuery(TimeProvider clock, out IReadOnlyList<string> wrong)
    {
        List<string> mistakes = [];
        DateTimeOffset? Time(string name, string text)
        {
            if (text.Length == 0)
                return null;
            if (Moment.TryParse(text, clock, out DateTimeOffset time))
                return time;
            mistakes.Add(name);
            return null;
        }

        MessageQuery query = new()
        {
            Channel = OrNull(Channel),
            Sender = OrNull(Sender),
            Type = OrNull(Type),
            State = State,
            Delivery = Delivery,
            Destination = OrNull(Destination),
            ControlId = OrNull(ControlId),
            Since = Time("from", From),
            Until = Time("to", To),
            Trace = Trace,
            Replay = Replay,
            Before = Before,
        };
        wrong = mistakes;
        return query;
    }

    /// <summary>Its members as an address names them, also those that are empty.</summary>
    public IEnumerable<(string Name, string Value)> Parts() =>
    [
        ("q", Words), ("channel", Channel), ("sender", Sender), ("type", Type), ("state", State?.ToString() ?? ""), ("delivery", Delivery?.ToString() ?? ""),
        ("destination", Destination), ("control", ControlId), ("from", From), ("to", To), ("patient", Patient), ("text", Text),
        ("trace", Trace?.ToString() ?? ""), ("replay", Replay?.ToString(CultureInfo.InvariantCulture) ?? ""), ("before", Before?.ToString() ?? ""),
    ];

    // As long as anything that is searched; a longer one finds nothing and costs an address.
    private static string Word(IQueryCollection query, string name) => query[name].ToString().Trim() is { Length: <= 500 } word ? word : "";

    private static T? Choice<T>(IQueryCollection query, string name)
        where T : struct, Enum => Enum.TryParse(Word(query, name), ignoreCase: true, out T value) && Enum.IsDefined(value) ? value : null;

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
