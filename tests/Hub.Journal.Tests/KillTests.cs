using System.Diagnostics;
using System.Globalization;
using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Journal.Tests;

/// <summary>A process of its own (see Program.cs) writes and is killed.</summary>
public sealed class KillTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    [InlineData(3000)]
    public async Task L1_Every_message_whose_append_completed_is_there_after_a_kill(int killAfter)
    {
        using TestFolder folder = new();
        List<MessageId> stored = await WriteAndKillAsync(folder.Path("data"), killAfter);
        await using (IJournalReader reader = SqliteJournal.OpenReader(folder.Path("data")))
            Assert.Equal(MessageState.Accepted, reader.Read(stored[^1])!.State);

        await using SqliteJournal journal = new(folder.Path("data"), NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        HashSet<long> queued = [.. journal.ReadQueued("adt", "lab", 0, int.MaxValue).Select(delivery => delivery.Message.Value)];
        Assert.All(stored, id => Assert.Contains(id.Value, queued));
        Assert.All(stored, id => Assert.Equal(JournalSamples.Bytes($"A{id}"), journal.ReadContent(id)!.Value));
        Assert.Equal(queued.Max() + 1, journal.NextMessageId().Value);
    }

    private static async Task<List<MessageId>> WriteAndKillAsync(string folder, int killAfter)
    {
        using Process writer = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(KillTests).Assembly.Location, folder]) { RedirectStandardOutput = true })!;
        List<MessageId> stored = [];
        while (await writer.StandardOutput.ReadLineAsync() is { } line)
        {
            // What came before the kill are whole lines; the last after it may be cut.
            if (stored.Count < killAfter)
                stored.Add(new(long.Parse(line, CultureInfo.InvariantCulture)));
            if (stored.Count == killAfter && !writer.HasExited)
                writer.Kill();
        }

        await writer.WaitForExitAsync();
        return stored;
    }
}
