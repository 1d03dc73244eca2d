using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>
/// Lets parts of messages go on waiting that were stored before parts were matched in the journal (script 008): gives them the keys they are matched by, when the journal
/// is opened to write. Parts of which nobody can say what belongs together stay without, and are set aside when their time is over.
/// </summary>
internal static class FragmentAdoption
{
    private const string Select =
        """
        SELECT m.id, m.type, m.control_id, m.sender, m.version, m.sha256, m.header, f.continues, f.pointer, m.length, f.channel
        FROM fragment f JOIN message m ON m.id = f.message WHERE f.whole IS NULL AND f.first IS NULL AND f.sender = '' ORDER BY m.id
        """;

    private const string Update = "UPDATE fragment SET sender = ?, continues_key = ?, pointer_key = ? WHERE message = ?";

    private readonly record struct Waiting(string Channel, string Sender, FragmentLink Link);

    /// <summary>Does it.</summary>
    public static void Run(SqliteDatabase database, FragmentWriter fragments)
    {
        List<Waiting> found = Read(database, fragments);
        if (found.Count == 0)
            return;
        database.Execute("BEGIN IMMEDIATE");
        foreach (IGrouping<(string Channel, string Sender), Waiting> group in found.GroupBy(one => (one.Channel, one.Sender)))
        {
            FragmentLink[] links = [.. group.Select(one => one.Link)];
            HashSet<long> seen = [];
            foreach (FragmentLink link in links.Where(link => !seen.Contains(link.Message)))
            {
                List<FragmentLink> linked = FragmentChain.Linked(links, link);
                seen.UnionWith(linked.Select(one => one.Message));
                if (!FragmentChain.IsAmbiguous(linked))
                    Adopt(database, fragments, group.Key.Sender, linked);
            }
        }

        database.Execute("COMMIT");
    }

    private static void Adopt(SqliteDatabase database, FragmentWriter fragments, string sender, List<FragmentLink> linked)
    {
        foreach (FragmentLink one in linked)
            database.Prepare(Update).Bind(sender).Bind(one.Continues).Bind(one.Pointer).Bind(one.Message).Run();
        // A stop came between the last of them and the message that they make.
        fragments.Complete([.. FragmentChain.Order(linked).Select(part => new MessageId(part.Message))]);
    }

    private static List<Waiting> Read(SqliteDatabase database, FragmentWriter fragments)
    {
        List<Waiting> found = [];
        Statement row = database.Prepare(Select);
        while (row.Step())
        {
            (long id, string channel) = (row.Long(0), row.Text(10));
            HeaderRow header = HeaderRow.Read(database, row, (id, channel), new(1, 2, 3, 4, 5, 6));
            string? continues = database.TextOrNull(row, 7, Encryption.SealedPlace.Fragment(id, 0));
            string? pointer = database.TextOrNull(row, 8, Encryption.SealedPlace.Fragment(id, 1));
            bool isDamaged = header.IsDamaged || continues == SqliteDatabase.Damaged || pointer == SqliteDatabase.Damaged;
            if (!isDamaged)
                found.Add(new(channel, fragments.SenderKey(header.Header.Sender), new(id, fragments.Key(continues ?? ""), fragments.Key(pointer ?? ""), row.Long(9))));
        }

        return found;
    }
}
