using System.Diagnostics.CodeAnalysis;
using Hub.Contracts;
using Hub.Contracts.Tls;
using Hub.Formats.Hl7V2;
using Hub.Listeners.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Hub.Listeners.Http;

// A request goes through three steps: it is looked at without its body, its body is read, and what the body holds is handed
// on. Only the answer of the last one says anything about a message, and it waits for the receipt (protocol L1). A sender
// that goes away meanwhile is not waited for; what was accepted stays accepted (F11).

/// <summary>The requests of one channel.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Sources without a timer hold nothing, and a request that is being cut may still ask them.")]
internal sealed partial class HttpChannel(HttpListenerConfig config, ListenerHost host, ReadingRoom room, ILogger log, IHttpDialect? dialect = null)
{
    private readonly HttpAuthenticator? _authenticator = config.Authentication is null ? null : new(config.Authentication);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Hl7Answers _answers = new(config, host);
    private int _requests;

    /// <summary>Its source.</summary>
    public HttpListenerConfig Config => config;

    /// <summary>The certificates that its <c>tls</c> names.</summary>
    public ICertificates Certificates => host.Certificates;

    /// <summary>Its path.</summary>
    public string Path => config.Path;

    /// <summary>Whether it takes what is below its path too.</summary>
    public bool TakesBelow => dialect is not null;

    /// <summary>Its id.</summary>
    public string Id => host.Channel;

    /// <summary>Answers a request.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        if (!TryEnter(out HttpReply? refusal))
        {
            await RefuseAsync(context, refusal!);
            return;
        }

        try
        {
            await using CancellationTokenRegistration cut = _cut.Token.UnsafeRegister(static context => ((HttpContext)context!).Abort(), context);
            await AnswerAsync(context);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ConnectionAbortedException or ConnectionResetException)
        {
            Log.Lost(log, Id, PeerOf(context));
        }
        catch (Exception exception) when (exception is not BadHttpRequestException)
        {
            Log.Failed(log, Id, PeerOf(context), exception);
            context.Abort();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Takes no more requests, gives up those whose body is still coming, and lets the others be answered.</summary>
    /// <param name="deadline">Fires when what is left is to be cut.</param>
    public async Task StopAsync(CancellationToken deadline)
    {
        await _stopping.CancelAsync();
        lock (_lock)
        {
            if (_requests == 0)
                _ended.TrySetResult();
        }

        await using CancellationTokenRegistration cut = deadline.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _cut);
        await _ended.Task;
    }

    private static string PeerOf(HttpContext context) => $"{context.Connection.RemoteIpAddress}:{context.Connection.RemotePort}";

    private bool TryEnter(out HttpReply? refusal)
    {
        lock (_lock)
        {
            refusal = _stopping.IsCancellationRequested ? HttpPort.Leaving
                : _requests >= config.MaxRequests ? HttpReply.Refuse(StatusCodes.Status429TooManyRequests, "Too many messages are on their way at once. Send again later.") with { RetryAfter = 1, Closes = true }
                : null;
            if (refusal is null)
                _requests++;
        }

        return refusal is null;
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_requests == 0 && _stopping.IsCancellationRequested)
                _ended.TrySetResult();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (Look(context.Request) is { } refusal)
        {
            await RefuseAsync(context, refusal);
            return;
        }

        if (dialect?.Serve(context.Request) is { } served)
        {
            await served.SendAsync(context);
            return;
        }

        (byte[]? body, HttpReply? problem) = await ReadAsync(context);
        problem ??= dialect?.Check(context.Request, body!);
        if (body is null || problem is not null)
        {
            await RefuseAsync(context, problem!);
            return;
        }

