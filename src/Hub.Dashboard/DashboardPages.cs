using Hub.Dashboard.Access;
using Hub.Dashboard.Api;
using Hub.Dashboard.Figures;
using Hub.Dashboard.Live;
using Hub.Dashboard.Pages;
using Hub.Dashboard.Parts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Dashboard;

/// <summary>Adds the pages to the admin interface.</summary>
public static class DashboardPages
{
    /// <summary>Adds what the pages need.</summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services, IHub hub)
    {
        services.AddSingleton(hub);
        services.AddSingleton<LiveEvents>();
        services.AddSingleton<RecentFigures>();
        services.AddSingleton<LongFigures>();
        services.AddSingleton<Senders>();
        services.AddHostedService<FiguresLoop>();
        services.AddHubAuthorization();
        services.AddRazorComponents();
        services.AddApi();
        return services;
    }

    /// <summary>Adds their addresses.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder app)
    {
        app.MapRazorComponents<App>();
        app.MapApi();
        app.MapGet(LiveEvents.Address, app.ServiceProvider.GetRequiredService<LiveEvents>().SayAsync).RequireAuthorization(nameof(Permission.SeeState));
        app.MapGet("/statistics.csv", StatisticsFile.SayAsync).RequireAuthorization(nameof(Permission.SeeState));
        app.MapGet("/estate.svg", DrawEstate).RequireAuthorization(nameof(Permission.SeeState));
        // Pages before a login need them too.
        app.MapGet("/assets/{name}", AssetFiles.SayAsync).AllowAnonymous();
        app.MapPost("/appearance", Appearance.ChooseAsync).AllowAnonymous();
    }

    private static RazorComponentResult<EstateFile> DrawEstate(HttpContext context, RecentFigures figures, Senders senders)
    {
        context.Response.Headers.ContentDisposition = "attachment; filename=estate.svg";
        return new(new { Estate = Estate.Of(figures.Look(context.User), senders.Look()), Words = Appearance.Words(context) }) { ContentType = "image/svg+xml; charset=utf-8" };
    }
}
