using Hub.Contracts;
using Hub.Journal.Sqlite;
using Hub.Journal.Sqlite.Upkeep;
using Microsoft.Extensions.Logging;

namespace Hub.Journal;

/// <summary>A kind of journal.</summary>
/// <param name="Name">Its name in settings.</param>
/// <param name="Create">Makes one for writing, not yet open, from where it is and what makes loggers.</param>
/// <param name="OpenReader">Opens one for reading only; beside a running Hub or without one. Throws <see cref="JournalException"/>.</param>
/// <param name="Upkeep">Looks after one as a whole: checks, backs up, restores.</param>
public sealed record JournalKind(string Name, Func<JournalOptions, ILoggerFactory, IJournal> Create, Func<JournalOptions, IJournalReader> OpenReader, Func<JournalOptions, IJournalUpkeep> Upkeep);

/// <summary>The journals there are, one line each.</summary>
public static class JournalCatalog
{
    /// <summary>All kinds; the first is the default.</summary>
    public static IReadOnlyList<JournalKind> Kinds { get; } =
    [
        new("sqlite", (options, loggers) => new SqliteJournal(options, loggers), SqliteJournal.OpenReader, options => new SqliteUpkeep(options)),
    ];
}
