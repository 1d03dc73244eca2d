using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Testing;

/// <summary>A request as the receiver saw it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">Path and query as they stood in the request.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Body">The body.</param>
/// <param name="Protocol">The version of HTTP, <c>HTTP/1.1</c>.</param>
public sealed record ReceivedRequest(string Method, string Target, IHeaderDictionary Headers, byte[] Body, string Protocol);

/// <summary>A real HTTP server of the tests' own: keeps requests in order and answers as the test says.</summary>
public sealed class HttpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedRequest> _requests = [];

    private HttpReceiver(WebApplication app) => _app = app;

    /// <summary>How to answer. Default: 200 without a body.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    /// <summary>The port.</summary>
    public int Port { get; private set; }

    /// <summary>All requests so far, in the order of their arrival.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    /// <summary>Listens.</summary>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="certificate">Its certificate, for HTTPS; null for plain HTTP.</param>
    /// <param name="protocols">The versions of HTTP; HTTP/2 alone for gRPC, which comes without TLS and without a word about it.</param>
    public static async Task<HttpReceiver> StartAsync(int port = 0, X509Certificate2? certificate = null, HttpProtocols protocols = HttpProtocols.Http1AndHttp2)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = protocols;
                if (certificate is not null)
                    listen.UseHttps(certificate);
            });
            options.Limits.MaxRequestBodySize = null;
        });
        WebApplication app = builder.Build();
        HttpReceiver receiver = new(app);
        app.Run(receiver.ServeAsync);
        await app.StartAsync();
        receiver.Port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        string target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        _requests.Enqueue(new(context.Request.Method, target, new HeaderDictionary(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value)), body.ToArray(), context.Request.Protocol));
        await Answer(context);
    }
}
