using Hub.Dashboard.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>How a destination stands.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Destination">Its destination.</param>
/// <param name="State">Sending, HandsOver (to another channel, at once), Paused, Maintenance, Unreachable or Stopped.</param>
/// <param name="Since">Since when, where that is known.</param>
/// <param name="Until">Until when: the end of the maintenance, or the next try.</param>
/// <param name="By">Who paused it.</param>
/// <param name="Reason">Why it is paused.</param>
/// <param name="Queued">Deliveries that wait.</param>
/// <param name="Parked">Deliveries that were set aside.</param>
/// <param name="MaybeDelivered">Deliveries that the receiver may have without having said so.</param>
public sealed record DestinationInfo(string Channel, string Destination, string State, DateTimeOffset? Since, DateTimeOffset? Until, string? By, string? Reason, long Queued, long Parked, long MaybeDelivered)
{
    internal static DestinationInfo Of(DestinationView view, bool readsReasons) => new(
        view.Channel, view.Destination, view.State, view.Since, view.Until, view.By, readsReasons ? view.Reason : null, view.Counts.Queued, view.Counts.Parked, view.Counts.MaybeDelivered);
}

/// <summary>Whether a destination is to be paused.</summary>
public sealed record DestinationChange
{
    /// <summary>True pauses it, false lets it send again.</summary>
    public required bool Paused { get; init; }

    /// <summary>Why, for those who come later.</summary>
    public string? Reason { get; init; }
}

/// <summary>The addresses about destinations.</summary>
internal static class DestinationsApi
{
    private const string Area = "Destinations";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/destinations", List).Named("listDestinations", Area, Permission.SeeState).Takes(Parameters.Channel, Parameters.Limit, Parameters.Cursor).Gives<ApiPage<DestinationInfo>>();
        api.MapGet("/channels/{channel}/destinations/{destination}", Read).Named("readDestination", Area, Permission.SeeState).Gives<DestinationInfo>(304);
        api.MapPut("/channels/{channel}/destinations/{destination}/state", ChangeAsync).Named("changeDestination", Area, Permission.Operate).TakesBody<DestinationChange>().Gives<DestinationInfo>(409, 412);
    }

    /// <summary>Lists destinations, how each stands and what waits for it.</summary>
    /// <remarks>Those that run, and those that something waits for.</remarks>
    public static IResult List(HttpContext context, IHub hub)
    {
        ApiQuery query = new(context);
        string? channel = query.Text(Parameters.Channel);
        ApiCaller caller = new(context);
        Lazy<IReadOnlyList<DestinationView>> all = new(() => [.. hub.Destinations.Where(view => channel is null || view.Channel == channel)]);
        (IReadOnlyList<DestinationView> some, string? next) = ApiPages.Make<DestinationView>(
            context, query, (after, limit) => [.. all.Value.Where(view => after is null || string.CompareOrdinal(Place(view), after) > 0).Take(limit)], Place, view => caller.Sees(view.Channel));
        return Results.Json(new ApiPage<DestinationInfo>([.. some.Select(view => DestinationInfo.Of(view, caller.ReadsReasons))], next), ApiJson.Writing);
    }

    /// <summary>Says how a destination stands.</summary>
    public static IResult Read(HttpContext context, IHub hub, string channel, string destination) =>
        ApiTags.Answer(context, DestinationInfo.Of(Find(context, hub, channel, destination), new ApiCaller(context).ReadsReasons));

    /// <summary>Pauses a destination, or lets it send again.</summary>
    /// <remarks>Nothing is sent to a paused destination; what is for it waits. Pausing twice is one pause. With If-Match it is changed only when it is as it was read.</remarks>
    public static async Task<IResult> ChangeAsync(HttpContext context, IHub hub, string channel, string destination)
    {
        DestinationChange change = await ApiBody.ReadAsync<DestinationChange>(context);
        ApiCaller caller = new(context);
        if (!caller.Sees(channel))
            throw NotThere(channel, destination);
        if (Look(hub, channel, destination) is { } view)
            ApiTags.RequireMatch(context, DestinationInfo.Of(view, caller.ReadsReasons));
        await caller.AuditAsync(AuditNote.Of(channel, destination, change));
        await hub.PauseAsync(channel, destination, change.Paused, caller.By, change.Reason);
        return Read(context, hub, channel, destination);
    }

    // Ids have no blank, which sorts before all that they may have.
    private static string Place(DestinationView view) => $"{view.Channel} {view.Destination}";

    private static DestinationView Find(HttpContext context, IHub hub, string channel, string destination) =>
        Look(hub, channel, destination) is { } view && new ApiCaller(context).Sees(channel) ? view : throw NotThere(channel, destination);

    private static DestinationView? Look(IHub hub, string channel, string destination) => hub.Destinations.FirstOrDefault(view => view.Channel == channel && view.Destination == destination);

    private static ApiException NotThere(string channel, string destination) => ApiException.NotFound($"Channel {channel} has no destination {destination} that runs or has something waiting. See which there are: /api/v1/destinations");
}
