using System.Text.RegularExpressions;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>
/// What must hold within one channel beyond its single records. It looks at the values of the file with settings filled in, not at the
/// decoded channel, so that it also finds its part when other things are wrong.
/// </summary>
internal static partial class ChannelChecks
{
    private const string Form = "Use small letters, digits and hyphens, at most 64, a letter or digit first and last";

    public static void Check(ChannelFile file)
    {
        JsonTreeNode root = file.Root;
        if (root.Member("id") is { Kind: NodeKind.Text } id && file.Id is { } own)
            CheckForm(file, id, own, ProblemCodes.ChannelIdForm);
        if (root.Member("probe") is { Kind: NodeKind.Object } probe && root.Member("source")?.Member("type") is { Kind: NodeKind.Text, Text: "channel" })
            file.Add(FileProblem.At(probe, ProblemCodes.Probe, "This channel gets its messages from another channel and opens no port, so there is no door to knock at. Leave \"probe\" out."));
        if (root.Member("destinations") is not { Kind: NodeKind.Array } destinations)
            return;
        if (destinations.Items.Count == 0)
            file.Add(FileProblem.At(destinations, ProblemCodes.NoDestination, "The channel has no destination, so its messages would go nowhere. Add one: { \"id\": …, \"type\": … }."));
        (JsonTreeNode Node, string Text)[] ids = [.. destinations.Items.Select(destination => destination.Member("id")).Where(id => file.TextOf(id) is not null).Select(id => (id!, file.TextOf(id)!))];
        CheckDestinationIds(file, ids);
        CheckAcknowledgeBy(file, [.. ids.Select(id => id.Text)]);
        CheckDecisive(file, destinations);
        ApplicationAckChecks.Check(file, destinations);
    }

    private static void CheckDestinationIds(ChannelFile file, (JsonTreeNode Node, string Text)[] ids)
    {
        Dictionary<string, JsonTreeNode> seen = [];
        foreach ((JsonTreeNode id, string text) in ids)
        {
            CheckForm(file, id, text, ProblemCodes.DestinationIdForm);
            if (!seen.TryAdd(text, id))
                file.Add(FileProblem.At(id, ProblemCodes.DestinationIdDoubled, $"Another destination has the id {Quoted.Text(text)} already (line {seen[text].Line}). Give this one another id."));
        }
    }

    private static void CheckAcknowledgeBy(ChannelFile file, string[] known)
    {
        if (file.Root.Member("source")?.Member("acknowledgeBy") is not { } by || file.TextOf(by) is not { } named || known.Length == 0 || known.Contains(named))
            return;
        string meant = Nearest.To(named, known) is { } near ? $"Did you mean {Quoted.Text(near)}?" : $"Name one of {Quoted.List(known)}.";
        file.Add(FileProblem.At(by, ProblemCodes.AcknowledgeByUnknown, $"No destination has the id {Quoted.Text(named)}. {meant}"));
    }

    // Protocol A12: what is handed over is in the other channel's hands at once, so no answer of a receiver could be waited for.
    private static void CheckDecisive(ChannelFile file, JsonTreeNode destinations)
    {
        if (file.Root.Member("source") is not { } source || source.Member("acknowledge") is not { Kind: NodeKind.Text, Text: "delivered" } delivered)
            return;
        JsonTreeNode? by = source.Member("acknowledgeBy");
        // Without a name the first that a message goes to decides, which conditions and routes may make any of them.
        bool decides = destinations.Items.Any(item => item.Member("type") is { Kind: NodeKind.Text, Text: "channel" } && (by is null || (file.TextOf(item.Member("id")) is { } id && id == file.TextOf(by))));
        if (decides)
            file.Add(FileProblem.At(by ?? delivered, ProblemCodes.AcknowledgeByChannel, "A destination whose answer decides hands messages to another channel, and there is no answer of a receiver to wait for. Name a destination of another type in \"acknowledgeBy\", or set \"acknowledge\" to \"processed\"."));
    }

    private static void CheckForm(ChannelFile file, JsonTreeNode id, string text, int code)
    {
        if (IdForm().IsMatch(text))
            return;
        string likely = Others().Replace(text.ToLowerInvariant(), "-").Trim('-');
        string remedy = IdForm().IsMatch(likely) ? $", for example {Quoted.Text(likely)}." : ".";
        file.Add(FileProblem.At(id, code, $"{Quoted.Text(text)} cannot be an id. {Form}{remedy}"));
    }

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex IdForm();

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Others();
}
