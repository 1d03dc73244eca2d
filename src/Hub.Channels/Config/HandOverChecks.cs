using Hub.Channels.Data;
using Hub.Channels.Destinations.Channels;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>
/// Channels that hand messages to others: the others have to be there and to take such messages, and no way may lead back to where it began, because such
/// a message would never come to an end.
/// </summary>
internal static class HandOverChecks
{
    /// <param name="files">All files of a folder.</param>
    public static void Check(IReadOnlyList<ChannelFile> files)
    {
        string[] ids = [.. files.Select(file => file.Id).OfType<string>()];
        ILookup<string, string> ways = files.Where(file => file.Id is not null).SelectMany(file => Hops(file).Select(hop => (file.Id, hop.To))).ToLookup(way => way.Id!, way => way.To);
        foreach (ChannelFile file in files)
            file.Guard(() => Check(file, files, ids, ways));
    }

    private static void Check(ChannelFile file, IReadOnlyList<ChannelFile> files, string[] ids, ILookup<string, string> ways)
    {
        foreach ((JsonTreeNode node, string to) in Hops(file))
            Check(file, node, to, ids, ways);
        foreach ((string path, object record) in file.Records)
        {
            if (record is ChannelDestinationConfig destination)
                CheckDataType(file, path, destination, files);
        }
    }

    // Raw bytes may be anything, so a channel of raw bytes takes all and may hand on to any; what they are the other channel finds out.
    private static void CheckDataType(ChannelFile file, string path, ChannelDestinationConfig destination, IReadOnlyList<ChannelFile> files)
    {
        MessageFormat handed = destination.Format;
        ChannelFile? other = files.FirstOrDefault(other => other.Id == destination.Channel);
        // A data type that could not be read has its own problem.
        if (handed.IsUnknown || other?.Source is not { } source || (other.Root.Member("source")?.Member("dataType")?.Text ?? "hl7v2") != RecordShape.Word(source.DataType))
            return;
        if (handed.Type == source.DataType || handed.Type == DataType.Raw || source.DataType == DataType.Raw)
            return;
        string place = $"{path}.channel";
        file.Add(new(file.Root.LineOf(place), ProblemCodes.HandOverDataType, place, $"The channel {Quoted.Text(destination.Channel)} takes {MessageFormat.NameOf(source.DataType)}, and the message is {handed.Name} after the steps of this destination. {Remedy(handed, source.DataType)}"));
    }

    private static string Remedy(MessageFormat handed, DataType wanted) => handed.Conversions.Contains(wanted)
        ? $"Add the step {{ \"type\": \"convert\", \"to\": {Quoted.Text(RecordShape.Word(wanted))}{Members(handed.Type, wanted)} }} to this destination, or set \"dataType\": {Quoted.Text(RecordShape.Word(handed.Type))} in the source of that channel."
        : $"Set \"dataType\": {Quoted.Text(RecordShape.Word(handed.Type))} in the source of that channel, or name another channel.";

    // Between HL7 v2 and JSON it is FHIR, which the step has to say.
    private static string Members(DataType from, DataType to) => (from, to) switch
    {
        (DataType.Json, DataType.Hl7v2) => ", \"hl7\": {}",
        (DataType.Hl7v2, DataType.Json) => ", \"fhir\": {}",
        _ => "",
    };

    private static void Check(ChannelFile file, JsonTreeNode hop, string to, string[] ids, ILookup<string, string> ways)
    {
        if (!ids.Contains(to))
        {
            string meant = Nearest.To(to, ids) is { } near ? $"Did you mean {Quoted.Text(near)}?" : $"Known are {Quoted.List(ids, "and")}.";
            file.Add(FileProblem.At(hop, ProblemCodes.HandOver, $"No channel has the id {Quoted.Text(to)}. {meant}"));
        }
        else if (file.Id is { } id && Way(to, id, ways, [id]) is { } way)
        {
            file.Add(FileProblem.At(hop, ProblemCodes.HandOver, $"Messages would go round for ever: {string.Join(" → ", way)}. Hand them to a channel that does not lead back here."));
        }
    }

    // The channels from one to another, both ends included; null when there is no way.
    private static List<string>? Way(string from, string to, ILookup<string, string> ways, List<string> gone)
    {
        if (from == to)
            return [.. gone, to];
        if (gone.Contains(from))
            return null;
        return ways[from].Select(next => Way(next, to, ways, [.. gone, from])).FirstOrDefault(way => way is not null);
    }

    private static IEnumerable<(JsonTreeNode Node, string To)> Hops(ChannelFile file) =>
        (file.Root.Member("destinations") is { Kind: NodeKind.Array } destinations ? destinations.Items : [])
            .Where(destination => destination.Member("type") is { Kind: NodeKind.Text, Text: "channel" })
            .Select(destination => destination.Member("channel")).Where(channel => file.TextOf(channel) is not null).Select(channel => (channel!, file.TextOf(channel)!));
}
