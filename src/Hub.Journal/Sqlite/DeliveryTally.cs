using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>Counts what a transaction does to the deliveries of each destination and state, and writes it down once at its end.</summary>
internal sealed class DeliveryTally(SqliteDatabase database)
{
    private const string Add =
        """
        INSERT INTO delivery_tally (channel, destination, state, count) VALUES (?, ?, ?, ?)
        ON CONFLICT (channel, destination, state) DO UPDATE SET count = count + excluded.count
        """;

    private readonly Dictionary<(string Channel, string Destination, DeliveryState State), long> _changes = [];

    public void Count(string channel, string destination, DeliveryState state, int by)
    {
        _changes.TryGetValue((channel, destination, state), out long count);
        _changes[(channel, destination, state)] = count + by;
    }

    /// <summary>Forgets what a transaction that failed had counted.</summary>
    public void Clear() => _changes.Clear();

    public void Write()
    {
        foreach (((string channel, string destination, DeliveryState state), long change) in _changes)
        {
            if (change != 0)
                database.Prepare(Add).Bind(channel).Bind(destination).Bind((long)state).Bind(change).Run();
        }
    }
}
