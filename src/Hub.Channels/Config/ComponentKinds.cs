using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>The records whose <c>type</c> picks one of the catalog's components.</summary>
internal static class ComponentKinds
{
    private static readonly Dictionary<Type, string> s_kinds = new()
    {
        [typeof(ListenerConfig)] = ComponentCatalog.ListenerKind,
        [typeof(StepConfig)] = ChannelCatalog.StepKind,
        [typeof(DestinationConfig)] = ChannelCatalog.DestinationKind,
    };

    /// <summary>The kind that a base record stands for; null for a record that is decoded as it is.</summary>
    public static string? Of(Type type) => s_kinds.GetValueOrDefault(type);
}
