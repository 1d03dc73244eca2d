using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Hub.Listeners.Http;

/// <summary>Says whether a request shows the secret of its channel. Hashes are compared, in constant time, so that neither time nor length tells anything of it.</summary>
internal sealed class HttpAuthenticator
{
    private readonly HttpAuthenticationConfig _config;
    private readonly byte[] _expected;
    private readonly string _header;

    public HttpAuthenticator(HttpAuthenticationConfig config)
    {
        _config = config;
        bool basic = config.Type == HttpAuthenticationType.Basic;
        _header = basic ? "Authorization" : config.Header ?? "X-Api-Key";
        _expected = SHA256.HashData(Encoding.UTF8.GetBytes(basic ? $"{config.User}:{config.Password}" : config.Key!));
        // RFC 9110 §11.6.1: a 401 says how to do better. There is no registered scheme for keys in headers of their own.
        Challenge = basic ? "Basic realm=\"hub\", charset=\"UTF-8\"" : $"ApiKey realm=\"hub\", header=\"{_header}\"";
    }

    /// <summary>What a request without the secret is told in <c>WWW-Authenticate</c>.</summary>
    public string Challenge { get; }

    /// <summary>Whether the request has the secret.</summary>
    public bool Knows(HttpRequest request)
    {
        StringValues given = request.Headers[_header];
        byte[] shown = given.Count == 1 ? Shown(given[0] ?? "") : [];
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(shown), _expected);
    }

    private byte[] Shown(string value)
    {
        if (_config.Type == HttpAuthenticationType.ApiKey)
            return Encoding.UTF8.GetBytes(value);
        const string scheme = "Basic ";
        if (!value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return [];
        Span<byte> bytes = new byte[value.Length];
        return Convert.TryFromBase64String(value[scheme.Length..].Trim(), bytes, out int count) ? bytes[..count].ToArray() : [];
    }
}
