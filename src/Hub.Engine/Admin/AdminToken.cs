using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Hub.Dashboard;
using Hub.Dashboard.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hub.Engine.Admin;

/// <summary>How the token beside the journal is checked.</summary>
internal sealed class AdminTokenOptions : AuthenticationSchemeOptions
{
    /// <summary>The token of this run of the Hub.</summary>
    public string Token { get; set; } = "";
}

/// <summary>
/// Lets commands of this machine in: who can read the token beside the journal owns the journal, and may do everything. The platform's authentication
/// asks it for each request with <c>Authorization: Bearer</c>.
/// </summary>
internal sealed class AdminToken(IOptionsMonitor<AdminTokenOptions> options, ILoggerFactory loggers, UrlEncoder encoder, IHub hub) : TokenHandler<AdminTokenOptions>(options, loggers, encoder, hub)
{
    /// <summary>The name of the scheme.</summary>
    public const string SchemeName = "AdminToken";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string header = Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            return AuthenticateResult.NoResult();
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes($"Bearer {Options.Token}")))
            return await RefuseAsync("It is not the token of this Hub.");
        ClaimsIdentity identity = new([new(ClaimTypes.Name, "local"), new(ClaimTypes.Role, nameof(Role.Administrator))], Scheme.Name);
        return AuthenticateResult.Success(new(new(identity), Scheme.Name));
    }
}
