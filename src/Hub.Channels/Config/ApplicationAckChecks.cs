using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>What must hold of the destination that gets a source's application answers (protocol A10).</summary>
internal static class ApplicationAckChecks
{
    public static void Check(ChannelFile file, JsonTreeNode destinations)
    {
        if (file.Root.Member("source") is not { } source || source.Member("applicationAck") is not { } named || file.TextOf(named) is not { } name || name == ListenerConfig.SameConnection)
            return;
        JsonTreeNode[] known = [.. destinations.Items.Where(item => file.TextOf(item.Member("id")) is not null)];
        if (known.Length == 0)
            return;
        if (known.FirstOrDefault(item => file.TextOf(item.Member("id")) == name) is not { } destination)
        {
            string[] ids = [.. known.Select(item => file.TextOf(item.Member("id"))!), ListenerConfig.SameConnection];
            string meant = Nearest.To(name, ids) is { } near ? $"Did you mean {Quoted.Text(near)}?" : $"Name one of {Quoted.List(ids)}.";
            Add(file, named, $"No destination has the id {Quoted.Text(name)}. {meant}");
            return;
        }

        CheckSource(file, source, named, known.Length);
        CheckDestination(file, source, destination);
    }

    private static void CheckSource(ChannelFile file, JsonTreeNode source, JsonTreeNode named, int destinations)
    {
        if (destinations == 1)
            Add(file, named, "This is the channel's only destination, and it gets application answers and no messages. Add one for the messages.");
        if (source.Member("acknowledge") is { Kind: NodeKind.Text, Text: "delivered" })
            Add(file, named, "Application answers to a destination are queued together with what they tell, so that none is lost, and with \"acknowledge\": \"delivered\" that is known only from the receiver's answer, later. Leave \"applicationAck\" out: the application answer then tells of the delivery on the sender's connection. Or set \"acknowledge\" to \"processed\" or \"received\": it then goes to this destination and tells that the message was processed and queued.");
        if (source.Member("acknowledgeBy") is { } by && file.TextOf(by) == file.TextOf(named))
            Add(file, by, "This destination gets application answers and no messages, so its answers decide nothing. Name another destination.");
    }

    private static void CheckDestination(ChannelFile file, JsonTreeNode source, JsonTreeNode destination)
    {
        foreach (string member in new[] { "when", "steps", "lane" })
        {
            if (destination.Member(member) is { } node)
                Add(file, node, $"This destination gets the application answers of the source as they are, so \"{member}\" means nothing here. Leave it out.");
        }

        if (destination.Member("type") is { Kind: NodeKind.Text, Text: "channel" } type)
            Add(file, type, "Application answers cannot be handed to another channel. Send them with a destination of another type.");
        bool waits = destination.Member("type") is { Text: "mllp" } && destination.Member("waitForAnswer") is not { Text: "false" };
        if (waits && source.Member("applicationAckWantsAnswer") is not { Text: "true" })
            Add(file, destination, "Application answers say that they want none themselves (MSH-15 is NE), so this destination would wait in vain. Set \"applicationAckWantsAnswer\": true in the source, or \"waitForAnswer\": false here.");
    }

    private static void Add(ChannelFile file, JsonTreeNode node, string text) => file.Add(FileProblem.At(node, ProblemCodes.ApplicationAck, text));
}
