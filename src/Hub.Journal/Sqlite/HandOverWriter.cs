using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Writes the message that another channel takes over, in the transaction that stores the delivery: it is with the one channel or with both, never lost between them.
/// The new message shares the bytes of the delivery.
/// </summary>
internal sealed class HandOverWriter(SqliteDatabase database, ControlIds controlIds, Func<MessageId> nextId)
{
    private const string Insert =
        """
        INSERT INTO message (id, channel, peer, received_at, type, control_id, sender, version, state, answer, length, sha256, content, trace, handed_by, header, problems, flags, waited, working)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const string SelectEarlier =
        """
        SELECT channel, type, control_id, sender, version, length, sha256, content, trace, id, header FROM message
        WHERE handed_by = ? ORDER BY id LIMIT 1
        """;

    /// <summary>The messages that were written, are not processed, and not yet committed.</summary>
    public List<HandedMessage> Handed { get; } = [];

    /// <summary>Writes the message.</summary>
    /// <param name="from">The channel that hands it over.</param>
    /// <param name="to">Who takes it.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="trace">The message that it all began with.</param>
    /// <param name="delivery">The delivery that hands it over.</param>
    /// <param name="seal">What its row says of its header, where that was made before.</param>
    /// <returns>It, as the message that further deliveries come from.</returns>
    public Origin Write(string from, HandOver to, SharedContent content, long trace, long delivery, HeaderSeal? seal = null)
    {
        MessageId id = to.Outcome?.Id ?? nextId();
        HeaderSeal header = seal ?? HeaderSeal.Of(database.Vault.Sealer, id.Value, to.Channel, to.Header, content.Sha256);
        string? problems = JournalJson.Write(to.Outcome?.Problems ?? []);
        database.Prepare(Insert).Bind(id.Value).Bind(to.Channel).Bind($"channel {from}").Bind(to.At)
            .Bind(to.Header.Type).Bind(header.Terms.ControlId).Bind(header.Terms.Sender).Bind(to.Header.Version)
            .Bind((long)(to.Outcome?.State ?? MessageState.Received)).Bind((long)ReceiptKind.Accepted).Bind(content.Length).Bind(header.Terms.Content.Span).Bind(content.Id).Bind(trace).Bind(delivery)
            .BindOrNull(header.Sealed).Bind(problems, Sealed(problems, id)).Bind(JournalJson.Write(to.Outcome?.Flags ?? []))
            .Bind(to.Outcome is null ? null : 0L).Bind(Microseconds.Of(to.Outcome?.Working)).Run();
        controlIds.Add(id.Value, header.Terms, isDuplicate: false);
        database.Statistics.Arrived(to.Channel, to.Header.Type, to.Outcome?.State ?? MessageState.Received, content.Length, to.At);
        if (to.Outcome is { State: MessageState.Rejected } rejected)
            database.Events.Add(EntryEvents.Rejected(to.Channel, id, rejected.Problems, to.At));
        if (to.Outcome is null)
            Handed.Add(new(id, to.Channel, content.Bytes));
        return new(id, to.Channel, content, trace, to.Header.Type, to.At, to.At + (to.Outcome?.Working ?? TimeSpan.Zero));
    }

    private byte[]? Sealed(string? problems, MessageId id) => problems is null ? null : database.Vault.Sealer.Cipher?.Seal(problems, SealedPlace.Problems(id.Value));

    /// <summary>Hands over once more what an earlier delivery did.</summary>
    /// <returns>False when that one was sent and not handed over.</returns>
    public bool Repeat(long earlier, string from, DateTimeOffset at, long delivery)
    {
        Statement row = database.Prepare(SelectEarlier).Bind(earlier);
        if (!row.Step())
            return false;
        HeaderRow header = HeaderRow.Read(database, row, (row.Long(9), row.Text(0)), new(1, 2, 3, 4, 6, 10));
        HandOver to = new(row.Text(0), header.Header, at);
        SharedContent content = SharedContent.Of(row.Long(7), row.Long(5), header.Sha256);
        long trace = row.Long(8);
        row.Reset();
        if (header.IsDamaged)
            throw new DamagedContentException($"HUB5030 The message that delivery {earlier} handed over is damaged in the journal. Look for more with hub journal check, and restore the journal from a backup.");
        Write(from, to, content, trace, delivery);
        return true;
    }
}

/// <summary>Bytes that are stored already.</summary>
internal sealed class SharedContent
{
    private readonly HashedContent? _written;
    private readonly byte[]? _sha256;

    private SharedContent(long id, long length, HashedContent? written, byte[]? sha256) => (Id, Length, _written, _sha256) = (id, length, written, sha256);

    /// <summary>Their number.</summary>
    public long Id { get; }

    /// <summary>How many.</summary>
    public long Length { get; }

    /// <summary>Their hash.</summary>
    public byte[] Sha256 => _sha256 ?? _written!.Sha256;

    /// <summary>They themselves, where they are at hand.</summary>
    public ReadOnlyMemory<byte>? Bytes => _written is null ? null : new ReadOnlyMemory<byte>?(_written.Bytes);

    /// <summary>Bytes that were written just now.</summary>
    public static SharedContent Of(HashedContent written, long id) => new(id, written.Bytes.Length, written, null);

    /// <summary>Bytes that were written before.</summary>
    public static SharedContent Of(long id, long length, byte[] sha256) => new(id, length, null, sha256);
}
