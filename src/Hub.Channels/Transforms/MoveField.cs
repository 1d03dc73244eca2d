using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Contracts;

namespace Hub.Channels.Transforms;

/// <summary>Copies what stands at one place to another and takes it away there.</summary>
/// <example><code>{ "type": "moveField", "from": "PV1-19", "to": "PV1-50" }</code></example>
public sealed record MoveFieldConfig : StepConfig
{
    /// <summary>The place to move from; at least as deep as <c>to</c>.</summary>
    public required MessagePath From { get; init; }

    /// <summary>The place to move to. When <c>from</c> is not populated, this is not either afterwards.</summary>
    public required MessagePath To { get; init; }

    public override IEnumerable<ConfigProblem> Check() => Places.CheckCopy(From, To);
}

/// <summary>Moves a place.</summary>
internal sealed class MoveField(MoveFieldConfig config) : IStep
{
    public StepResult Apply(StepContext context)
    {
        context.Move(config.From, config.To);
        return StepResult.Continue;
    }
}
