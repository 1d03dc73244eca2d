using Hub.Contracts;

namespace Hub.Alerts.Config;

/// <summary>What a party can ask to be told of.</summary>
public enum SubscribedEvent
{
    /// <summary>Messages came in.</summary>
    Received,

    /// <summary>Receivers have deliveries.</summary>
    Delivered,

    /// <summary>Messages were rejected.</summary>
    Rejected,

    /// <summary>Deliveries were parked.</summary>
    Parked,

    /// <summary>The last delivery of the last message of a batch has come to its end.</summary>
    BatchComplete,

    /// <summary>The numbers of the day before.</summary>
    DailyStatistics,
}

/// <summary>What one party is told of, beside incidents: counts and numbers of messages, never what these say.</summary>
public sealed record SubscriptionConfig
{
    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary>What it is told of. At least one.</summary>
    public required IReadOnlyList<SubscribedEvent> Events { get; init; }

    /// <summary>The channels. Default: all.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Who is mailed: contacts, groups, addresses. Default: nobody; then there is a webhook.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>An address of the party that is called. Default: none; then somebody is mailed.</summary>
    public WebhookConfig? Webhook { get; init; }

    /// <summary>How often what happened is told together, in minutes. Default 15. When nothing happened nothing is told.</summary>
    public int EveryMinutes { get; init; } = 15;

    /// <summary>When the statistics of the day before are told, in the machine's time zone. Default 06:00.</summary>
    public string At { get; init; } = "06:00";

    public IEnumerable<ConfigProblem> Check()
    {
        if (Id.Length is 0 or > 64 || Id.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.')))
            yield return new(AlertProblems.Subscription, "id", $"\"{Id}\" is no name for a subscription. Use up to 64 letters, digits, \"-\", \"_\" and \".\".");
        if (Events.Count == 0)
            yield return new(AlertProblems.Subscription, "events", "Nothing is asked for. Name at least one of received, delivered, rejected, parked, batchComplete, dailyStatistics.");
        if (To.Count == 0 == (Webhook is null))
            yield return new(AlertProblems.Subscription, "to", "Who is told? Give \"to\" (contacts, groups, addresses) or \"webhook\", one of both.");
        if (EveryMinutes is < 1 or > 1_440)
            yield return new(AlertProblems.Range, "everyMinutes", $"{EveryMinutes} minutes are not possible. Give 1 to 1440.");
        if (!Calendar.TryTime(At, out _))
            yield return new(AlertProblems.Calendar, "at", $"\"{At}\" is no time of day. Write hours and minutes, for example \"06:00\".");
    }
}

/// <summary>An address that is called with POST. Signed as Standard Webhooks 1.0 says (headers webhook-id, webhook-timestamp, webhook-signature).</summary>
public sealed record WebhookConfig
{
    /// <summary>The address, <c>https://partner.example/hub</c>.</summary>
    public required string Url { get; init; }

    /// <summary>What calls are signed with, by its name: <c>${secret:partner-webhook}</c>. At least 24 bytes; <c>whsec_</c> and base64, or any text.</summary>
    public required string Secret { get; init; }

    /// <summary>Whether calls may leave this machine unprotected. Default false.</summary>
    public bool AllowPlaintext { get; init; }

    /// <summary>How long one call may take, in seconds. Default 15.</summary>
    public int TimeoutSeconds { get; init; } = 15;

    /// <summary>The bytes that calls are signed with; null when the secret is none.</summary>
    internal byte[]? Key
    {
        get
        {
            const string prefix = "whsec_";
            if (!Secret.StartsWith(prefix, StringComparison.Ordinal))
                return System.Text.Encoding.UTF8.GetBytes(Secret);
            byte[] key = new byte[Secret.Length];
            return Convert.TryFromBase64String(Secret[prefix.Length..], key, out int length) ? key[..length] : null;
        }
    }

    public IEnumerable<ConfigProblem> Check()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
            yield return new(AlertProblems.Subscription, "url", "It is no address that can be called. Write one as \"https://partner.example/hub\", without a user in it.");
        else if (address.Scheme == "http" && !address.IsLoopback && !AllowPlaintext)
            yield return new(AlertProblems.Plaintext, "url", "Calls would leave this machine unprotected. Use https, or say \"allowPlaintext\": true.");
        if (Key is not { Length: >= 24 })
            yield return new(AlertProblems.Subscription, "secret", "It is too short, or no base64 behind \"whsec_\". Make one of at least 24 bytes, for example with: echo whsec_$(openssl rand -base64 32)");
        if (TimeoutSeconds is < 1 or > 300)
            yield return new(AlertProblems.Range, "timeoutSeconds", $"{TimeoutSeconds} seconds are not possible. Give 1 to 300.");
    }
}
