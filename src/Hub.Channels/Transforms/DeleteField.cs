using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Contracts;
using Hub.Formats.Tables;

namespace Hub.Channels.Transforms;

/// <summary>Takes a place away: a field or component becomes not populated ("no statement", not HL7 null), a repetition, a member or item of JSON, an element or attribute of XML and a row go altogether.</summary>
/// <example><code>{ "type": "deleteField", "path": "PID-19" }</code></example>
public sealed record DeleteFieldConfig : StepConfig
{
    /// <summary>The place, <c>PID-19</c>, <c>PID-3[2]</c> or <c>PID-13[*].4</c>.</summary>
    public required MessagePath Path { get; init; }

    public override IEnumerable<ConfigProblem> Check() => Path switch
    {
        { Hl7.Field: 0 } => [new(ProblemCodes.Place, "path", $"{Path} is a whole segment. Use the step deleteSegment.")],
        { Place: TablePath } => [],
        _ => Places.CheckField(Path, "path"),
    };
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
