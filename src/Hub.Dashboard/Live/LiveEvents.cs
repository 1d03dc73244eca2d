using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Hub.Dashboard.Live;

/// <summary>
/// Tells open pages that something changed, as server-sent events with a number alone: a page that shows another number fetches itself again. The number is
/// looked at once a second, so a thousand messages a second are one event; every five seconds it is sent though nothing changed, so that a page knows that it is
/// up to date.
/// </summary>
internal sealed class LiveEvents(IHub hub, IHostApplicationLifetime lifetime)
{
    /// <summary>Where pages listen.</summary>
    public const string Address = "/live";

    /// <summary>The header of what a page fetches by itself: nobody did anything.</summary>
    public const string Header = "Hub-Live";

    // A site has some dozens of people who look; above that somebody opens connections for their own sake.
    private const int MostPages = 200;
    private const int QuietSeconds = 5;
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    // A page then asks again, and is let in again or not.
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    private int _pages;

    /// <summary>Answers <c>GET /live</c>.</summary>
    public async Task SayAsync(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _pages) <= MostPages)
            {
                await TellAsync(context);
                return;
            }

            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "30";
        }
        finally
        {
            Interlocked.Decrement(ref _pages);
        }
    }

    private async Task TellAsync(HttpContext context)
    {
        using CancellationTokenSource longest = new(s_longest, hub.Clock);
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, longest.Token);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await context.Response.WriteAsync("retry: 2000\n\n", ends.Token);
            await TellChangesAsync(context, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The page is closed, the Hub stops, or it is time to ask again.
        }
    }

    private async Task TellChangesAsync(HttpContext context, CancellationToken ends)
    {
        long told = -1;
        for (int quiet = 0; ; quiet++)
        {
            long changes = hub.Changes;
            if (changes != told || quiet >= QuietSeconds)
            {
                await context.Response.WriteAsync(FormattableString.Invariant($"data: {changes}\n\n"), ends);
                await context.Response.Body.FlushAsync(ends);
                (told, quiet) = (changes, 0);
            }

            await Task.Delay(s_second, hub.Clock, ends);
        }
    }
}
