using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Alerts.Config;
using Hub.Alerts.Mail;

namespace Hub.Alerts.Subscriptions;

/// <summary>One thing that a party is told of.</summary>
/// <param name="Event">What.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Count">How often; of a batch, how many messages it has.</param>
internal sealed record SubscriptionLine(SubscribedEvent Event, string Channel, long Count)
{
    /// <summary>The destination, where it is about one.</summary>
    public string? Destination { get; init; }

    /// <summary>Numbers of messages, at most twenty: those to look at first.</summary>
    public IReadOnlyList<long>? Messages { get; init; }

    /// <summary>The number of the batch.</summary>
    public long? Batch { get; init; }

    /// <summary>How many of its deliveries did not reach their receivers.</summary>
    public long? Failed { get; init; }
}

/// <summary>What a party is told at once.</summary>
/// <param name="Subscription">The name of its subscription.</param>
/// <param name="Hub">The name of the Hub.</param>
/// <param name="From">What happened from this time on.</param>
/// <param name="To">… and before this.</param>
/// <param name="Events">What happened.</param>
internal sealed record SubscriptionReport(string Subscription, string Hub, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<SubscriptionLine> Events)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>As JSON, for a webhook.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>As a notice, for a mail.</summary>
    /// <param name="headline">Its subject.</param>
    public Notice ToNotice(string headline)
    {
        string time = FormattableString.Invariant($"From {From:yyyy-MM-dd HH:mm} to {To:yyyy-MM-dd HH:mm} UTC:");
        return new(headline, Events.Count == 0 ? [time, "Nothing happened."] : [time], [.. Events.Select(line => new NoticeRow(line.Destination is null ? line.Channel : $"{line.Channel} → {line.Destination}", Words(line)))]);
    }

    private static string Words(SubscriptionLine line)
    {
        string first = line.Messages is { Count: > 0 } messages ? $" (messages {string.Join(", ", messages.Select(id => id.ToString(CultureInfo.InvariantCulture)))}{(line.Count > messages.Count ? ", …" : "")})" : "";
        return line.Event == SubscribedEvent.BatchComplete
            ? FormattableString.Invariant($"batch {line.Batch} of {line.Count} messages is complete{(line.Failed > 0 ? $", {line.Failed} deliveries did not reach their receivers" : "")}")
            : FormattableString.Invariant($"{line.Count} {line.Event.ToString().ToLowerInvariant()}{first}");
    }
}
