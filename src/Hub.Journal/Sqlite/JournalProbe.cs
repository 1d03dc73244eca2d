using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>Nothing but a write, to see whether there can be one again after one that failed.</summary>
internal sealed record JournalProbe : JournalEntry;
