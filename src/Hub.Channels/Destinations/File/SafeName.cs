using System.Buffers;
using System.Text;

namespace Hub.Channels.Destinations.File;

/// <summary>Makes a file name of text that came with a message, so that it is one name in the folder and nothing else.</summary>
internal static class SafeName
{
    // File systems take 255 bytes; the rest is for the number that keeps two of one name apart.
    private const int MostBytes = 230;
    private const int MostExtensionBytes = 20;
    private static readonly SearchValues<char> s_unsafe = SearchValues.Create("/\\:*?\"<>|");

    /// <summary>Replaces what a name cannot hold by <c>_</c>, takes dots and spaces from its start, and cuts it to a length that file systems take, before the extension.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The name; empty when nothing is left.</returns>
    public static string Of(string text)
    {
        StringBuilder name = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            name.Append(Rune.IsControl(rune) || (rune.IsBmp && s_unsafe.Contains((char)rune.Value)) ? "_" : rune.ToString());
        // A name that begins with a dot would be hidden, and ".." is not a name.
        string safe = name.ToString().TrimEnd(' ').TrimStart(' ', '.');
        string extension = Path.GetExtension(safe);
        if (Encoding.UTF8.GetByteCount(extension) > MostExtensionBytes)
            extension = "";
        return Cut(safe[..^extension.Length], MostBytes - Encoding.UTF8.GetByteCount(extension)) + extension;
    }

    private static string Cut(string text, int mostBytes)
    {
        int length = 0;
        int bytes = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > mostBytes)
                break;
            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }
}
