using System.Collections.Concurrent;
using System.Text;
using Hub.Contracts;

namespace Hub.Journal.Sqlite.Encryption;

/// <summary>A value as a column that is searched holds it: as it is, or as the hash that a key makes of it.</summary>
internal readonly record struct SearchTerm(string? Text, ReadOnlyMemory<byte> Hash);

/// <summary>
/// How the columns that are searched are written: plain, or as hashes of one key. A journal that was plain, or whose key was changed, has rows of
/// several forms; who looks for a row has to ask for each, from the newest, until none that is older can have what is looked for.
/// </summary>
/// <param name="Key">The key; null for plain.</param>
/// <param name="Since">Nothing that was written in the form before is younger, in microseconds.</param>
internal sealed record SearchForm(JournalKey? Key, long Since)
{
    private const byte ControlIds = (byte)'i';
    private const byte Senders = (byte)'s';
    private const byte Contents = (byte)'c';

    // Few systems send, and each sends many: who sent is hashed once.
    private const int MostSenders = 1_000;
    private readonly ConcurrentDictionary<string, byte[]> _senders = [];

    /// <summary>Every row there is, when nothing was ever encrypted.</summary>
    public static SearchForm Plain { get; } = new(null, long.MinValue);

    /// <summary>A control id.</summary>
    public SearchTerm ControlId(string value) => Term(ControlIds, value, null);

    /// <summary>The three columns of a message.</summary>
    /// <param name="header">What its header says.</param>
    /// <param name="sha256">The hash of its bytes.</param>
    public SearchTerms Terms(MessageHeader header, byte[] sha256)
    {
        if (Key is null)
            return new(new(header.ControlId, default), new(header.Sender, default), sha256);
        // One piece of memory for all.
        byte[] hashes = new byte[2 * JournalKey.HashLength];
        Key.Hash(Contents, sha256, hashes.AsSpan(JournalKey.HashLength));
        return new(Term(ControlIds, header.ControlId, hashes.AsMemory(0, JournalKey.HashLength)), Sender(header.Sender), hashes.AsMemory(JournalKey.HashLength));
    }

    /// <summary>A sender.</summary>
    public SearchTerm Sender(string value)
    {
        if (_senders.TryGetValue(value, out byte[]? known))
            return new(null, known);
        SearchTerm term = Term(Senders, value, null);
        if (term.Text is null && value.Length <= MostSenders && _senders.Count < MostSenders)
            _senders[value] = term.Hash.ToArray();
        return term;
    }

    // Nothing is told by nothing, and an empty text stays what it is.
    private SearchTerm Term(byte kind, string value, Memory<byte>? memory)
    {
        if (Key is null || value.Length == 0)
            return new(value, default);
        Memory<byte> hash = memory ?? new byte[JournalKey.HashLength];
        Span<byte> bytes = Encoding.UTF8.GetMaxByteCount(value.Length) <= 512 ? stackalloc byte[512] : new byte[Encoding.UTF8.GetByteCount(value)];
        Key.Hash(kind, bytes[..Encoding.UTF8.GetBytes(value, bytes)], hash.Span);
        return new(null, hash);
    }
}

/// <summary>What the columns that are searched say of a message.</summary>
/// <param name="ControlId">Its control id.</param>
/// <param name="Sender">Its sender.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record SearchTerms(SearchTerm ControlId, SearchTerm Sender, ReadOnlyMemory<byte> Content)
{
    /// <summary>What it is found by.</summary>
    public SearchKey Key { get; } = new(SearchKey.Of(ControlId), SearchKey.Of(Content.Span));
}
