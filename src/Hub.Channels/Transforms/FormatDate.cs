using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Transforms;

/// <summary>What becomes of a value that is not a date as expected, or not precise enough.</summary>
public enum UnreadableDate
{
    /// <summary>The message is rejected, AE 102.</summary>
    Reject,

    /// <summary>It stays.</summary>
    Keep,
}

/// <summary>
/// Writes a date another way. HL7 dates of any precision and zone are understood; <c>from</c> is for others. Nothing is made up: a date without a day
/// is not written in a form that has one. A place that is not populated, or HL7 null, stays.
/// </summary>
/// <example><code>{ "type": "formatDate", "path": "MSH-7", "from": "yyyy-MM-dd HH:mm:ss", "to": "yyyyMMddHHmmss" }</code></example>
public sealed record FormatDateConfig : StepConfig
{
    /// <summary>The place, <c>PID-7</c>.</summary>
    public required MessagePath Path { get; init; }

    /// <summary>The .NET date format it has now, <c>dd/MM/yyyy</c>. Default: HL7.</summary>
    public DateFormat? From { get; init; }

    /// <summary>The .NET date format it gets. An HL7 form, <c>yyyyMMdd</c>, keeps its zone as <c>zone</c> says; another writes it where it has <c>zzz</c>. Default: HL7, as precise as it is.</summary>
    public DateFormat? To { get; init; }

    /// <summary><c>keep</c>, <c>drop</c> (the time as written, without its zone), or a zone to convert to, <c>Europe/London</c>; for that the time needs a zone and an hour. Default <c>keep</c>.</summary>
    public string Zone { get; init; } = ZoneRule.Keep;

    /// <summary>What becomes of a value that is not such a date. Default <c>reject</c>.</summary>
    public UnreadableDate IfNotMatching { get; init; } = UnreadableDate.Reject;

    public override IEnumerable<ConfigProblem> Check()
    {
        foreach (ConfigProblem problem in Places.CheckOneField(Path, "path"))
            yield return problem;
        if (!ZoneRule.TryParse(Zone, out _))
            yield return new(ProblemCodes.DateRewrite, "zone", $"\"{Zone}\" is not a zone. Write \"keep\", \"drop\" or a name of the IANA time zone database such as \"Europe/London\".");
        if (From is null && To is null && Zone == ZoneRule.Keep)
            yield return new(ProblemCodes.DateRewrite, "", "The step would change nothing. Give \"from\", \"to\" or \"zone\".");
        if (From is not null && To is not null && To.Digits > From.Digits)
            yield return new(ProblemCodes.DateRewrite, "to", $"\"{To}\" is more precise than \"{From}\" and would make up what is not there. Write fewer parts.");
    }
}

/// <summary>Writes a date another way.</summary>
internal sealed class FormatDate(FormatDateConfig config) : IStep
{
    private readonly ZoneRule _zone = ZoneRule.Parse(config.Zone);

    public StepResult Apply(StepContext context)
    {
        if (config.Path.Hl7 is not null)
            return Apply(context, config.Path);
        StepResult result = StepResult.Continue;
        foreach (MessagePath place in context.Expand(config.Path))
            result = result == StepResult.Continue ? Apply(context, place) : result;
        return result;
    }

    private StepResult Apply(StepContext context, MessagePath path)
    {
        string value = context.GetText(path);
        if (value.Length == 0 || value == "\"\"")
            return StepResult.Continue;
        if (TryFormat(value) is { } written)
            context.SetText(path, written);
        else if (config.IfNotMatching == UnreadableDate.Reject)
            return context.Reject(102, path, $"{path} is not a date {(config.From is null ? "in an HL7 form" : $"written {config.From}")} that can be written as wanted. Correct it at the sender, or set \"ifNotMatching\": \"keep\".");
        else
            context.Trace?.Note($"{path} \"{value}\" is not such a date and stays");
        return StepResult.Continue;
    }

    private string? TryFormat(string value)
    {
        bool read = config.From is null ? Hl7Timestamp.TryParse(value, out Hl7Timestamp time) : config.From.TryRead(value, out time);
        if (!read || config.To?.Digits > time.Digits || _zone.Apply(time) is not { } moved)
            return null;
        if (config.To is null)
            return moved.ToString();
        return config.To.IsHl7 ? moved.Truncate(config.To.Digits).ToString() : Write(moved, config.To);
    }

    // A zone that the source does not give cannot be written either.
    private static string? Write(Hl7Timestamp time, DateFormat to) =>
        to.HasZone && time.Offset is null ? null : to.Write(new DateTimeOffset(time.Local, time.Offset ?? TimeSpan.Zero));
}
