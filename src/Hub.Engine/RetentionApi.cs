using Hub.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Engine;

/// <summary>The part of the admin interface that removes what is past its time now.</summary>
internal static class RetentionApi
{
    /// <summary>Where it is asked.</summary>
    public const string Path = "/api/retention";

    /// <summary>The query that says that a person looked at the clock.</summary>
    public const string ClockIsRight = "clock-is-right";

    /// <summary>Adds its address.</summary>
    /// <param name="app">Where to.</param>
    /// <param name="retention">What it asks.</param>
    /// <param name="isAllowed">Whether a request shows that it comes from this data folder.</param>
    public static void Map(IEndpointRouteBuilder app, Retention retention, Func<HttpContext, bool> isAllowed) => app.MapPost(Path, async context =>
    {
        if (!isAllowed(context))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        try
        {
            if (!context.Request.Query.ContainsKey(ClockIsRight))
                retention.RequireClock();
            await context.Response.WriteAsJsonAsync(await retention.SweepAsync(context.RequestAborted), context.RequestAborted);
        }
        catch (JournalException exception)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            await context.Response.WriteAsync(exception.Message, context.RequestAborted);
        }
    });
}
