using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Journal.Tests;

/// <summary>The SQLite journal keeps the promises of every journal.</summary>
public sealed class SqliteJournalTests : JournalContract, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Problems_of_rows_from_before_they_had_a_severity_are_errors()
    {
        MessageProblem problem = Assert.Single(JournalJson.Problems("""[{"Code":203,"Path":"MSH-12","Text":"Version 9 is not taken here."}]""")!);
        Assert.Equal(new(203, "MSH-12", "Version 9 is not taken here."), problem);
        Assert.Equal((ProblemSeverity.Error, null, null), (problem.Severity, problem.Rule, problem.Remedy));
    }

    protected override IJournal Create() => new SqliteJournal(_folder.Path("data"), NullLoggerFactory.Instance);

    protected override IJournalReader OpenReader() => SqliteJournal.OpenReader(_folder.Path("data"));
}
