using Hub.Contracts;
using Hub.Dashboard.Access;

namespace Hub.Dashboard;

public partial interface IHub
{
    /// <summary>A number that is another one whenever something changed that a page could show. Asking costs nothing.</summary>
    long Changes { get; }

    /// <summary>What was counted in the minute that is not over, by channel and destination; <see cref="IJournalReader.ReadStatistics"/> has the others.</summary>
    IReadOnlyList<MinuteStatistics> CountUnwritten();

    /// <summary>What the Hub was started with.</summary>
    HubSettings Settings { get; }

    /// <summary>The certificates in use: the Hub's own, those it trusts, and those that partners have shown.</summary>
    IReadOnlyList<CertificateView> Certificates { get; }
}

/// <summary>What the Hub was started with. Nothing of it is secret.</summary>
/// <param name="Version">Its version.</param>
/// <param name="StartedAt">When it was started.</param>
/// <param name="Environment">The environment that it runs in; null where none was named.</param>
/// <param name="Options">Folders, addresses and limits: what it is called in the words of the pages, and its value.</param>
public sealed record HubSettings(string Version, DateTimeOffset StartedAt, string? Environment, IReadOnlyList<(string Name, string Value)> Options)
{
    /// <summary>How long each channel's messages are kept.</summary>
    public IReadOnlyList<ChannelRetention> Retention { get; init; } = [];
}

/// <summary>How long the messages of a channel are kept.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Content">What they say: <c>30d</c>.</param>
/// <param name="Record">That there were messages, and what became of them.</param>
public sealed record ChannelRetention(string Channel, string Content, string Record);

/// <summary>A certificate in use.</summary>
/// <param name="Kind">Own, OwnIssuer, Trusted, Sender, SenderIssuer, Receiver, ReceiverIssuer or RevocationList.</param>
/// <param name="Subject">Whose it is.</param>
/// <param name="Issuer">Who issued it; empty where that was not kept.</param>
/// <param name="EndsAt">When it ends.</param>
/// <param name="Place">Its file; empty when the other side showed it.</param>
/// <param name="Fingerprint">SHA-256 in hex; empty where that was not kept.</param>
public sealed record CertificateView(string Kind, string Subject, string Issuer, DateTimeOffset EndsAt, string Place, string Fingerprint)
{
    /// <summary>The channels that it is used by; none for what is of no channel, as the admin interface and mail.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Whether somebody may see it: who is limited to channels sees those of one of them, and of these no other channel.</summary>
    internal bool IsFor(System.Security.Claims.ClaimsPrincipal person) => person.MayChannel("") || Channels.Any(person.MayChannel);
}
