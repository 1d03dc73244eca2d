using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Hub.Dashboard;

/// <summary>
/// The stylesheet and the script, carried inside the program. Their addresses have the hash of what they say, so a browser keeps them for a year and takes
/// another version at once. All <c>Assets/*.css</c> are one sheet: <c>base.css</c> first, the others by name.
/// </summary>
public static class AssetFiles
{
    private static readonly Assembly s_program = typeof(AssetFiles).Assembly;
    private static readonly Asset s_styles = Make("hub", "css", "text/css", string.Concat(Names(".css").OrderBy(name => name != "assets/base.css").ThenBy(name => name, StringComparer.Ordinal).Select(Read)));
    private static readonly Asset s_script = Make("live", "js", "text/javascript", Read("assets/live.js"));

    /// <summary>Where the stylesheet is.</summary>
    public static string Styles => s_styles.Address;

    /// <summary>Where the script is.</summary>
    public static string Script => s_script.Address;

    /// <summary>Answers <c>GET /assets/{name}</c>.</summary>
    internal static async Task SayAsync(HttpContext context)
    {
        if (new[] { s_styles, s_script }.FirstOrDefault(asset => asset.Address == context.Request.Path) is not { } asset)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = $"{asset.Type}; charset=utf-8";
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.ContentLength = asset.Bytes.Length;
        await context.Response.Body.WriteAsync(asset.Bytes, context.RequestAborted);
    }

    private static IEnumerable<string> Names(string end) =>
        s_program.GetManifestResourceNames().Where(name => name.StartsWith("assets/", StringComparison.Ordinal) && name.EndsWith(end, StringComparison.Ordinal));

    private static string Read(string name)
    {
        using StreamReader reader = new(s_program.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private static Asset Make(string name, string kind, string type, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return new($"/assets/{name}.{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}.{kind}", type, bytes);
    }

    private sealed record Asset(string Address, string Type, byte[] Bytes);
}
