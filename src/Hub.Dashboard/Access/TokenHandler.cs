using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hub.Dashboard.Access;

/// <summary>
/// What lets programs in by a token. An address that shows wrong ones again and again is told to wait (429), longer each time. A good one is let in all the
/// same: tokens are too long to be guessed however often somebody tries, and a program whose token is over must not lock out others behind its address.
/// </summary>
/// <typeparam name="TOptions">How tokens are checked.</typeparam>
/// <param name="options">The same.</param>
/// <param name="loggers">Makes loggers.</param>
/// <param name="encoder">The platform's.</param>
/// <param name="hub">The Hub.</param>
public abstract class TokenHandler<TOptions>(IOptionsMonitor<TOptions> options, ILoggerFactory loggers, UrlEncoder encoder, IHub hub) : AuthenticationHandler<TOptions>(options, loggers, encoder)
    where TOptions : AuthenticationSchemeOptions, new()
{
    private TimeSpan _wait;

    /// <summary>Who may, and who failed before.</summary>
    protected IHub Hub { get; } = hub;

    /// <summary>Notes that what was shown is no token.</summary>
    /// <param name="why">Why it is not.</param>
    protected async Task<AuthenticateResult> RefuseAsync(string why)
    {
        _wait = await Hub.Access.Logins.TokenFailedAsync(Context.From());
        return AuthenticateResult.Fail(why);
    }

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_wait == TimeSpan.Zero)
            return base.HandleChallengeAsync(properties);
        Response.StatusCode = StatusCodes.Status429TooManyRequests;
        Response.Headers.RetryAfter = Math.Ceiling(_wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }
}
