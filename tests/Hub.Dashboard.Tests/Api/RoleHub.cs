using System.Security.Claims;
using System.Text.Encodings.Web;
using Hub.Dashboard.Access;
using Hub.Dashboard.Api;
using Hub.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hub.Dashboard.Tests.Api;

/// <summary>The API of a running Hub, where each request says by its headers which role it has and which channels it is limited to.</summary>
internal sealed class RoleHub : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RoleHub(HubHost hub, WebApplication app) => (Hub, _app) = (hub, app);

    public HubHost Hub { get; }

    public string Url => _app.Urls.First();

    /// <summary>The addresses there are.</summary>
    public IReadOnlyList<RouteEndpoint> Addresses => [.. _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    public static async Task<RoleHub> StartAsync(params string[] channels)
    {
        HubHost hub = await HubHost.StartAsync(channels);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        builder.Services.AddAuthentication("Role").AddScheme<AuthenticationSchemeOptions, ByHeaders>("Role", null);
        builder.Services.AddDashboard(hub.View);
        WebApplication app = builder.Build();
        app.UseApi();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapDashboard();
        await app.StartAsync();
        return new(hub, app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Hub.DisposeAsync();
    }

    private sealed class ByHeaders(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers["Role"] is not [{ } role])
                return Task.FromResult(AuthenticateResult.NoResult());
            Claim[] channels = [.. Request.Headers["Channels"].Select(channel => new Claim(HubClaims.Channel, channel!))];
            ClaimsIdentity identity = new([new(ClaimTypes.Name, "somebody"), new(ClaimTypes.Role, role), .. channels], Scheme.Name);
            return Task.FromResult(AuthenticateResult.Success(new(new(identity), Scheme.Name)));
        }
    }
}
