using Hub.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Hub.Dashboard.Api;

/// <summary>Makes a problem of whatever goes wrong under <c>/api</c>, also where the platform answers by itself.</summary>
internal sealed partial class ApiErrors(RequestDelegate next, ILogger<ApiErrors> log)
{
    /// <summary>Answers one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        // What is answered is of one moment, and may be somebody's.
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode >= 400 && context.Response.ContentType is null)
                await OfStatus(context).WriteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            context.Response.Headers.ETag = default;
            context.Response.Headers.Link = default;
            await Of(exception, context).WriteAsync(context);
        }
    }

    private ApiProblem Of(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case ApiException known:
                return known.Problem;
            case RequestException:
                return ApiProblem.Of(400, ApiCodes.Request, exception.Message, [new("", exception.Message)]);
            case ChannelRefusedException refused:
                return ApiProblem.Of(409, ApiCodes.ChannelRefused, refused.Message, [.. refused.Problems.Select(problem => new ApiFault("", problem))]);
            case ContentRemovedException:
                return ApiProblem.Of(410, ApiCodes.Removed, exception.Message);
            case DamagedContentException:
                return ApiProblem.Of(500, ApiCodes.Damaged, exception.Message);
            case OperationCanceledException:
                return ApiProblem.Of(503, ApiCodes.Trouble, "The Hub stops. Ask again when it runs.");
            case JournalException { IsTrouble: true }:
                return ApiProblem.Of(503, ApiCodes.Trouble, exception.Message);
            case JournalException or IOException and not BadHttpRequestException or UnauthorizedAccessException:
                return ApiProblem.Of(409, ApiCodes.Conflict, exception.Message);
            case BadHttpRequestException { StatusCode: 413 }:
                return TooLarge(context);
            case BadHttpRequestException:
                return ApiProblem.Of(400, ApiCodes.Request, "The request could not be read to its end. Send it again.");
            default:
                // Not what the exception says: that may hold a message.
                Log.Mistake(log, context.Request.Method, context.GetEndpoint()?.DisplayName ?? "", exception.GetType().Name, exception.StackTrace ?? "");
                return ApiProblem.Of(500, ApiCodes.Mistake, $"This is a mistake in the Hub ({exception.GetType().Name}); what was asked for may be done in part. Please report it with the lines of the log around now.");
        }
    }

    private static ApiProblem TooLarge(HttpContext context) => ApiProblem.Of(
        413,
        ApiCodes.TooLarge,
        $"The body is longer than the {context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? 0} bytes that this address takes. Ask for less at once.");

    private static ApiProblem OfStatus(HttpContext context) => context.Response.StatusCode switch
    {
        401 => Unknown(context),
        403 => ApiProblem.Of(403, ApiCodes.Forbidden, "Your account or token may not do this. Ask an administrator of this Hub for a role that may."),
        405 => ApiProblem.Of(405, ApiCodes.Method, $"This address does not take {context.Request.Method}. It takes {context.Response.Headers.Allow}; see /api/v1/openapi.json."),
        413 => TooLarge(context),
        415 => ApiProblem.Of(415, ApiCodes.MediaType, "Send JSON, with Content-Type: application/json."),
        429 => ApiProblem.Of(429, ApiCodes.TooMany, "Wrong tokens came from this address again and again. Give a right one; the next wrong one is looked at when the seconds of Retry-After are over."),
        404 => ApiProblem.Of(404, ApiCodes.NotFound, context.Request.Path.StartsWithSegments("/api/v1", StringComparison.OrdinalIgnoreCase)
            ? "There is no such address, or a number in it is none. See which there are: /api/v1/openapi.json"
            : "The API is at /api/v1. See which addresses there are: /api/v1/openapi.json"),
        int status => ApiProblem.Of(status, status >= 500 ? ApiCodes.Mistake : ApiCodes.Request, $"The request was answered with the status {status}. See how this address is used: /api/v1/openapi.json"),
    };

    private static ApiProblem Unknown(HttpContext context)
    {
        if (context.Response.Headers.WWWAuthenticate.Count == 0)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        return ApiProblem.Of(401, ApiCodes.Unknown, "Say who asks, with a token of this Hub: Authorization: Bearer TOKEN. It may have expired or been taken back.");
    }

    private static partial class Log
    {
        [LoggerMessage(7164, LogLevel.Error, "{Method} {Address}: a mistake in the Hub ({Exception})\n{Stack}")]
        public static partial void Mistake(ILogger log, string method, string address, string exception, string stack);
    }
}
