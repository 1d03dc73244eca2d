using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Contracts;
using Hub.Dashboard;

namespace Hub.Engine;

/// <summary>Which messages a replay takes up, and how. One of the first three is given.</summary>
internal sealed record ReplayPlan
{
    /// <summary>Most messages that are named one by one: what a command line can hold.</summary>
    public const int MostNamed = 1_000;

    /// <summary>Highest rate, in messages a second: above what any receiver takes.</summary>
    public const int MostASecond = 100_000;

    /// <summary>Most files: a list of their names is kept with the replay.</summary>
    public const int MostFiles = 10_000;

    private static readonly JsonSerializerOptions s_options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Messages by their numbers.</summary>
    public IReadOnlyList<long>? Messages { get; init; }

    /// <summary>Messages that fit.</summary>
    public MessageQuery? Query { get; init; }

    /// <summary>Messages in files, in this order.</summary>
    public IReadOnlyList<ReplayFile>? Files { get; init; }

    /// <summary>The channel that takes messages of files.</summary>
    public string? Channel { get; init; }

    /// <summary>The only destination; null to take messages through their channels.</summary>
    public string? Destination { get; init; }

    /// <summary>Most messages a second; null for no limit.</summary>
    public int? Rate { get; init; }

    /// <summary>Who asked for it; null when that is not known.</summary>
    public string? By { get; init; }

    /// <summary>The plan that somebody asks for.</summary>
    public static ReplayPlan Of(ReplayOrder order) =>
        new() { Messages = order.Messages, Query = order.Query, Files = order.Files, Channel = order.Channel, Destination = order.Destination, Rate = order.Rate, By = order.By };

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="ReplayPlanException">It is damaged, or is no plan that can be carried out.</exception>
    public static ReplayPlan Read(string text)
    {
        try
        {
            return Checked(JsonSerializer.Deserialize<ReplayPlan>(text, s_options));
        }
        catch (JsonException)
        {
            throw new ReplayPlanException("What it is to take up cannot be read from the journal any more.");
        }
    }

    /// <summary>The channels that a replay is about; none when that cannot be said.</summary>
    public static IReadOnlyList<string> ChannelsOf(ReplayBatch replay, IJournalReader journal)
    {
        try
        {
            ReplayPlan plan = Read(replay.Plan);
            if (plan.Messages is not { } named)
                return (plan.Channel ?? plan.Query?.Channel) is { } channel ? [channel] : [];
            string?[] channels = [.. named.Select(id => journal.Read(new(id))?.Channel).Distinct()];
            // One that retention removed may have been of any.
            return channels.Contains(null) ? [] : [.. channels.OfType<string>()];
        }
        catch (ReplayPlanException)
        {
            return [];
        }
    }

    /// <summary>Looks whether a plan can be carried out, whoever wrote it.</summary>
    /// <returns>The plan.</returns>
    /// <exception cref="ReplayPlanException">It cannot; the text says why.</exception>
    public static ReplayPlan Checked(ReplayPlan? plan) => Problem(plan) is { } problem ? throw new ReplayPlanException(problem) : plan!;

    /// <summary>Which messages, and what is done with them, in words.</summary>
    /// <param name="forLog">Whether they go into a log: then without a control id, which may tell of a patient.</param>
    public string Words(bool forLog = false)
    {
        string what = Files is { } files ? $"{files.Count} files, {files[0].Path}{(files.Count > 1 ? " first" : "")}"
            : Query is { } query ? string.Join(", ", WordsOf(query, Destination, forLog))
            : Messages!.Count == 1 ? $"message {Messages[0]}"
            : $"{Messages.Count} messages from {Messages.Min()} to {Messages.Max()}";
        string how = Channel is not null ? $" through channel {Channel}{(Destination is null ? "" : $", only to {Destination}")}"
            : Destination is not null ? $" to {Destination} again" : " through the channel again";
        return $"{what}{how}{(Rate is { } rate ? $", {rate} a second" : "")}";
    }

    /// <summary>The plan as the journal keeps it.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, s_options);

    private static string? Problem(ReplayPlan? plan) => plan switch
    {
        null or { Messages: null, Query: null, Files: null } => "Nothing says which messages a replay takes up. Give \"messages\", \"filter\" or \"files\".",
        { Messages: not null, Query: not null } or { Messages: not null, Files: not null } or { Query: not null, Files: not null } => "Name messages in one way: by \"messages\", \"filter\" or \"files\".",
        { Messages: { Count: < 1 or > MostNamed } named } => $"{named.Count} messages are named; name 1 to {MostNamed}, or use a filter.",
        { Files: { Count: < 1 or > MostFiles } files } => $"{files.Count} files are named; name 1 to {MostFiles}.",
        { Files: { } files } when files.Any(file => !Path.IsPathFullyQualified(file?.Path ?? "") || file!.Path.Contains('\0')) => "Give every file by its whole \"path\".",
        { Files: not null, Channel: null or "" } => "Files need a \"channel\": the one that takes their messages.",
        { Rate: < 1 or > MostASecond } => $"A rate of {plan.Rate} messages a second is not possible. Give 1 to {MostASecond}, or none.",
        _ => null,
    };

    private static IEnumerable<string> WordsOf(MessageQuery query, string? to, bool forLog)
    {
        yield return query.Channel is null ? "messages of all channels" : $"messages of {query.Channel}";
        if (query.State is { } state)
            yield return state.ToString();
        if (query.Type is not null)
            yield return query.Type;
        if (query.ControlId is not null)
            yield return forLog ? "a control id" : $"control id {query.ControlId}";
        if (query.Delivery is { } delivery)
            yield return $"{delivery}{(query.Destination is null ? "" : $" for {query.Destination}")}";
        else if (query.Destination is not null && query.Destination != to)
            yield return $"with a delivery to {query.Destination}";
        if (query.Batch is { } batch)
            yield return $"of batch {batch}";
        if (query.Trace is { } trace)
            yield return $"trace {trace}";
        if (query.Replay is { } replay)
            yield return $"of replay {replay}";
        if (query.InQuarantine)
            yield return "in quarantine";
        if (query.Since is { } since)
            yield return $"since {since:yyyy-MM-dd HH:mm}";
        if (query.Until is { } until)
            yield return $"until {until:yyyy-MM-dd HH:mm}";
    }
}

/// <summary>A plan cannot be carried out, whatever the Hub does. The text says what is wrong with it.</summary>
internal sealed class ReplayPlanException(string text) : JournalException(text);

/// <summary>A request for a replay.</summary>
/// <param name="Plan">Which messages, and how.</param>
internal sealed record ReplayRequest(ReplayPlan Plan)
{
    /// <summary>True: only say what would happen.</summary>
    public bool IsDry { get; init; }

    /// <summary>True: also when there are many.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>True: answer when all are taken up.</summary>
    public bool Waits { get; init; }
}
