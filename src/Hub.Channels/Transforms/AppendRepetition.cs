using Hub.Channels.Config;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Transforms;

/// <summary>Adds a repetition at the end of a field.</summary>
/// <example><code>{ "type": "appendRepetition", "path": "PID-3", "encoded": "${PID-2.1}^^^HOSPITAL^PI" }</code></example>
public sealed record AppendRepetitionConfig : StepConfig
{
    /// <summary>The field, <c>PID-3</c>.</summary>
    public required FieldPath Path { get; init; }

    /// <summary>The text; delimiters in it are escaped.</summary>
    public ValueTemplate? Value { get; init; }

    /// <summary>ER7 as it would stand in a message with <c>^~\&amp;</c>.</summary>
    public ValueTemplate? Encoded { get; init; }

    public override bool Takes(DataType type) => type == DataType.Hl7v2;

    public override IEnumerable<ConfigProblem> Check()
    {
        if (Places.DepthOf(Path) > 1)
            yield return new(ProblemCodes.Place, "path", $"{Path} is part of a field, and only fields repeat. Write \"{Path.Segment}-{Path.Field}\".");
        foreach (ConfigProblem problem in Places.CheckOneField(Path, "path").Concat(FieldValue.Check(Value, Encoded)))
            yield return problem;
    }
}

/// <summary>Adds a repetition.</summary>
internal sealed class AppendRepetition(AppendRepetitionConfig config) : IStep
{
    private readonly FieldValue _value = new(config.Value, config.Encoded);

    public StepResult Apply(StepContext context)
    {
        byte[] repetition = _value.Bytes(context);
        context.Message.AppendRepetition(config.Path, repetition, context.Scope);
        context.Trace?.Note($"{config.Path} now has \"{context.Message.CharacterSet.Show(repetition)}\" at its end");
        return StepResult.Continue;
    }
}
