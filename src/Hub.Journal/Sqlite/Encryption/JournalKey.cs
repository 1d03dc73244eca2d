using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Journal.Sqlite.Encryption;

/// <summary>
/// One key of a journal. It encrypts nothing itself: from it come the keys of the rows, one each time a journal is opened, and the key of
/// the search hashes. Its name and its proof come from it too, so that neither can be given to another key.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "As long as somebody may look for a message; what the hashes hold of native memory is freed with the threads, or with them.")]
internal sealed class JournalKey
{
    /// <summary>Length of a key, in bytes: AES-256.</summary>
    public const int Length = 32;

    /// <summary>Length of a search hash, in bytes: two of a billion messages are alike by chance once in 10^20 journals.</summary>
    public const int HashLength = 16;

    private const int NameBytes = 8;
    private const int ProofLength = 16;

    private readonly byte[] _secret;

    // Making one costs as much as hashing, and one is not safe for two threads at once.
    private readonly ThreadLocal<IncrementalHash> _search;

    /// <summary>Takes a key.</summary>
    /// <param name="secret">Its bytes.</param>
    /// <param name="folder">The folder of its file.</param>
    public JournalKey(byte[] secret, string folder)
    {
        _secret = secret;
        byte[] search = Derive([], "search", Length);
        _search = new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, search));
        Folder = folder;
        Name = Convert.ToHexStringLower(Derive([], "name", NameBytes));
        Proof = Derive([], "proof", ProofLength);
    }

    /// <summary>The key of the audit's MACs.</summary>
    public byte[] Audit => field ??= Derive([], "audit", Length);

    /// <summary>Its name: 16 hexadecimal digits.</summary>
    public string Name { get; }

    /// <summary>The folder that its file was found in.</summary>
    public string Folder { get; }

    /// <summary>Shows that a key is this one, and nothing of it.</summary>
    public byte[] Proof { get; }

    /// <summary>The key as bytes, for its file.</summary>
    public ReadOnlySpan<byte> Secret => _secret;

    /// <summary>The key that encrypts rows.</summary>
    /// <param name="salt">Random bytes that no other opening of a journal has.</param>
    public byte[] RowKey(ReadOnlySpan<byte> salt) => Derive(salt, "rows", Length);

    /// <summary>Hashes a value for searches: equal values of a kind have equal hashes, and nobody without the key can try values.</summary>
    /// <param name="kind">What it is, so that equal values of two kinds differ.</param>
    /// <param name="value">The value.</param>
    /// <param name="hash">Gets <see cref="HashLength"/> bytes.</param>
    public void Hash(byte kind, ReadOnlySpan<byte> value, Span<byte> hash)
    {
        IncrementalHash hmac = _search.Value!;
        hmac.AppendData([kind]);
        hmac.AppendData(value);
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hmac.GetHashAndReset(whole);
        whole[..HashLength].CopyTo(hash);
    }

    private byte[] Derive(ReadOnlySpan<byte> salt, string use, int length)
    {
        byte[] key = new byte[length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, key, salt, Encoding.ASCII.GetBytes($"hub journal {use}"));
        return key;
    }
}
