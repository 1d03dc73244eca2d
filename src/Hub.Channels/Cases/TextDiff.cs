using System.Text;

namespace Hub.Channels.Cases;

/// <summary>Tells two contents of no known structure apart: text by its first line that differs, anything else by its first byte.</summary>
public static class TextDiff
{
    /// <summary>Compares two contents that are not the same bytes.</summary>
    /// <param name="part">What they are, <see cref="Difference.Part"/>.</param>
    /// <param name="expected">The one on the left.</param>
    /// <param name="was">The one on the right.</param>
    /// <returns>The lines that differ, or the first byte that does.</returns>
    public static IReadOnlyList<Difference> Compare(string part, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> was)
    {
        if (expected.Contains((byte)0) || was.Contains((byte)0) || !System.Text.Unicode.Utf8.IsValid(expected) || !System.Text.Unicode.Utf8.IsValid(was))
            return [CompareBytes(part, expected, was)];
        string[] left = Encoding.UTF8.GetString(expected).ReplaceLineEndings("\n").Split('\n');
        string[] right = Encoding.UTF8.GetString(was).ReplaceLineEndings("\n").Split('\n');
        List<Difference> found = [];
        for (int i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            (string? l, string? r) = (left.ElementAtOrDefault(i), right.ElementAtOrDefault(i));
            if (l != r)
                found.Add(new(part, $"line {i + 1}", Show(l), Show(r)));
        }

        return found.Count > 0 ? found : [CompareBytes(part, expected, was) with { Place = "line ends" }];
    }

    private static Difference CompareBytes(string part, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> was)
    {
        int at = expected.CommonPrefixLength(was);
        return new(part, $"byte {at + 1}", ShowByte(expected, at), ShowByte(was, at));
    }

    private static string Show(string? line) => line is null ? "no such line" : Difference.Quote(line);

    private static string ShowByte(ReadOnlySpan<byte> bytes, int at) =>
        at < bytes.Length ? $"0x{bytes[at]:X2} of {bytes.Length} bytes" : $"the end of {bytes.Length} bytes";
}
