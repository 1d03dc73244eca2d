using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Transforms;

/// <summary>Takes a place away: a field or component becomes not populated ("no statement", not HL7 null), a repetition goes altogether.</summary>
/// <example><code>{ "type": "deleteField", "path": "PID-19" }</code></example>
public sealed record DeleteFieldConfig : StepConfig
{
    /// <summary>The place, <c>PID-19</c>, <c>PID-3[2]</c> or <c>PID-13[*].4</c>.</summary>
    public required FieldPath Path { get; init; }

    public override IEnumerable<ConfigProblem> Check() =>
        Path.Field == 0 ? [new(ProblemCodes.Place, "path", $"{Path} is a whole segment. Use the step deleteSegment.")] : Places.CheckField(Path, "path");
}

/// <summary>Takes a place away.</summary>
internal sealed class DeleteField(DeleteFieldConfig config) : IStep
{
    public StepResult Apply(StepContext context)
    {
        context.Delete(config.Path);
        return StepResult.Continue;
    }
}
