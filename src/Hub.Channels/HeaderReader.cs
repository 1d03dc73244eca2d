using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels;

/// <summary>Reads the header that the journal keeps, as far as the bytes have one, also of a message that is not taken.</summary>
internal static class HeaderReader
{
    public static MessageHeader Read(ReadOnlySpan<byte> content, Hl7CharacterSet? characterSet)
    {
        int start = Hl7Header.Find(content);
        if (start < 0)
            return MessageHeader.Empty;
        Hl7CharacterSet set = characterSet ?? Hl7CharacterSet.Utf8;
        byte component = content[start + 4];
        ReadOnlySpan<byte> application = Hl7Header.Field(content, 3);
        ReadOnlySpan<byte> facility = Hl7Header.Field(content, 4);
        return new()
        {
            Type = Join(set, Component(Hl7Header.Field(content, 9), component, 1), Component(Hl7Header.Field(content, 9), component, 2)),
            ControlId = ControlIdOf(set.Show(Hl7Header.Field(content, 10))),
            Sender = Join(set, application, facility),
            Version = set.Show(Component(Hl7Header.Field(content, 12), component, 1)),
        };
    }

    // A08, E08: a null says that there is none, and blanks are none: nothing is a duplicate by them.
    private static string ControlIdOf(string shown) => shown.AsSpan().Trim() is "" or "\"\"" ? "" : shown;

    // Whatever the message's own delimiters are, people search for ADT^A01.
    private static string Join(Hl7CharacterSet set, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        second.IsEmpty ? set.Show(first) : set.Show([.. first, (byte)'^', .. second]);

    private static ReadOnlySpan<byte> Component(ReadOnlySpan<byte> field, byte separator, int number)
    {
        foreach (Range part in field.Split(separator))
        {
            if (--number == 0)
                return field[part];
        }

        return [];
    }
}
