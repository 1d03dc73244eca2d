using Hub.Channels.Data;
using Hub.Channels.Destinations.Replies;
using Hub.Channels.Destinations.Sending;
using Hub.Channels.Filters;
using Hub.Channels.Validation;
using Hub.Channels.Values;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>A filter or transform, as the file says. Each kind has its own record in its own file, beside the step it makes.</summary>
public abstract record StepConfig
{
    /// <summary>The kind of step, one of the catalog's names.</summary>
    public required string Type { get; init; }

    /// <summary>What the step is for, shown when it is explained.</summary>
    public string? Description { get; init; }

    /// <summary>Only when this holds; otherwise the step is passed over. For <c>filter</c>: the message goes on only when it holds. Default: always.</summary>
    public ConditionConfig? When { get; init; }

    /// <summary>What the message is where the step stands. The binder says it before it asks <see cref="Check"/>.</summary>
    internal MessageFormat Format { get; set; } = MessageFormat.Hl7;

    /// <summary>Whether the step works on messages of a data type. Asked before its members are read.</summary>
    /// <param name="type">What the message is where the step stands.</param>
    /// <returns>Default: true, for every type; what its paths name is checked by themselves.</returns>
    public virtual bool Takes(DataType type) => true;

    /// <summary>Finds what is wrong in this record beyond the types of its members. Called once when the file is loaded.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public virtual IEnumerable<ConfigProblem> Check() => [];

    /// <summary>Says the kind and no more: a member may hold a secret.</summary>
    /// <returns>The kind.</returns>
    public sealed override string ToString() => $"{Type} step";
}

/// <summary>Where messages of a channel go. Each kind of destination has its own record with what it needs beside this.</summary>
public abstract record DestinationConfig
{
    /// <summary>The caution of a destination that waits for no answer (protocol S08).</summary>
    protected const string AtMostOnce = "at-most-once: it waits for no answer, so a message that is sent can be lost. Leave \"waitForAnswer\" out to be sure.";

    /// <summary>The destination's name within the channel: small letters, digits and hyphens.</summary>
    [ShownMember]
    public required string Id { get; init; }

    /// <summary>The kind of destination, one of the catalog's names.</summary>
    public required string Type { get; init; }

    /// <summary>Only messages for which this holds, after the channel's steps. Default: all.</summary>
    public ConditionConfig? When { get; init; }

    /// <summary>Steps for this destination alone, on a copy of the message. Default none.</summary>
    public IReadOnlyList<StepConfig> Steps { get; init; } = [];

    /// <summary>Checks messages against the standard or a profile, after the steps and before they are queued. Default: they are not checked.</summary>
    public DeliveryValidationConfig? Validate { get; init; }

    /// <summary>
    /// What must stay in order: nothing given, everything to this destination; a value such as <c>PID-3.1</c>, the messages that have the same one.
    /// Written as a field path or a value with <c>${…}</c>.
    /// </summary>
    public LaneKey? Lane { get; init; }

    /// <summary>How many lanes may send at the same time, each on a connection of its own, at most 1,000. Only with <c>lane</c>. Default 4 then, else 1.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>How failed sends are repeated (protocol S06).</summary>
    public RetryConfig Retry { get; init; } = new();

    /// <summary>
    /// What becomes of a message that was sent whole and not answered, so that the receiver may have it. Default <c>resend</c>: the same bytes with the same MSH-10, by which a
    /// receiver knows that it has them. <c>hold</c> parks it for a person, where twice is worse than late.
    /// </summary>
    public OnMaybeDelivered OnMaybeDelivered { get; init; } = OnMaybeDelivered.Resend;

    /// <summary>Most messages that are sent in a minute, evenly, over all connections together, 1 to 1,000,000. Default: no limit.</summary>
    public int? MaxMessagesPerMinute { get; init; }

    /// <summary>When the receiver is down by plan: nothing is sent, what is for it waits, nobody is alarmed. Default: never.</summary>
    public IReadOnlyList<MaintenanceConfig> Maintenance { get; init; } = [];

