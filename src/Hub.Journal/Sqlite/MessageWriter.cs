using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Writes messages: their arrival and the end of their processing. Looks for duplicates in the transaction that stores the message,
/// so a second copy in the same batch finds the first one too (protocol D03).
/// </summary>
internal sealed partial class MessageWriter(SqliteDatabase database, ControlIds controlIds, DeliveryWriter deliveries, ContentWriter contents, SequenceWriter sequences, FragmentWriter fragments)
{
    /// <summary>Name of the flag of protocol D02.</summary>
    private const string ControlIdReuse = "control-id-reuse";

    private const string Insert =
        """
        INSERT INTO message (id, channel, peer, received_at, type, control_id, sender, version, state, answer, length, sha256, content,
            problems, flags, duplicate_of, replay_of, header, trace, batch, place, waited, working)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const string SelectReplay = "SELECT max(id) FROM message WHERE replay_of = ?";

    private const string SelectState =
        "SELECT state, channel, flags, length, sha256, content, trace, type, control_id, sender, version, header, received_at, peer, replay_of, working FROM message WHERE id = ?";

    private const string SelectArrival = "SELECT channel, received_at FROM message WHERE id = ?";

    private const string UpdateProcessed = "UPDATE message SET state = ?, problems = ?, flags = ?, waited = ?, working = ? WHERE id = ?";

    /// <summary>Stores a message that arrived: with its deliveries, as a duplicate, or, when its sequence number is not the expected one, as what is not processed.</summary>
    public AppendResult Write(MessageArrived arrived, PendingEntry entry)
    {
        if (arrived.State == MessageState.Duplicate || (arrived.Deliveries.Count > 0 && arrived.State != MessageState.Accepted) || (arrived.State == MessageState.Fragment && arrived.Fragment is null) || (arrived.State == MessageState.Divided) != (entry.Messages.Length > 0))
            throw new JournalException($"Message {arrived.Id} cannot be stored as {arrived.State} with {arrived.Deliveries.Count} deliveries. This is a mistake in the Hub; report it.");
        if (arrived.SequenceNumber is not { } number)
            return Take(arrived, entry);
        SequenceWriter.Judgement judged = sequences.Judge(arrived, number);
        if (!judged.Answer.IsExpected)
            return Keep(arrived, entry, judged) with { Sequence = judged.Answer };
        AppendResult taken = Take(arrived, entry);
        // What is refused for its content has not had its turn: the sender may put it right and send it again.
        if (taken.Fragments?.Problem is null && (taken.DuplicateOf?.State ?? arrived.State) != MessageState.Rejected)
            sequences.Accept(arrived, number);
        return taken with { Sequence = judged.Answer };
    }

    private AppendResult Take(MessageArrived arrived, PendingEntry entry)
    {
        if (arrived.DuplicateWindow is { } window && arrived.Header.ControlId.Length > 0)
        {
            long since = Microseconds.Of(arrived.ReceivedAt - window);
            if (KeepDuplicate(arrived, entry, since, out bool isReuse) is { } duplicate)
                return duplicate;
            if (isReuse)
                arrived = arrived with { Flags = [.. arrived.Flags, ControlIdReuse] };
        }

        FragmentVerdict? verdict = arrived.Fragment is null ? null : fragments.Judge(arrived, arrived.Fragment);
        if (verdict?.Problem is not null)
            return Refuse(arrived, entry, verdict);
        SharedContent stored = StoreNew(arrived, entry, entry.Problems);
        if (arrived.Fragment is not null)
            fragments.Write(arrived, arrived.Fragment, verdict);
        if (arrived.Fragments.Count > 0)
            fragments.Join(arrived);
        AppendResult own = deliveries.Write(new(arrived.Id, arrived.Channel, stored, entry.Trace ?? arrived.Id.Value, arrived.Header.Type, arrived.ReceivedAt, After(arrived.ReceivedAt, arrived.Waited, arrived.Working)), PendingEntry.DeliveriesOf(arrived), entry.Contents) with { Fragments = verdict };
        return entry.Messages.Length == 0 ? own : WriteMessages(entry.Messages, OriginOf(arrived), own);
    }

    // C02, C04: kept for people to see; nothing of it waits or goes on.
    private AppendResult Refuse(MessageArrived arrived, PendingEntry entry, FragmentVerdict verdict)
    {
        MessageArrived refused = arrived with { State = MessageState.Rejected, Answer = verdict.Answer, Problems = [verdict.Problem!], Flags = [.. arrived.Flags, FragmentWriter.ParkedFlag] };
        StoreNew(refused, entry, null);
        fragments.Write(refused, arrived.Fragment!, verdict);
        return AppendResult.Stored with { Fragments = verdict };
    }

    // Q02, Q03, Q05, Q06: kept for people to see; nothing of it is processed. The number of the last one that was accepted is mostly that one again.
    private AppendResult Keep(MessageArrived arrived, PendingEntry entry, SequenceWriter.Judgement judged)
    {
        if (judged.IsRepeat && arrived.DuplicateWindow is { } window && KeepDuplicate(arrived, entry, Microseconds.Of(arrived.ReceivedAt - window), out _) is { } duplicate)
            return duplicate;
        MessageProblem? problem = judged.Answer.Problem;
        StoreNew(arrived with
        {
            State = problem is null ? MessageState.Filtered : MessageState.Rejected,
            Answer = problem is null ? ReceiptKind.Accepted : ReceiptKind.Error,
            Problems = problem is null ? [] : [problem],
            Flags = judged.Flag is { } flag ? [.. arrived.Flags, flag] : arrived.Flags,
        }, entry, null);
        return AppendResult.Stored;
    }

    private AppendResult? KeepDuplicate(MessageArrived arrived, PendingEntry entry, long since, out bool isReuse)
    {
        isReuse = false;
        foreach (SearchForm form in database.Vault.Forms(since))
        {
            SearchTerms terms = form == entry.Header!.Form ? entry.Header.Terms : form.Terms(arrived.Header, entry.Received!.Sha256);
            if (!controlIds.MayHave(terms.Key))
                continue;
            if (controlIds.First(arrived.Channel, terms, since) is var (first, content))
            {
                StoredMessage? told = MessageRows.Read(database, Latest(first), withHistory: false);
                if (entry.InBatch is not null && !IsTaken(told))
                    return null;
                Store(arrived, entry, MessageState.Duplicate, content, first, entry.Problems);
                return new(told, 0);
            }

            isReuse |= controlIds.IsUsed(arrived.Channel, terms.ControlId, terms.Sender, since, entry.InBatch?.Batch ?? 0);
        }

        return null;
    }

    private SharedContent StoreNew(MessageArrived arrived, PendingEntry entry, byte[]? problems)
    {
        HashedContent received = entry.Received!;
        Store(arrived, entry, arrived.State, contents.NextId(), null, problems);
        return SharedContent.Of(received, contents.Write(received, BoundContent.OfMessage(arrived.Channel)));
    }

    /// <summary>Stores the outcome of a message that was stored as Received.</summary>
    public AppendResult Write(MessageProcessed processed, PendingEntry entry)
    {
        Statement row = database.Prepare(SelectState).Bind(processed.Id.Value);
        if (!row.Step())
            throw new JournalException($"There is no message {processed.Id} in the journal, so it cannot have been processed.");
        MessageState state = (MessageState)row.Int(0);
        // Of a row that is damaged no hash is known: then no delivery can share its bytes, and it has none.
        HeaderRow header = HeaderRow.Read(database, row, (processed.Id.Value, row.Text(1)), new(7, 8, 9, 10, 4, 11));
        DateTimeOffset receivedAt = row.Time(12);
        string type = header.Header.Type;
        IReadOnlyList<string> flags = [.. (JournalJson.Flags(row.TextOrNull(2)) ?? [MessageRows.DamagedRow]).Union(processed.Flags)];
        TimeSpan? admitting = Microseconds.SpanOrNull(row.LongOrNull(15));
        (TimeSpan? waited, TimeSpan? working) = (Waited(processed.StartedAt, receivedAt + (admitting ?? TimeSpan.Zero)), processed.Working + (admitting ?? TimeSpan.Zero));
        Origin origin = new(processed.Id, row.Text(1), SharedContent.Of(row.Long(5), row.Long(3), header.Sha256), row.LongOrNull(6) ?? processed.Id.Value, type, receivedAt, After(receivedAt, waited, working));
        BatchOrigin batch = entry.Messages.Length == 0 ? default : new(row.Text(13), receivedAt, row.LongOrNull(6), row.LongOrNull(14) is null ? processed.MessagesWindow : null, waited, working);
        row.Reset();
        if (!Moves.IsLegal(state, processed.State) || (processed.Deliveries.Count > 0 && processed.State != MessageState.Accepted) || (processed.State == MessageState.Divided) != (entry.Messages.Length > 0))
            throw new JournalException($"Message {processed.Id} is {state} and cannot become {processed.State} with {processed.Deliveries.Count} deliveries.");
        database.Prepare(UpdateProcessed).Bind((long)processed.State).Bind(JournalJson.Write(processed.Problems), entry.Problems).Bind(JournalJson.Write(flags)).Bind(Microseconds.Of(waited)).Bind(Microseconds.Of(working)).Bind(processed.Id.Value).Run();
        // A batch is none of the minute in which it came.
        DateTimeOffset countedAt = processed.State == MessageState.Divided ? receivedAt : After(receivedAt, waited, working);
        database.Statistics.Processed(origin.Channel, type, processed.State, entry.Messages.Sum(message => (long)message.Received!.Bytes.Length), countedAt);
        if (processed.State == MessageState.Rejected)
            database.Events.Add(EntryEvents.Rejected(origin.Channel, processed.Id, processed.Problems, receivedAt));
        AppendResult own = deliveries.Write(origin, PendingEntry.DeliveriesOf(processed), entry.Contents);
        if (entry.Messages.Length == 0)
            return own;
        database.Prepare(UpdatePlace).Bind(entry.Messages.Length).Bind(processed.Id.Value).Run();
        return WriteMessages(entry.Messages, batch, own);
    }

    /// <summary>The channel of a stored message, and when it arrived.</summary>
    public string ChannelOf(MessageId message, out DateTimeOffset receivedAt)
    {
        Statement row = database.Prepare(SelectArrival).Bind(message.Value);
        (string channel, receivedAt) = row.Step() ? (row.Text(0), row.Time(1)) : ("", DateTimeOffset.UnixEpoch);
        row.Reset();
        return channel;
    }

    // A clock that was set back made nothing wait less than not at all.
    private static TimeSpan? Waited(DateTimeOffset? startedAt, DateTimeOffset since) => startedAt is not { } start ? null : start > since ? start - since : TimeSpan.Zero;

    // When it was processed: minutes that were told of before are not added to, however long a message waited.
    private static DateTimeOffset After(DateTimeOffset receivedAt, TimeSpan? waited, TimeSpan? working) => receivedAt + (waited ?? TimeSpan.Zero) + (working ?? TimeSpan.Zero);

    // A person had it taken up again: what became of that is the outcome.
    private MessageId Latest(long message)
    {
        while (true)
        {
            Statement row = database.Prepare(SelectReplay).Bind(message);
            row.Step();
            long? replay = row.LongOrNull(0);
            row.Reset();
            if (replay is null)
                return new(message);
            message = replay.Value;
        }
    }

    private void Store(MessageArrived arrived, PendingEntry entry, MessageState state, long content, long? duplicateOf, byte[]? problems)
    {
        try
        {
            MessageHeader header = arrived.Header;
            SearchTerms terms = entry.Header!.Terms;
            string? written = JournalJson.Write(arrived.Problems);
            // Of a message that is not processed for its sequence number the problem is known only here.
            problems ??= written is null ? null : database.Vault.Sealer.Cipher?.Seal(written, SealedPlace.Problems(arrived.Id.Value));
            database.Prepare(Insert).Bind(arrived.Id.Value).Bind(arrived.Channel).Bind(arrived.Peer).Bind(arrived.ReceivedAt)
                .Bind(header.Type).Bind(terms.ControlId).Bind(terms.Sender).Bind(header.Version)
                .Bind((long)state).Bind((long)arrived.Answer).Bind(entry.Received!.Bytes.Length).Bind(terms.Content.Span).Bind(content)
                .Bind(written, problems).Bind(JournalJson.Write(arrived.Flags)).Bind(duplicateOf).Bind(arrived.ReplayOf?.Value)
                .BindOrNull(entry.Header.Sealed).Bind(entry.Trace).Bind(entry.InBatch?.Batch).Bind(PlaceOf(entry, state))
                .Bind(Microseconds.Of(arrived.Waited)).Bind(Microseconds.Of(arrived.Working)).Run();
            controlIds.Add(arrived.Id.Value, terms, state == MessageState.Duplicate);
            // Of a batch its messages are counted.
            if (state != MessageState.Divided)
                database.Statistics.Arrived(arrived.Channel, header.Type, state, entry.Received.Bytes.Length, entry.InBatch is null ? arrived.ReceivedAt : After(arrived.ReceivedAt, arrived.Waited, arrived.Working));
            if (state == MessageState.Rejected)
                database.Events.Add(EntryEvents.Rejected(arrived.Channel, arrived.Id, arrived.Problems, arrived.ReceivedAt, arrived.Flags.Any(flag => flag == FragmentWriter.ParkedFlag || flag.StartsWith("sequence-", StringComparison.Ordinal))));
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == raw.SQLITE_CONSTRAINT_PRIMARYKEY)
        {
            throw new JournalException($"Message {arrived.Id} is in the journal already; a number is used once.", e);
        }
    }
}
