using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Contracts;

namespace Hub.Channels.Transforms;

/// <summary>Copies what stands at one place to another, with its components and escapes.</summary>
/// <example><code>{ "type": "copyField", "from": "PID-3[1].1", "to": "PID-2.1" }</code></example>
public sealed record CopyFieldConfig : StepConfig
{
    /// <summary>The place to copy from; at least as deep as <c>to</c>.</summary>
    public required MessagePath From { get; init; }

    /// <summary>The place to copy to. When <c>from</c> is not populated, this is not either afterwards.</summary>
    public required MessagePath To { get; init; }

    public override IEnumerable<ConfigProblem> Check() => Places.CheckCopy(From, To);
}

/// <summary>Copies a place.</summary>
internal sealed class CopyField(CopyFieldConfig config) : IStep
{
    public StepResult Apply(StepContext context)
    {
        context.Copy(config.From, config.To);
        return StepResult.Continue;
    }
}
