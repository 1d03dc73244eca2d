using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Hub.Dashboard.Access;

/// <summary>Codes of the second factor: time-based one-time passwords of RFC 6238 with six digits, as all apps make them.</summary>
public static class Totp
{
    private const int SecretBytes = 20;
    private const int CodeBytes = 10;
    private const int Digits = 1_000_000;
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>How many codes there are for a lost second factor.</summary>
    public const int RecoveryCodes = 10;

    private static readonly TimeSpan s_step = TimeSpan.FromSeconds(30);

    /// <summary>Makes a secret. RFC 4226 §4 asks for 160 bits.</summary>
    /// <returns>The secret in Base32.</returns>
    public static string NewSecret() => Base32(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>Makes a code for a lost second factor: 80 bits, in groups of four.</summary>
    public static string NewRecoveryCode() => string.Join('-', Base32(RandomNumberGenerator.GetBytes(CodeBytes)).Chunk(4).Select(letters => new string(letters)));

    /// <summary>The hash that a recovery code is kept as. It has too many bits to be tried out.</summary>
    public static string HashOf(string recoveryCode) => Convert.ToHexStringLower(SHA256.HashData([.. recoveryCode.ToUpperInvariant().Where(char.IsAsciiLetterOrDigit).Select(letter => (byte)letter)]));

    /// <summary>The address that an app takes the secret over from.</summary>
    public static string Uri(string account, string secret) =>
        $"otpauth://totp/Hub:{System.Uri.EscapeDataString(account)}?secret={secret}&issuer=Hub&algorithm=SHA1&digits=6&period=30";

    /// <summary>Whether a code is right now, one step before or after (RFC 6238 §5.2), and was not used before.</summary>
    /// <param name="secret">The secret in Base32.</param>
    /// <param name="code">What the person typed.</param>
    /// <param name="now">The time.</param>
    /// <param name="used">The step of the last code that was used.</param>
    /// <returns>The step of the code; null when it is not right.</returns>
    public static long? StepOf(string secret, string code, DateTimeOffset now, long used)
    {
        byte[] given = [.. code.Where(char.IsAsciiDigit).Select(digit => (byte)digit)];
        long step = now.ToUnixTimeSeconds() / (long)s_step.TotalSeconds;
        long? found = null;
        // All three, so that how long it takes says nothing.
        for (long candidate = step - 1; candidate <= step + 1; candidate++)
        {
            if (CryptographicOperations.FixedTimeEquals(given, System.Text.Encoding.ASCII.GetBytes(Code(secret, candidate))) && candidate > used)
                found = candidate;
        }

        return found;
    }

    /// <summary>The code of a time, as an app shows it.</summary>
    public static string Code(string secret, DateTimeOffset at) => Code(secret, at.ToUnixTimeSeconds() / (long)s_step.TotalSeconds);

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6238 in the form that all apps know; HMAC-SHA1 is not broken.")]
    private static string Code(string secret, long step)
    {
        byte[] counter = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        byte[] mac = HMACSHA1.HashData(Bytes(secret), counter);
        // RFC 4226 §5.3: dynamic truncation.
        int number = BinaryPrimitives.ReadInt32BigEndian(mac.AsSpan(mac[^1] & 0xF)) & int.MaxValue;
        return (number % Digits).ToString("D6", CultureInfo.InvariantCulture);
    }

    // RFC 4648 §6, of whole groups of 5 bytes: no padding.
    private static string Base32(byte[] bytes)
    {
        char[] text = new char[bytes.Length * 8 / 5];
        for (int i = 0; i < text.Length; i++)
        {
            int bit = i * 5;
            int pair = (bytes[bit / 8] << 8) | (bit / 8 + 1 < bytes.Length ? bytes[(bit / 8) + 1] : 0);
            text[i] = Letters[(pair >> (11 - (bit % 8))) & 31];
        }

        return new(text);
    }

    private static byte[] Bytes(string base32)
    {
        byte[] bytes = new byte[base32.Length * 5 / 8];
        for (int i = 0; i < bytes.Length * 8; i++)
        {
            if ((Letters.IndexOf(base32[i / 5], StringComparison.Ordinal) >> (4 - (i % 5)) & 1) != 0)
                bytes[i / 8] |= (byte)(128 >> (i % 8));
        }

        return bytes;
    }
}
