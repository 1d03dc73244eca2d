using Hub.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hub.Engine;

/// <summary>The part of the admin interface that changes the journal's key.</summary>
internal static class KeyApi
{
    /// <summary>Where it is.</summary>
    public const string Path = "/api/journal/key";

    /// <summary>Adds it.</summary>
    /// <param name="app">The admin interface.</param>
    /// <param name="journal">The journal; null when it is of a kind that has no keys.</param>
    /// <param name="isAllowed">Whether a request comes from this data folder.</param>
    public static void Map(WebApplication app, IKeyedJournal? journal, Func<HttpContext, bool> isAllowed) =>
        app.MapPost(Path, context => RotateAsync(context, journal, isAllowed));

    private static async Task RotateAsync(HttpContext context, IKeyedJournal? journal, Func<HttpContext, bool> isAllowed)
    {
        if (!isAllowed(context))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        try
        {
            if (journal is null)
                throw new JournalException("The journal of this Hub has no keys.");
            await context.Response.WriteAsync(await journal.RotateKeyAsync(), context.RequestAborted);
        }
        catch (JournalException exception)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            await context.Response.WriteAsync(exception.Message, context.RequestAborted);
        }
    }
}
