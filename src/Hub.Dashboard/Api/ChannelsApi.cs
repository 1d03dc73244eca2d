using System.Text;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>How a channel stands.</summary>
/// <param name="Id">Its id; the file's name when the file gives none.</param>
/// <param name="State">Running, Stopped or Refused. With Running and problems an earlier version of its file runs.</param>
/// <param name="Address">Where it listens, when it does.</param>
/// <param name="SourceType">The type of its source.</param>
/// <param name="Description">What its file says about it.</param>
/// <param name="File">Its file.</param>
/// <param name="Problems">What is wrong with its file, each with its place.</param>
/// <param name="Destinations">Its destinations, in the order of the file.</param>
/// <param name="StoppedBy">Who stopped it.</param>
/// <param name="StoppedAt">When.</param>
/// <param name="StopReason">Why.</param>
public sealed record ChannelInfo(
    string Id, string State, string? Address, string SourceType, string Description, string File, IReadOnlyList<string> Problems, IReadOnlyList<ChannelDestinationInfo> Destinations,
    string? StoppedBy, DateTimeOffset? StoppedAt, string? StopReason)
{
    internal static ChannelInfo Of(ChannelView view) => new(
        view.Id, view.State, view.Address, view.SourceType, view.Description, view.File, view.Problems,
        [.. view.Destinations.Select(one => new ChannelDestinationInfo(one.Id, one.Type, one.Endpoint))], view.Stop?.By, view.Stop?.At, view.Stop?.Reason);
}

/// <summary>A destination of a channel, as the file says it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">Its type.</param>
/// <param name="Endpoint">Where it sends to; empty where that is no address.</param>
public sealed record ChannelDestinationInfo(string Id, string Type, string Endpoint);

/// <summary>What is wrong with the file of a channel.</summary>
/// <param name="Problems">Each problem with its file, line, number and what to do.</param>
public sealed record ChannelProblems(IReadOnlyList<string> Problems);

/// <summary>Whether a channel is to run.</summary>
public sealed record ChannelChange
{
    /// <summary>True starts it, false stops it.</summary>
    public required bool Runs { get; init; }

    /// <summary>Why, for those who come later.</summary>
    public string? Reason { get; init; }
}

