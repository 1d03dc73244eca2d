using System.Globalization;
using System.Text.Json;
using Hub.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Engine;

/// <summary>The part of the admin interface that takes messages up again.</summary>
internal static class ReplayerApi
{
    /// <summary>Adds its addresses.</summary>
    /// <param name="app">Where to.</param>
    /// <param name="replays">What they ask.</param>
    /// <param name="isAllowed">Whether a request shows that it comes from this data folder.</param>
    public static void Map(IEndpointRouteBuilder app, ReplayBatches replays, Func<HttpContext, bool> isAllowed)
    {
        app.MapPost("/api/replays", context => AnswerAsync(context, isAllowed, async () =>
        {
            if (!context.Request.HasJsonContentType())
                throw new JsonException("no JSON");
            ReplayRequest request = await context.Request.ReadFromJsonAsync<ReplayRequest>(context.RequestAborted) ?? throw new JsonException("empty");
            return request.IsDry ? replays.Preview(request.Plan) : await replays.BeginAsync(request, context.RequestAborted);
        }));
        app.MapPost("/api/replays/{id}/{action}", context => AnswerAsync(context, isAllowed, async () => await ChangeAsync(context, replays)));
    }

    private static async Task<object> ChangeAsync(HttpContext context, ReplayBatches replays)
    {
        if (!long.TryParse((string?)context.GetRouteValue("id"), NumberStyles.None, CultureInfo.InvariantCulture, out long id))
            throw new JsonException("id");
        return (string?)context.GetRouteValue("action") switch
        {
            "pause" => await replays.PauseAsync(id),
            "resume" => await replays.ResumeAsync(id),
            "cancel" => await replays.CancelAsync(id),
            _ => throw new JsonException("action"),
        };
    }

    private static async Task AnswerAsync(HttpContext context, Func<HttpContext, bool> isAllowed, Func<Task<object>> work)
    {
        if (!isAllowed(context))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        try
        {
            await context.Response.WriteAsJsonAsync(await work(), context.RequestAborted);
        }
        catch (ReplayPlanException exception)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(exception.Message, context.RequestAborted);
        }
        catch (Exception exception) when (exception is JournalException or IOException or UnauthorizedAccessException && !context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            await context.Response.WriteAsync(exception.Message, context.RequestAborted);
        }
        catch (JsonException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("Send {\"plan\": {\"messages\": [17]}} to /api/replays, or nothing to /api/replays/3/pause, /resume or /cancel.", context.RequestAborted);
        }
    }
}
