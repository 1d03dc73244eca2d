using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Dashboard.Access;

/// <summary>Random secrets that are shown or sent once and kept as their hash: of links, sessions and tokens. With 256 bits there is nothing to try out.</summary>
internal static class Secrets
{
    private const int Bytes = 32;

    /// <summary>Makes one, in letters that can stand in an address.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>The hash that it is kept as.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Whether a secret is the one of a hash.</summary>
    public static bool Matches(string secret, string? hash) => hash is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(secret)), Encoding.ASCII.GetBytes(hash));
}
