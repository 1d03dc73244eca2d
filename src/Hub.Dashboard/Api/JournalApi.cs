using Hub.Contracts;
using Hub.Dashboard.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>How large the journal is, and what retention would remove now.</summary>
/// <param name="Bytes">Its file.</param>
/// <param name="Free">How much of that holds nothing.</param>
/// <param name="Channels">The channels that have messages past their time.</param>
public sealed record RetentionInfo(long Bytes, long Free, IReadOnlyList<RetentionPreview> Channels);

/// <summary>What is to be removed.</summary>
public sealed record PruneBody
{
    /// <summary>Also when the clock is days after the newest message. Default false.</summary>
    public bool ClockIsRight { get; init; }

    /// <summary>Why, for the audit.</summary>
    public string? Reason { get; init; }
}

/// <summary>A key that was made.</summary>
/// <param name="Key">Its file.</param>
public sealed record NewKey(string Key);

/// <summary>The addresses about the journal as a whole.</summary>
internal static class JournalApi
{
    private const string Area = "Journal";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/retention", PreviewRetention).Named("previewRetention", Area, Permission.SeeState).Gives<RetentionInfo>();
        api.MapPost("/retention/prune", PruneAsync).Named("prune", Area, Permission.Change).TakesBody<PruneBody>().Gives<RetentionReport>(409);
        api.MapPost("/journal/keys", RotateKeyAsync).Named("rotateKey", Area, Permission.Change).TakesBody<ReasonBody>().Gives<NewKey>(201, "application/json", 409);
    }

    /// <summary>Says how large the journal is, and what retention would remove now.</summary>
    public static IResult PreviewRetention(HttpContext context, IHub hub)
    {
        ApiCaller caller = new(context);
        JournalSize size = hub.Journal.ReadSize();
        return Results.Json(new RetentionInfo(size.Bytes, size.Free, [.. hub.PreviewRetention().Where(one => caller.Sees(one.Channel))]), ApiJson.Writing);
    }

    /// <summary>Removes what is past its time now, which the Hub else does by and by.</summary>
    public static async Task<IResult> PruneAsync(HttpContext context, IHub hub)
    {
        PruneBody body = await ApiBody.ReadAsync<PruneBody>(context);
        await new ApiCaller(context).AuditAsync(AuditNote.Of(body));
        return Results.Json(await hub.PruneAsync(body.ClockIsRight, context.RequestAborted), ApiJson.Writing);
    }

    /// <summary>Makes a new key for what the journal stores from now on.</summary>
    /// <remarks>Keep a copy of it elsewhere. The keys of before are still needed for what they encrypted.</remarks>
    public static async Task<IResult> RotateKeyAsync(HttpContext context, IHub hub)
    {
        ReasonBody body = await ApiBody.ReadAsync<ReasonBody>(context);
        await new ApiCaller(context).AuditAsync(AuditNote.OfNewKey(body.Reason));
        return Results.Json(new NewKey(await hub.RotateKeyAsync()), ApiJson.Writing, statusCode: StatusCodes.Status201Created);
    }
}
