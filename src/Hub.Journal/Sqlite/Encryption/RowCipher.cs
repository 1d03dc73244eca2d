using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Hub.Contracts;

namespace Hub.Journal.Sqlite.Encryption;

// A sealed value is: 4 bytes number of the row of `encryption`, 8 bytes nonce, the encrypted bytes, 16 bytes tag; AES-256-GCM.
// Where it stands is associated data, so that it opens nowhere else.
//
// Why a nonce never repeats under a key: each opening of a journal draws 32 random bytes, and its key of rows is made from them; within
// it the nonces are counted. Neither a crash nor a restored backup nor two Hubs on copies of one file can bring back both. Random nonces
// under one key would be too many after a day and a half of full load (2^32, NIST SP 800-38D §8.3).

/// <summary>What a sealed value is, and of what: the data that it is bound to.</summary>
/// <param name="Kind">One of the letters of <see cref="SealedPlace"/>.</param>
/// <param name="Id">The message's or the delivery's number.</param>
/// <param name="Part">Which of the values of that kind.</param>
/// <param name="Length">Of the pieces of long bytes: how long they are together, so that none can be left out.</param>
/// <param name="Channel">The message's channel.</param>
internal readonly record struct SealedPlace(char Kind, long Id, long Part = 0, long Length = 0, string Channel = "")
{
    /// <summary>The place of bytes that a person gave a delivery instead of its own.</summary>
    public const int Edited = -1;

    private const int Fixed = 25;

    /// <summary>Longest associated data, in bytes.</summary>
    public int MostBytes => Fixed + Encoding.UTF8.GetMaxByteCount(Channel.Length);

    /// <summary>Bytes of a message or a delivery.</summary>
    /// <param name="message">The message they were written for.</param>
    /// <param name="place">0 as received, from 1 one of its deliveries, or <see cref="Edited"/>.</param>
    /// <param name="piece">Of long bytes which MiB; the first is 0.</param>
    /// <param name="length">How many bytes there are.</param>
    /// <param name="bound">The channel, and for a delivery what else it is of; null for a row from before that was noted.</param>
    public static SealedPlace Content(long message, int place, int piece, long length, string? bound) =>
        new(bound is null ? 'C' : 'D', message, ((long)place << 32) | (uint)piece, length, bound ?? "");

    /// <summary>What the header of a message says.</summary>
    public static SealedPlace Header(long message, string channel) => new('H', message, Channel: channel);

    /// <summary>The problems of a message.</summary>
    public static SealedPlace Problems(long message) => new('P', message);

    /// <summary>Where a fragment goes on from (0) and its pointer (1).</summary>
    public static SealedPlace Fragment(long message, int which) => new('F', message, which);

    /// <summary>Why a delivery was not delivered.</summary>
    public static SealedPlace Reason(long delivery) => new('R', delivery);

    /// <summary>Why a destination is paused, or was resumed.</summary>
    public static SealedPlace Pause(string channel, string destination) => new('U', 0, Channel: $"{channel} {destination}");

    /// <summary>The answer to a try.</summary>
    public static SealedPlace Answer(long delivery, int attempt) => new('A', delivery, attempt);

    /// <summary>What a replay takes up in words (0), its plan (1), and why it is paused (2).</summary>
    public static SealedPlace Replay(long replay, int which) => new('B', replay, which);

    /// <summary>Why a message of a replay could not be taken up.</summary>
    public static SealedPlace ReplayItem(long replay, long item) => new('I', replay, item);

    /// <summary>What somebody did (0), and why (1).</summary>
    public static SealedPlace Audit(long record, int which) => new('L', record, which);

    /// <summary>A value that is kept for access.</summary>
    public static SealedPlace Access(AccessKind kind, string id) => new('W', (long)kind, Channel: id);

    /// <summary>Writes the associated data.</summary>
    /// <returns>How many bytes.</returns>
    public int Write(Span<byte> to)
    {
        to[0] = (byte)Kind;
        BinaryPrimitives.WriteInt64LittleEndian(to[1..], Id);
        BinaryPrimitives.WriteInt64LittleEndian(to[9..], Part);
        BinaryPrimitives.WriteInt64LittleEndian(to[17..], Length);
        return Fixed + Encoding.UTF8.GetBytes(Channel, to[Fixed..]);
    }
}

/// <summary>Encrypts and decrypts the values of one opening of the journal. May be called from any thread.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The keys of a journal live as long as somebody may read from it; what they hold of native memory is freed with the threads, or with them.")]
internal sealed class RowCipher
{
    /// <summary>How much longer a sealed value is.</summary>
    public const int Overhead = IdBytes + CounterBytes + TagBytes;

    private const int IdBytes = 4;
    private const int CounterBytes = 8;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int Start = IdBytes + CounterBytes;

    // AesGcm keeps its state in native memory and is not safe for two threads at once.
    private readonly ThreadLocal<AesGcm> _cipher;
    private readonly uint _id;
    private long _nonce;

    /// <param name="id">The row of <c>encryption</c>.</param>
    /// <param name="rowKey">The key that was made from its salt.</param>
    public RowCipher(long id, byte[] rowKey)
    {
        _id = checked((uint)id);
        _cipher = new(() => new AesGcm(rowKey, TagBytes));
    }

    /// <summary>Which row of <c>encryption</c> a sealed value names; 0 when it is too short to be one.</summary>
    public static long IdOf(ReadOnlySpan<byte> value) => value.Length < Overhead ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(value);

    /// <summary>Encrypts.</summary>
    /// <param name="plain">The bytes.</param>
    /// <param name="place">Where they will stand.</param>
    /// <param name="to">Gets the sealed value: <see cref="Overhead"/> bytes more.</param>
    public void Seal(ReadOnlySpan<byte> plain, SealedPlace place, Span<byte> to)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        nonce.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(nonce, Interlocked.Increment(ref _nonce));
        Span<byte> data = stackalloc byte[place.MostBytes];
        data = data[..place.Write(data)];
        BinaryPrimitives.WriteUInt32LittleEndian(to, _id);
        nonce[..CounterBytes].CopyTo(to[IdBytes..]);
        _cipher.Value!.Encrypt(nonce, plain, to.Slice(Start, plain.Length), to.Slice(Start + plain.Length, TagBytes), data);
    }

    /// <summary>Encrypts into memory of its own.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain, SealedPlace place)
    {
        byte[] value = GC.AllocateUninitializedArray<byte>(plain.Length + Overhead);
        Seal(plain, place, value);
        return value;
    }

    /// <summary>Encrypts a text.</summary>
    public byte[] Seal(string plain, SealedPlace place) => Seal(Encoding.UTF8.GetBytes(plain), place);

    /// <summary>Decrypts.</summary>
    /// <param name="value">The sealed value.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="to">Gets the bytes: <see cref="Overhead"/> fewer.</param>
    /// <returns>False when it was changed, or written for another place.</returns>
    public bool TryOpen(ReadOnlySpan<byte> value, SealedPlace place, Span<byte> to)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        nonce.Clear();
        value.Slice(IdBytes, CounterBytes).CopyTo(nonce);
        Span<byte> data = stackalloc byte[place.MostBytes];
        data = data[..place.Write(data)];
        try
        {
            _cipher.Value!.Decrypt(nonce, value[Start..^TagBytes], value[^TagBytes..], to[..(value.Length - Overhead)], data);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}
