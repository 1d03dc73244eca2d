using System.Globalization;
using System.Net;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using Hub.Alerts.Config;
using Hub.Contracts;

namespace Hub.Alerts.Mail;

/// <summary>Calls webhooks: one POST of JSON, signed, redirects not followed.</summary>
/// <param name="settings">Has their secrets.</param>
/// <param name="clock">The time.</param>
internal sealed class WebhookCaller(Func<AlertSettings> settings, TimeProvider clock) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        // Nobody reads what is answered.
        MaxResponseContentBufferSize = 64 * 1024,
    };

    /// <summary>Calls.</summary>
    /// <returns>Null when the party took it; else why not.</returns>
    public async Task<NotSent?> CallAsync(OutgoingMail call, CancellationToken stopping)
    {
        if (settings().Webhook(call.To[0]) is not { } webhook)
            return new("No subscription has this webhook any more.", call.To) { IsUnwanted = true };
        return await TryAsync(webhook, call, stopping) is { } reason ? new(reason, call.To) : null;
    }

    public void Dispose() => _client.Dispose();

    private async Task<string?> TryAsync(WebhookConfig webhook, OutgoingMail call, CancellationToken stopping)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        // A party answers in the time of the world, not of a test's clock.
        patience.CancelAfter(TimeSpan.FromSeconds(webhook.TimeoutSeconds));
        try
        {
            using HttpRequestMessage request = Request(webhook, call);
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return response.IsSuccessStatusCode ? null : $"It answered {(int)response.StatusCode}.";
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return $"It did not answer within {webhook.TimeoutSeconds} s.";
        }
        catch (HttpRequestException exception)
        {
            return exception.InnerException is { } inner ? $"{exception.Message} {inner.Message}" : exception.Message;
        }
    }

    private HttpRequestMessage Request(WebhookConfig webhook, OutgoingMail call)
    {
        // Standard Webhooks 1.0: HMAC-SHA256 over id, time and body with dots between; the time is that of the try, against replays.
        string time = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signature = HMACSHA256.HashData(webhook.Key!, Encoding.UTF8.GetBytes($"{call.MessageId}.{time}.{call.Text}"));
        return new(HttpMethod.Post, webhook.Url)
        {
            Content = new StringContent(call.Text, Encoding.UTF8, MediaTypeNames.Application.Json),
            Headers = { { "webhook-id", call.MessageId }, { "webhook-timestamp", time }, { "webhook-signature", $"v1,{Convert.ToBase64String(signature)}" } },
            Version = HttpVersion.Version11,
        };
    }
}
