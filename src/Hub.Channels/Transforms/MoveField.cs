using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Transforms;

/// <summary>Copies what stands at one place to another and takes it away there.</summary>
/// <example><code>{ "type": "moveField", "from": "PV1-19", "to": "PV1-50" }</code></example>
public sealed record MoveFieldConfig : StepConfig
{
    /// <summary>The place to move from; at least as deep as <c>to</c>.</summary>
    public required FieldPath From { get; init; }

    /// <summary>The place to move to. When <c>from</c> is not populated, this is not either afterwards.</summary>
    public required FieldPath To { get; init; }

    public override IEnumerable<ConfigProblem> Check() => Places.CheckCopy(From, To);
}

/// <summary>Moves a place.</summary>
internal sealed class MoveField(MoveFieldConfig config) : IStep
{
    public StepResult Apply(StepContext context)
    {
        // Taken away first: one place may lie within the other (PID-3[2] to PID-3).
        byte[] value = context.Message.GetRaw(config.From, context.Scope).ToArray();
        context.Delete(config.From);
        context.Write(config.To, value);
        return StepResult.Continue;
    }
}
