using Hub.Channels.Config;
using Hub.Channels.Destinations;
using Hub.Channels.Destinations.Channels;
using Hub.Channels.Destinations.Fhir;
using Hub.Channels.Destinations.File;
using Hub.Channels.Destinations.Http;
using Hub.Channels.Destinations.Log;
using Hub.Channels.Destinations.Mllp;
using Hub.Channels.Destinations.Tcp;
using Hub.Channels.Filters;
using Hub.Channels.Scripts;
using Hub.Channels.Splitting;
using Hub.Channels.Steps;
using Hub.Channels.Transforms;
using Hub.Contracts;

namespace Hub.Channels;

/// <summary>The components of channels: one line each, read from top to bottom.</summary>
public static class ChannelCatalog
{
    /// <summary>The kind of filters and transforms.</summary>
    public const string StepKind = "step";

    /// <summary>The kind of what takes messages out.</summary>
    public const string DestinationKind = "destination";

    /// <summary>Adds the destinations.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <returns>The catalog.</returns>
    public static ComponentCatalog AddDestinations(this ComponentCatalog catalog) => catalog
        .Destination<MllpDestinationConfig>("mllp", (config, host) => new MllpDestination(config, host))
        .Destination<TcpDestinationConfig>("tcp", (config, host) => new TcpDestination(config, host))
        .Destination<HttpDestinationConfig>("http", (config, host) => new HttpDestination(config, host))
        .Destination<FhirDestinationConfig>("fhir", (config, host) => new FhirDestination(config, host))
        .Destination<FileDestinationConfig>("file", (config, host) => new FileDestination(config, host))
        .Destination<ChannelDestinationConfig>("channel", (config, _) => new ChannelDestination(config))
        .Destination<LogDestinationConfig>("log", (config, host) => new LogDestination(config, host));

    /// <summary>Adds the filters and transforms.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <returns>The catalog.</returns>
    public static ComponentCatalog AddSteps(this ComponentCatalog catalog) => catalog
        .Step<FilterConfig>("filter", (config, _) => new Filter(config))
        .Step<RouteConfig>("route", (config, _) => new Route(config))
        .Step<SetVariableConfig>("setVariable", (config, _) => new SetVariable(config))
        .Step<SplitMessageConfig>("splitMessage", (config, _) => new SplitMessage(config))
        .Step<SetFieldConfig>("setField", (config, _) => new SetField(config))
        .Step<CopyFieldConfig>("copyField", (config, _) => new CopyField(config))
        .Step<MoveFieldConfig>("moveField", (config, _) => new MoveField(config))
        .Step<DeleteFieldConfig>("deleteField", (config, _) => new DeleteField(config))
        .Step<KeepSegmentsConfig>("keepSegments", (config, _) => new KeepSegments(config))
        .Step<DeleteSegmentConfig>("deleteSegment", (config, _) => new DeleteSegment(config))
        .Step<AppendRepetitionConfig>("appendRepetition", (config, _) => new AppendRepetition(config))
        .Step<ForEachConfig>("forEach", (config, host) => new ForEach(config, host))
        .Step<MapTableConfig>("mapTable", (config, host) => new MapTable(config, host))
        .Step<FormatDateConfig>("formatDate", (config, _) => new FormatDate(config))
        .Step<ReplaceTextConfig>("replaceText", (config, _) => new ReplaceText(config))
        .Step<BuildConfig>("build", (config, _) => new Build(config))
        .Step<UseDelimitersConfig>("useDelimiters", (config, _) => new UseDelimiters(config))
        .Step<TrimSeparatorsConfig>("trimSeparators", (_, _) => new TrimSeparators())
        .Step<ConvertConfig>("convert", (config, host) => new ConvertMessage(config, host))
        .Step<ScriptConfig>("script", (config, host) => new Script(config, host));

    private static ComponentCatalog Step<TConfig>(this ComponentCatalog catalog, string name, Func<TConfig, StepHost, IStep> create)
        where TConfig : StepConfig => catalog.Add<TConfig, StepHost>(StepKind, name, create);

    /// <summary>Opens a destination: one connection.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="config">Its decoded object of the channel file.</param>
    /// <param name="host">What it may use.</param>
    /// <returns>The destination. It connects when it first sends.</returns>
    public static IDestination CreateDestination(this ComponentCatalog catalog, DestinationConfig config, DestinationHost host) =>
        (IDestination)catalog.Find(DestinationKind, config.Type)!.Create(config, host);

    private static ComponentCatalog Destination<TConfig>(this ComponentCatalog catalog, string name, Func<TConfig, DestinationHost, IDestination> create)
        where TConfig : DestinationConfig => catalog.Add<TConfig, DestinationHost>(DestinationKind, name, create);
}
