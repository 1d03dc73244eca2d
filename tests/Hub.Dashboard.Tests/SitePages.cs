using Hub.Testing;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Tests;

/// <summary>A page as a person comes to it.</summary>
/// <param name="Name">What it and its pictures are called.</param>
/// <param name="Route">The route that it is one of.</param>
/// <param name="Path">Its address; <c>{channel}</c> and the like stand for what a Hub has. Null: the route.</param>
internal sealed record SitePage(string Name, string Route, string? Path = null)
{
    /// <summary>What is pressed there, one after the other, until the page stands as it is meant.</summary>
    public IReadOnlyList<string> Presses { get; init; } = [];

    /// <summary>Whether there is a picture of it in the docs.</summary>
    public bool HasPicture { get; init; } = true;

    /// <summary>Its address in a Hub.</summary>
    /// <param name="values">What the Hub has.</param>
    public string In(IReadOnlyDictionary<string, string> values) =>
        values.Aggregate(Path ?? Route, (path, value) => path.Replace($"{{{value.Key}}}", Uri.EscapeDataString(value.Value), StringComparison.Ordinal));
}

/// <summary>All pages of the dashboard. A new one needs a row here, and then all that is asked of pages is asked of it.</summary>
internal static class SitePages
{
    public static readonly IReadOnlyList<SitePage> All =
    [
        new("overview", "/"),
        new("estate", "/estate"),
        new("channels", "/channels"),
        new("channel", "/channels/{Id}", "/channels/{channel}"),
        new("channel-version", "/channels/{Id}", "/channels/{channel}?version=1#difference") { HasPicture = false },
        new("channel-in-trouble", "/channels/{Id}", "/channels/{troubled}"),
        new("messages", "/messages"),
        new("messages-found", "/messages", "/messages?q=Parked&type=ADT&channel={channel}") { HasPicture = false },
        new("messages-in-content", "/messages", "/messages?text=PRAWF") { HasPicture = false },
        new("searches", "/messages/searches"),
        new("searches-save", "/messages/searches", "/messages/searches?q=Parked&sender=PAS%5EWARD") { HasPicture = false },
        new("message", "/messages/{Id:long}", "/messages/{message}"),
        new("message-content", "/messages/{Id:long}", "/messages/{message}?tab=content") { Presses = ["main form button"] },
        new("message-why", "/messages/{Id:long}", "/messages/{message}?tab=why") { Presses = ["main form button"] },
        new("message-actions", "/messages/{Id:long}", "/messages/{message}?tab=actions"),
        new("message-release", "/messages/{Id:long}", "/messages/{message}?tab=actions&do=Release&delivery={delivery}") { HasPicture = false },
        new("message-edit", "/messages/{Id:long}", "/messages/{message}?tab=actions&do=rewrite") { Presses = ["main form button"] },
        new("queues", "/queues"),
        new("queues-do", "/queues/do", "/queues/do?do=Release&d={delivery}"),
        new("queues-pause", "/queues/pause", "/queues/pause?channel={channel}&destination={destination}"),
        new("incidents", "/incidents"),
        new("incident", "/incidents/{Id:long}", "/incidents/{incident}"),
        new("statistics", "/statistics", "/statistics?hours=24"),
        new("statistics-month", "/statistics", "/statistics?hours=720&channel={channel}") { HasPicture = false },
        new("certificates", "/certificates"),
        new("audit", "/audit"),
        new("access", "/access"),
        new("access-tokens", "/access/tokens"),
        new("account", "/account"),
        new("settings", "/settings"),
        new("login", "/login"),
        new("login-code", "/login/code"),
        new("welcome", "/welcome", "/welcome?key={key}"),
        new("denied", "/denied"),
    ];

    /// <summary>The routes of the pages that a Hub answers.</summary>
    public static IEnumerable<string> Routes(HubHost hub) =>
        hub.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null).Select(endpoint => $"/{endpoint.RoutePattern.RawText?.TrimStart('/')}").Distinct();
}
