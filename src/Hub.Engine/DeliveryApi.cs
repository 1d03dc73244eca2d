using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Contracts;
using Hub.Engine.Delivery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hub.Engine;

/// <summary>The part of the admin interface that is about deliveries.</summary>
internal static class DeliveryApi
{
    /// <summary>How its JSON is written.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    // What a request leaves out or gives as null is told before anything looks at it.
    private static readonly JsonSerializerOptions s_reading = new(Json) { RespectNullableAnnotations = true };

    /// <summary>Adds its addresses.</summary>
    /// <param name="app">The interface.</param>
    /// <param name="deliveries">What does it.</param>
    /// <param name="destinations">What pauses and resumes, and tells how destinations stand.</param>
    /// <param name="isAllowed">Whether a request carries the token.</param>
    public static void Map(WebApplication app, DeliveryOperator deliveries, DestinationOperator destinations, Func<HttpContext, bool> isAllowed)
    {
        app.MapPost("/api/deliveries", context => AnswerAsync<OperationRequest>(context, isAllowed, async request => await deliveries.RunAsync(request)));
        app.MapPost("/api/destinations", context => AnswerAsync<PauseRequest>(context, isAllowed, async request => await destinations.RunAsync(request)));
        Func<Task<object>> look = () => Task.FromResult<object>(destinations.Look());
        app.MapGet("/api/destinations", context => AnswerAsync(context, isAllowed, look));
    }

    private static Task AnswerAsync<T>(HttpContext context, Func<HttpContext, bool> isAllowed, Func<T, Task<object>> answer) => AnswerAsync(context, isAllowed, async () =>
    {
        if (!context.Request.HasJsonContentType())
            throw new JsonException("Its Content-Type is not application/json.");
        return await answer(await context.Request.ReadFromJsonAsync<T>(s_reading, context.RequestAborted) ?? throw new JsonException("It is null."));
    });

    private static async Task AnswerAsync(HttpContext context, Func<HttpContext, bool> isAllowed, Func<Task<object>> answer)
    {
        if (!isAllowed(context))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        try
        {
            await context.Response.WriteAsJsonAsync(await answer(), Json, context.RequestAborted);
        }
        catch (JournalException exception)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            await context.Response.WriteAsync(exception.Message, context.RequestAborted);
        }
        catch (JsonException exception)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync($"This is not a request that is known here: {exception.Message} Send for example {Example(context.Request.Path)}.", context.RequestAborted);
        }
    }

    private static string Example(PathString path) => path.StartsWithSegments("/api/deliveries", StringComparison.Ordinal)
        ? """{"operation": "Release", "deliveries": [17], "by": "ward.admin"}"""
        : """{"channel": "adt", "destination": "lab", "isPaused": true, "by": "ward.admin"}""";
}
