using Hub.Dashboard.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Dashboard.Api;

/// <summary>The versioned API: <c>/api/v1</c>.</summary>
public static class ApiEndpoints
{
    /// <summary>Where its description is.</summary>
    public const string Document = "/api/v1/openapi.json";

    /// <summary>Longest body by default, in bytes: a thousand times what any request but an edit needs.</summary>
    private const int MostBytes = 1024 * 1024;

    /// <summary>Adds what the API needs.</summary>
    internal static void AddApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        services.AddOpenApi("v1", ApiDescription.Configure);
    }

    /// <summary>Makes problems of whatever goes wrong under <c>/api</c>. Before authentication, whose refusals are told as problems too.</summary>
    public static void UseApi(this IApplicationBuilder app) =>
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase), branch => branch.UseMiddleware<ApiErrors>());

    /// <summary>Adds its addresses.</summary>
    internal static void MapApi(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi(Document).RequireAuthorization(nameof(Permission.SeeState));
        RouteGroupBuilder api = app.MapGroup("/api/v1");
        // Where an address has no query of its own, none is given.
        api.AddEndpointFilter(async (context, next) =>
        {
            if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<ApiParameters>() is null)
                new ApiQuery(context.HttpContext).Done();
            return await next(context);
        });
        api.WithMetadata(new RequestSizeLimitAttribute(MostBytes));
        ChannelsApi.Map(api);
        DestinationsApi.Map(api);
        DeliveriesApi.Map(api);
        MessagesApi.Map(api);
        ReplaysApi.Map(api);
        IncidentsApi.Map(api);
        StatisticsApi.Map(api);
        JournalApi.Map(api);
        CertificatesApi.Map(api);
        AuditApi.Map(api);
    }

    /// <summary>Says who may use an address, and what the description calls it.</summary>
    internal static RouteHandlerBuilder Named(this RouteHandlerBuilder address, string name, string area, Permission permission) =>
        address.WithName(name).WithTags(area).RequireAuthorization(permission.ToString()).WithMetadata(permission);

    /// <summary>Says which query an address takes.</summary>
    internal static RouteHandlerBuilder Takes(this RouteHandlerBuilder address, params ApiParameter[] parameters) => address.WithMetadata(new ApiParameters(parameters));

    /// <summary>Says which body an address takes.</summary>
    internal static RouteHandlerBuilder TakesBody<T>(this RouteHandlerBuilder address) where T : notnull => address.Accepts<T>("application/json");

    /// <summary>Says what an address answers with, and with which problems besides those of its kind (<see cref="ApiDescription"/>).</summary>
    internal static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder address, params int[] problems) => address.Gives<T>(StatusCodes.Status200OK, "application/json", problems);

    /// <summary>Says what an address answers with, and with which problems besides those of its kind (<see cref="ApiDescription"/>).</summary>
    internal static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder address, int status, string type, params int[] problems)
    {
        address.Produces<T>(status, type);
        foreach (int problem in problems.Prepend(StatusCodes.Status400BadRequest))
            _ = problem == StatusCodes.Status304NotModified ? address.Produces(problem) : address.Produces<ApiProblem>(problem, "application/problem+json");
        return address;
    }
}
