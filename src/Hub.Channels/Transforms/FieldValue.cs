using Hub.Channels.Data;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Formats.Json;

namespace Hub.Channels.Transforms;

/// <summary>What a step writes: <c>value</c>, text that is escaped, or <c>encoded</c>, ER7 with the standard delimiters.</summary>
internal sealed class FieldValue(ValueTemplate? value, ValueTemplate? encoded)
{
    /// <summary>The bytes for a message.</summary>
    public byte[] Bytes(StepContext context) =>
        encoded is null ? context.Message.Encode(value!.Evaluate(context)) : encoded.EvaluateEncoded(context);

    /// <summary>Writes it to a place.</summary>
    public void Write(StepContext context, MessagePath path)
    {
        if (encoded is null)
            context.SetText(path, value!.Evaluate(context));
        else
            context.SetEncoded(path, encoded.EvaluateEncoded(context));
    }

    /// <summary>Finds what is wrong in the two members, for a place of any data type.</summary>
    public static IEnumerable<ConfigProblem> Check(MessagePath path, ValueTemplate? value, ValueTemplate? encoded)
    {
        if (path.Hl7 is not null)
            return Check(value, encoded);
        if (value is null == encoded is null)
            return [new(ProblemCodes.StepMembers, value is null ? "" : "encoded", "Give exactly one of \"value\" (text) and \"encoded\" (JSON, in a JSON message).")];
        return encoded is null || path.Place is JsonPath ? [] : [new(ProblemCodes.EncodedDataType, "encoded", "\"encoded\" writes ER7 or JSON, and the message is neither here. Write text with \"value\".")];
    }

    /// <summary>Finds what is wrong in the two members.</summary>
    public static IEnumerable<ConfigProblem> Check(ValueTemplate? value, ValueTemplate? encoded)
    {
        if (value is null == encoded is null)
            yield return new(ProblemCodes.StepMembers, value is null ? "" : "encoded", "Give exactly one of \"value\" (text, escaped where it has to be) and \"encoded\" (ER7 as written with ^~\\&).");
        if (Holds(value, "^~"))
            yield return new(ProblemCodes.Delimiter, "value", $"\"{value}\" has a ^ or ~, which \"value\" would write as an escaped character. To make components or repetitions, write \"encoded\": \"{value}\".");
        if (Holds(encoded, "|\r\n"))
            yield return new(ProblemCodes.Delimiter, "encoded", $"\"{encoded}\" has a | or a line end, which no field can hold. Write \\F\\ for the character |.");
    }

    private static bool Holds(ValueTemplate? template, string characters) =>
        template is not null && template.Literals.Any(literal => literal.AsSpan().ContainsAny(characters));
}
