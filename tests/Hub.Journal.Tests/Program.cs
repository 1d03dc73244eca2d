using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Journal.Tests;

/// <summary>Writes messages to the journal in the folder it is given until it is killed, and says the number of each that was stored.</summary>
internal static class Program
{
    private static async Task Main(string[] arguments)
    {
        SqliteJournal journal = new(arguments[0], NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => WriteAsync(journal)));
    }

    private static async Task WriteAsync(SqliteJournal journal)
    {
        while (true)
        {
            MessageId id = journal.NextMessageId();
            await journal.AppendAsync(JournalSamples.Accepted(id, $"A{id}", "lab"));
            Console.WriteLine(id);
        }
    }
}
