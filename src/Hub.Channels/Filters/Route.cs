using Hub.Channels.Config;

namespace Hub.Channels.Filters;

/// <summary>
/// Chooses the destinations that the message goes to; each one's own <c>when</c> still holds. Several of these add up: a message goes to all that they name.
/// While none was applied it goes to every destination; to begin with none, put <c>"to": []</c> first.
/// </summary>
/// <example><code>{ "type": "route", "to": ["files"], "when": { "path": "MSH-9.1", "equals": "ADT" } }</code></example>
public sealed record RouteConfig : StepConfig
{
    /// <summary>The ids of the destinations. Empty: none, unless another <c>route</c> adds some.</summary>
    public required IReadOnlyList<string> To { get; init; }
}

/// <summary>Chooses destinations.</summary>
internal sealed class Route(RouteConfig config) : IStep
{
    public StepResult Apply(StepContext context)
    {
        // A set of its own for each change: parts and copies share the one that was there.
        context.Routed = [.. context.Routed ?? [], .. config.To];
        context.Trace?.Note(context.Routed.Count == 0 ? "goes to no destination" : $"goes to {string.Join(", ", context.Routed)}");
        return StepResult.Continue;
    }

    /// <summary>Whether the message is to go to a destination, as far as routes decide.</summary>
    public static bool Reaches(StepContext context, DestinationModel destination)
    {
        if (context.Routed is null || context.Routed.Contains(destination.Id))
            return true;
        context.Trace?.Begin(destination.Place);
        context.Trace?.Note("no route leads here");
        return false;
    }
}
