using Hub.Formats.Hl7V2;

namespace Hub.Engine.Commands;

/// <summary>One message of a file that was named on the command line.</summary>
/// <param name="Name">The file, with the number of the message in it when it holds several.</param>
/// <param name="Content">The bytes, without a frame.</param>
internal sealed record FileMessage(string Name, ReadOnlyMemory<byte> Content);

/// <summary>
/// Reads messages from files: one a file as it stands, several in MLLP frames, or several one after another, with the headers and trailers
/// of a batch or without (protocol B01). <c>-</c> is standard input; a folder means its files.
/// </summary>
internal static class MessageFiles
{
    private const byte StartBlock = 0x0B;
    private const byte EndBlock = 0x1C;

    // A file is in memory as a whole, so this only bounds the list.
    private const int MostMessages = 1_000_000;

    /// <param name="names">What the command line names.</param>
    /// <param name="whole">Whether a batch stays one block, as channels that divide batches take it.</param>
    /// <param name="takeEmpty">Whether an empty file is a message without bytes. Default: it is a mistake.</param>
    /// <exception cref="IOException">A file is not there, empty, or a batch that does not add up; the text says which.</exception>
    public static IEnumerable<FileMessage> Read(IEnumerable<string> names, bool whole = false, bool takeEmpty = false) => names.SelectMany(Names).SelectMany(name => ReadOne(name, whole, takeEmpty));

    /// <summary>The files that a name means: the file itself, or those of the folder.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static IEnumerable<string> Names(string name)
    {
        if (Directory.Exists(name))
        {
            string[] files = [.. Directory.EnumerateFiles(name).Order(StringComparer.Ordinal)];
            return files.Length > 0 ? files : throw new IOException($"The folder {name} holds no file. Put files with one message each into it, or name another; folders within it are not looked at.");
        }

        return name == "-" || File.Exists(name)
            ? [name]
            : throw new IOException($"There is no file {name}. Name files with one message each, a folder of them, or - for standard input.");
    }

    private static IEnumerable<FileMessage> ReadOne(string name, bool whole, bool takeEmpty)
    {
        byte[] bytes = name == "-" ? ReadInput() : File.ReadAllBytes(name);
        if (bytes.Length == 0 && !takeEmpty)
            throw new IOException($"{name} is empty.");
        if (!bytes.Contains(StartBlock))
            return !whole && Hl7Batch.Is(bytes) ? Divide(name, bytes) : [new(name, bytes)];
        return Frames(bytes).Select((frame, index) => new FileMessage($"{name}[{index + 1}]", frame));
    }

    private static IEnumerable<FileMessage> Divide(string name, byte[] bytes)
    {
        Hl7Batch batch = Hl7Batch.Read(bytes, MostMessages, out Hl7Fault? fault) ?? throw new IOException($"{name} is a batch that cannot be divided: {fault!.Text}");
        return batch.Messages.Count > 0
            ? batch.Messages.Select((message, index) => new FileMessage($"{name}[{index + 1}]", message))
            : throw new IOException($"{name} is a batch without a message.");
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Frames(byte[] bytes)
    {
        int start = Array.IndexOf(bytes, StartBlock);
        while (start >= 0)
        {
            int next = Array.IndexOf(bytes, StartBlock, start + 1);
            int limit = next < 0 ? bytes.Length : next;
            int end = Array.LastIndexOf(bytes, EndBlock, limit - 1, limit - start - 1);
            yield return bytes.AsMemory((start + 1)..(end < 0 ? limit : end));
            start = next;
        }
    }

    private static byte[] ReadInput()
    {
        using Stream input = Console.OpenStandardInput();
        using MemoryStream bytes = new();
        input.CopyTo(bytes);
        return bytes.ToArray();
    }
}
