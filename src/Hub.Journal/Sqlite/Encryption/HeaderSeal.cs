using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Hub.Contracts;

namespace Hub.Journal.Sqlite.Encryption;

/// <summary>
/// What a message's row says of its header: the searched columns, and sealed beside them what they cannot be turned back into. The hash of
/// the content is sealed with the number and the channel of the message, so that no other message's bytes can take the place of its own.
/// </summary>
/// <param name="Form">How the searched columns are written.</param>
/// <param name="Terms">The searched columns.</param>
/// <param name="Sealed">Control id, sender and hash; null where they stand in the columns themselves.</param>
internal sealed record HeaderSeal(SearchForm Form, SearchTerms Terms, byte[]? Sealed)
{
    private const int Start = SHA256.HashSizeInBytes + sizeof(int);

    /// <summary>Makes what a row is to say.</summary>
    public static HeaderSeal Of(Sealer sealer, long message, string channel, MessageHeader header, byte[] sha256)
    {
        SearchTerms terms = sealer.Form.Terms(header, sha256);
        if (sealer.Cipher is null)
            return new(sealer.Form, terms, null);
        int control = Encoding.UTF8.GetByteCount(header.ControlId);
        int length = Start + control + Encoding.UTF8.GetByteCount(header.Sender);
        Span<byte> plain = length <= 1024 ? stackalloc byte[length] : new byte[length];
        sha256.CopyTo(plain);
        BinaryPrimitives.WriteInt32LittleEndian(plain[SHA256.HashSizeInBytes..], control);
        Encoding.UTF8.GetBytes(header.ControlId, plain[Start..]);
        Encoding.UTF8.GetBytes(header.Sender, plain[(Start + control)..]);
        return new(sealer.Form, terms, sealer.Cipher.Seal(plain, SealedPlace.Header(message, channel)));
    }

    /// <summary>Reads what a row says.</summary>
    /// <param name="database">The connection that it was read with.</param>
    /// <param name="message">The message's number.</param>
    /// <param name="channel">Its channel.</param>
    /// <param name="value">The sealed value.</param>
    /// <returns>Null when the row is damaged.</returns>
    public static (string ControlId, string Sender, byte[] Sha256)? Open(SqliteDatabase database, long message, string channel, ReadOnlySpan<byte> value)
    {
        if (database.Unseal(value, SealedPlace.Header(message, channel)) is not { Length: >= Start } plain)
            return null;
        int control = BinaryPrimitives.ReadInt32LittleEndian(plain.AsSpan(SHA256.HashSizeInBytes));
        return (Encoding.UTF8.GetString(plain.AsSpan(Start, control)), Encoding.UTF8.GetString(plain.AsSpan(Start + control)), plain[..SHA256.HashSizeInBytes]);
    }
}
