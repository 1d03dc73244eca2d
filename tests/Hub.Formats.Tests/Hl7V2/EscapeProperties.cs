using FsCheck.Fluent;
using Hub.Formats.Hl7V2;

namespace Hub.Formats.Tests.Hl7V2;

public sealed class EscapeProperties
{
    public static TheoryData<string> CharacterSets => ["ASCII", "8859/1", "8859/2", "8859/3", "8859/4", "8859/5", "8859/6", "8859/7", "8859/8", "8859/9", "8859/10", "8859/11", "8859/13", "8859/14", "8859/15", "UNICODE UTF-8", "ISO IR14", "ISO IR87", "ISO IR159", "SHIFT_JIS", "GB 18030-2000", "KS X 1001", "CNS 11643-1992", "BIG-5"];

    [Theory]
    [MemberData(nameof(CharacterSets))]
    public void E14_What_is_encoded_decodes_to_itself_for_every_string_and_delimiters(string characterSet) =>
        Generated.ForAll(Generated.Text.Zip(Generated.Delimiters), made =>
        {
            (string text, Hl7Delimiters delimiters) = made;
            Hl7Message message = Hl7Samples.Parse($"MSH|^~\\&|{new string('|', 15)}{characterSet}\r");
            Assert.Equal(characterSet, message.WireCharacterSet.Name);
            message.UseDelimiters(delimiters);
            if (Encoded(message, text) is { } raw)
            {
                Assert.Equal(text, message.Decode(raw));
                Assert.False(raw.AsSpan().IndexOfAny((ReadOnlySpan<byte>)[(byte)'\r', (byte)'\n', 0x0B, 0x1C, delimiters.Field, delimiters.Component]) >= 0);
            }
        });

    [Fact]
    public void E14_Every_byte_of_a_single_byte_set_is_one_character_and_back_or_is_refused()
    {
        foreach (string name in CharacterSets)
        {
            Hl7CharacterSet set = Assert.IsType<Hl7CharacterSet>(Hl7CharacterSet.Find(name));
            for (int value = set.MultiByte is null ? 0 : 256; value < 256; value++)
            {
                byte[] bytes = [(byte)value];
                if (Try(() => set.Decode(bytes)) is { } text)
                    Assert.Equal(bytes, set.Encode(text));
            }
        }
    }

    private static byte[]? Encoded(Hl7Message message, string text) => Try(() => message.Encode(text));

    private static T? Try<T>(Func<T> act)
        where T : class
    {
        try
        {
            return act();
        }
        catch (Hl7FormatException)
        {
            return null;
        }
    }
}
