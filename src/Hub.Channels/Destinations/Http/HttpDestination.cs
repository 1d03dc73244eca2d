using System.Net;
using Hub.Channels.Destinations.Connections;
using Hub.Contracts;

namespace Hub.Channels.Destinations.Http;

/// <summary>Sends each message as an HTTP request, one at a time, and judges the answer (protocol S09).</summary>
public sealed class HttpDestination : IDestination
{
    private const int MostKept = 64 * 1024;

    private readonly HttpDestinationConfig _config;
    private readonly DestinationHost _host;
    private readonly IRequestWriter _writer;
    private readonly HttpJudge _judge;
    private readonly HttpConnections _connections;
    private readonly string _address;

    /// <summary>Makes it; it connects when it first sends.</summary>
    /// <param name="config">Its object of the channel file, checked.</param>
    /// <param name="host">What it may use.</param>
    public HttpDestination(HttpDestinationConfig config, DestinationHost host)
        : this(config, host, new RequestWriter(config, host))
    {
    }

    /// <summary>Makes one that sends other requests than its file says.</summary>
    /// <param name="config">What it goes by but for the request.</param>
    /// <param name="host">What it may use.</param>
    /// <param name="writer">Makes the requests.</param>
    internal HttpDestination(HttpDestinationConfig config, DestinationHost host, IRequestWriter writer)
    {
        _config = config;
        _host = host;
        HttpAddress.TryReadBase(config.Endpoint, out Uri? address, out _);
        _address = address!.GetLeftPart(UriPartial.Authority);
        _writer = writer;
        _judge = new(config, _address, host.Clock);
        _connections = new(config, address, host);
    }

    /// <inheritdoc />
    public async Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken stopping)
    {
        stopping.ThrowIfCancellationRequested();
        using HttpRequestMessage? request = _writer.Write(message, out string? refusal);
        if (request is null)
            return DeliveryResult.Refused(refusal!);
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(_config.AnswerTimeoutSeconds), _host.Clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            using HttpResponseMessage response = await _connections.Client().SendAsync(request, either.Token);
            (byte[] body, bool isWhole) = await ReadAsync(response, either.Token);
            DeliveryResult result = _judge.Judge(response, body, isWhole, message);
            return result.Verdict == DeliveryVerdict.Retry ? result with { Reach = ReachOf(response) } : result;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            return DeliveryResult.Retry($"{_address} did not answer within {_config.AnswerTimeoutSeconds:0.#} s. Whether it has the message is not known; it is sent again. Look at the receiver, or raise answerTimeoutSeconds.") with { Reach = ReachOf(request) };
        }
        catch (OperationCanceledException) when (ReachOf(request) == SendReach.Whole)
        {
            return Exchange.GivenUp(_address);
        }
        catch (HttpRequestException exception)
        {
            return DeliveryResult.Retry(Explain(exception)) with { Reach = ReachOf(request, exception) };
        }
        catch (ExchangeException exception)
        {
            return DeliveryResult.Retry(exception.Message) with { Reach = SendReach.NotReached };
        }
        catch (IOException exception)
        {
            return DeliveryResult.Retry($"The connection to {_address} broke in the middle of the answer ({exception.Message}). The message is sent again.") with { Reach = SendReach.Whole };
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _connections.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads the body as far as it is kept.</summary>
    /// <returns>The body, and whether this is all of it.</returns>
    private static async Task<(byte[] Body, bool IsWhole)> ReadAsync(HttpResponseMessage response, CancellationToken stopping)
    {
        await using Stream stream = await response.Content.ReadAsStreamAsync(stopping);
        byte[] buffer = new byte[(int)Math.Min(response.Content.Headers.ContentLength ?? MostKept, MostKept) + 1];
        int length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stopping);
        return length < buffer.Length ? (buffer[..length], true) : (buffer[..(length - 1)], false);
    }

    // RFC 9110 §15.6.5: a gateway passed the request on and heard nothing, as with a time-out of our own. One that could not reach its server (502, 503) says so.
    private static SendReach ReachOf(HttpResponseMessage response) => response.StatusCode == HttpStatusCode.GatewayTimeout ? SendReach.Whole : SendReach.Answered;

    // A request without a body is one write: once there is a connection, it was sent.
    private SendReach ReachOf(HttpRequestMessage request, HttpRequestException? exception = null) => exception switch
    {
        { InnerException: ExchangeException } => SendReach.NotReached,
        { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError } => SendReach.NotReached,
        null when !_connections.IsConnected => SendReach.NotReached,
        _ when request.Content is TrackedContent { IsSent: false } body => body.IsBegun ? SendReach.Partial : SendReach.NotReached,
        _ => SendReach.Whole,
    };

    private string Explain(HttpRequestException exception)
    {
        if (exception.InnerException is ExchangeException told)
            return told.Message;
        if (exception.HttpRequestError == HttpRequestError.SecureConnectionError && _connections.TakeRefusal() is { } refusal)
            return $"The receiver at {_address} is not trusted. {refusal}";
        string why = exception.InnerException?.Message ?? exception.Message;
        return exception.HttpRequestError switch
        {
            HttpRequestError.SecureConnectionError => $"No TLS connection to {_address} could be made ({why}). Look at its certificate and at \"tls\".",
            HttpRequestError.ProxyTunnelError => $"The proxy does not let this machine through to {_address} ({why}). Look at \"proxy\".",
            HttpRequestError.ResponseEnded => $"{_address} closed the connection without a whole answer. The message is sent again.",
            HttpRequestError.InvalidResponse => $"{_address} sent something that is not an HTTP answer. Is it an HTTP server, and is this its port?",
            _ => $"The exchange with {_address} failed ({why}). The message is sent again.",
        };
    }
}
