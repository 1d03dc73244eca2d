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
