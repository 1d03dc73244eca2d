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
        ["replay"] = "The replay's number.",
        ["incident"] = "The incident's number.",
        ["number"] = "The version's number.",
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
        return Task.CompletedTask;
    }

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
