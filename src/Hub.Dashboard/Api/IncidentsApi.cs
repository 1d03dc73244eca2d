using System.Globalization;
using Hub.Contracts;
using Hub.Dashboard.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>For how long an incident is muted.</summary>
public sealed record MuteBody
{
    /// <summary>Hours, 0.1 to 2,160. Default 4.</summary>
    public double? Hours { get; init; }

    /// <summary>Why, for the audit.</summary>
    public string? Reason { get; init; }
}

/// <summary>The addresses about incidents.</summary>
internal static class IncidentsApi
{
    private const string Area = "Incidents";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/incidents", List).Named("listIncidents", Area, Permission.SeeState).Takes(Parameters.Open, Parameters.Channel, Parameters.Limit, Parameters.Cursor).Gives<ApiPage<IncidentInfo>>();
        api.MapGet("/incidents/{incident:long}", Read).Named("readIncident", Area, Permission.SeeState).Gives<IncidentInfo>(304);
        api.MapGet("/incidents/{incident:long}/mails", ListMails).Named("listIncidentMails", Area, Permission.SeeState).Takes(Parameters.Limit, Parameters.Cursor).Gives<ApiPage<MailInfo>>();
        api.MapPost("/incidents/{incident:long}/acknowledge", AcknowledgeAsync).Named("acknowledgeIncident", Area, Permission.Operate).TakesBody<ReasonBody>().Gives<IncidentInfo>(409, 412);
        api.MapPost("/incidents/{incident:long}/mute", MuteAsync).Named("muteIncident", Area, Permission.Operate).TakesBody<MuteBody>().Gives<IncidentInfo>(409, 412);
        api.MapPost("/incidents/{incident:long}/unmute", UnmuteAsync).Named("unmuteIncident", Area, Permission.Operate).TakesBody<ReasonBody>().Gives<IncidentInfo>(409, 412);
    }

    /// <summary>Lists incidents, newest first.</summary>
    public static IResult List(HttpContext context, IHub hub)
    {
        ApiQuery query = new(context);
        IncidentQuery wanted = new() { IsOpen = query.Flag(Parameters.Open), Channel = query.Text(Parameters.Channel) };
        ApiCaller caller = new(context);
        (IReadOnlyList<Incident> found, string? next) = ApiPages.Make(
            context,
            query,
            (after, limit) => hub.Journal.FindIncidents(wanted with { Before = ApiPages.Number(after), Limit = limit }),
            incident => incident.Id.ToString(CultureInfo.InvariantCulture),
            incident => caller.Sees(incident.Channel));
        return Results.Json(new ApiPage<IncidentInfo>([.. found.Select(IncidentInfo.Of)], next), ApiJson.Writing);
    }

    /// <summary>Says how an incident stands.</summary>
    public static IResult Read(HttpContext context, IHub hub, long incident) => ApiTags.Answer(context, IncidentInfo.Of(Find(context, hub, incident)));

    /// <summary>Lists what was mailed about an incident, newest first.</summary>
    public static IResult ListMails(HttpContext context, IHub hub, long incident)
    {
        Find(context, hub, incident);
        (IReadOnlyList<OutgoingMail> mails, string? next) = ApiPages.Make(
            context, new(context), (after, limit) => hub.Journal.ReadMails(null, incident, limit, ApiPages.Number(after)), mail => mail.Id.ToString(CultureInfo.InvariantCulture), _ => true);
        return Results.Json(new ApiPage<MailInfo>([.. mails.Select(MailInfo.Of)], next), ApiJson.Writing);
    }

    /// <summary>Takes an incident on: nobody else is told, and for a day there are no digests.</summary>
    /// <remarks>With If-Match it is changed only when it is as it was read.</remarks>
    public static async Task<IResult> AcknowledgeAsync(HttpContext context, IHub hub, long incident) =>
        await OperateAsync(context, hub, incident, IncidentOperation.Acknowledge, (await ApiBody.ReadAsync<ReasonBody>(context)).Reason, null);

    /// <summary>Mails nothing about an incident for a while.</summary>
    /// <remarks>With If-Match it is changed only when it is as it was read.</remarks>
    public static async Task<IResult> MuteAsync(HttpContext context, IHub hub, long incident)
    {
        MuteBody body = await ApiBody.ReadAsync<MuteBody>(context);
        return body.Hours is < 0.1 or > 2160
            ? throw ApiException.Wrong([new("$.hours", "Give 0.1 to 2160 hours.")])
            : await OperateAsync(context, hub, incident, IncidentOperation.Mute, body.Reason, body.Hours);
    }

    /// <summary>Mails about a muted incident again.</summary>
    /// <remarks>With If-Match it is changed only when it is as it was read.</remarks>
    public static async Task<IResult> UnmuteAsync(HttpContext context, IHub hub, long incident) =>
        await OperateAsync(context, hub, incident, IncidentOperation.Unmute, (await ApiBody.ReadAsync<ReasonBody>(context)).Reason, null);

    private static async Task<IResult> OperateAsync(HttpContext context, IHub hub, long number, IncidentOperation operation, string? reason, double? hours)
    {
        ApiCaller caller = new(context);
        Incident incident = Find(context, hub, number);
        ApiTags.RequireMatch(context, IncidentInfo.Of(incident));
        await caller.AuditAsync(AuditNote.Of(incident, operation, hours, reason));
        return ApiTags.Answer(context, IncidentInfo.Of(await hub.OperateAsync(number, operation, caller.By, hours)));
    }

    private static Incident Find(HttpContext context, IHub hub, long incident) =>
        hub.Journal.FindIncidents(new() { Id = incident, Limit = 1 }) is [var found] && new ApiCaller(context).Sees(found.Channel)
            ? found
            : throw ApiException.NotFound($"There is no incident {incident}. See which there are: /api/v1/incidents");
}