/// <summary>The addresses about channels.</summary>
internal static class ChannelsApi
{
    private const string Area = "Channels";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/channels", List).Named("listChannels", Area, Permission.SeeState).Takes(Parameters.Limit, Parameters.Cursor).Gives<ApiPage<ChannelInfo>>();
        api.MapGet("/channels/{channel}", Read).Named("readChannel", Area, Permission.SeeState).Gives<ChannelInfo>(304);
        api.MapPut("/channels/{channel}/state", ChangeAsync).Named("changeChannel", Area, Permission.Operate).TakesBody<ChannelChange>().Gives<ChannelInfo>(409, 412);
        api.MapGet("/channels/{channel}/file", ReadFile).Named("readChannelFile", Area, Permission.SeeState).Gives<string>(200, "text/plain", 304);
        api.MapGet("/channels/{channel}/problems", ReadProblems).Named("readChannelProblems", Area, Permission.SeeState).Gives<ChannelProblems>();
        api.MapGet("/channels/{channel}/versions", ListVersions).Named("listChannelVersions", Area, Permission.SeeState).Takes(Parameters.Limit, Parameters.Cursor).Gives<ApiPage<ChannelVersion>>();
        api.MapGet("/channels/{channel}/versions/{number:int}", ReadVersion).Named("readChannelVersion", Area, Permission.SeeState).Gives<string>(200, "text/plain", 304);
        api.MapGet("/channels/{channel}/diff", Diff).Named("diffChannelVersions", Area, Permission.SeeState).Takes(Parameters.Left, Parameters.Right).Gives<string>(200, "text/plain", 304);
    }

    /// <summary>Lists channels, and how each stands.</summary>
    /// <remarks>By their ids.</remarks>
    public static IResult List(HttpContext context, IHub hub)
    {
        (IReadOnlyList<ChannelView> channels, string? next) = ApiPages.Make<ChannelView>(
            context, new(context), (after, limit) => [.. hub.Channels.Where(view => after is null || string.CompareOrdinal(view.Id, after) > 0).Take(limit)], view => view.Id, view => new ApiCaller(context).Sees(view.Id));
        return Results.Json(new ApiPage<ChannelInfo>([.. channels.Select(ChannelInfo.Of)], next), ApiJson.Writing);
    }

    /// <summary>Says how a channel stands.</summary>
    public static IResult Read(HttpContext context, IHub hub, string channel) => ApiTags.Answer(context, ChannelInfo.Of(Find(context, hub, channel)));

    /// <summary>Stops a channel, or starts it again.</summary>
    /// <remarks>
    /// A stopped channel takes nothing and sends nothing, over restarts and changes of its file, until it is started: its listener lets go of its port, what is in hand is finished,
    /// and what waits stays. With If-Match it is changed only when it is as it was read.
    /// </remarks>
    public static async Task<IResult> ChangeAsync(HttpContext context, IHub hub, string channel)
    {
        ChannelChange change = await ApiBody.ReadAsync<ChannelChange>(context);
        ApiCaller caller = new(context);
        ApiTags.RequireMatch(context, ChannelInfo.Of(Find(context, hub, channel)));
        await caller.AuditAsync(AuditNote.Of(channel, change));
        return ApiTags.Answer(context, ChannelInfo.Of(await hub.ChangeChannelAsync(channel, change.Runs, caller.By, change.Reason)));
    }

    /// <summary>Gives the file of a channel.</summary>
    public static IResult ReadFile(HttpContext context, IHub hub, string channel)
    {
        Find(context, hub, channel);
        return Text(context, hub.ChannelFile(channel) ?? throw ApiException.NotFound($"The file of channel {channel} cannot be read."));
    }

    /// <summary>Says what is wrong with the file of a channel.</summary>
    public static IResult ReadProblems(HttpContext context, IHub hub, string channel) => Results.Json(new ChannelProblems(Find(context, hub, channel).Problems), ApiJson.Writing);

    /// <summary>Lists the versions of a channel's file that are kept, newest first.</summary>
    /// <remarks>The newest 200 are kept, also those that were refused.</remarks>
    public static IResult ListVersions(HttpContext context, IHub hub, string channel)
    {
        IReadOnlyList<ChannelVersion> all = Versions(context, hub, channel);
        (IReadOnlyList<ChannelVersion> some, string? next) = ApiPages.Make<ChannelVersion>(
            context, new(context), (after, limit) => [.. all.Where(version => after is null || version.Number < ApiPages.Number(after)).Take(limit)], version => $"{version.Number}", _ => true);
        return Results.Json(new ApiPage<ChannelVersion>(some, next), ApiJson.Writing);
    }

    /// <summary>Gives a version of a channel's file.</summary>
    public static IResult ReadVersion(HttpContext context, IHub hub, string channel, int number)
    {
        Versions(context, hub, channel);
        return Text(context, VersionText(hub, channel, number));
    }

    /// <summary>Compares two versions of a channel's file, line by line.</summary>
    /// <remarks>In the unified format; empty when they say the same.</remarks>
    public static IResult Diff(HttpContext context, IHub hub, string channel)
    {
        ApiQuery query = new(context);
        (long? from, long? to) = (query.Number(Parameters.Left), query.Number(Parameters.Right));
        if (from is null && query.Text(Parameters.Left) is null)
            query.Add(Parameters.Left.Name, "Give the number of a version.");
        query.Done();
        int newest = Versions(context, hub, channel)[0].Number;
        (int left, int right) = ((int)from!.Value, (int)(to ?? newest));
        return Text(context, LineDiff.Unified(VersionText(hub, channel, left), VersionText(hub, channel, right), $"{channel} {left}", $"{channel} {right}"));
    }

    private static ChannelView Find(HttpContext context, IHub hub, string channel) =>
        hub.Channels.FirstOrDefault(view => view.Id == channel && new ApiCaller(context).Sees(channel)) ?? throw NotThere(channel);

    // Of a channel whose file is gone too.
    private static IReadOnlyList<ChannelVersion> Versions(HttpContext context, IHub hub, string channel) =>
        new ApiCaller(context).Sees(channel) && hub.Versions(channel) is { Count: > 0 } versions ? versions : throw NotThere(channel);

    private static string VersionText(IHub hub, string channel, int number) => hub.VersionText(channel, number)
        ?? throw ApiException.NotFound($"Version {number} of channel {channel} is not kept. See which are: /api/v1/channels/{channel}/versions");

    private static ApiException NotThere(string channel) => ApiException.NotFound($"There is no channel {channel}. See which there are: /api/v1/channels");

    private static IResult Text(HttpContext context, string text) => ApiTags.Answer(context, Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8");
}
