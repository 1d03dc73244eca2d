using Hub.Channels.Config;
using Hub.Channels.Filters;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Transforms;

/// <summary>
/// Makes a new message from the one that came, for a change of version: what no rule writes is left behind. It begins with nothing but the delimiters,
/// in the delimiters and character set of the source. Conditions and <c>${…}</c> look at the source. Segments stand in the order in which they are first written.
/// At the end separators that nothing follows are removed, and segments without a populated field left out.
/// </summary>
/// <example><code>{ "type": "build", "rules": [ { "copy": "MSH-7" }, { "copy": "MSH-9" }, { "copy": "MSH-10" }, { "copy": "MSH-11" }, { "set": "MSH-12", "value": "2.5.1" }, { "copy": "PID-3" }, { "copy": "PID-5" } ] }</code></example>
public sealed record BuildConfig : StepConfig
{
    /// <summary>The rules, applied in order.</summary>
    public required IReadOnlyList<BuildRuleConfig> Rules { get; init; }

    public override bool Takes(DataType type) => type == DataType.Hl7v2;

    public override IEnumerable<ConfigProblem> Check()
    {
        if (Rules.Count == 0)
            yield return new(ProblemCodes.StepMembers, "rules", "There are no rules, so the new message would be empty. Add some, for example { \"copy\": \"PID-3\" }.");
    }
}

/// <summary>Makes a new message.</summary>
internal sealed class Build(BuildConfig config) : IStep
{
    private readonly (Condition? When, IBuildRule Rule)[] _rules =
        [.. config.Rules.Select(rule => (rule.When is null ? null : Condition.From(rule.When), rule.Make()))];

    public StepResult Apply(StepContext context)
    {
        Hl7Message target = context.Message.NewLike();
        foreach ((Condition? when, IBuildRule rule) in _rules)
        {
            if (when is null || when.Holds(context))
                rule.Apply(context, target);
        }

        target.TrimSeparators();
        RemoveEmptySegments(target);
        context.Message = target;
        return StepResult.Continue;
    }

    private static void RemoveEmptySegments(Hl7Message target)
    {
        Hl7Delimiters used = target.Delimiters;
        for (int i = target.SegmentCount - 1; i > 0; i--)
        {
            ReadOnlySpan<byte> fields = target.SegmentBytes(i).Span[3..];
            if (fields.IndexOfAnyExcept([used.Field, used.Repetition, used.Component, used.Subcomponent]) < 0)
                target.RemoveSegment(i);
        }
    }
}
