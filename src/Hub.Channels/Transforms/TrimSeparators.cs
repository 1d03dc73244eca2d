using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Transforms;

/// <summary>
/// Removes, everywhere, separators at the end of segments and repetitions that nothing follows: <c>SMITH^JOHN^^^</c> becomes <c>SMITH^JOHN</c>.
/// Empty repetitions stay, because they count.
/// </summary>
/// <example><code>{ "type": "trimSeparators" }</code></example>
public sealed record TrimSeparatorsConfig : StepConfig
{
    public override bool Takes(DataType type) => type == DataType.Hl7v2;
}

/// <summary>Removes separators that nothing follows.</summary>
internal sealed class TrimSeparators : IStep
{
    public StepResult Apply(StepContext context)
    {
        context.Message.TrimSeparators();
        context.Trace?.Note("separators at ends removed");
        return StepResult.Continue;
    }
}
