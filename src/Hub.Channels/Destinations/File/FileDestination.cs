using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;
using Microsoft.Win32.SafeHandles;
using IoFile = System.IO.File;

namespace Hub.Channels.Destinations.File;

// S10: a message is written under a temporary name in the same folder, synced, renamed, and the folder synced, so that no
// partial file is ever seen under a final name. A retry that finds a file of its name with its very bytes takes it for its
// own work of before a crash. Appending cannot be repeated that way: after a crash between the write and its record the
// message stands in the file twice (delivery is at least once).
// Files are written on a thread of their own: the platform's file calls block, and a folder on a slow or dead share must not
// hold the few threads that every other channel lives on.

/// <summary>Writes messages to files.</summary>
public sealed class FileDestination(FileDestinationConfig config, DestinationHost host) : IDestination
{
    private const int MostNumbers = 10_000;

    private readonly ValueTemplate _name = config.Name ?? ValueTemplate.Parse($"${{message.id}}{config.Format.Extension}");

    /// <inheritdoc />
    public Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken stopping) =>
        Task.Factory.StartNew(() => Send(message), stopping, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(stopping);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private DeliveryResult Send(OutboundMessage message)
    {
        try
        {
            string name = NameOf(message);
            if (name.Length == 0)
                return DeliveryResult.Refused("The file name made by \"name\" is empty for this message. Put ${message.id} into it and replay the message.");
            FolderSync.Create(config.Folder);
            return config.Mode == FileMode.Append ? Append(name, message) : Write(name, message);
        }
        catch (Exception exception) when (exception is Hl7FormatException or DocumentException)
        {
            return DeliveryResult.Refused($"The file name could not be made: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return DeliveryResult.Retry($"The folder {config.Folder} could not be written: {exception.Message} Give this user the right to write there, or make room.");
        }
    }

    private DeliveryResult Write(string name, OutboundMessage message)
    {
        string temporary = Path.Combine(config.Folder, $".{message.Delivery}.part");
        string? final = FindFree(name, message.Content.Span, out bool written);
        if (written)
        {
            FolderSync.Flush(config.Folder);
            return DeliveryResult.Sent();
        }

        if (final is null)
            return DeliveryResult.Refused($"The folder {config.Folder} has a file {name} with other content, and onExisting is park. Move it away and replay the message.");
        using (SafeFileHandle file = IoFile.OpenHandle(temporary, System.IO.FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, message.Content.Span, 0);
            RandomAccess.FlushToDisk(file);
        }

        IoFile.Move(temporary, final, overwrite: config.OnExisting == OnExisting.Overwrite);
        FolderSync.Flush(config.Folder);
        return DeliveryResult.Sent();
    }

    private DeliveryResult Append(string name, OutboundMessage message)
    {
        using SafeFileHandle file = IoFile.OpenHandle(Path.Combine(config.Folder, name), System.IO.FileMode.OpenOrCreate, FileAccess.Write);
        long end = RandomAccess.GetLength(file);
        try
        {
            RandomAccess.Write(file, (byte[])[.. message.Content.Span, (byte)'\n'], end);
            RandomAccess.FlushToDisk(file);
        }
        catch (IOException)
        {
            // Half a message must not stay before the next try.
            RandomAccess.SetLength(file, end);
            throw;
        }

        FolderSync.Flush(config.Folder);
        return DeliveryResult.Sent();
    }

    /// <summary>The path to write to; null when it is taken for good. <paramref name="written"/> when the very bytes stand there already.</summary>
    private string? FindFree(string name, ReadOnlySpan<byte> content, out bool written)
    {
        written = false;
        for (int number = 1; number <= MostNumbers; number++)
        {
            string path = Path.Combine(config.Folder, number == 1 ? name : $"{Path.GetFileNameWithoutExtension(name)}-{number}{Path.GetExtension(name)}");
            if (!IoFile.Exists(path))
                return path;
            written = HasContent(path, content);
            if (written || config.OnExisting == OnExisting.Overwrite)
                return path;
            if (config.OnExisting == OnExisting.Park)
                return null;
        }

        throw new IOException($"There are over {MostNumbers} files named like {name}.");
    }

    private static bool HasContent(string path, ReadOnlySpan<byte> content) =>
        new FileInfo(path).Length == content.Length && content.SequenceEqual(IoFile.ReadAllBytes(path));

    private string NameOf(OutboundMessage message)
    {
        StepContext context = new() { Id = message.Id, Channel = host.Channel, Now = host.Clock.GetLocalNow(), Part = message.Part };
        // Read as the data type that the message has when it comes here. What is not HL7 v2 is only read when the name looks into it.
        bool reads = _name.UsesFields || config.Format.Type == DataType.Hl7v2;
        if (reads && !context.TryRead(message.Content, config.Format))
            return PartName.Of($"{message.Id}.bin", message.Part);
        string name = SafeName.Of(_name.Evaluate(context));
        return _name.NamesPart || config.Mode == FileMode.Append ? name : PartName.Of(name, message.Part);
    }
}
