using Hub.Channels.Config;
using Hub.Channels.Steps;
using Hub.Channels.Transforms;
using Hub.Channels.Validation;
using Hub.Contracts;

namespace Hub.Channels;

/// <summary>A channel, checked and ready to run. Made aside for each version of its file; never changed, but for its tables, which follow their files.</summary>
public sealed class ChannelModel
{
    private ChannelModel(ChannelConfig config, ChannelPipeline pipeline, IReadOnlyList<DestinationModel> destinations, IReadOnlyList<LookupTable> tables, string folder)
    {
        Folder = folder;
        Config = config;
        Pipeline = pipeline;
        Destinations = destinations;
        Tables = tables;
    }

    /// <summary>The channel's id.</summary>
    public string Id => Config.Id;

    /// <summary>What the file says.</summary>
    public ChannelConfig Config { get; }

    /// <summary>The folder of its file, which names of files are relative to.</summary>
    public string Folder { get; }

    /// <summary>What happens to each message.</summary>
    public ChannelPipeline Pipeline { get; }

    /// <summary>Where messages go, in the order of the file.</summary>
    public IReadOnlyList<DestinationModel> Destinations { get; }

    /// <summary>The tables that steps use; to be reloaded when their files change.</summary>
    public IReadOnlyList<LookupTable> Tables { get; }

    /// <summary>Makes a channel ready.</summary>
    /// <param name="config">What the file says, without problems.</param>
    /// <param name="folder">The folder of the file, which names of files are relative to.</param>
    /// <param name="catalog">The components, steps among them.</param>
    /// <returns>The channel.</returns>
    /// <exception cref="StepException">A table or profile cannot be read; the text says where and why.</exception>
    public static ChannelModel Build(ChannelConfig config, string folder, ComponentCatalog catalog)
    {
        LookupTables tables = new(folder);
        StepList steps = StepList.Build(config.Steps, "steps", catalog, tables);
        DestinationModel[] destinations = [.. config.Destinations.Select((destination, i) => DestinationModel.Build(destination, $"destinations[{i}]", catalog, tables))];
        // What gets the application answers gets no messages.
        DestinationModel[] receivers = [.. destinations.Where(destination => destination.Id != config.Source.ApplicationAck)];
        return new(config, new(config, steps, receivers, MessageValidation.At(config.Validate, folder)), destinations, tables.All, folder);
    }
}
