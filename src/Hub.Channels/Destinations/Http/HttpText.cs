using System.Buffers;

namespace Hub.Channels.Destinations.Http;

/// <summary>What may stand in the parts of a request.</summary>
internal static class HttpText
{
    // RFC 9110 §5.6.2: token.
    private static readonly SearchValues<char> s_token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> s_token68 = SearchValues.Create("-._~+/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // The connection's own, or written from other members.
    private static readonly HashSet<string> s_reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Content-Type", "Expect", "Host", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    /// <summary>What is wrong with the name of a header; null when nothing is.</summary>
    public static string? FindHeaderMistake(string name)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(s_token))
            return "This is not the name of a header: letters, digits and hyphens are wanted, for example \"X-Facility\".";
        if (s_reserved.Contains(name))
            return $"The header {name} is written by the Hub itself.{(name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase) ? " Give \"contentType\"." : " Leave it out.")}";
        return null;
    }

    /// <summary>Whether a value could end its line and begin another, or is otherwise no value of a header (RFC 9110 §5.5).</summary>
    public static bool HasControls(string value) => value.Any(letter => char.IsControl(letter) && letter != '\t');

    /// <summary>Whether a text can stand after <c>Bearer</c> (RFC 6750 §2.1).</summary>
    public static bool IsToken68(string value) =>
        value.TrimEnd('=') is { Length: > 0 } token && !token.AsSpan().ContainsAnyExcept(s_token68);
}
