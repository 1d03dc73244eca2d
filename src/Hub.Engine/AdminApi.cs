using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Hub.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Engine;

/// <summary>How a command on the same machine reaches a running Hub: written beside the journal, readable by its owner alone.</summary>
/// <param name="Url">The admin address.</param>
/// <param name="Token">What a request has to carry.</param>
/// <param name="ProcessId">The running process.</param>
internal sealed record AdminAddress(string Url, string Token, int ProcessId)
{
    private const string FileName = "hub.admin.json";

    /// <summary>Reads the address that a running Hub left in its data folder.</summary>
    /// <returns>Null when there is none.</returns>
    public static AdminAddress? Read(string data)
    {
        string path = Path.Combine(data, FileName);
        return File.Exists(path) ? JsonSerializer.Deserialize<AdminAddress>(File.ReadAllText(path)) : null;
    }

    public static void Delete(string data) => File.Delete(Path.Combine(data, FileName));

    public void Write(string data)
    {
        string path = Path.Combine(data, FileName);
        File.Delete(path);
        FileStreamOptions mode = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using FileStream file = new(path, mode);
        JsonSerializer.Serialize(file, this);
    }
}

/// <summary>The admin interface: whether the Hub lives and is ready, and the commands that need the running Hub.</summary>
internal sealed class AdminApi : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;
    private readonly string _data;

    private AdminApi(WebApplication app, string data)
    {
        _app = app;
        _data = data;
    }

    /// <summary>Where it listens.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Whether <c>/health/ready</c> says so.</summary>
    public bool IsReady { get; set; }

    /// <summary>Binds the address and writes it beside the journal.</summary>
    /// <exception cref="IOException">The address cannot be bound; the text says what to do.</exception>
    public static async Task<AdminApi> StartAsync(HubOptions options, Replayer replayer, CancellationToken stopping)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls(options.Urls);
        builder.Services.AddRoutingCore();
        WebApplication app = builder.Build();
        AdminApi api = new(app, options.Data);
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        app.UseRouting();
        app.MapGet("/health/live", context => context.Response.WriteAsync("live\n"));
        app.MapGet("/health/ready", context => api.SayReadyAsync(context));
        app.MapPost("/api/replay", context => ReplayAsync(context, replayer, token));
        try
        {
            await app.StartAsync(stopping);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or FormatException)
        {
            await app.DisposeAsync();
            throw new IOException($"The admin address {options.Urls} cannot be used: {exception.Message} Give another one with --urls, for example http://127.0.0.1:0 for a free port.", exception);
        }

        api.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        new AdminAddress(api.Url, token, Environment.ProcessId).Write(options.Data);
        return api;
    }

    public async ValueTask DisposeAsync()
    {
        AdminAddress.Delete(_data);
        // A client that never ends its request must not hold up the stop.
        using (CancellationTokenSource patience = new(s_patience))
            await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }

    private Task SayReadyAsync(HttpContext context)
    {
        context.Response.StatusCode = IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(IsReady ? "ready\n" : "not ready\n");
    }

    private static async Task ReplayAsync(HttpContext context, Replayer replayer, string token)
    {
        byte[] given = System.Text.Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString());
        if (!CryptographicOperations.FixedTimeEquals(given, System.Text.Encoding.UTF8.GetBytes($"Bearer {token}")))
        {
            context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
            return;
        }

        try
        {
            ReplayRequest request = await context.Request.ReadFromJsonAsync<ReplayRequest>(context.RequestAborted) ?? throw new JsonException("empty");
            await context.Response.WriteAsJsonAsync(await replayer.ReplayAsync(new(request.Message), request.Destination), context.RequestAborted);
        }
        catch (JournalException exception)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            await context.Response.WriteAsync(exception.Message, context.RequestAborted);
        }
        catch (JsonException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("Send {\"message\": 17, \"destination\": null}.", context.RequestAborted);
        }
    }
}

/// <summary>A request to replay one message.</summary>
/// <param name="Message">Its number.</param>
/// <param name="Destination">The destination to send it to again; null to take it through its channel.</param>
internal sealed record ReplayRequest(long Message, string? Destination);
