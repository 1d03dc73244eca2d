using Hub.Dashboard.Words;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;

namespace Hub.Dashboard;

/// <summary>How somebody wants pages to look and in which language, kept in cookies of their browser. Works without script: two forms in the layout.</summary>
internal static class Appearance
{
    private const string ThemeCookie = "hub.theme";
    private const string LanguageCookie = "hub.language";
    private static readonly string[] s_themes = ["auto", "light", "dark"];

    /// <summary>The themes there are. <c>auto</c> is what the machine of the person says.</summary>
    public static IReadOnlyList<string> Themes => s_themes;

    /// <summary>The theme that was chosen.</summary>
    public static string Theme(HttpContext? context) =>
        context?.Request.Cookies[ThemeCookie] is { } theme && s_themes.Contains(theme) ? theme : s_themes[0];

    /// <summary>The language that was chosen; else Welsh for a browser that asks for it first, and English for all others.</summary>
    public static WordList Words(HttpContext? context)
    {
        if (context?.Request.Cookies[LanguageCookie] is { } chosen && WordList.Languages.Contains(chosen))
            return WordList.Of(chosen);
        return WordList.Of(context?.Request.Headers.AcceptLanguage.ToString().StartsWith("cy", StringComparison.OrdinalIgnoreCase) == true ? "cy" : "en");
    }

    /// <summary>Answers <c>POST /appearance</c>: keeps what was chosen and goes back to the page.</summary>
    public static async Task ChooseAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (!context.Request.HasFormContentType || !await antiforgery.IsRequestValidAsync(context))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
        Keep(context, ThemeCookie, form["theme"].ToString(), s_themes);
        Keep(context, LanguageCookie, form["language"].ToString(), WordList.Languages);
        context.Response.Redirect(LocalOrHome(form["back"].ToString()));
    }

    private static void Keep(HttpContext context, string cookie, string value, IEnumerable<string> known)
    {
        if (known.Contains(value))
            context.Response.Cookies.Append(cookie, value, new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/", MaxAge = TimeSpan.FromDays(400) });
    }

    // A form that was made elsewhere must not lead there.
    private static string LocalOrHome(string address) =>
        address.StartsWith('/') && !address.StartsWith("//", StringComparison.Ordinal) && !address.Contains('\\', StringComparison.Ordinal) && !address.Any(char.IsControl) ? address : "/";
}
