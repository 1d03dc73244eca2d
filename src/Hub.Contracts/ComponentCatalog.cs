using Hub.Contracts.Tls;
using Microsoft.Extensions.Logging;

namespace Hub.Contracts;

/// <summary>What a listener may use of the engine.</summary>
/// <param name="Channel">The id of the channel it listens for.</param>
/// <param name="Intake">Where its messages go.</param>
/// <param name="Clock">The time.</param>
/// <param name="NextControlId">Gives a control id (MSH-10) for an answer of ours: unique, at most 20 characters (protocol A02).</param>
/// <param name="Loggers">Makes loggers.</param>
public sealed record ListenerHost(string Channel, IIntake Intake, TimeProvider Clock, Func<string> NextControlId, ILoggerFactory Loggers)
{
    /// <summary>The certificates that its <c>tls</c> names. Default: none, for tests of listeners without TLS.</summary>
    public ICertificates Certificates { get; init; } = ICertificates.None;
}

/// <summary>One entry of the catalog: a name of channel files and the record its objects are decoded into.</summary>
/// <param name="Kind">What it is: <c>listener</c>, <c>destination</c>, <c>step</c>.</param>
/// <param name="Name">The value of <c>type</c> in the file.</param>
/// <param name="ConfigType">The record that the object is decoded into.</param>
/// <param name="Create">Makes the component from its decoded record and the host of its kind.</param>
public sealed record Component(string Kind, string Name, Type ConfigType, Func<object, object, object> Create);

/// <summary>
/// The components that channel files can name. Filled at start by plain lists, one line a component, read from top to bottom;
/// nothing is found by scanning. A doubled name throws at start.
/// </summary>
public sealed class ComponentCatalog
{
    /// <summary>The kind of what brings messages in.</summary>
    public const string ListenerKind = "listener";

    private readonly Dictionary<(string Kind, string Name), Component> _components = [];

    /// <summary>Adds a listener.</summary>
    /// <typeparam name="TConfig">The record its <c>source</c> object is decoded into.</typeparam>
    /// <param name="name">The value of <c>type</c>.</param>
    /// <param name="create">Makes it.</param>
    /// <returns>This catalog.</returns>
    public ComponentCatalog Listener<TConfig>(string name, Func<TConfig, ListenerHost, IListener> create)
        where TConfig : ListenerConfig => Add<TConfig, ListenerHost>(ListenerKind, name, create);

    /// <summary>Adds a component of any kind.</summary>
    /// <typeparam name="TConfig">The record its object is decoded into.</typeparam>
    /// <typeparam name="THost">What it is given beside that.</typeparam>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The value of <c>type</c>.</param>
    /// <param name="create">Makes it.</param>
    /// <returns>This catalog.</returns>
    /// <exception cref="InvalidOperationException">The kind has this name already.</exception>
    public ComponentCatalog Add<TConfig, THost>(string kind, string name, Func<TConfig, THost, object> create)
        where TConfig : notnull
    {
        Component component = new(kind, name, typeof(TConfig), (config, host) => create((TConfig)config, (THost)host));
        return _components.TryAdd((kind, name), component)
            ? this
            : throw new InvalidOperationException($"The catalog has two entries for {kind} \"{name}\".");
    }

    /// <summary>All components of a kind, in the order they were added.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The components.</returns>
    public IEnumerable<Component> Of(string kind) => _components.Values.Where(component => component.Kind == kind);

    /// <summary>Looks a component up by the name that a file gives.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The value of <c>type</c>.</param>
    /// <returns>The component, or null when there is none of that name.</returns>
    public Component? Find(string kind, string name) => _components.GetValueOrDefault((kind, name));

    /// <summary>Makes the listener of a channel.</summary>
    /// <param name="config">Its decoded source.</param>
    /// <param name="host">What it may use.</param>
    /// <returns>The listener, not started.</returns>
    public IListener CreateListener(ListenerConfig config, ListenerHost host) =>
        (IListener)Find(ListenerKind, config.Type)!.Create(config, host);
}
