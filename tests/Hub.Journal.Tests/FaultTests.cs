using System.Collections.Concurrent;
using System.Diagnostics;
using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Journal.Tests;

/// <summary>What the journal does when the disk does not do its part.</summary>
public sealed class FaultTests : IAsyncLifetime, IDisposable
{
    private const int IoError = 10;

    private readonly TestFolder _folder = new();
    private readonly ConcurrentQueue<QueuedDelivery> _told = [];
    private SqliteJournal _journal = null!;

    public async Task InitializeAsync() => _journal = await OpenAsync(_folder.Path("data"));

    public async Task DisposeAsync() => await _journal.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task With_no_room_appends_fail_and_the_journal_goes_on_when_there_is_room()
    {
        await AppendAsync("A");
        _journal.Writer.BeforeNextBatch = database => database.Execute($"PRAGMA max_page_count = {database.Number("PRAGMA page_count")}");
        JournalException full = await Assert.ThrowsAsync<JournalException>(() => AppendAsync("B", JournalSamples.Bytes(new string('b', 100_000))));
        Assert.Contains("is full", full.Message, StringComparison.Ordinal);
        _journal.Writer.BeforeNextBatch = database => database.Execute("PRAGMA max_page_count = 1000000");
        await AppendAsync("C", JournalSamples.Bytes(new string('c', 100_000)));
        Assert.Null(await _journal.FindTroubleAsync());
        Assert.Equal(["C", "A"], _journal.Find(new()).Select(message => message.Header.ControlId));
        Assert.Equal(2, _told.Count);
        Assert.Equal(2, _journal.ReadQueued("adt", "lab", 0, 10).Count);
    }

    [Fact]
    public async Task While_the_disk_stands_still_what_waits_is_bounded_in_bytes_the_rest_is_refused_and_nothing_else_is_lost()
    {
        using SemaphoreSlim disk = new(0);
        _journal.Writer.BeforeNextBatch = _ => disk.Wait();
        ReadOnlyMemory<byte> scan = JournalSamples.Bytes(new string('s', 1024 * 1024));
        List<Task<AppendResult>> appends = [];
        for (int i = 1; i <= 100; i++)
            appends.Add(_journal.AppendAsync(JournalSamples.Accepted(_journal.NextMessageId(), $"{i}", "lab") with { Content = scan }));
        int refused = appends.Count(append => append.IsFaulted);
        Assert.InRange(refused, 10, 38); // 64 MiB wait, and what the writer had taken before
        disk.Release();
        await Task.WhenAll(appends).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal(refused, appends.Count(append => append.IsFaulted));
        Assert.Equal(100 - refused, _journal.ReadQueued("adt", "lab", 0, int.MaxValue).Count);
        Assert.All(appends.Where(append => append.IsFaulted), append => Assert.IsType<JournalException>(append.Exception!.InnerException));
        await AppendAsync("after");
    }

    [Fact]
    public async Task Trouble_is_told_until_a_write_works_again_that_nobody_has_to_send_a_message_for()
    {
        await AppendAsync("A");
        Assert.Null(await _journal.FindTroubleAsync());
        _journal.Writer.BeforeNextBatch = _ => throw new SqliteException("disk I/O error", IoError);
        await Assert.ThrowsAsync<JournalException>(() => AppendAsync("B"));
        // The next write opens the file anew, and then meets the fault.
        _journal.Writer.BeforeNextBatch = _ => throw new SqliteException("disk I/O error", IoError);
        Assert.Contains("disk I/O error", await _journal.FindTroubleAsync(), StringComparison.Ordinal);
        Assert.Null(await _journal.FindTroubleAsync());
        Assert.Equal(["A"], _journal.Find(new()).Select(message => message.Header.ControlId));
    }

