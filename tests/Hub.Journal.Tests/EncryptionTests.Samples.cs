using System.Text;
using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Journal.Tests;

/// <content>What the tests store, and how they look at files and rows.</content>
public sealed partial class EncryptionTests
{
    private static ReadOnlyMemory<byte> Content(string text) => Encoding.UTF8.GetBytes($"MSH|^~\\&|{Sender}|{ControlId}\rPID|1||4711^^^H^MR||{Patient}^{text}\r");

    private static ReadOnlyMemory<byte> LongContent()
    {
        byte[] content = new byte[Long];
        for (int i = 0; i < Long; i += Patient.Length)
            Encoding.ASCII.GetBytes(Patient).AsSpan(0, Math.Min(Patient.Length, Long - i)).CopyTo(content.AsSpan(i));
        content[Long / 2] = (byte)'!';
        return content;
    }

    private static MessageArrived Message(SqliteJournal journal, string controlId, string? text = null) =>
        JournalSamples.Accepted(journal.NextMessageId(), controlId, "lab") with { Content = Content(text ?? controlId) };

    private static async Task<SqliteJournal> OpenWithAsync(JournalOptions options)
    {
        SqliteJournal journal = new(options, NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        return journal;
    }

    private Task<SqliteJournal> OpenAsync(bool? encrypts = null) => OpenWithAsync(new(Data) { Encrypts = encrypts });

    // Everything that the journal can be told of a message.
    private static async Task FillAsync(SqliteJournal journal)
    {
        MessageHeader header = new() { Type = "ADT^A01", ControlId = ControlId, Sender = Sender, Version = "2.5" };
        MessageArrived first = Message(journal, ControlId, "received") with
        {
            Header = header,
            Problems = [new(102, "PID-5", $"{Patient} is no name.") { Severity = ProblemSeverity.Warning }],
            Deliveries = [new("lab", 0, null), new("copy", 0, Content("changed")), new("next", 0, Content("handed"), To: new("other", header, JournalSamples.Time)), new("held", 0, null, ParkedFor: $"{Patient} is not valid.")],
        };
        await journal.AppendAsync(first);
        await journal.AppendAsync(JournalSamples.Attempted(1, 1, DeliveryState.Queued) with { Answer = Content("answer"), Reason = $"The file {Patient}.hl7 is there." });
        MessageId next = journal.NextMessageId();
        Assert.Equal(3, next.Value); // 2 was handed over.
        await journal.AppendAsync(first with { Id = next, Content = LongContent(), SequenceNumber = 7, Deliveries = [] });
        await journal.AppendAsync(first with { Id = journal.NextMessageId(), State = MessageState.Fragment, Deliveries = [], Problems = [], Fragment = new("", $"{Patient}-1") });
        await journal.AppendAsync(first with { Id = journal.NextMessageId(), State = MessageState.Received, Deliveries = [], Problems = [] });
        await journal.AppendAsync(new MessageProcessed { Id = new(5), State = MessageState.Accepted, Deliveries = [new("lab", 0, Content("later")), new("same", 0, first.Content.ToArray())], Problems = first.Problems });
        await journal.AppendAsync(new ReplayBegun(new()
        {
            Id = 1,
            BegunAt = JournalSamples.Time,
            ChangedAt = JournalSamples.Time,
            State = ReplayState.Running,
            What = $"control id {ControlId}",
            Plan = $"{{{ControlId}}}",
            Total = 1,
        }));
        await journal.AppendAsync(new ReplayItemFailed(new(1, 1), $"{Patient} is no name.", JournalSamples.Time));
        await journal.AppendAsync(new ReplayChanged(1, ReplayState.Paused, $"{Patient}.hl7 is gone.", JournalSamples.Time));
    }

    private void AssertSilent()
    {
        foreach (string word in (string[])[Patient, ControlId, "SENDING-SYSTEM", "CTRL-4711", "Zimmer"])
            Assert.False(IsAnywhere(word), word);
    }

    private bool IsAnywhere(string word) => Files().Any(file => file.Value.AsSpan().IndexOf(Encoding.UTF8.GetBytes(word)) >= 0);

    private Dictionary<string, byte[]> Files()
    {
        Dictionary<string, byte[]> files = [];
        foreach (string file in Directory.GetFiles(Data).Where(file => !file.EndsWith("-shm", StringComparison.Ordinal) && !file.EndsWith(".lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            if (bytes.Length > 0)
                files.Add(file, bytes);
        }

        return files;
    }

    private void MakeOld()
    {
        DataFolder folder = new(Data);
        Directory.CreateDirectory(Data);
        using (System.IO.File.Open(folder.JournalFile, FileMode.OpenOrCreate))
        {
        }

        using SqliteDatabase old = SqliteDatabase.OpenWriter(folder.JournalFile, 64);
        Schema.Migrate(old, folder, [.. Schema.Scripts.Take(4)]);
        byte[] sha256 = System.Security.Cryptography.SHA256.HashData(Content("old").Span);
        old.Prepare("INSERT INTO content VALUES (1, ?, ?)").Bind((ReadOnlySpan<byte>)sha256).Bind(Content("old").Span).Run();
        old.Prepare(
            """
            INSERT INTO message (id, channel, peer, received_at, type, control_id, sender, version, state, answer, length, sha256, content)
            VALUES (1, 'adt', 'p', ?, 'ADT^A01', 'A', 'REGADT^HOSPITAL', '2.5', 3, 0, 1, ?, 1)
            """).Bind(JournalSamples.Time).Bind((ReadOnlySpan<byte>)sha256).Run();
        old.Execute(
            """
            INSERT INTO delivery (id, message, channel, destination, lane, part, parts, state, attempts, length, reason) VALUES (1, 1, 'adt', 'lab', 0, 0, 0, 0, 1, 1, 'why');
            INSERT INTO attempt (delivery, number, started_at, duration, state, reason, answer) VALUES (1, 1, 1, 1, 0, 'why', x'41')
            """);
    }

    private static async Task AssertGoesOnAsync(SqliteJournal journal)
    {
        Assert.Equal(Content("old"), journal.ReadContent(new(1))!.Value);
        Assert.Equal(Content("old"), journal.ReadDeliveryContent(1)!.Value);
        StoredDelivery delivery = journal.Read(new(1))!.Deliveries.Single();
        Assert.Equal(("why", "why", 1), (delivery.Reason, delivery.History.Single().Reason, delivery.History.Single().Answer.Length));
        AppendResult again = await journal.AppendAsync(Message(journal, "A", "old") with { DuplicateWindow = TimeSpan.FromHours(72) });
        Assert.Equal(new MessageId(1), again.DuplicateOf!.Id);
        await journal.AppendAsync(Message(journal, "new"));
        Assert.Equal(Content("new"), journal.ReadContent(new(3))!.Value);
        Assert.Equal(Content("old"), journal.ReadContent(new(2))!.Value);
        Assert.Equal(2, journal.Find(new() { ControlId = "A" }).Count);
    }
}
