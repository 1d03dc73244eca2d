using Hub.Channels.Config;
using Hub.Channels.Transforms;
using Hub.Contracts;

namespace Hub.Channels.Data;

/// <summary>How what messages are goes on through a channel file, from record to record in the order of the file.</summary>
internal static class MessageFormats
{
    /// <summary>What messages are after a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="node">Its object in the file.</param>
    /// <param name="before">What they were before it.</param>
    /// <param name="within">What they are after the records within it.</param>
    /// <param name="isWhole">Whether all its members could be read.</param>
    public static MessageFormat After(object record, JsonTreeNode node, MessageFormat before, MessageFormat within, bool isWhole) => record switch
    {
        ListenerConfig when !isWhole && node.Member("dataType") is not null => Guess(node),
        ListenerConfig source => MessageFormat.Of(source),
        ConvertConfig convert when isWhole => convert.After(before),
        ConvertConfig => MessageFormat.Unknown,
        StepConfig => before,
        _ => within,
    };

    /// <summary>Why a destination cannot send what the message is after its steps; null when it can.</summary>
    public static FileProblem? Refuses(DestinationConfig destination, JsonTreeNode node, MessageFormat format) => format.IsUnknown || destination.Takes(format.Type)
        ? null
        : FileProblem.At(node, ProblemCodes.DestinationDataType, $"A destination of type {destination.Type} cannot send {format.Name}, which the message is after its steps. Convert it, or use another type such as \"file\" or \"tcp\".");

    // Something else of the source is wrong. Its data type may be right all the same; prefixes and columns are then unknown.
    private static MessageFormat Guess(JsonTreeNode node) => node.Member("dataType")!.Text switch
    {
        "hl7v2" => MessageFormat.Hl7,
        "json" => new() { Type = DataType.Json },
        "raw" => new() { Type = DataType.Raw },
        _ => MessageFormat.Unknown,
    };
}
