using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Data;

/// <summary>What must hold between the data type of a source and its other members.</summary>
internal static class SourceChecks
{
    public static IEnumerable<ConfigProblem> Check(ListenerConfig source)
    {
        DataType type = source.DataType;
        if (source.Accept is not null && type != DataType.Hl7v2)
            yield return new(ProblemCodes.AcceptDataType, "accept", $"\"accept\" looks at the header of HL7 v2, and the messages are {MessageFormat.NameOf(type)}. Use a filter step with \"otherwise\": \"reject\".");
        if (Hl7CharacterSet.Find(source.FallbackCharacterSet) is null)
            yield return new(ProblemCodes.FallbackCharacterSet, "fallbackCharacterSet", $"There is no character set \"{source.FallbackCharacterSet}\" in table 0211 of HL7. Give a name of that table, for example \"8859/1\" or \"SHIFT_JIS\", or leave it out.");
        if (source.SequenceNumbers && type != DataType.Hl7v2)
            yield return new(ProblemCodes.AnswersDataType, "sequenceNumbers", $"Sequence numbers are in the header of HL7 v2 (MSH-13), and the messages are {MessageFormat.NameOf(type)}. Leave it out.");
        if (source.ApplicationAck != ListenerConfig.SameConnection && type != DataType.Hl7v2)
            yield return new(ProblemCodes.AnswersDataType, "applicationAck", $"Application answers are asked for in the header of HL7 v2 (MSH-16), and the messages are {MessageFormat.NameOf(type)}. Leave it out.");
        if (source.Delimited is not null && type != DataType.Delimited)
            yield return new(ProblemCodes.DataTypeSettings, "delimited", $"\"delimited\" says how rows are written, and the messages are {MessageFormat.NameOf(type)}. Set \"dataType\": \"delimited\", or leave it out.");
        if (source.FixedWidth is not null && type != DataType.FixedWidth)
            yield return new(ProblemCodes.DataTypeSettings, "fixedWidth", $"\"fixedWidth\" says how rows are written, and the messages are {MessageFormat.NameOf(type)}. Set \"dataType\": \"fixedWidth\", or leave it out.");
        if (source.FixedWidth is null && type == DataType.FixedWidth)
            yield return new(ProblemCodes.DataTypeSettings, "", "Fixed-width messages need \"fixedWidth\", which says where their fields stand: { \"fields\": [{ \"name\": \"id\", \"start\": 1, \"length\": 10 }] }.");
        if (source.HeaderPaths is not null)
        {
            foreach (ConfigProblem problem in type is DataType.Hl7v2 or DataType.Raw ? WithoutPaths(type) : CheckPaths(source.HeaderPaths, MessageFormat.Of(source)))
                yield return problem;
        }
    }

    private static ConfigProblem[] WithoutPaths(DataType type) => [new(ProblemCodes.HeaderPath, "headerPaths", type == DataType.Raw
        ? "Raw bytes have no places to read. Leave it out."
        : "The header of HL7 v2 is read as the standard says. Leave it out.")];

    private static IEnumerable<ConfigProblem> CheckPaths(HeaderPathsConfig paths, MessageFormat format)
    {
        foreach ((string name, string? text) in new[] { ("controlId", paths.ControlId), ("type", paths.Type), ("sender", paths.Sender), ("version", paths.Version) })
        {
            if (text is null)
                continue;
            if (!MessagePath.TryParse(text, format, out MessagePath? path, out string? error))
                yield return new(ProblemCodes.HeaderPath, $"headerPaths.{name}", error);
            else if (path.IsMany)
                yield return new(ProblemCodes.HeaderPath, $"headerPaths.{name}", $"{path} is many places. Name one.");
        }
    }
}
