using Hub.Channels.Config;
using Hub.Channels.Destinations.Channels;
using Hub.Channels.Filters;
using Hub.Channels.Steps;
using Hub.Channels.Transforms;
using Hub.Channels.Validation;
using Hub.Channels.Values;
using Hub.Contracts;

namespace Hub.Channels;

/// <summary>A destination of a channel, ready to be given messages.</summary>
public sealed class DestinationModel
{
    private DestinationModel(DestinationConfig config, StepList steps, string place, string folder)
    {
        Folder = folder;
        Config = config;
        Steps = steps;
        Place = place;
        When = config.When is null ? null : Condition.From(config.When);
        Validation = MessageValidation.At(config.Validate, folder);
    }

    /// <summary>The destination's id.</summary>
    public string Id => Config.Id;

    /// <summary>What the file says.</summary>
    public DestinationConfig Config { get; }

    /// <summary>The folder of the channel file, which names of files are relative to.</summary>
    public string Folder { get; }

    /// <summary>What messages are kept in order by; null when all of them are.</summary>
    public LaneKey? LaneKey => Config.Lane;

    /// <summary>How many lanes may send at the same time.</summary>
    public int MaxConnections => Config.Lane is null ? 1 : Config.MaxConnections ?? 4;

    /// <summary>The channel that takes its messages over; null when they are sent.</summary>
    public string? HandsTo => (Config as ChannelDestinationConfig)?.Channel;

    /// <summary>Only messages for which this holds; null for all.</summary>
    internal Condition? When { get; }

    /// <summary>Its own steps.</summary>
    internal StepList Steps { get; }

    /// <summary>What checks messages after its steps; null when nothing does.</summary>
    internal MessageValidation? Validation { get; }

    /// <summary>Its place in the file and its id, for explanations.</summary>
    internal string Place { get; }

    internal static DestinationModel Build(DestinationConfig config, string path, ComponentCatalog catalog, LookupTables tables) =>
        new(config, StepList.Build(config.Steps, $"{path}.steps", catalog, tables), $"{path} {config.Id}", tables.Folder);
}
