using System.Collections;
using Hub.Channels.Filters;
using Hub.Channels.Scripts;
using Hub.Channels.Splitting;
using Hub.Channels.Values;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>What must hold between the steps of a channel, and between them and its destinations.</summary>
internal static class StepChecks
{
    public static void Check(ChannelFile file)
    {
        string[] destinations = [.. DestinationIds(file)];
        foreach ((string path, object record) in file.Records)
        {
            if (record is RouteConfig route)
                CheckRoute(file, path, route, destinations);
            if (record is SplitMessageConfig split)
                CheckSplit(file, path, split);
        }

        CheckVariables(file);
    }

    private static IEnumerable<string> DestinationIds(ChannelFile file) =>
        file.Root.Member("destinations") is { Kind: NodeKind.Array } list
            ? list.Items.Select(item => file.TextOf(item.Member("id"))).OfType<string>()
            : [];

    private static void CheckRoute(ChannelFile file, string path, RouteConfig route, string[] destinations)
    {
        if (IsOfDestination(path))
            Add(file, path, ProblemCodes.StepPlace, "A route chooses among destinations and cannot stand in the steps of one. Put it into the channel's steps, or use the destination's \"when\".");
        for (int i = 0; i < route.To.Count; i++)
        {
            if (destinations.Length > 0 && !destinations.Contains(route.To[i]))
                Add(file, $"{path}.to[{i}]", ProblemCodes.RouteUnknown, $"No destination has the id {Quoted.Text(route.To[i])}. {Meant(route.To[i], destinations)}");
        }
    }

    private static void CheckSplit(ChannelFile file, string path, SplitMessageConfig split)
    {
        if (path.Count(letter => letter == '[') > 1)
            Add(file, path, ProblemCodes.StepPlace, "splitMessage divides the message for all destinations and cannot stand in the steps of one, or in a forEach. Put it into the channel's steps.");
        else if (split.By == SplitBy.Batch && path != "$.steps[0]")
            Add(file, path, ProblemCodes.StepPlace, "A batch has to be divided before any other step can read its messages. Make this the channel's first step.");
    }

    // A name that a step sets counts although the step has another mistake: one mistake, one problem.
    private static void CheckVariables(ChannelFile file)
    {
        HashSet<string> set = [.. NamesSet(file.Root), .. file.Records.Values.OfType<ScriptConfig>().SelectMany(script => script.Variables(file.Folder))];
        foreach ((string path, string name, bool isTooLate) in file.Records.SelectMany(record => Uses(record.Key, record.Value)))
        {
            if (isTooLate)
                Add(file, path, ProblemCodes.VariableTooLate, $"${{var:{name}}} cannot be used here: this value is made when a message is sent or answered, and variables are gone by then. Write the value to a field with setField, and name the field here.");
            else if (!set.Contains(name))
                Add(file, path, ProblemCodes.VariableNeverSet, $"No step sets the variable {Quoted.Text(name)}. {(set.Count == 0 ? $"Set it with {{ \"type\": \"setVariable\", \"name\": {Quoted.Text(name)}, \"value\": … }}." : Meant(name, set))}");
        }
    }

    private static IEnumerable<string> NamesSet(JsonTreeNode node)
    {
        if (node.Member("type") is { Kind: NodeKind.Text, Text: "setVariable" } && node.Member("name") is { Kind: NodeKind.Text } name)
            yield return name.Text;
        foreach (string found in node.Members.Select(member => member.Value).Concat(node.Items).SelectMany(NamesSet))
            yield return found;
    }

    private static IEnumerable<(string Path, string Name, bool IsTooLate)> Uses(string path, object record)
    {
        if (record is ConditionConfig { Variable: { } tested })
            yield return ($"{path}.variable", tested, false);
        foreach (RecordMember member in RecordShape.Of(record.GetType()).Members)
        {
            // The only values of a destination, and of a source, that are made in the pipeline are its lane and its steps.
            bool isTooLate = (path.StartsWith("$.source", StringComparison.Ordinal) || IsOfDestination(path)) && !path.Contains(".steps[", StringComparison.Ordinal) && member.Type != typeof(LaneKey);
            foreach ((string place, ValueTemplate value) in Values($"{path}.{member.Name}", member.Property.GetValue(record)))
            {
                foreach (string name in value.Variables)
                    yield return (place, name, isTooLate);
            }
        }
    }

    private static IEnumerable<(string Path, ValueTemplate Value)> Values(string path, object? value) => value switch
    {
        ValueTemplate template => [(path, template)],
        LaneKey lane => [(path, lane.Value)],
        IReadOnlyList<ValueTemplate> list => list.Select((template, i) => ($"{path}[{i}]", template)),
        IDictionary named => named.Keys.Cast<object>().SelectMany(key => Values($"{path}.{key}", named[key])),
        _ => [],
    };

    private static bool IsOfDestination(string path) => path.StartsWith("$.destinations[", StringComparison.Ordinal);

    private static string Meant(string word, IEnumerable<string> known) =>
        Nearest.To(word, known) is { } near ? $"Did you mean {Quoted.Text(near)}?" : $"Name one of {Quoted.List(known)}.";

    private static void Add(ChannelFile file, string path, int code, string text) =>
        file.Add(new(file.Root.LineOf(path), code, path, text));
}
