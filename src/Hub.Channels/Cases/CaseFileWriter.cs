using Hub.Channels.Config;

namespace Hub.Channels.Cases;

/// <summary>Writes the files of one case.</summary>
internal sealed class CaseFileWriter(ChannelCase one)
{
    private readonly List<string> _written = [];

    /// <summary>What was written or deleted, as people see it.</summary>
    public IReadOnlyList<string> Written => _written;

    /// <summary>Writes what every destination got, each to the file that stands for it, and deletes those that stand for nothing any more.</summary>
    public void WriteAll(CaseRun run)
    {
        HashSet<string> kept = [];
        foreach (string destination in run.Deliveries.Select(delivery => delivery.Destination).Distinct())
        {
            for (int i = 0; i < run.To(destination).Length; i++)
                kept.Add(WriteDelivery(run, destination, i));
        }

        IEnumerable<string> old = one.Destinations?.Values.SelectMany(deliveries => deliveries).Select(delivery => delivery.File).OfType<string>() ?? [];
        foreach (string file in old.Where(file => !kept.Contains(Path.GetFileName(file))))
        {
            File.Delete(file);
            _written.Add($"{FileNames.Shown(file)} (deleted)");
        }
    }

    /// <summary>Writes one of the messages that a destination got to the file that stands for it by its name.</summary>
    /// <returns>The file's name.</returns>
    public string WriteDelivery(CaseRun run, string destination, int index)
    {
        ReadOnlyMemory<byte>[] contents = run.To(destination);
        string name = contents.Length == 1 ? $"{one.Name}.{destination}" : $"{one.Name}.{destination}.{index + 1}";
        WriteMessage(name + ExtensionOf(run, destination), contents[index]);
        return name + ExtensionOf(run, destination);
    }

    // What the files of the destination have already; else that of the input, unless the destination gets something else than was received.
    private string ExtensionOf(CaseRun run, string destination)
    {
        string? had = one.Destinations?.GetValueOrDefault(destination)?.Select(delivery => delivery.File).OfType<string>().FirstOrDefault();
        bool isOther = run.FormatOf(destination).Type != run.Received.Type;
        return had is not null ? Path.GetExtension(had) : isOther ? run.FormatOf(destination).Extension : one.Extension ?? run.Received.Extension;
    }

    /// <summary>Writes a message to a file, with the line ends that the file, or else the input, has now: people keep HL7 in files with either.</summary>
    public void WriteMessage(string name, ReadOnlyMemory<byte> content)
    {
        string path = Path.GetFullPath(name, Path.GetFullPath(one.Folder));
        ReadOnlySpan<byte> like = File.Exists(path) ? File.ReadAllBytes(path) : one.Input.Span;
        bool inLines = content.Span.StartsWith("MSH"u8) && like.Contains((byte)'\n') && !like.Contains((byte)'\r') && !content.Span.Contains((byte)'\n');
        byte[] bytes = content.ToArray();
        if (inLines)
            bytes.AsSpan().Replace((byte)'\r', (byte)'\n');
        Write(name, bytes);
    }

    /// <summary>Writes a file unless it is so already.</summary>
    public void Write(string name, byte[] content)
    {
        string path = Path.GetFullPath(name, Path.GetFullPath(one.Folder));
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        _written.Add(FileNames.Shown(path));
    }
}
