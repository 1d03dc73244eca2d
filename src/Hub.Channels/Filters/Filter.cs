using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Contracts;

namespace Hub.Channels.Filters;

/// <summary>What becomes of a message that a filter does not let through.</summary>
public enum FilterOutcome
{
    /// <summary>It is not wanted: taken, answered AA, delivered nowhere.</summary>
    Filter,

    /// <summary>It is wrong: answered AE with <see cref="FilterConfig.Code"/>.</summary>
    Reject,
}

/// <summary>Lets a message go on only when <c>when</c> holds.</summary>
/// <example><code>{ "type": "filter", "when": { "path": "MSH-9.2", "in": ["A01", "A08"] } }</code></example>
public sealed record FilterConfig : StepConfig
{
    /// <summary>What becomes of the others. Default <c>filter</c>.</summary>
    public FilterOutcome Otherwise { get; init; } = FilterOutcome.Filter;

    /// <summary>With <c>reject</c>, the code of HL7 table 0357 told to the sender: 101 required field missing, 102 data type, 103 table value, 207 anything else. Default 207.</summary>
    public int? Code { get; init; }

    /// <summary>With <c>reject</c>, the place told to the sender. Default: the message as a whole.</summary>
    public MessagePath? Path { get; init; }

    public override IEnumerable<ConfigProblem> Check()
    {
        if (When is null)
            yield return new(ProblemCodes.StepMembers, "", "A filter needs \"when\": the condition that messages have to fulfil to go on.");
        if (Code is not null and not (>= 100 and <= 103 or >= 200 and <= 207))
            yield return new(ProblemCodes.StepMembers, "code", $"{Code} is not a code of HL7 table 0357. Use 101 (required field missing), 102 (data type), 103 (table value) or 207 (anything else).");
        if (Otherwise == FilterOutcome.Filter && (Code is not null || Path is not null))
            yield return new(ProblemCodes.StepMembers, "otherwise", "\"code\" and \"path\" tell the sender why a message is rejected. Add \"otherwise\": \"reject\", or leave them out.");
    }
}

/// <summary>Lets a message go on, or not.</summary>
internal sealed class Filter(FilterConfig config) : IStep
{
    private readonly Condition _when = Condition.From(config.When!);

    public StepResult Apply(StepContext context)
    {
        if (_when.Holds(context))
            return StepResult.Continue;
        if (config.Otherwise == FilterOutcome.Reject)
            return context.Reject(config.Code ?? 207, config.Path, config.Description ?? "The message does not fulfil the condition of this filter; hub try shows which part.");
        context.Trace?.Note("filtered");
        return StepResult.Filter;
    }
}
