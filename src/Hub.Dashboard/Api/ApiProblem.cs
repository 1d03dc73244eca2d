using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hub.Dashboard.Api;

/// <summary>The numbers of problems of the API, shown as <c>HUB7150</c>. A number never changes its meaning.</summary>
internal static class ApiCodes
{
    /// <summary>The request is not one that is known here: its body, its query or its cursor.</summary>
    public const int Request = 7150;

    /// <summary>There is nothing of that name or number, or no such address.</summary>
    public const int NotFound = 7151;

    /// <summary>It cannot be done as things stand.</summary>
    public const int Conflict = 7152;

    /// <summary>Nobody is named who asks, or the token is not known.</summary>
    public const int Unknown = 7153;

    /// <summary>Whoever asks may not do this.</summary>
    public const int Forbidden = 7154;

    /// <summary>It has changed since it was read.</summary>
    public const int Changed = 7155;

    /// <summary>The body is longer than this address takes.</summary>
    public const int TooLarge = 7156;

    /// <summary>The body is not JSON.</summary>
    public const int MediaType = 7157;

    /// <summary>The address is there and takes another method.</summary>
    public const int Method = 7158;

    /// <summary>Wrong tokens came from the address again and again; it has to wait.</summary>
    public const int TooMany = 7159;

    /// <summary>The journal is in trouble; the same is worth another try later.</summary>
    public const int Trouble = 7160;

    /// <summary>The content was removed by retention.</summary>
    public const int Removed = 7162;

    /// <summary>The content is damaged.</summary>
    public const int Damaged = 7163;

    /// <summary>A mistake in the Hub.</summary>
    public const int Mistake = 7164;

    /// <summary>Content is shown only to who says why.</summary>
    public const int ReasonWanted = 7165;

    /// <summary>The file of a channel has problems, so that it cannot be started.</summary>
    public const int ChannelRefused = 7180;
}

/// <summary>What is wrong with a request (RFC 9457), with the Hub's number and, where there are several, each mistake.</summary>
public sealed record ApiProblem
{
    /// <summary>What kind of problem it is: <c>urn:hub:HUB7150</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The kind in words, the same each time.</summary>
    public required string Title { get; init; }

    /// <summary>The status of the answer.</summary>
    public required int Status { get; init; }

    /// <summary>What is wrong this time, and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>The Hub's number of the problem: <c>HUB7150</c>. It never changes its meaning.</summary>
    public required string Code { get; init; }

    /// <summary>Each mistake, when there may be several.</summary>
    public IReadOnlyList<ApiFault>? Problems { get; init; }

    /// <summary>A problem.</summary>
    internal static ApiProblem Of(int status, int code, string detail, IReadOnlyList<ApiFault>? problems = null)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"HUB{code}");
        return new() { Type = $"urn:hub:{name}", Title = TitleOf(code), Status = status, Detail = detail, Code = name, Problems = problems is { Count: > 0 } ? problems : null };
    }

    /// <summary>Answers with it.</summary>
    internal Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/problem+json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(this, ApiJson.Writing), context.RequestAborted);
    }

    internal static string TitleOf(int code) => code switch
    {
        ApiCodes.Request => "The request is not understood",
        ApiCodes.NotFound => "It is not there",
        ApiCodes.Conflict => "It cannot be done as things stand",
        ApiCodes.Unknown => "Nobody is known to ask",
        ApiCodes.Forbidden => "It is not allowed",
        ApiCodes.Changed => "It has changed since it was read",
        ApiCodes.TooLarge => "The body is too long",
        ApiCodes.MediaType => "The body is not JSON",
        ApiCodes.Method => "The address takes another method",
        ApiCodes.TooMany => "Too many wrong tokens",
        ApiCodes.Trouble => "The journal is in trouble",
        ApiCodes.Removed => "The content was removed",
        ApiCodes.Damaged => "The content is damaged",
        ApiCodes.ReasonWanted => "A reason is wanted",
        ApiCodes.ChannelRefused => "The channel's file has problems",
        _ => "This is a mistake in the Hub",
    };
}

/// <summary>One mistake of a request.</summary>
/// <param name="Path">Where it is: a member as <c>$.deliveries[2]</c>, a part of the query by its name; empty for the whole.</param>
/// <param name="Text">What is wrong and what to do.</param>
public sealed record ApiFault(string Path, string Text);

/// <summary>Ends a request with a problem.</summary>
internal sealed class ApiException(int status, int code, string detail, IReadOnlyList<ApiFault>? problems = null) : Exception(detail)
{
    /// <summary>What is answered.</summary>
    public ApiProblem Problem { get; } = ApiProblem.Of(status, code, detail, problems);

    /// <summary>There is none.</summary>
    public static ApiException NotFound(string detail) => new(StatusCodes.Status404NotFound, ApiCodes.NotFound, detail);

    /// <summary>The request is wrong, in all of these places.</summary>
    public static ApiException Wrong(IReadOnlyList<ApiFault> faults) => new(StatusCodes.Status400BadRequest, ApiCodes.Request, string.Join(' ', faults.Select(fault => fault.Path.Length == 0 ? fault.Text : $"{fault.Path}: {fault.Text}")), faults);
}
