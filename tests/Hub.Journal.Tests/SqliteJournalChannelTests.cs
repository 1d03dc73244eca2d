using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Journal.Tests;

/// <summary>The SQLite journal keeps the promises about channels.</summary>
public sealed class SqliteJournalChannelTests : JournalChannelContract, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override IJournal Create() => new SqliteJournal(_folder.Path("data"), NullLoggerFactory.Instance);

    protected override IJournalReader OpenReader() => SqliteJournal.OpenReader(_folder.Path("data"));
}
