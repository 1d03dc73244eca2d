using System.Text;

namespace Hub.Testing.Fuzzing;

/// <summary>
/// Makes inputs that are almost messages: it knows segments, fields, delimiters, escapes, character sets and batches, and breaks them.
/// The input of a seed and a number is always the same one, given the same samples.
/// </summary>
public static class FuzzMutator
{
    private const int Longest = 8 * 1024;

    private static readonly byte[][] s_tokens =
    [
        .. ((string[])[
            "|", "^", "~", "\\", "&", "#", "\r", "\n", "\r\n", "\n\r", "\0", "\v", "\u001c", "\u001b", "\"\"", "|||||", "^^^^", "~~", "&&",
            "\\F\\", "\\S\\", "\\T\\", "\\R\\", "\\E\\", "\\P\\", "\\.br\\", "\\X0D\\", "\\X41", "\\XZZ\\", "\\X955C\\", "\\H\\", "\\Zq\\", "\\C1234\\", "\\M24422842\\",
            "\rPID|", "\rOBX|1|", "\nNTE|", "\rMSH|^~\\&|", "MSH|^~\\&|", "MSH#*!?%#", "\rBTS|1\r", "\rFTS|9\r", "\rBHS|^~\\&|\r", "FHS|^~\\&|\r", "\rZ", "\rADD|", "\rDSC|1",
            "\u001b$B", "\u001b(B", "\u001b(J", "\u001b(I", "\u001b$(D", "\u0083|", "\u0095\\", "\u00fc|", "\u008e\u00a2", "\u0081\u0030\u0081\u0030", "\u00ff\u00fe", "\u00ef\u00bb\u00bf", "\u00c3", "\u00c3\u00a2", "\u00e2\u0082\u00ac", "\u00f0\u009f\u008f\u00a5",
            "20260230", "20260102030405.1234+0100", "-1", "99999999999999999999", "A01", "ADT^A01^ADT_A01", "2.5", "2.10", "P", "AL", "NE",
        ]).Select(Encoding.Latin1.GetBytes),
    ];

    private static readonly byte[][] s_headers = [.. ((string[])["|^~\\&", "|^~\\&#", "|^~", "|^", "#*!?%", "^|~\\&", ".,+-:", "|\\&~^", "||||", "|^~\\&#!", "AAAAA", "|^~\\^"]).Select(Encoding.Latin1.GetBytes)];

    private static readonly byte[][] s_sets = [.. ((string[])[
        "ASCII", "8859/1", "8859/7", "8859/15", "UNICODE", "UNICODE UTF-8", "UNICODE UTF-16", "ISO IR6", "ISO IR14", "ISO IR87", "~ISO IR87", "ISO IR159", "SHIFT_JIS", "BIG-5", "GB 18030-2000", "KS X 1001", "CNS 11643-1992", "?",
    ]).Select(Encoding.Latin1.GetBytes)];

    /// <summary>One input.</summary>
    public static byte[] Make(FuzzRandom random, IReadOnlyList<byte[]> samples)
    {
        List<byte> bytes = [.. random.Of(samples)];
        for (int changes = 1 + random.Below(6); changes > 0; changes--)
        {
            Change(random, bytes, samples);
            if (bytes.Count > Longest)
                bytes.RemoveRange(Longest, bytes.Count - Longest);
        }

        return [.. bytes];
    }

    private static void Change(FuzzRandom random, List<byte> bytes, IReadOnlyList<byte[]> samples)
    {
        (int start, int length) = Stretch(random, bytes);
        switch (random.Below(14))
        {
            case 0:
                bytes.RemoveRange(start, length);
                break;
            case 1:
                bytes.InsertRange(Place(random, bytes), bytes.GetRange(start, length));
                break;
            case 2 or 3 or 4:
                bytes.InsertRange(Place(random, bytes), random.Of(s_tokens));
                break;
            case 5:
                bytes.RemoveRange(start, length);
                bytes.InsertRange(start, random.Of(s_tokens));
                break;
            case 6:
                if (bytes.Count > 0)
                    bytes[random.Below(bytes.Count)] = (byte)random.Below(256);
                break;
            case 7:
                Overwrite(bytes, 3, random.Of(s_headers));
                break;
            case 8:
                NameSet(random, bytes);
                break;
            case 9:
                Cut(random, bytes);
                break;
            case 10:
                bytes.InsertRange(Place(random, bytes), Repeated(random));
                break;
            case 11:
                byte[] other = random.Of(samples);
                int from = random.Below(other.Length);
                bytes.InsertRange(Place(random, bytes), other[from..Math.Min(other.Length, from + 1 + random.Below(400))]);
                break;
            case 12:
                Replace(random, bytes);
                break;
            default:
                bytes.InsertRange(Place(random, bytes), Enumerable.Range(0, 1 + random.Below(12)).Select(_ => (byte)random.Below(256)));
                break;
        }
    }

    /// <summary>A segment, a field or any stretch.</summary>
    private static (int Start, int Length) Stretch(FuzzRandom random, List<byte> bytes)
    {
        int start = Place(random, bytes);
        byte end = random.Of("\r|^~<"u8.ToArray());
        if (random.Once(3))
            return (start, Math.Min(bytes.Count - start, random.Below(40)));
        int next = bytes.IndexOf(end, start);
        start = next < 0 ? start : next;
        int after = start + 1 < bytes.Count ? bytes.IndexOf(end, start + 1) : -1;
        return (start, (after < 0 ? bytes.Count : after) - start);
    }

    private static int Place(FuzzRandom random, List<byte> bytes) => random.Below(bytes.Count + 1);

    private static void Overwrite(List<byte> bytes, int at, byte[] with)
    {
        for (int i = 0; i < with.Length && at + i < bytes.Count; i++)
            bytes[at + i] = with[i];
    }

    private static void Cut(FuzzRandom random, List<byte> bytes)
    {
        int end = Place(random, bytes);
        bytes.RemoveRange(end, bytes.Count - end);
    }

    /// <summary>Fills MSH-18 of the first segment, wherever its separators are.</summary>
    private static void NameSet(FuzzRandom random, List<byte> bytes)
    {
        int end = bytes.IndexOf((byte)'\r');
        end = end < 0 ? bytes.Count : end;
        byte separator = bytes.Count > 3 ? bytes[3] : (byte)'|';
        int missing = 17 - bytes.Take(end).Count(value => value == separator);
        if (missing >= 0)
            bytes.InsertRange(end, [.. Enumerable.Repeat(separator, missing), .. random.Of(s_sets)]);
    }

    private static void Replace(FuzzRandom random, List<byte> bytes)
    {
        (byte Old, byte New) = random.Of<(byte, byte)>([((byte)'\r', (byte)'\n'), ((byte)'|', (byte)'^'), ((byte)'^', (byte)'&'), ((byte)'|', 0), ((byte)'\\', (byte)'~'), ((byte)'\r', (byte)' ')]);
        for (int i = 0; i < bytes.Count; i++)
            bytes[i] = bytes[i] == Old ? New : bytes[i];
    }

    private static IEnumerable<byte> Repeated(FuzzRandom random)
    {
        byte[] token = random.Of(s_tokens);
        return Enumerable.Repeat(token, 1 + random.Below(random.Once(40) ? 1_500 : 30)).SelectMany(value => value);
    }
}
