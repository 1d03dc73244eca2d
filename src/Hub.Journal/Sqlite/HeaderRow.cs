using Hub.Contracts;
using Hub.Journal.Sqlite.Encryption;

namespace Hub.Journal.Sqlite;

/// <summary>Which columns of a query hold what the row of a message says of its header.</summary>
internal readonly record struct HeaderColumns(int Type, int ControlId, int Sender, int Version, int Sha256, int Sealed);

/// <summary>What the row of a message says of its header, whether it is encrypted or not.</summary>
/// <param name="Header">The header; without control id and sender when the row is damaged.</param>
/// <param name="Sha256">The hash of the content; nothing when the row is damaged.</param>
/// <param name="IsDamaged">Whether what is sealed cannot be opened.</param>
internal sealed record HeaderRow(MessageHeader Header, byte[] Sha256, bool IsDamaged)
{
    /// <summary>Reads it.</summary>
    /// <param name="database">The connection.</param>
    /// <param name="row">The row.</param>
    /// <param name="owner">Number and channel of the message.</param>
    /// <param name="at">The columns.</param>
    public static HeaderRow Read(SqliteDatabase database, Statement row, (long Id, string Channel) owner, HeaderColumns at)
    {
        MessageHeader header = new() { Type = row.Text(at.Type), Version = row.Text(at.Version) };
        if (row.IsNull(at.Sealed))
            return new(header with { ControlId = row.Text(at.ControlId), Sender = row.Text(at.Sender) }, row.Bytes(at.Sha256).ToArray(), false);
        return HeaderSeal.Open(database, owner.Id, owner.Channel, row.Bytes(at.Sealed)) is var (controlId, sender, sha256)
            ? new(header with { ControlId = controlId, Sender = sender }, sha256, false)
            : new(header, [], true);
    }
}
