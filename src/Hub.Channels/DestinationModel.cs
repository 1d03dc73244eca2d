using Hub.Channels.Config;
using Hub.Channels.Destinations.Channels;
using Hub.Channels.Filters;
using Hub.Channels.Steps;
using Hub.Channels.Transforms;
using Hub.Channels.Validation;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;

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

    /// <summary>Finds the lane of bytes that did not come through the destination's steps: a person edited them, or they were for another destination.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="message">The message that they belong to.</param>
    /// <param name="part">Which part of it they are.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="now">The time.</param>
    /// <param name="lane">The lane's number.</param>
    /// <returns>Why the destination cannot send them, without content; null when it can.</returns>
    public string? CheckContent(string channel, MessageId message, MessagePart part, ReadOnlyMemory<byte> content, DateTimeOffset now, out long lane)
    {
        lane = 0;
        if (HandsTo is { } next)
            return $"it hands messages to channel {next} and sends nothing itself";
        StepContext context = new() { Id = message, Channel = channel, Now = now, Part = part, Step = Place };
        if (!Config.Format.IsUnknown && !context.TryRead(content, Config.Format))
            return $"the bytes are not {(Config.Format.Type == DataType.Hl7v2 ? "an HL7 v2 message" : Config.Format.Name)} that can be read";
        try
        {
            lane = LaneKey?.NumberOf(context) ?? 0;
            return null;
        }
        catch (Exception failure) when (failure is StepException or Hl7FormatException or DocumentException)
        {
            return $"its lane cannot be made of them: {failure.Message}";
        }
    }

    internal static DestinationModel Build(DestinationConfig config, string path, ComponentCatalog catalog, LookupTables tables) =>
        new(config, StepList.Build(config.Steps, $"{path}.steps", catalog, tables), $"{path} {config.Id}", tables.Folder);
}
