using Hub.Channels.Config;
using Hub.Channels.Values;
using Hub.Contracts;

namespace Hub.Channels.Transforms;

/// <summary>
/// Keeps a text under a name for the steps that follow: <c>${var:ward}</c> in their values, <c>"variable": "ward"</c> in their conditions. Before it is set it is empty.
/// What a destination's own steps set, they alone see.
/// </summary>
/// <example><code>{ "type": "setVariable", "name": "ward", "value": "${PV1-3.1}" }</code></example>
public sealed record SetVariableConfig : StepConfig
{
    /// <summary>The name: a letter, then letters, digits, <c>-</c> and <c>_</c>, at most 64 in all.</summary>
    public required string Name { get; init; }

    /// <summary>The text.</summary>
    public required ValueTemplate Value { get; init; }

    public override IEnumerable<ConfigProblem> Check() =>
        VariableNames.Check(Name) is { } error ? [new(ProblemCodes.VariableName, "name", error)] : [];
}

/// <summary>Keeps a text.</summary>
internal sealed class SetVariable(SetVariableConfig config) : IStep
{
    public StepResult Apply(StepContext context)
    {
        string value = config.Value.Evaluate(context);
        context.Variables.Set(config.Name, value);
        context.Trace?.Note($"variable {config.Name} = \"{value}\"");
        return StepResult.Continue;
    }
}
