using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Hub.Contracts;

namespace Hub.Journal.Sqlite.Encryption;

/// <summary>
/// The keys of one journal, as far as this process has them: opens sealed values, and says how new ones are made. Shared by all connections
/// to the journal; may be called from any thread.
/// </summary>
/// <param name="options">Where the keys are, and whether new rows are encrypted.</param>
internal sealed class Vault(JournalOptions options)
{
    private const int SaltLength = 32;
    private const string SelectRows = "SELECT id, key, proof, salt, since, folder FROM encryption WHERE id > ? ORDER BY id";
    private const string SelectSalt = "SELECT salt FROM encryption WHERE id = ?";
    private const string SelectNewest = "SELECT received_at FROM message ORDER BY id DESC LIMIT 1";
    private const string Insert = "INSERT OR REPLACE INTO encryption (id, key, proof, salt, since, folder) VALUES (?, ?, ?, ?, ?, ?)";

    /// <summary>Messages that are on their way while the key changes, and clocks that are put right, belong to the time before.</summary>
    private static readonly TimeSpan s_margin = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly KeyFolder _folder = new(options.KeysFolder);
    private readonly Dictionary<string, JournalKey> _keys = [];
    private readonly List<EncryptionRow> _rows = [];
    private readonly ConcurrentDictionary<long, RowCipher> _ciphers = [];
    private volatile SearchForm[] _forms = [SearchForm.Plain];
    private volatile Sealer? _sealer;

    /// <summary>How rows are written now.</summary>
    public Sealer Sealer => _sealer ?? Sealer.Plain;

    /// <summary>Whether new rows are encrypted.</summary>
    public bool IsEncrypting => Sealer.Cipher is not null;

    /// <summary>The folder of keys.</summary>
    public string Folder => _folder.Path;

    /// <summary>The files of all keys that rows may need, the newest last.</summary>
    public IReadOnlyList<string> KeyFiles
    {
        get
        {
            lock (_lock)
                return [.. _rows.Select(row => row.Key).Where(key => key.Length > 0).Distinct().Select(KeyFolder.FileName)];
        }
    }

    /// <summary>The newest key that the journal ever had, also where rows are not encrypted any more; null for none.</summary>
    public JournalKey? NewestKey => NewestName() is { } name ? FindKey(name) : null;

    /// <summary>All keys of the journal.</summary>
    public IReadOnlyList<JournalKey> AllKeys
    {
        get
        {
            lock (_lock)
                return [.. _keys.Values];
        }
    }

    /// <summary>A key of the journal; null when it has none of that name.</summary>
    public JournalKey? FindKey(string name)
    {
        lock (_lock)
            return _keys.GetValueOrDefault(name);
    }

    /// <summary>The files of the keys that a journal needs, as it says itself, and the folder of the newest. Asks for none of them.</summary>
    public static (IReadOnlyList<string> Files, string Folder) KeysOf(SqliteDatabase database)
    {
        if (database.Version < Schema.Encryption)
            return ([], "");
        EncryptionRow[] rows = [.. Read(database, 0).Where(row => row.Key.Length > 0)];
        return ([.. rows.Select(row => KeyFolder.FileName(row.Key)).Distinct()], rows.LastOrDefault()?.Folder ?? "");
    }

    /// <summary>The forms that rows from a time on may be written in, the newest first. Nearly always one.</summary>
    /// <param name="since">The time, in microseconds.</param>
    public ReadOnlySpan<SearchForm> Forms(long since)
    {
        SearchForm[] forms = _forms;
        int end = Array.FindIndex(forms, form => form.Since <= since);
        return forms.AsSpan(0, end < 0 ? forms.Length : end + 1);
    }

    /// <summary>All forms that rows are written in.</summary>
    public IReadOnlyList<SearchForm> AllForms => _forms;

