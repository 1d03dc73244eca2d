using System.Globalization;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>The addresses about replays.</summary>
internal static class ReplaysApi
{
    private const string Area = "Replays";

    /// <summary>The names of 10,000 files.</summary>
    private const int MostBytes = 8 * 1024 * 1024;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/replays", List).Named("listReplays", Area, Permission.SeeState).Takes(Parameters.Limit, Parameters.Cursor).Gives<ApiPage<ReplayView>>();
        api.MapPost("/replays", BeginAsync).Named("beginReplay", Area, Permission.Operate).TakesBody<ReplayBody>()
            .WithMetadata(new RequestSizeLimitAttribute(MostBytes)).Gives<ReplayView>(201, "application/json", 409);
        api.MapPost("/replays/preview", PreviewAsync).Named("previewReplay", Area, Permission.Operate).TakesBody<ReplayBody>()
            .WithMetadata(new RequestSizeLimitAttribute(MostBytes)).Gives<ReplayPreview>(409);
        api.MapGet("/replays/{replay:long}", Read).Named("readReplay", Area, Permission.SeeState).Gives<ReplayView>(304);
        api.MapGet("/replays/{replay:long}/failures", ListFailures).Named("listReplayFailures", Area, Permission.SeeState).Takes(Parameters.Limit, Parameters.Cursor).Gives<ApiPage<ReplayFailure>>();
        api.MapPost("/replays/{replay:long}/pause", PauseAsync).Named("pauseReplay", Area, Permission.Operate).TakesBody<ReasonBody>().Gives<ReplayView>(409, 412);
        api.MapPost("/replays/{replay:long}/resume", ResumeAsync).Named("resumeReplay", Area, Permission.Operate).TakesBody<ReasonBody>().Gives<ReplayView>(409, 412);
        api.MapPost("/replays/{replay:long}/cancel", CancelAsync).Named("cancelReplay", Area, Permission.Operate).TakesBody<ReasonBody>().Gives<ReplayView>(409, 412);
    }

    /// <summary>Lists replays, newest first.</summary>
    public static IResult List(HttpContext context, IHub hub)
    {
        (IReadOnlyList<ReplayBatch> found, string? next) = ApiPages.Make(
            context, new(context), (after, limit) => Before(hub, ApiPages.Number(after), limit), batch => batch.Id.ToString(CultureInfo.InvariantCulture), batch => IsFor(context, hub, batch));
        return Results.Json(new ApiPage<ReplayView>([.. found.Select(batch => Shown(context, ReplayView.Of(batch)))], next), ApiJson.Writing);
    }

    /// <summary>Says how a replay stands.</summary>
    public static IResult Read(HttpContext context, IHub hub, long replay) => ApiTags.Answer(context, Shown(context, ReplayView.Of(Find(context, hub, replay))));

    /// <summary>Lists the messages of a replay that could not be taken up.</summary>
    public static IResult ListFailures(HttpContext context, IHub hub, long replay)
    {
        Find(context, hub, replay);
        bool isRead = new ApiCaller(context).ReadsReasons;
        (IReadOnlyList<StoredReplayItem> found, string? next) = ApiPages.Make(
            context, new(context), (after, limit) => hub.Journal.ReadReplayItems(replay, ApiPages.Number(after) ?? 0, limit, failed: true), item => item.Item.ToString(CultureInfo.InvariantCulture), _ => true);
        return Results.Json(new ApiPage<ReplayFailure>([.. found.Select(item => new ReplayFailure(item.Item, isRead ? item.Reason : null))], next), ApiJson.Writing);
    }

    /// <summary>Says what a replay would take up, and does nothing.</summary>
    public static async Task<IResult> PreviewAsync(HttpContext context, IHub hub)
    {
        ReplayBody body = await ReadAsync(context, hub);
        return Results.Json(hub.Preview(body.ToOrder()), ApiJson.Writing);
    }

    /// <summary>Takes messages up again: through their channels as they are now, or to one destination with the bytes that it was sent before.</summary>
    /// <remarks>It goes on by itself, also after a stop of the Hub. With waits it is answered at its end, for named messages with what became of each.</remarks>
    public static async Task<IResult> BeginAsync(HttpContext context, IHub hub)
    {
        ReplayBody body = await ReadAsync(context, hub);
        await new ApiCaller(context).AuditAsync(AuditNote.Of(body, hub.Journal));
        ReplayView view = await hub.BeginAsync(body.ToOrder() with { By = new ApiCaller(context).By }, context.RequestAborted);
        context.Response.Headers.Location = string.Create(CultureInfo.InvariantCulture, $"/api/v1/replays/{view.Id}");
        return Results.Json(view, ApiJson.Writing, statusCode: StatusCodes.Status201Created);
    }

    /// <summary>Stops a replay where it is, until it is resumed.</summary>
    /// <remarks>With If-Match it is changed only when it is as it was read.</remarks>
    public static Task<IResult> PauseAsync(HttpContext context, IHub hub, long replay) => ChangeAsync(context, hub, replay, ReplayChange.Pause);

    /// <summary>Goes on with a replay that is paused.</summary>
    /// <remarks>With If-Match it is changed only when it is as it was read.</remarks>
    public static Task<IResult> ResumeAsync(HttpContext context, IHub hub, long replay) => ChangeAsync(context, hub, replay, ReplayChange.Resume);

    /// <summary>Ends a replay; what was taken up stays so.</summary>
    /// <remarks>With If-Match it is changed only when it is as it was read.</remarks>
    public static Task<IResult> CancelAsync(HttpContext context, IHub hub, long replay) => ChangeAsync(context, hub, replay, ReplayChange.Cancel);

    private static async Task<IResult> ChangeAsync(HttpContext context, IHub hub, long replay, ReplayChange change)
    {
        ReasonBody body = await ApiBody.ReadAsync<ReasonBody>(context);
        ReplayBatch batch = Find(context, hub, replay);
        ApiTags.RequireMatch(context, Shown(context, ReplayView.Of(batch)));
        IReadOnlyList<string> channels = hub.ChannelsOf(batch);
        await new ApiCaller(context).AuditAsync(AuditNote.Of(replay, change, channels, body.Reason));
        return ApiTags.Answer(context, Shown(context, await hub.ChangeAsync(replay, change)));
    }

    private static async Task<ReplayBody> ReadAsync(HttpContext context, IHub hub)
    {
        ReplayBody body = await ApiBody.ReadAsync<ReplayBody>(context);
        ApiCaller caller = new(context);
        // Whoever names a file has the Hub read it.
        if (body.Files is not null)
            caller.Require(Permission.Change, "have files of the Hub's machine taken up");
        foreach (string channel in AuditNote.ChannelsOf(body, hub.Journal).Distinct())
        {
            if (!caller.Sees(channel))
                throw new ApiException(StatusCodes.Status403Forbidden, ApiCodes.Forbidden, "Your account or token may not do this for all channels that this is about. Name the channel with \"filter\": { \"channel\": … }, or fewer messages.");
        }

        return body;
    }

    private static List<ReplayBatch> Before(IHub hub, long? before, int limit)
    {
        if (before is null)
            return [.. hub.Journal.ReadReplays(limit)];
        // Their numbers have no gaps.
        List<ReplayBatch> batches = [];
        for (long id = before.Value - 1; id > 0 && batches.Count < limit; id--)
        {
            if (hub.Journal.ReadReplay(id) is { } batch)
                batches.Add(batch);
        }

        return batches;
    }

    // The words of a filter may have a control id, which may tell of a patient, and those of files their paths; a reason may repeat what a message says.
    private static ReplayView Shown(HttpContext context, ReplayView view) => new ApiCaller(context).ReadsReasons ? view : view with { What = "", Reason = null };

    // Who is limited to channels sees, and changes, those that are about no other.
    private static bool IsFor(HttpContext context, IHub hub, ReplayBatch batch) =>
        context.User.MayChannel("") || (hub.ChannelsOf(batch) is { Count: > 0 } channels && channels.All(context.User.MayChannel));

    private static ReplayBatch Find(HttpContext context, IHub hub, long replay) => hub.Journal.ReadReplay(replay) is { } batch && IsFor(context, hub, batch) ? batch : throw ApiException.NotFound($"There is no replay {replay}. See which there are: /api/v1/replays");
}
