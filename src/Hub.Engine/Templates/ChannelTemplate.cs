using Hub.Channels.Config;

namespace Hub.Engine.Templates;

// A template is a source and a destination put together, so a new half makes a template with each of the other side. None of them
// changes messages: what a person has not asked for is not done to them, and the first step is theirs to write.

/// <summary>What <c>hub new</c> makes a channel from: <c>mllp-to-file</c>.</summary>
/// <param name="Source">Brings messages in.</param>
/// <param name="Destination">Takes them out.</param>
internal sealed record ChannelTemplate(SourcePart Source, DestinationPart Destination)
{
    /// <summary>All of them, by source.</summary>
    public static IReadOnlyList<ChannelTemplate> All { get; } = [.. SourcePart.All.SelectMany(source => DestinationPart.All.Select(destination => new ChannelTemplate(source, destination)))];

    /// <summary>Its name.</summary>
    public string Name => $"{Source.Name}-to-{Destination.Name}";

    /// <summary>What it is, to choose by.</summary>
    public string Means => $"{Source.Means} {Destination.Means}";

    /// <summary>Finds one by its name.</summary>
    public static ChannelTemplate? Find(string name) => All.FirstOrDefault(template => template.Name == name);

    /// <summary>What to say to a name that is none.</summary>
    public static string Explain(string name)
    {
        string[] names = [.. All.Select(template => template.Name)];
        return $"There is no template \"{name}\". {(Nearest.To(name, names) is { } near ? $"Did you mean {near}? " : "")}There are: {string.Join(", ", names)}.";
    }
}