    /// <summary>Looks, without changing a file, whether all keys of a journal are there.</summary>
    /// <exception cref="JournalException">One is not, or it is another.</exception>
    public void Look(DataFolder folder)
    {
        // One that is not in WAL yet was never finished and holds nothing; a reader could not bring it in order.
        if (new FileInfo(folder.JournalFile) is not { Exists: true, Length: > 0 } || File.Exists(folder.JournalFile + "-journal"))
            return;
        using SqliteDatabase database = SqliteDatabase.OpenReader(folder.JournalFile, this);
        if (!Schema.IsBegun(database))
            return;
        Schema.Check(database, folder);
        Load(database);
    }

    /// <summary>Learns what the journal says of its keys, and reads those that are new.</summary>
    /// <exception cref="JournalException">A key is not there, or it is another.</exception>
    public void Load(SqliteDatabase database)
    {
        if (database.Version < Schema.Encryption)
            return;
        lock (_lock)
        {
            List<EncryptionRow> added = Read(database, _rows.Count == 0 ? 0 : _rows[^1].Id);
            foreach (EncryptionRow row in added)
                Add(row, added.Last(other => other.Key == row.Key).Folder, database.File);
        }
    }

    /// <summary>Called with each connection that is to write: the first time says how rows are written, later that the file still knows it.</summary>
    /// <exception cref="JournalException">A key is not there or cannot be made, or the file is not the one of before.</exception>
    public void Begin(SqliteDatabase database)
    {
        Load(database);
        if (_sealer is not { } sealer)
            Begin(database, NewestName() is { Length: > 0 } name ? _keys[name] : null);
        else if (sealer.Id > 0)
            Remember(database, sealer.Id);
    }

    /// <summary>Makes a new key. Nothing is written under it before <see cref="Use"/>.</summary>
    /// <returns>What the journal is to know of it first.</returns>
    public KeyChange MakeKey()
    {
        JournalKey key = _folder.Create();
        lock (_lock)
            return new(key, RowOf(_rows[^1].Id + 1, key, 0));
    }

    /// <summary>Writes under a new key from now on. Its row is on the disk.</summary>
    public void Use(KeyChange change)
    {
        lock (_lock)
        {
            _keys[change.Row.Key] = change.Key;
            Add(change.Row, change.Row.Folder, "");
            _sealer = new(_forms[0], change.Row.Id, _ciphers[change.Row.Id]);
        }
    }

    /// <summary>Writes what the journal is to know of a key. Twice is as good as once: nothing is written under it yet.</summary>
    public static void Write(SqliteDatabase database, EncryptionRow row) => database.Prepare(Insert).Bind(row.Id).Bind(row.Key)
        .Bind((ReadOnlySpan<byte>)row.Proof).Bind((ReadOnlySpan<byte>)row.Salt).Bind(row.Since).Bind(row.Folder).Run();

    /// <summary>Opens a sealed value.</summary>
    /// <param name="database">The connection that it was read with.</param>
    /// <param name="value">The value.</param>
    /// <param name="place">Where it stands.</param>
    /// <returns>Null when it is damaged, or was written for another place.</returns>
    /// <exception cref="JournalException">Its key is not there.</exception>
    public byte[]? Open(SqliteDatabase database, ReadOnlySpan<byte> value, SealedPlace place)
    {
        if (value.Length < RowCipher.Overhead)
            return null;
        byte[] plain = GC.AllocateUninitializedArray<byte>(value.Length - RowCipher.Overhead);
        return TryOpen(database, value, place, plain) ? plain : null;
    }

    /// <summary>Opens a sealed value into memory that is there.</summary>
    public bool TryOpen(SqliteDatabase database, ReadOnlySpan<byte> value, SealedPlace place, Span<byte> to) =>
        Cipher(database, RowCipher.IdOf(value)) is { } cipher && cipher.TryOpen(value, place, to);

    /// <summary>Opens a sealed text.</summary>
    public string? OpenText(SqliteDatabase database, ReadOnlySpan<byte> value, SealedPlace place) =>
        Open(database, value, place) is { } plain ? Encoding.UTF8.GetString(plain) : null;