        bool isHl7 = config.Answer == HttpAnswer.Hl7 || (config.Answer == HttpAnswer.ByContentType && Hl7MediaType.Is(context.Request.ContentType));
        AcknowledgmentRequest request = isHl7 ? _answers.Read(body) : AcknowledgmentRequest.Original;
        InboundMessage message = new() { Channel = Id, Peer = PeerOf(context), Content = body, Answers = PlanOf(request), Flags = Hl7Answers.FlagsOf(request, []) };
        Receipt receipt = await host.Intake.AcceptAsync(message).WaitAsync(context.RequestAborted);
        if (receipt.Kind == ReceiptKind.CannotStore && config.OnStoreFailure == OnStoreFailure.Close)
            context.Abort();
        else
            await (isHl7 ? ReplyTo(context.Request, body, request, receipt) : dialect?.ReplyTo(context.Request, receipt) ?? HttpReply.Of(receipt)).SendAsync(context);
    }

    /// <summary>Looks at a request without its body.</summary>
    /// <returns>Why it is refused; null when it is not.</returns>
    private HttpReply? Look(HttpRequest request)
    {
        if (_authenticator is not null && !_authenticator.Knows(request))
            return HttpReply.Refuse(StatusCodes.Status401Unauthorized, "The request does not show who sends it, or what it shows is wrong.") with { Header = ("WWW-Authenticate", _authenticator.Challenge), Closes = true };
        if (dialect?.Look(request) is { } refusal)
            return refusal;
        if (!config.Methods.Contains(request.Method))
            return HttpReply.Refuse(StatusCodes.Status405MethodNotAllowed, "This method is not taken here.") with { Header = ("Allow", string.Join(", ", config.Methods)), Closes = true };
        if (config.ContentTypes is { } types && !IsOneOf(types, request.ContentType))
            return HttpReply.Refuse(StatusCodes.Status415UnsupportedMediaType, "This content type is not taken here.") with { Header = ("Accept", string.Join(", ", types)), Closes = true };
        if (!StringValues.IsNullOrEmpty(request.Headers.ContentEncoding) && request.Headers.ContentEncoding != "identity")
            return HttpReply.Refuse(StatusCodes.Status415UnsupportedMediaType, "Compressed bodies are not taken. Send without Content-Encoding.") with { Header = ("Accept-Encoding", "identity"), Closes = true };
        return request.ContentLength > config.MaxMessageBytes ? TooLarge() : null;
    }

    private static bool IsOneOf(IReadOnlyList<string> types, string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? given) && types.Any(type => given.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase));

    private HttpReply TooLarge() =>
        HttpReply.Refuse(StatusCodes.Status413PayloadTooLarge, $"The body is longer than the {config.MaxMessageBytes} bytes that are taken here.") with { Closes = true };

    private ValueTask<(byte[]? Body, HttpReply? Refusal)> ReadAsync(HttpContext context) =>
        HttpBody.TakeArrived(context.Request, config.MaxMessageBytes) is { } body ? ValueTask.FromResult(((byte[]?)body, (HttpReply?)null)) : new(WaitForAsync(context));

    private async Task<(byte[]? Body, HttpReply? Refusal)> WaitForAsync(HttpContext context)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(config.MaxMessageSeconds), host.Clock);
        using CancellationTokenSource cancel = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token, context.RequestAborted);
        try
        {
            using ReadingLease lease = new(room, host.Clock);
            HttpBody reading = new(context.Request, config.MaxMessageBytes, memory => MakeRoomAsync(context, lease, memory, patience, cancel.Token), () => lease.IsWanted, host.Clock);
            byte[]? body = await reading.ReadAsync(cancel.Token);
            return body switch
            {
                null => (null, TooLarge()),
                [] => (null, HttpReply.Refuse(StatusCodes.Status400BadRequest, "The request has no body. Put the message there.")),
                _ => (body, null),
            };
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return (null, _stopping.IsCancellationRequested ? HttpPort.Leaving : TooSlow($"The body did not come within {config.MaxMessageSeconds} s."));
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            return (null, TooSlow("The body stopped coming, or came slower than 256 bytes a second."));
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status503ServiceUnavailable)
        {
            return (null, HttpReply.Refuse(StatusCodes.Status503ServiceUnavailable, "There is no room in memory for a large message now, and nothing was taken. Send it again later.") with { RetryAfter = 5, Closes = true });
        }
        catch (BadHttpRequestException)
        {
            return (null, HttpReply.Refuse(StatusCodes.Status400BadRequest, "The body broke off or is not framed as HTTP asks.") with { Closes = true });
        }
    }

    // What waits for memory is not the sender's time, which begins anew.
    private async ValueTask<bool> MakeRoomAsync(HttpContext context, ReadingLease lease, long memory, CancellationTokenSource patience, CancellationToken cancel)
    {
        if (lease.TryTake(memory))
            return true;
        Log.Waits(log, Id, PeerOf(context));
        patience.CancelAfter(Timeout.InfiniteTimeSpan);
        bool hasRoom = await lease.TakeAsync(memory, TimeSpan.FromSeconds(config.MaxMessageSeconds), cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(config.MaxMessageSeconds));
        if (!hasRoom)
            Log.NoRoom(log, Id, PeerOf(context), config.MaxMessageSeconds);
        return hasRoom;
    }

    private static HttpReply TooSlow(string reason) => HttpReply.Refuse(StatusCodes.Status408RequestTimeout, reason) with { Closes = true };

    // There is one answer to a request: where a message asks for two, the one that tells more.
    private HttpReply ReplyTo(HttpRequest http, byte[] body, AcknowledgmentRequest request, Receipt receipt)
    {
        byte[]? acknowledgment = _answers.Second(request, body, receipt, receipt) ?? _answers.First(request, body, receipt);
        return HttpReply.Hl7(acknowledgment, Hl7MediaType.ForAnswer(http.ContentType), receipt);
    }

    private static AnswerPlan PlanOf(AcknowledgmentRequest request) =>
        Hl7Answers.PlanOf(request) is AnswerPlan.StoredThenKnown ? AnswerPlan.WhenKnown : Hl7Answers.PlanOf(request);

    private async Task RefuseAsync(HttpContext context, HttpReply refusal)
    {
        Log.Refused(log, Id, PeerOf(context), refusal.Status);
        await (dialect?.Dress(refusal) ?? refusal).SendAsync(context);
    }

    private static partial class Log
    {
        [LoggerMessage(2040, LogLevel.Warning, "Channel {Channel}: a request of {Peer} was refused with status {Status}; no message was taken from it")]
        public static partial void Refused(ILogger log, string channel, string peer, int status);

        [LoggerMessage(2041, LogLevel.Information, "Channel {Channel}: {Peer} went away before its answer")]
        public static partial void Lost(ILogger log, string channel, string peer);

        [LoggerMessage(2044, LogLevel.Information, "Channel {Channel}: {Peer} is not read from until there is room in memory for its large message")]
        public static partial void Waits(ILogger log, string channel, string peer);

        [LoggerMessage(2045, LogLevel.Warning, "Channel {Channel}: {Peer} sent a large message for which there was no room in memory for {Seconds} s; it was refused and nothing of it was stored. If that happens often, give the Hub more (--reading-memory-mib)")]
        public static partial void NoRoom(ILogger log, string channel, string peer, int seconds);

        [LoggerMessage(2042, LogLevel.Error, "Channel {Channel}: a request of {Peer} failed")]
        public static partial void Failed(ILogger log, string channel, string peer, Exception exception);
    }
}