    /// <summary>What the receiver's answers mean, where the destination's own rule is not right for it. The first rule that matches an answer decides. Default none.</summary>
    public IReadOnlyList<ReplyRuleConfig> Replies { get; init; } = [];

    /// <summary>What the receiver's answers have that <c>replies</c> can go by.</summary>
    protected internal virtual AnswerParts AnswerParts => AnswerParts.None;

    /// <summary>What the message is after the destination's steps. The binder says it before it asks <see cref="Check"/>.</summary>
    internal MessageFormat Format { get; set; } = MessageFormat.Hl7;

    /// <summary>What somebody should know who lets this run: that a message can be lost, that content is shown.</summary>
    /// <returns>The words, to follow the destination's name; null for nothing.</returns>
    public virtual string? FindCaution() => null;

    /// <summary>Whether the destination sends messages of a data type.</summary>
    /// <param name="type">What the message is after the destination's steps.</param>
    /// <returns>Default: true, for every type.</returns>
    public virtual bool Takes(DataType type) => true;

    /// <summary>Finds what is wrong in this record beyond the types of its members. Called once when the file is loaded.</summary>
    /// <returns>The problems, with paths relative to this record.</returns>
    public virtual IEnumerable<ConfigProblem> Check() => [];

    /// <summary>Says the kind and no more: a member may hold a secret.</summary>
    /// <returns>The kind.</returns>
    public sealed override string ToString() => $"{Type} destination";
}

/// <summary>Back-off between tries of one delivery (protocol S06). The lane waits; other lanes and destinations do not.</summary>
public sealed record RetryConfig
{
    /// <summary>The first wait, in seconds from 0.01 to 86,400; doubled each time. Default 1.</summary>
    public double FirstDelaySeconds { get; init; } = 1;

    /// <summary>The longest wait, in seconds, from the first one to 86,400. Default 60.</summary>
    public double MaxDelaySeconds { get; init; } = 60;

    /// <summary>Park the message after this many tries, 1 or more. Default: never.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Park the message this long after its first try: <c>90s</c>, <c>15m</c>, <c>24h</c>, <c>7d</c>. Pauses, maintenance and the time in which no Hub ran do not count. Default: never.</summary>
    public Duration? ParkAfter { get; init; }

    /// <summary>
    /// After this many tries in a row that did not reach the receiver, over all lanes together, it is unreachable: one connection tries alone, at the back-off, until it
    /// gets through. 1 to 1,000. Default 5.
    /// </summary>
    public int UnreachableAfter { get; init; } = 5;

    /// <summary>Finds times and numbers that cannot be meant: no wait at all asks the receiver thousands of times a second.</summary>
    /// <returns>The problems.</returns>
    public IEnumerable<ConfigProblem> Check()
    {
        bool isTime = FirstDelaySeconds is >= 0.01 and <= 86_400;
        if (!isTime)
            yield return new(1407, "firstDelaySeconds", "This is not a time to wait. Give seconds from 0.01 to 86400, or leave it out for 1.");
        if (MaxDelaySeconds is not (>= 0.01 and <= 86_400))
            yield return new(1407, "maxDelaySeconds", "This is not a time to wait. Give seconds from 0.01 to 86400, or leave it out for 60.");
        else if (isTime && MaxDelaySeconds < FirstDelaySeconds)
            yield return new(1407, "maxDelaySeconds", "The longest wait is shorter than the first one. Give \"maxDelaySeconds\" as well, the same or more.");
        if (UnreachableAfter is < 1 or > 1_000)
            yield return new(ProblemCodes.UnreachableAfter, "unreachableAfter", $"{UnreachableAfter} is not a number of tries. Give 1 to 1000, or leave it out for 5.");
        if (MaxAttempts < 1)
            yield return new(1408, "maxAttempts", $"{MaxAttempts} is not a number of tries. Give 1 or more, or leave it out to try without end.");
    }
}
