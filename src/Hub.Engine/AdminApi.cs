using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Hub.Contracts;
using Hub.Engine.Delivery;
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
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);

    /// <summary>Reads the address that a running Hub left in its data folder.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="IOException">It is damaged.</exception>
    public static AdminAddress? Read(string data)
    {
        string path = Path.Combine(data, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            if (JsonSerializer.Deserialize<AdminAddress>(File.ReadAllText(path)) is { Token: not null } address && Uri.TryCreate(address.Url, UriKind.Absolute, out _))
                return address;
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new IOException($"{path} is damaged, so the Hub of this folder cannot be reached. Restart the Hub, which writes it anew; when none runs, delete it.");
    }

    public static void Delete(string data) => File.Delete(Path.Combine(data, FileName));

    public void Write(string data)
    {
        // Under another name first: nobody reads half of it.
        string path = Path.Combine(data, $"{FileName}.part");
        File.Delete(path);
        FileStreamOptions mode = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (FileStream file = new(path, mode))
            JsonSerializer.Serialize(file, this);
        File.Move(path, Path.Combine(data, FileName), overwrite: true);
    }

    /// <summary>A client whose requests show that they come from this data folder.</summary>
    public HttpClient CreateClient()
    {
        HttpClient client = new() { BaseAddress = new(Url) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        return client;
    }

    /// <summary>Whether the Hub that wrote this still runs there. After a crash another Hub or program may have the address.</summary>
    public async Task<bool> IsThereAsync(CancellationToken stopping)
    {
        using HttpClient client = CreateClient();
        client.Timeout = s_patience;
        try
        {
            return await client.GetStringAsync(new Uri("/health/live", UriKind.Relative), stopping) == AdminApi.Live;
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is TaskCanceledException && !stopping.IsCancellationRequested))
        {
            return false;
        }
    }
}

/// <summary>What the admin interface asks.</summary>
/// <param name="Replays">Takes messages up again.</param>
/// <param name="Retention">Removes messages.</param>
/// <param name="Disk">Watches the disk.</param>
/// <param name="Deliveries">Does what people want done to deliveries.</param>
/// <param name="Destinations">… and to destinations.</param>
/// <param name="Keys">Changes the key of the journal; null where it has none.</param>
internal sealed record AdminParts(ReplayBatches Replays, Retention Retention, DiskGuard Disk, IKeyedJournal? Keys, DeliveryOperator Deliveries, DestinationOperator Destinations);

/// <summary>The admin interface: whether the Hub lives and is ready, and the commands that need the running Hub.</summary>
internal sealed class AdminApi : IAsyncDisposable
{
    /// <summary>What <c>/health/live</c> says.</summary>
    public const string Live = "live\n";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;
    private readonly string _data;

    private AdminApi(WebApplication app, string data, DiskGuard disk)
    {
        _app = app;
        _data = data;
        Readiness = new(disk, TimeProvider.System);
    }

    /// <summary>Where it listens.</summary>
    public string Url { get; private set; } = "";

    /// <summary>What <c>/health/ready</c> says.</summary>
    public Readiness Readiness { get; }

    /// <summary>Binds the address and writes it beside the journal.</summary>
    /// <exception cref="IOException">The address cannot be bound; the text says what to do.</exception>
    public static async Task<AdminApi> StartAsync(HubOptions options, AdminParts parts, CancellationToken stopping)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls(options.Urls);
        builder.Services.AddRoutingCore();
        WebApplication app = builder.Build();
        AdminApi api = new(app, options.Data, parts.Disk);
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        app.UseRouting();
        app.MapGet("/health/live", context => IsForOther(context, token) ? Refuse(context) : context.Response.WriteAsync(Live));
        app.MapGet("/health/ready", context => IsForOther(context, token) ? Refuse(context) : api.Readiness.SayAsync(context));
        KeyApi.Map(app, parts.Keys, context => HasToken(context, token));
        ReplayerApi.Map(app, parts.Replays, context => HasToken(context, token));
        RetentionApi.Map(app, parts.Retention, context => HasToken(context, token));
        DeliveryApi.Map(app, parts.Deliveries, parts.Destinations, context => HasToken(context, token));
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
