using Hub.Channels.Config;
using Hub.Channels.Data;
using Hub.Channels.Values;
using Hub.Contracts;

namespace Hub.Channels.Transforms;

/// <summary>Writes a value to a place. Segment, field, repetition and component are made as needed.</summary>
/// <example><code>{ "type": "setField", "path": "MSH-5", "value": "${env:LAB_NAME}" }</code></example>
public sealed record SetFieldConfig : StepConfig
{
    /// <summary>The place, <c>MSH-5</c>; with <c>[*]</c> every repetition there is.</summary>
    public required MessagePath Path { get; init; }

    /// <summary>The text; delimiters in it are escaped. Empty makes the place not populated, two quotation marks write HL7 null.</summary>
    public ValueTemplate? Value { get; init; }

    /// <summary>ER7 as it would stand in a message with <c>^~\&amp;</c>, <c>${PID-2.1}^^^NHS^NH</c>; written with the message's own delimiters. Fields come as they stand. In JSON: JSON, <c>{ "id": ${patient.id}, "at": ${now} }</c>.</summary>
    public ValueTemplate? Encoded { get; init; }

    public override IEnumerable<ConfigProblem> Check() => Places.CheckField(Path, "path").Concat(FieldValue.Check(Path, Value, Encoded));
}

/// <summary>Writes a value to a place.</summary>
internal sealed class SetField(SetFieldConfig config) : IStep
{
    private readonly MessagePath _path = config.Path;
    private readonly FieldValue _value = new(config.Value, config.Encoded);

    public StepResult Apply(StepContext context)
    {
        _value.Write(context, _path);
        return StepResult.Continue;
    }
}
