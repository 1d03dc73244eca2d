using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Dashboard.Access;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Hub.Dashboard.Api;

/// <summary>The description of the API (OpenAPI): made from its addresses and their docs; here is what those do not say.</summary>
internal static class ApiDescription
{
    private const string Scheme = "token";

    /// <summary>What stands in addresses.</summary>
    private static readonly Dictionary<string, string> s_places = new()
    {
        ["channel"] = "The channel's id.",
        ["destination"] = "The destination's id.",
        ["delivery"] = "The delivery's number.",
        ["message"] = "The message's number.",
        ["attempt"] = "The number of the try, from 1.",
        ["replay"] = "The replay's number.",
        ["incident"] = "The incident's number.",
        ["number"] = "The version's number.",
    };

    /// <summary>The numbers of problems that a status has.</summary>
    private static readonly Dictionary<int, int[]> s_problems = new()
    {
        [400] = [ApiCodes.Request],
        [401] = [ApiCodes.Unknown],
        [403] = [ApiCodes.Forbidden, ApiCodes.ReasonWanted],
        [404] = [ApiCodes.NotFound],
        [409] = [ApiCodes.Conflict, ApiCodes.ChannelRefused],
        [410] = [ApiCodes.Removed],
        [412] = [ApiCodes.Changed],
        [413] = [ApiCodes.TooLarge],
        [415] = [ApiCodes.MediaType],
        [429] = [ApiCodes.TooMany],
        [500] = [ApiCodes.Damaged, ApiCodes.Mistake],
        [503] = [ApiCodes.Trouble],
    };

    /// <summary>What headers of answers mean.</summary>
    private static readonly Dictionary<string, string> s_headers = new()
    {
        ["ETag"] = "What stands for the answer as it is now, for If-None-Match and If-Match.",
        ["Link"] = "The address of the next page, with rel=\"next\"; not there on the last one.",
        ["Location"] = "The address of what was made.",
        ["Retry-After"] = "After how many seconds the next wrong token is looked at.",
        ["WWW-Authenticate"] = "Bearer: who asks says so with a token.",
    };

    /// <summary>How it is made.</summary>
    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = address => address.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) == true && address.RelativePath != "api/v1/openapi.json";
        options.AddDocumentTransformer((document, _, _) => Describe(document));
        options.AddOperationTransformer((operation, context, _) => Describe(operation, context));
    }

    private static Task Describe(OpenApiDocument document)
    {
        document.Info = new()
        {
            Title = "The Hub",
            Version = "1",
            Description = "What people and programs see of a running Hub and do to it. Problems are those of RFC 9457 with the Hub's number as \"code\"; lists come in pages: give \"next\" "
                + "of a page as \"cursor\" for the one after it; what has an ETag is answered with 304 when If-None-Match names it. Members and parts of a query that are not described here are refused.",
        };
        // Where it was asked is no part of it.
        document.Servers = [new() { Url = "/" }];
        document.Components ??= new();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token of this Hub. Commands of its machine use the one beside the journal." },
        };
        document.Security = [new() { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        return Task.CompletedTask;
    }

    private static Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<Permission>().LastOrDefault() is var permission)
            operation.Description = $"{operation.Description} Needs the permission {permission}.".Trim();
        foreach (OpenApiParameter place in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
            place.Description = s_places.GetValueOrDefault(place.Name ?? "");
        foreach (ApiParameter parameter in metadata.OfType<ApiParameters>().LastOrDefault()?.All ?? [])
            (operation.Parameters ??= []).Add(Describe(parameter));
        Describe(operation, isAddressOfOne: context.Description.RelativePath?.Contains('{', StringComparison.Ordinal) == true);
        return Task.CompletedTask;
    }

    // What follows from what an address is, said here for all: its problems, and the headers that it reads and gives.
    private static void Describe(OpenApiOperation operation, bool isAddressOfOne)
    {
        OpenApiResponses answers = operation.Responses!;
        IEnumerable<int> problems = [401, 403, 429, 500, 503, .. isAddressOfOne ? (int[])[404] : [], .. operation.RequestBody is null ? (int[])[] : [413, 415]];
        foreach (int problem in problems)
            answers.TryAdd(Text(problem)!, new OpenApiResponse { Content = answers["400"].Content });
        foreach ((int status, int[] codes) in s_problems.Where(one => answers.ContainsKey(Text(one.Key)!)))
            answers[Text(status)!].Description = string.Join("; ", codes.Select(code => $"HUB{Text(code)}: {ApiProblem.TitleOf(code)}"));
        operation.Responses = [];
        foreach ((string status, IOpenApiResponse answer) in answers.OrderBy(one => one.Key, StringComparer.Ordinal))
            operation.Responses.Add(status, answer);

        bool hasTag = answers.ContainsKey("304");
        bool isMatched = answers.ContainsKey("412");
        if (hasTag || isMatched)
            Gives(answers, "ETag", "200", "304");
        if (hasTag)
            Reads(operation, "If-None-Match", "The ETag of the answer that is there already: answered with 304 while it is the same.");
        if (isMatched)
            Reads(operation, "If-Match", "The ETag of what was read: what has changed since is left as it is, and answered with 412. Without it anything is changed.");
        if (operation.Parameters?.Any(parameter => parameter.Name == Parameters.Why.Name) == true)
            Reads(operation, ApiCaller.ReasonHeader, "Why the content is looked at, for the audit, percent-encoded; at most 500 characters. Wanted of some roles (HUB7165).");
        if (operation.Parameters?.Any(parameter => parameter.Name == Parameters.Cursor.Name) == true)
            Gives(answers, "Link", "200");
        if (operation.OperationId == "beginReplay")
            Gives(answers, "Location", "201");
        Gives(answers, "WWW-Authenticate", "401");
        Gives(answers, "Retry-After", "429");
    }

    private static void Gives(OpenApiResponses answers, string header, params string[] statuses)
    {
        foreach (OpenApiResponse answer in statuses.Select(answers.GetValueOrDefault).OfType<OpenApiResponse>())
            (answer.Headers ??= new Dictionary<string, IOpenApiHeader>())[header] = new OpenApiHeader { Description = s_headers[header], Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
    }

    private static void Reads(OpenApiOperation operation, string header, string text) =>
        (operation.Parameters ??= []).Add(new OpenApiParameter { Name = header, In = ParameterLocation.Header, Description = text, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });

    private static OpenApiParameter Describe(ApiParameter parameter)
    {
        OpenApiSchema schema = new() { Type = parameter.Type, Format = parameter.Format, Minimum = Text(parameter.Least) };
        if (parameter.Most < int.MaxValue)
            schema.Maximum = Text(parameter.Most);
        if (parameter.Words.Count > 0)
            schema.Enum = [.. parameter.Words.Select(word => (JsonNode)JsonValue.Create(word))];
        return new()
        {
            Name = parameter.Name,
            In = ParameterLocation.Query,
            Description = parameter.Text,
            Schema = parameter.Repeats ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema } : schema,
        };
    }

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
