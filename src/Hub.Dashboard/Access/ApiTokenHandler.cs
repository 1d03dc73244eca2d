using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hub.Dashboard.Access;

/// <summary>Lets programs in that carry <c>Authorization: Bearer hub_…</c>. The platform's authentication asks it.</summary>
internal sealed class ApiTokenHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, IHub hub) : TokenHandler<AuthenticationSchemeOptions>(options, loggers, encoder, hub)
{
    /// <summary>The name of the scheme.</summary>
    public const string SchemeName = "ApiToken";

    /// <summary>What stands before a token.</summary>
    public const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (await Hub.Access.Tokens.LookAsync(Request.Headers.Authorization.ToString()[Bearer.Length..].Trim()) is { } token)
            return AuthenticateResult.Success(new(HubAccess.Principal(token, Scheme.Name), Scheme.Name));
        return await RefuseAsync("It is no token of this Hub, or not any more.");
    }
}