    private RowCipher? Cipher(SqliteDatabase database, long id)
    {
        if (_ciphers.TryGetValue(id, out RowCipher? cipher))
            return cipher;
        // A Hub that was started since may have written it.
        Load(database);
        return _ciphers.GetValueOrDefault(id);
    }

    private void Begin(SqliteDatabase database, JournalKey? newest)
    {
        lock (_lock)
        {
            bool encrypts = options.Encrypts ?? (_rows.Count == 0 || _rows[^1].Key.Length > 0);
            if (encrypts)
                _sealer = Store(database, newest ?? _folder.Create());
            else if (_rows.Count == 0 || _rows[^1].Key.Length > 0)
                _sealer = Store(database, null);
            else
                _sealer = new(_forms[0], _rows[^1].Id, null);
        }
    }

    private string? NewestName()
    {
        lock (_lock)
            return _rows.LastOrDefault(row => row.Key.Length > 0)?.Key;
    }

    private Sealer Store(SqliteDatabase database, JournalKey? key)
    {
        EncryptionRow row = RowOf(database.Number("SELECT coalesce(max(id), 0) FROM encryption") + 1, key, Newest(database));
        if (key is not null && _rows.TrueForAll(other => other.Key.Length == 0))
            WriteFirst(database, row, key);
        else
            Write(database, row);
        if (key is not null)
            _keys[row.Key] = key;
        Add(row, row.Folder, database.File);
        return new(_forms[0], row.Id, key is null ? null : _ciphers[row.Id]);
    }

    private static void WriteFirst(SqliteDatabase database, EncryptionRow row, JournalKey key)
    {
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            Write(database, row);
            LaneNumbers.Renumber(database, key);
            database.Execute("COMMIT");
        }
        catch
        {
            database.RollBack();
            throw;
        }
    }

    private static EncryptionRow RowOf(long id, JournalKey? key, long newest) => new(
        id,
        key?.Name ?? "",
        key?.Proof ?? [],
        RandomNumberGenerator.GetBytes(SaltLength),
        Math.Max(Microseconds.Of(TimeProvider.System.GetUtcNow()), newest) + Microseconds.Of(s_margin),
        key?.Folder ?? "");

    private static long Newest(SqliteDatabase database) => database.Number(SelectNewest);

    // The disk failed, and the file was opened anew: what was promised to be there must be, before rows that need it are written.
    private void Remember(SqliteDatabase database, long id)
    {
        Statement statement = database.Prepare(SelectSalt).Bind(id);
        byte[]? salt = statement.Step() ? statement.Bytes(0).ToArray() : null;
        statement.Reset();
        EncryptionRow row;
        lock (_lock)
            row = _rows.Single(candidate => candidate.Id == id);
        if (salt is null)
            Write(database, row);
        else if (!salt.AsSpan().SequenceEqual(row.Salt))
            throw new JournalMovedException(database.File);
    }

    private static List<EncryptionRow> Read(SqliteDatabase database, long after)
    {
        List<EncryptionRow> rows = [];
        Statement row = database.Prepare(SelectRows).Bind(after);
        while (row.Step())
            rows.Add(new(row.Long(0), row.Text(1), row.Bytes(2).ToArray(), row.Bytes(3).ToArray(), row.Long(4), row.Text(5)));
        return rows;
    }

    private void Add(EncryptionRow row, string lastFolder, string journal)
    {
        JournalKey? key = null;
        if (row.Key.Length > 0 && !_keys.TryGetValue(row.Key, out key))
            _keys.Add(row.Key, key = _folder.Read(row.Key, row.Proof, lastFolder, journal));
        if (key is not null)
            _ciphers[row.Id] = new(row.Id, key.RowKey(row.Salt));
        if (_rows.Count == 0 ? key is not null : _rows[^1].Key != row.Key)
            _forms = [new(key, row.Since), .. _forms.Where(form => form.Key != key)];
        _rows.Add(row);
    }
}