    [Theory]
    [InlineData(13, true)] // SQLITE_FULL
    [InlineData(5, true)] // SQLITE_BUSY
    [InlineData(10, true)] // SQLITE_IOERR
    [InlineData(18, false)] // SQLITE_TOOBIG
    [InlineData(19, false)] // SQLITE_CONSTRAINT
    public async Task Trouble_of_the_journal_is_told_from_the_refusal_of_one_entry(int code, bool isTrouble)
    {
        await AppendAsync("A");
        _journal.Writer.BeforeNextBatch = _ => throw new SqliteException("no", code);
        Assert.Equal(isTrouble, (await Assert.ThrowsAsync<JournalException>(() => AppendAsync("B"))).IsTrouble);
        Assert.False((await Assert.ThrowsAsync<JournalException>(() => _journal.AppendAsync(new ReplayChanged(7, ReplayState.Done, null, JournalSamples.Time)))).IsTrouble);
    }

    [SkippableFact]
    public async Task A_full_disk_is_survived_and_used_again_when_there_is_room()
    {
        string mount = _folder.Path("small");
        Directory.CreateDirectory(mount);
        Skip.IfNot(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", mount), "Only root can mount a small disk.");
        try
        {
            await using SqliteJournal journal = await OpenAsync(Path.Combine(mount, "data"));
            string ballast = Path.Combine(mount, "ballast");
            await File.WriteAllBytesAsync(ballast, new byte[1024 * 1024]);
            List<MessageId> stored = [];
            JournalException full = await Assert.ThrowsAsync<JournalException>(() => FillAsync(journal, stored));
            Assert.Contains(mount, full.Message, StringComparison.Ordinal);
            File.Delete(ballast);
            MessageArrived next = JournalSamples.Accepted(journal.NextMessageId(), "next", "lab");
            await journal.AppendAsync(next);
            Assert.Equal(next.Content, journal.ReadContent(next.Id)!.Value);
            Assert.Equal(stored.Append(next.Id), journal.ReadQueued("adt", "lab", 0, int.MaxValue).Select(delivery => delivery.Message));
        }
        finally
        {
            Run("umount", mount);
        }
    }

    [SkippableFact]
    public async Task A_start_on_a_full_disk_says_so_or_works()
    {
        string mount = _folder.Path("full");
        Directory.CreateDirectory(mount);
        Skip.IfNot(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", mount), "Only root can mount a small disk.");
        try
        {
            string data = Path.Combine(mount, "data");
            await (await OpenAsync(data)).DisposeAsync();
            using (FileStream ballast = new(Path.Combine(mount, "ballast"), FileMode.Create))
                Assert.Throws<IOException>(() => Fill(ballast));
            JournalException? refused = null;
            try
            {
                await (await OpenAsync(data)).DisposeAsync();
            }
            catch (JournalException e)
            {
                refused = e;
            }

            Assert.True(refused is null || refused.Message.Contains("is full", StringComparison.Ordinal), refused?.ToString());
            File.Delete(Path.Combine(mount, "ballast"));
            await (await OpenAsync(data)).DisposeAsync();
        }
        finally
        {
            Run("umount", mount);
        }
    }

    [Fact]
    public async Task D04_After_an_error_of_the_disk_the_file_is_opened_anew_and_what_is_there_is_told()
    {
        await AppendAsync("A");
        _journal.Writer.BeforeNextBatch = database =>
        {
            // As if this had been a commit whose outcome the journal never learnt.
            database.Execute("INSERT INTO delivery (id, message, channel, destination, lane, part, parts, state, attempts, length) SELECT 2, message, channel, 'archive', lane, part, parts, 0, 0, length FROM delivery");
            throw new SqliteException("disk I/O error", IoError);
        };
        JournalException failure = await Assert.ThrowsAsync<JournalException>(() => AppendAsync("B"));
        Assert.Contains("disk I/O error", failure.Message, StringComparison.Ordinal);
        await AppendAsync("C");
        Assert.Equal([(1, "lab"), (2, "archive"), (3, "lab")], _told.Select(delivery => ((int)delivery.Delivery, delivery.Destination)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task D04_What_a_failed_commit_handed_over_is_there_and_told_or_it_is_neither(bool survives)
    {
        ConcurrentQueue<HandedMessage> handed = [];
        await using SqliteJournal journal = new(_folder.Path("other"), NullLoggerFactory.Instance);
        await journal.OpenAsync(_told.Enqueue, CancellationToken.None, handed.Enqueue);
        MessageArrived first = JournalSamples.Accepted(journal.NextMessageId(), "A");
        await journal.AppendAsync(first with { Deliveries = [new("next", 0, null, To: new("lab-channel", MessageHeader.Empty, JournalSamples.Time))] });
        journal.Writer.BeforeNextBatch = database =>
        {
            if (survives)
            {
                database.Execute("INSERT INTO message (id, channel, peer, received_at, type, control_id, sender, version, state, answer, length, sha256, content, trace, handed_by) SELECT 9, channel, peer, received_at, type, control_id, sender, version, state, answer, length, sha256, content, trace, handed_by FROM message WHERE handed_by IS NOT NULL");
            }

            throw new SqliteException("disk I/O error", IoError);
        };
        await Assert.ThrowsAsync<JournalException>(() => journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "B", "lab")));
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "C", "lab"));
        long[] there = [.. journal.Find(new() { Channel = "lab-channel" }).Select(message => message.Id.Value).Order()];
        Assert.Equal(survives ? [2, 9] : [2], there);
        Assert.Equal(there, handed.Select(message => message.Id.Value));
    }

    [Fact]
    public async Task While_the_file_cannot_be_opened_appends_fail_with_the_reason()
    {
        await AppendAsync("A");
        _journal.Writer.BeforeNextBatch = _ => throw new SqliteException("disk I/O error", IoError);
        await Assert.ThrowsAsync<JournalException>(() => AppendAsync("B"));
        string file = _folder.Path("data/journal.db");
        File.Move(file, file + ".away");
        await File.WriteAllTextAsync(file, "This is no database.");
        JournalException failure = await Assert.ThrowsAsync<JournalException>(() => AppendAsync("C"));
        Assert.Contains("is not a journal of the Hub", failure.Message, StringComparison.Ordinal);
        File.Move(file + ".away", file, overwrite: true);
        await AppendAsync("D");
        Assert.Equal(["D", "A"], _journal.Find(new()).Select(message => message.Header.ControlId));
    }

    [Fact]
    public async Task Content_that_lost_its_hash_is_not_given_out()
    {
        await AppendAsync("A");
        _journal.Writer.BeforeNextBatch = database => database.Execute("UPDATE content SET bytes = x'4D5348'");
        await AppendAsync("B");
        Assert.Contains("message 1 ", Assert.Throws<DamagedContentException>(() => _journal.ReadContent(new(1))).Message, StringComparison.Ordinal);
        Assert.Contains("delivery 1 ", Assert.Throws<DamagedContentException>(() => _journal.ReadDeliveryContent(1)).Message, StringComparison.Ordinal);
        Assert.Equal(JournalSamples.Bytes("B"), _journal.ReadContent(new(2))!.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_entry_that_the_journal_fails_on_fails_alone(bool halfWritten)
    {
        MessageArrived faulty = JournalSamples.Accepted(_journal.NextMessageId(), "faulty", "lab", "archive");
        faulty = halfWritten
            ? faulty with { Deliveries = new FailsAtTheSecond(faulty.Deliveries) }
            : faulty with { DuplicateWindow = TimeSpan.MaxValue };
        using ManualResetEventSlim go = new();
        _journal.Writer.BeforeNextBatch = _ => go.Wait();
        // The first holds the writer, so that the others share a commit.
        Task<AppendResult> first = AppendAsync("A");
        Task<AppendResult> before = AppendAsync("B");
        Task<AppendResult> alone = _journal.AppendAsync(faulty);
        Task<AppendResult> after = AppendAsync("C");
        go.Set();
        Assert.Contains("keeps all others", (await Assert.ThrowsAsync<JournalException>(() => alone)).Message, StringComparison.Ordinal);
        await Task.WhenAll(first, before, after);
        Assert.Equal(["C", "B", "A"], _journal.Find(new()).Select(message => message.Header.ControlId));
        Assert.Equal(3, _journal.ReadQueued("adt", "lab", 0, 10).Count);
        Assert.Equal(["lab", "lab", "lab"], _told.Select(delivery => delivery.Destination));
    }

    [Fact]
    public async Task Entries_of_a_failed_batch_do_not_stand_before_the_next_ones()
    {
        await using SqliteJournal journal = new(_folder.Path("other"), new FailingLoggers());
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        journal.Writer.BeforeNextBatch = _ => throw new SqliteException("disk I/O error", IoError);
        await Assert.ThrowsAnyAsync<Exception>(() => journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "A", "lab"), waits: true));
        await journal.AppendAsync(JournalSamples.Accepted(journal.NextMessageId(), "B", "lab"), waits: true);
        Assert.Equal(["B"], journal.Find(new()).Select(message => message.Header.ControlId));
    }

    [Fact]
    public async Task More_than_may_wait_is_refused_at_once()
    {
        using ManualResetEventSlim go = new();
        TaskCompletionSource writing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _journal.Writer.BeforeNextBatch = _ =>
        {
            writing.SetResult();
            go.Wait();
        };
        byte[] large = new byte[20 * 1024 * 1024];
        List<Task<AppendResult>> appends = [AppendAsync("A0", large)];
        await writing.Task;
        for (int i = 1; i < 6; i++)
            appends.Add(AppendAsync($"A{i}", large));
        bool atOnce = appends[^1].IsFaulted;
        go.Set();
        await Task.WhenAll(appends.Take(3));
        Assert.True(atOnce);
        JournalException refused = await Assert.ThrowsAsync<JournalException>(() => appends[^1]);
        Assert.StartsWith("The journal has more waiting than it may hold", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_are_stored_once_for_a_message_its_deliveries_and_its_duplicates()
    {
        for (int i = 0; i < 3; i++)
        {
            MessageArrived copy = JournalSamples.Accepted(_journal.NextMessageId(), "A", "lab", "archive");
            await _journal.AppendAsync(copy with
            {
                DuplicateWindow = TimeSpan.FromHours(1),
                Deliveries = [.. copy.Deliveries, new("copy", 0, copy.Content.ToArray()), new("changed", 0, JournalSamples.Bytes("changed"))],
            });
        }

        using SqliteDatabase database = SqliteDatabase.OpenReader(_folder.Path("data/journal.db"));
        Assert.Equal(2, database.Number("SELECT count(*) FROM content"));
    }

    private static async Task FillAsync(SqliteJournal journal, List<MessageId> stored)
    {
        while (true)
        {
            MessageArrived arrived = JournalSamples.Accepted(journal.NextMessageId(), $"A{stored.Count}", "lab") with { Content = new byte[10_000] };
            await journal.AppendAsync(arrived);
            stored.Add(arrived.Id);
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private async Task<SqliteJournal> OpenAsync(string folder)
    {
        SqliteJournal journal = new(folder, NullLoggerFactory.Instance);
        await journal.OpenAsync(_told.Enqueue, CancellationToken.None);
        return journal;
    }

    private Task<AppendResult> AppendAsync(string controlId, ReadOnlyMemory<byte>? content = null)
    {
        MessageArrived arrived = JournalSamples.Accepted(_journal.NextMessageId(), controlId, "lab");
        return _journal.AppendAsync(arrived with { Content = content ?? arrived.Content });
    }

    /// <summary>Deliveries of which the second cannot be had when it is to be written.</summary>
    private sealed class FailsAtTheSecond(IReadOnlyList<NewDelivery> deliveries) : IReadOnlyList<NewDelivery>
    {
        public int Count => deliveries.Count;

        public NewDelivery this[int index] => index == 0 ? deliveries[0] : throw new InvalidOperationException("Here the Hub has a mistake.");

        public IEnumerator<NewDelivery> GetEnumerator() => deliveries.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>Logs that cannot be written: their disk may be the one that failed.</summary>
    private static void Fill(FileStream file)
    {
        byte[] page = new byte[4096];
        while (true)
        {
            file.Write(page);
            file.Flush();
        }
    }

    private sealed class FailingLoggers : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => throw new IOException("No log.");

        public void Dispose()
        {
        }
    }
}
