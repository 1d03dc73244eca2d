using System.Net;
using System.Security.Cryptography;
using Hub.Contracts;
using Hub.Dashboard;
using Hub.Dashboard.Access;
using Hub.Dashboard.Api;
using Hub.Engine.Admin;
using Hub.Engine.Commands;
using Hub.Engine.Statistics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Engine;

/// <summary>What the admin interface asks.</summary>
/// <param name="Disk">Watches the disk.</param>
/// <param name="Journal">What metrics are read from.</param>
/// <param name="Clock">The time.</param>
/// <param name="View">The Hub as pages and the API see it.</param>
internal sealed record AdminParts(DiskGuard Disk, IJournal Journal, TimeProvider Clock, IHub View)
{
    /// <summary>How it is reached.</summary>
    public AdminConfig Config { get; init; } = new();

    /// <summary>The TLS of its address; null for none.</summary>
    public AdminTls? Tls { get; init; }
}

/// <summary>The admin interface: whether the Hub lives and is ready, its metrics, and what Hub.Dashboard adds: pages and the API.</summary>
internal sealed class AdminApi : IAsyncDisposable
{
    /// <summary>What <c>/health/live</c> says.</summary>
    public const string Live = "live\n";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;
    private readonly string _data;

    private AdminApi(WebApplication app, string data, DiskGuard disk, TimeProvider clock)
    {
        _app = app;
        _data = data;
        Readiness = new(disk, clock);
    }

    /// <summary>Where it listens.</summary>
    public string Url { get; private set; } = "";

    /// <summary>All its addresses.</summary>
    public IReadOnlyList<Endpoint> Endpoints => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>What <c>/health/ready</c> says.</summary>
    public Readiness Readiness { get; }

    /// <summary>Binds the address and writes it beside the journal.</summary>
    /// <exception cref="IOException">The address cannot be bound; the text says what to do.</exception>
    public static async Task<AdminApi> StartAsync(HubOptions options, AdminParts parts, CancellationToken stopping)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls(options.Urls);
        if (parts.Tls is { } tls)
            builder.WebHost.ConfigureKestrel(tls.Use);
        else if (IsHttps(options))
            throw new IOException($"The admin address {options.Urls} is https, and no certificate is named for it. Name it in {options.Admin}: {{ \"tls\": {{ \"certificate\": \"hub.pem\" }} }}");
        builder.Services.AddRouting();
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        builder.Services.AddAccess(Path.Combine(KeyOptions.FolderOf(options), "web"), parts.Tls is not null, AdminToken.SchemeName).AddScheme<AdminTokenOptions, AdminToken>(AdminToken.SchemeName, scheme => scheme.Token = token);
        builder.Services.AddDashboard(parts.View);
        WebApplication app = builder.Build();
        AdminApi api = new(app, options.Data, parts.Disk, parts.Clock);
        UseProxies(app, parts.Config);
        app.UseSafeHeaders();
        app.UseApi();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapDashboard();
        app.MapGet("/health/live", context => IsForOther(context, token) ? Refuse(context) : context.Response.WriteAsync(Live)).AllowAnonymous();
        app.MapGet("/health/ready", context => IsForOther(context, token) ? Refuse(context) : api.Readiness.SayAsync(context)).AllowAnonymous();
        app.MapGet("/metrics", context => IsForOther(context, token) ? Refuse(context) : MetricsPage.SayAsync(context, parts.Journal, parts.Clock.GetUtcNow())).AllowAnonymous();
        AccessApi.Map(app, parts.View, context => HasToken(context, token));
        try
        {
            await app.StartAsync(stopping);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or FormatException or UnauthorizedAccessException)
        {
            await app.DisposeAsync();
            throw new IOException($"The admin address {options.Urls} cannot be used: {exception.Message} Give another one with --urls, for example http://127.0.0.1:0 for a free port.", exception);
        }

        api.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        AdminAddress address = new(api.Url, token, Environment.ProcessId);
        if (parts.Tls is { } shown)
            shown.Shown = fingerprint => (address with { Fingerprint = fingerprint }).Write(options.Data);
        (address with { Fingerprint = parts.Tls?.Fingerprint }).Write(options.Data);
        return api;
    }

    private static bool IsHttps(HubOptions options) => options.Urls.Split(';').Any(url => url.TrimStart().StartsWith("https:", StringComparison.OrdinalIgnoreCase));

    // As far back as proxies are known, so that what a client writes into the headers itself is never taken.
    private static void UseProxies(WebApplication app, AdminConfig config)
    {
        if (config.Proxies.Count == 0)
            return;
        ForwardedHeadersOptions headers = new() { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        headers.KnownProxies.Clear();
        headers.KnownIPNetworks.Clear();
        foreach (System.Net.IPNetwork? network in config.Networks)
            headers.KnownIPNetworks.Add(network!.Value);
        app.UseForwardedHeaders(headers);
    }

    public async ValueTask DisposeAsync()
    {
        AdminAddress.Delete(_data);
        // A client that never ends its request must not hold up the stop.
        using (CancellationTokenSource patience = new(s_patience))
            await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }

    // Everybody may ask for health; a command of another data folder is told that it asks the wrong Hub.
    private static bool IsForOther(HttpContext context, string token) => context.Request.Headers.Authorization.Count > 0 && !HasToken(context, token);

    private static bool HasToken(HttpContext context, string token)
    {
        byte[] given = System.Text.Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString());
        return CryptographicOperations.FixedTimeEquals(given, System.Text.Encoding.UTF8.GetBytes($"Bearer {token}"));
    }

    private static Task Refuse(HttpContext context)
    {
        context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
        return Task.CompletedTask;
    }
}
