using System.Globalization;

namespace Hub.Journal.Sqlite;

// Sealed bytes open only as what they were written for: the message (its number), and besides what stands here. So nothing can take the bytes of
// one delivery for those of another, also not of the same message, nor those of one channel for those of another. A repetition sends the
// bytes of the delivery that it repeats, and a moved delivery those of the one that it was, and that is looked for.

/// <summary>What stored bytes are of: <c>adt</c> as received, <c>adt lab 2</c> of the second part for a destination, <c>adt #17</c> of delivery 17 as a person edited it.</summary>
internal static class BoundContent
{
    // A chain is as long as somebody repeats and moves the same delivery.
    private const int LongestChain = 1_000;

    private const string Select =
        """
        SELECT channel, destination, part, coalesce(repeat_of,
            (SELECT other FROM delivery_operation o WHERE o.delivery = d.id AND o.operation = 4 AND o.state = 0 AND o.other < d.id ORDER BY number LIMIT 1))
        FROM delivery d WHERE id = ?
        """;

    /// <summary>Of a message as it was received.</summary>
    public static string OfMessage(string channel) => channel;

    /// <summary>Of what the steps made for a destination.</summary>
    public static string OfDelivery(string channel, string destination, int part) => string.Create(CultureInfo.InvariantCulture, $"{channel} {destination} {part}");

    /// <summary>Of what a person gave a delivery instead.</summary>
    public static string OfEdit(string channel, long delivery) => string.Create(CultureInfo.InvariantCulture, $"{channel} #{delivery}");

    /// <summary>Whether bytes are those of a delivery, or of one that it is a repetition of or was moved from.</summary>
    public static bool IsOf(SqliteDatabase database, string bound, long delivery)
    {
        long? next = delivery;
        for (int i = 0; next is { } id && i < LongestChain; i++)
        {
            Statement row = database.Prepare(Select).Bind(id);
            bool isThere = row.Step();
            bool isOf = isThere && (bound == OfDelivery(row.Text(0), row.Text(1), row.Int(2)) || bound == OfEdit(row.Text(0), id));
            next = isThere ? row.LongOrNull(3) : null;
            row.Reset();
            if (isOf)
                return true;
        }

        return false;
    }
}
