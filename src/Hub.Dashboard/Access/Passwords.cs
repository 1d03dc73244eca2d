using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Dashboard.Access;

/// <summary>Hashes of passwords: PBKDF2 with HMAC-SHA256, as text with the rounds and the salt, so that the rounds can be raised later.</summary>
public static class Passwords
{
    /// <summary>How many rounds a new hash has: what OWASP's Password Storage Cheat Sheet asks of PBKDF2-HMAC-SHA256.</summary>
    public const int Rounds = 600_000;

    /// <summary>Fewest characters. NIST SP 800-63B asks for 8 with a second factor and 15 without; people choose whether they have one.</summary>
    public const int Shortest = 12;

    /// <summary>Most characters: hashing must not become work by itself.</summary>
    public const int Longest = 256;

    private const string Name = "pbkdf2-sha256";
    private const int SaltLength = 16;
    private const int HashLength = 32;

    // So that a name that nobody has takes as long as one that somebody has.
    private static readonly Lazy<string> s_nobody = new(() => Hash(Convert.ToHexString(RandomNumberGenerator.GetBytes(SaltLength))));

    /// <summary>Makes the hash of a password.</summary>
    /// <param name="password">The password.</param>
    /// <param name="rounds">The rounds; other than <see cref="Rounds"/> for tests.</param>
    public static string Hash(string password, int rounds = Rounds)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltLength);
        byte[] hash = Rfc2898DeriveBytes.Pbkdf2(Normal(password), salt, rounds, HashAlgorithmName.SHA256, HashLength);
        return string.Create(CultureInfo.InvariantCulture, $"{Name}${rounds}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }

    /// <summary>Whether a password is the one of a hash. It takes as long when there is no hash.</summary>
    public static bool Matches(string password, string? hash)
    {
        string[] parts = (hash ?? s_nobody.Value).Split('$');
        if (parts is not [Name, var count, var salt, var known] || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int rounds) || password.Length > Longest)
            return false;
        byte[] made = Rfc2898DeriveBytes.Pbkdf2(Normal(password), Convert.FromBase64String(salt), rounds, HashAlgorithmName.SHA256, HashLength);
        return CryptographicOperations.FixedTimeEquals(made, Convert.FromBase64String(known)) && hash is not null;
    }

    /// <summary>Whether a hash has fewer rounds than new ones have.</summary>
    public static bool IsWeak(string hash) => hash.Split('$') is not [Name, var rounds, ..] || !int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count < Rounds;

    /// <summary>Refuses a password that is easily guessed.</summary>
    /// <exception cref="AccessException">It is; the text says why.</exception>
    public static void Require(string account, string password)
    {
        if (password.Length is < Shortest or > Longest)
            throw new AccessException("access.password.length", $"A password has from {Shortest} to {Longest} characters. A few words are easy to keep in mind.");
        if (password.Distinct().Count() < 5 || password.Contains(account, StringComparison.OrdinalIgnoreCase))
            throw new AccessException("access.password.weak", "This password is easily guessed: it repeats a few characters, or has the name of the account in it. Choose another one.");
    }

    // RFC 8265 §4.2: the same password from another keyboard is the same.
    private static byte[] Normal(string password) => Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormC));
}
