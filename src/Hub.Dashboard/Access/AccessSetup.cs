using System.Security.Claims;
using Hub.Dashboard.Live;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Hub.Dashboard.Access;

/// <summary>Sets the platform's authentication up: cookies for people, tokens for programs, and what browsers are told.</summary>
public static class AccessSetup
{
    /// <summary>The cookie of a session.</summary>
    public const string Cookie = CookieAuthenticationDefaults.AuthenticationScheme;

    /// <summary>The cookie between password and code.</summary>
    public const string HalfCookie = "Half";

    private const string Chooser = "Hub";

    private static readonly TimeSpan s_half = TimeSpan.FromMinutes(5);

    /// <summary>Adds authentication.</summary>
    /// <param name="services">The services of the admin interface.</param>
    /// <param name="keys">The folder for the keys that cookies and forms are sealed with; made when it is missing, for its owner alone.</param>
    /// <param name="isHttps">Whether browsers come by https.</param>
    /// <param name="machine">The scheme of the commands of this machine, which the caller adds.</param>
    public static AuthenticationBuilder AddAccess(this IServiceCollection services, string keys, bool isHttps, string machine)
    {
        IDataProtectionBuilder protection = services.AddDataProtection().SetApplicationName("hub");
        // Keys may be mounted so that nobody can write there: then people log in again after a restart.
        if (CanKeep(keys))
            protection.PersistKeysToFileSystem(new(keys));
        else
            protection.UseEphemeralDataProtectionProvider();
        services.Configure<AntiforgeryOptions>(options => Harden(options.Cookie, "hub-form", isHttps));
        return services.AddAuthentication(options => options.DefaultScheme = Chooser)
            .AddPolicyScheme(Chooser, null, options => options.ForwardDefaultSelector = context => SchemeOf(context, machine))
            .AddCookie(Cookie, options => SetUp(options, isHttps))
            .AddCookie(HalfCookie, options =>
            {
                Harden(options.Cookie, "hub-code", isHttps);
                options.ExpireTimeSpan = s_half;
                options.SlidingExpiration = false;
            })
            .AddScheme<AuthenticationSchemeOptions, ApiTokenHandler>(ApiTokenHandler.SchemeName, null);
    }

    /// <summary>Tells browsers what they may do with what they get: nothing from elsewhere, no code in pages, no frames, nothing kept.</summary>
    public static IApplicationBuilder UseSafeHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers[HeaderNames.XFrameOptions] = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=()";
        // What says otherwise for itself, as the stylesheet does, takes the place of this.
        headers.CacheControl = "no-store";
        return next(context);
    });

    /// <summary>Gives the browser its session.</summary>
    public static Task LetInAsync(this HttpContext context, Account account, string secret) => context.SignInAsync(Cookie, HubAccess.Principal(account, secret, Cookie));

    /// <summary>Takes the session from the browser.</summary>
    public static Task EndSessionAsync(this HttpContext context) => context.SignOutAsync(Cookie);

    /// <summary>Notes in the browser that the password was right, for as long as a code takes.</summary>
    public static Task LetHalfInAsync(this HttpContext context, Account account) =>
        context.SignInAsync(HalfCookie, new(new ClaimsIdentity([new(ClaimTypes.Name, account.Name), new(HubClaims.Half, Mark(account))], HalfCookie)));

    /// <summary>Whose password was right a moment ago, and still is the account's; null for nobody.</summary>
    public static async Task<string?> HalfInAsync(this HttpContext context)
    {
        ClaimsPrincipal? half = (await context.AuthenticateAsync(HalfCookie)).Principal;
        return half is not null && context.RequestServices.GetRequiredService<IHub>().Access.Accounts.Find(half.Name()) is { Password: not null } account && half.HasClaim(HubClaims.Half, Mark(account)) ? account.Name : null;
    }

    // Another one for another password, and nothing that tells either.
    private static string Mark(Account account) => Secrets.HashOf($"half {account.Password}");

    /// <summary>Forgets that: it was used.</summary>
    public static Task EndHalfAsync(this HttpContext context) => context.SignOutAsync(HalfCookie);

    /// <summary>The secret of the browser's session; empty for a program.</summary>
    public static string SessionSecret(this HttpContext context) => context.User.FindFirst(HubClaims.Session)?.Value ?? "";

    /// <summary>The address of who asks.</summary>
    public static string From(this HttpContext context) => context.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : "";

    /// <summary>Who asks, for the audit.</summary>
    public static Doer Doer(this HttpContext context) => new(context.User.Name(), context.From());

    private static bool CanKeep(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using FileStream probe = new(Path.Combine(folder, $".{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string SchemeOf(HttpContext context, string machine)
    {
        string header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            return Cookie;
        return header.StartsWith(ApiTokenHandler.Bearer + ApiTokens.Start, StringComparison.Ordinal) ? ApiTokenHandler.SchemeName : machine;
    }

    private static void SetUp(CookieAuthenticationOptions options, bool isHttps)
    {
        Harden(options.Cookie, "hub", isHttps);
        // Sessions end by what the journal says of them.
        options.ExpireTimeSpan = Sessions.Longest;
        options.SlidingExpiration = false;
        options.Events.OnValidatePrincipal = LookAsync;
        options.Events.OnRedirectToLogin = context => Turn(context.HttpContext, StatusCodes.Status401Unauthorized, $"/login?to={Uri.EscapeDataString(LocalPath.Of(context.Request.Path + context.Request.QueryString))}");
        options.Events.OnRedirectToAccessDenied = context => Turn(context.HttpContext, StatusCodes.Status403Forbidden, "/denied");
    }

    private static async Task LookAsync(CookieValidatePrincipalContext context)
    {
        string secret = context.Principal?.FindFirst(HubClaims.Session)?.Value ?? "";
        IHub hub = context.HttpContext.RequestServices.GetRequiredService<IHub>();
        if (await hub.Access.Sessions.LookAsync(secret, IsDone(context.Request)) is { } account)
        {
            // With what the account may do now, not then.
            context.ReplacePrincipal(HubAccess.Principal(account, secret, Cookie));
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(Cookie);
    }

    // What a page fetches by itself to stay fresh must not keep a session alive. Its script says so in a header, since browsers say how they fetch
    // (Fetch metadata, Sec-Fetch-Mode) only where they trust the address: by https, or on the machine itself.
    private static bool IsDone(HttpRequest request)
    {
        if (request.Headers.ContainsKey(LiveEvents.Header) || request.Path.Equals(LiveEvents.Address, StringComparison.OrdinalIgnoreCase))
            return false;
        return !HttpMethods.IsGet(request.Method) || request.Headers["Sec-Fetch-Mode"].ToString() is "" or "navigate";
    }

    private static Task Turn(HttpContext context, int status, string page)
    {
        bool isPage = HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase) && !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);
        if (isPage)
            context.Response.Redirect(page);
        else
            context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    // RFC 6265bis §4.1.3.2: a browser takes a cookie with this prefix only when it is secure, for the whole site and from this host alone.
    private static void Harden(CookieBuilder cookie, string name, bool isHttps)
    {
        cookie.Name = isHttps ? $"__Host-{name}" : name;
        cookie.HttpOnly = true;
        cookie.SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Strict;
        cookie.SecurePolicy = isHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.Path = "/";
        cookie.IsEssential = true;
    }
}
