using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hub.Dashboard.Api;

/// <summary>Entity tags (RFC 9110 §8.8.3): a hash of the answer, so that who has it already is told so, and who changes something says what was seen.</summary>
internal static class ApiTags
{
    /// <summary>Answers with JSON and its tag; with 304 and nothing else when whoever asks has it.</summary>
    public static IResult Answer<T>(HttpContext context, T value) => Answer(context, Bytes(value), "application/json; charset=utf-8");

    /// <summary>Answers with bytes and their tag.</summary>
    public static IResult Answer(HttpContext context, byte[] bytes, string type)
    {
        EntityTagHeaderValue tag = TagOf(bytes);
        context.Response.Headers.ETag = tag.ToString();
        context.Response.Headers.CacheControl = "private, no-cache";
        // RFC 9110 §13.1.2: compared weakly.
        bool hasIt = HttpMethods.IsGet(context.Request.Method) && context.Request.GetTypedHeaders().IfNoneMatch.Any(given => given.Equals(EntityTagHeaderValue.Any) || given.Compare(tag, useStrongComparison: false));
        return hasIt ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Bytes(bytes, type);
    }

    /// <summary>Refuses a change of something that is not as it was seen (If-Match); without that header anything goes.</summary>
    /// <exception cref="ApiException">It has changed.</exception>
    public static void RequireMatch<T>(HttpContext context, T value)
    {
        IList<EntityTagHeaderValue> given = context.Request.GetTypedHeaders().IfMatch;
        EntityTagHeaderValue tag = TagOf(Bytes(value));
        // RFC 9110 §13.1.1: compared strongly.
        if (context.Request.Headers.IfMatch.Count > 0 && !given.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: true)))
            throw new ApiException(StatusCodes.Status412PreconditionFailed, ApiCodes.Changed, "It is not as it was when you read it (If-Match). Read it again, and ask again if you still want to change it.");
    }

    private static byte[] Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, ApiJson.Writing);

    private static EntityTagHeaderValue TagOf(byte[] bytes) => new($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes)[..12])}\"");
}
