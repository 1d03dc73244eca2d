using Hub.Contracts;

namespace Hub.Dashboard.Api;

/// <summary>One cause that a person may have to do something about.</summary>
public sealed record IncidentInfo
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>What happened.</summary>
    public required EventKind Kind { get; init; }

    /// <summary>The channel; empty when it is about none.</summary>
    public required string Channel { get; init; }

    /// <summary>The destination; empty when it is about none.</summary>
    public required string Destination { get; init; }

    /// <summary>What makes it another one than others of its kind: a code and a place.</summary>
    public required string Cause { get; init; }

    /// <summary>What happened and what to do.</summary>
    public required string Text { get; init; }

    /// <summary>How many events.</summary>
    public required long Count { get; init; }

    /// <summary>When its first event was.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When its last event was.</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>When it was over; not there while it lasts.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>The message of its first event.</summary>
    public long? FirstMessage { get; init; }

    /// <summary>The message of its last one.</summary>
    public long? LastMessage { get; init; }

    /// <summary>Who has taken it on.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>Until when nothing is mailed about it.</summary>
    public DateTimeOffset? MutedUntil { get; init; }

    /// <summary>Who muted it.</summary>
    public string? MutedBy { get; init; }

    /// <summary>The rule that it is told by.</summary>
    public required string Rule { get; init; }

    /// <summary>How many times something was mailed about it.</summary>
    public required int Mails { get; init; }

    internal static IncidentInfo Of(Incident incident) => new()
    {
        Id = incident.Id,
        Kind = incident.Kind,
        Channel = incident.Channel,
        Destination = incident.Destination,
        Cause = incident.Fingerprint,
        Text = incident.Text,
        Count = incident.Count,
        OpenedAt = incident.OpenedAt,
        LastAt = incident.LastAt,
        ClosedAt = incident.ClosedAt,
        FirstMessage = incident.FirstMessage?.Value,
        LastMessage = incident.LastMessage?.Value,
        AcknowledgedBy = incident.AcknowledgedBy,
        AcknowledgedAt = incident.AcknowledgedAt,
        MutedUntil = incident.MutedUntil,
        MutedBy = incident.MutedBy,
        Rule = incident.Rule,
        Mails = incident.Mails,
    };
}
