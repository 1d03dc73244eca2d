using System.Text.Json.Serialization;
using Hub.Channels.Validation;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>One channel file, decoded.</summary>
public sealed record ChannelConfig
{
    /// <summary>Where an editor finds the JSON Schema. Ignored by the Hub.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>The channel's name in every list, log line and command: small letters, digits and hyphens, at most 64. One file has it.</summary>
    [ShownMember]
    public required string Id { get; init; }

    /// <summary>What the channel is for, in a line.</summary>
    public string? Description { get; init; }

    /// <summary>What to do when something is wrong with the channel, for whoever gets the mail at night: whom to call, what to look at, how urgent it is. Default: nothing is said.</summary>
    public string? Runbook { get; init; }

    /// <summary>Who looks after the channel, as people find them: a team and its telephone number. Shown on the channel's page. Default: nothing is said.</summary>
    public string? Owner { get; init; }

    /// <summary>Whether it runs. False keeps the file and its queue and opens no port. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Where its messages come from.</summary>
    public required ListenerConfig Source { get; init; }

    /// <summary>Checks messages against the standard or a profile before the steps. Default: they are not checked.</summary>
    public EntryValidationConfig? Validate { get; init; }

    /// <summary>Filters and transforms, in order, before the destinations. Default none.</summary>
    public IReadOnlyList<StepConfig> Steps { get; init; } = [];

    /// <summary>Where its messages go. At least one.</summary>
    public required IReadOnlyList<DestinationConfig> Destinations { get; init; }

    /// <summary>How long its messages are kept. Default: content for 30 days, records for 400.</summary>
    public RetentionConfig Retention { get; init; } = new();

    /// <summary>Whether the Hub knocks at the channel's own door each minute to know that it is there for its senders (<c>hub stats --availability</c>). Default: it goes by how the channel stands.</summary>
    public ProbeConfig? Probe { get; init; }

    /// <summary>The secrets that were filled into the file; null when there are none.</summary>
    internal SecretMask? Secrets { get; init; }

    /// <summary>Says which channel it is and no more: a member may hold a secret.</summary>
    /// <returns>The id.</returns>
    public override string ToString() => $"channel {Id}";
}
