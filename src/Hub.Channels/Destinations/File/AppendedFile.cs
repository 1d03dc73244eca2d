using System.Globalization;
using Microsoft.Win32.SafeHandles;
using IoFile = System.IO.File;

namespace Hub.Channels.Destinations.File;

// Before bytes are added to a file, a note beside it, .name.append, says from where to where they will stand. A kill or a power cut within the
// write leaves a file that ends between the two: the next one who adds to it cuts it back to where the bytes began. A file that ends where they
// end is whole, and one that does not reach beyond their beginning has nothing of them, or somebody else put it there; then the note means nothing.
// So the note may stay behind, and removing it needs no sync. The file is locked while its note is looked at or written.

/// <summary>A file that messages are put into one after another, each followed by a line feed.</summary>
internal static class AppendedFile
{
    private static readonly ReadOnlyMemory<byte> s_lineFeed = "\n"u8.ToArray();

    /// <summary>Adds messages. When it returns, the disk has them.</summary>
    /// <param name="folder">The folder, which is there.</param>
    /// <param name="name">The name of the file; it is made when it is not there.</param>
    /// <param name="contents">The messages.</param>
    /// <exception cref="IOException">They could not be added; nothing of them is left in the file, or will be when the next one is added.</exception>
    public static void Add(string folder, string name, IReadOnlyList<ReadOnlyMemory<byte>> contents)
    {
        string note = Path.Combine(folder, $".{name}.append");
        using SafeFileHandle file = IoFile.OpenHandle(Path.Combine(folder, name), System.IO.FileMode.OpenOrCreate, FileAccess.Write);
        long start = CutBack(file, note);
        ReadOnlyMemory<byte>[] lines = [.. contents.SelectMany(content => new[] { content, s_lineFeed })];
        WriteNote(note, start, start + lines.Sum(line => (long)line.Length));
        FolderSync.Flush(folder);
        try
        {
            RandomAccess.Write(file, lines, start);
            RandomAccess.FlushToDisk(file);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(file, start);
            throw;
        }

        IoFile.Delete(note);
    }

    private static long CutBack(SafeFileHandle file, string note)
    {
        long length = RandomAccess.GetLength(file);
        if (!IoFile.Exists(note))
            return length;
        // A note that is cut short itself was followed by no write.
        string[] words = IoFile.ReadAllText(note).Split(' ');
        if (words.Length != 3 || !TryRead(words[0], out long start) || !TryRead(words[1], out long end) || length <= start || length >= end)
            return length;
        RandomAccess.SetLength(file, start);
        return start;
    }

    private static void WriteNote(string path, long start, long end)
    {
        using SafeFileHandle note = IoFile.OpenHandle(path, System.IO.FileMode.Create, FileAccess.Write);
        RandomAccess.Write(note, System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{start} {end} .")), 0);
        RandomAccess.FlushToDisk(note);
    }

    private static bool TryRead(string word, out long number) => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
