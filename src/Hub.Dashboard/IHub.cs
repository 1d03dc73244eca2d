using Hub.Contracts;

namespace Hub.Dashboard;

/// <summary>The running Hub, as pages and the API see it: the journal to read from, how channels stand, and what can be done.</summary>
public partial interface IHub
{
    /// <summary>The journal; pages and the API only read it.</summary>
    IJournalReader Journal { get; }

    /// <summary>The time.</summary>
    TimeProvider Clock { get; }

    /// <summary>How each channel stands that has a file, by id. Called at each request; it reads memory alone.</summary>
    IReadOnlyList<ChannelView> Channels { get; }

    /// <summary>How each destination stands, with what waits for it.</summary>
    IReadOnlyList<DestinationView> Destinations { get; }

    /// <summary>Does something to deliveries, each by itself.</summary>
    /// <returns>What became of each, in the order in which they were named.</returns>
    /// <exception cref="JournalException">The request itself cannot be; nothing was done. The text says why.</exception>
    Task<IReadOnlyList<DeliveryOutcome>> OperateAsync(DeliveryAction action);

    /// <summary>Does something to an incident.</summary>
    /// <param name="incident">Its number.</param>
    /// <param name="operation">What.</param>
    /// <param name="by">Who.</param>
    /// <param name="hours">With Mute, for how long. Null: 4.</param>
    /// <exception cref="JournalException">There is none of that number, or it is over.</exception>
    Task<Incident> OperateAsync(long incident, IncidentOperation operation, string by, double? hours);

    /// <summary>Pauses a destination or lets it send again.</summary>
    /// <exception cref="JournalException">There is no such destination, or it is not paused.</exception>
    Task PauseAsync(string channel, string destination, bool isPaused, string by, string? reason);

    /// <summary>Takes a stored message up again as a new one, or sends it again to one destination.</summary>
    /// <exception cref="JournalException">It cannot be; the text says why.</exception>
    Task ReplayAsync(MessageId message, string? destination, string by);

    /// <summary>Keeps that somebody did something; completes when the journal has it.</summary>
    Task AuditAsync(AuditRecord record);
}

/// <summary>What somebody asks to be done to deliveries.</summary>
/// <param name="Operation">What.</param>
/// <param name="Deliveries">The numbers of the deliveries.</param>
/// <param name="By">Who asks.</param>
public sealed record DeliveryAction(DeliveryOperation Operation, IReadOnlyList<long> Deliveries, string By)
{
    /// <summary>Why, in that person's words.</summary>
    public string? Reason { get; init; }

    /// <summary>With Move, the destination.</summary>
    public string? To { get; init; }

    /// <summary>With Edit, the bytes to send.</summary>
    public byte[]? Content { get; init; }
}

/// <summary>What became of one delivery.</summary>
/// <param name="Delivery">Its number.</param>
/// <param name="Done">Whether it was done.</param>
/// <param name="Outcome">In words: what it is now, or why it was not done.</param>
/// <param name="NewDelivery">With Move, the number of the delivery in its place.</param>
public sealed record DeliveryOutcome(long Delivery, bool Done, string Outcome, long? NewDelivery = null);

/// <summary>How a channel stands.</summary>
/// <param name="Id">Its id; the file's name when the file gives none.</param>
/// <param name="State">Running, Stopped or Refused: its file is not accepted (when it runs all the same, an earlier version does).</param>
/// <param name="Address">Where it listens, when it runs.</param>
/// <param name="Problems">What is wrong with its file.</param>
public sealed record ChannelView(string Id, string State, string? Address, IReadOnlyList<string> Problems)
{
    /// <summary>The full path of its file.</summary>
    public string File { get; init; } = "";

    /// <summary>The type of its source, as the file says it: <c>mllp</c>.</summary>
    public string SourceType { get; init; } = "";

    /// <summary>What its file says about it, for people.</summary>
    public string Description { get; init; } = "";

    /// <summary>Who looks after it.</summary>
    public string Owner { get; init; } = "";

    /// <summary>What to do when it is in trouble.</summary>
    public string Runbook { get; init; } = "";

    /// <summary>Who stopped it, since when and why; null when no person did.</summary>
    public ChannelStop? Stop { get; init; }

    /// <summary>The names of the systems that may send to it, as its file says them (<c>accept.sendingApplications</c>); none when it says none.</summary>
    public IReadOnlyList<string> Senders { get; init; } = [];

    /// <summary>How its own tests went when its file was last taken up; null when they were not run yet.</summary>
    public ChannelTestView? Tests { get; init; }

    /// <summary>The ids, types and addresses of its destinations, in the order of the file.</summary>
    public IReadOnlyList<ChannelDestinationView> Destinations { get; init; } = [];
}

/// <summary>How the tests of a channel went.</summary>
/// <param name="At">When they ended.</param>
/// <param name="Cases">How many there are.</param>
/// <param name="Failed">The names of those that failed.</param>
/// <param name="Problems">What is wrong beside them.</param>
public sealed record ChannelTestView(DateTimeOffset At, int Cases, IReadOnlyList<string> Failed, IReadOnlyList<string> Problems);

/// <summary>A destination as the file of its channel says it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">Its type: <c>mllp</c>.</param>
/// <param name="Endpoint">Where it sends to; empty where that is no address.</param>
public sealed record ChannelDestinationView(string Id, string Type, string Endpoint);

/// <summary>How a destination stands.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Destination">Its destination.</param>
/// <param name="State">Sending, HandsOver (to another channel, at once), Paused, Maintenance, Unreachable or Stopped.</param>
/// <param name="Since">Since when, where that is known.</param>
/// <param name="Until">Until when: the end of the maintenance, or the next try.</param>
/// <param name="By">Who paused it.</param>
/// <param name="Reason">Why it is paused.</param>
/// <param name="Counts">What waits for it.</param>
public sealed record DestinationView(string Channel, string Destination, string State, DateTimeOffset? Since, DateTimeOffset? Until, string? By, string? Reason, DestinationCounts Counts);
