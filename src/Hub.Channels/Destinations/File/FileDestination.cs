using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;
using Microsoft.Win32.SafeHandles;
using IoFile = System.IO.File;

namespace Hub.Channels.Destinations.File;

// S10: a message is written under a temporary name in the same folder, synced, renamed, and the folder synced, so that no
// partial file is ever seen under a final name. Several that wait in a lane share the syncs, each step for all of them before the next. A retry that finds a file of its name with its very bytes takes it for its
// own work of before a crash. Appending cannot be repeated that way: after a crash between the write and its record the
// message stands in the file twice (delivery is at least once). A crash within the write leaves nothing of it: AppendedFile.
// Files are written on a thread of their own: the platform's file calls block, and a folder on a slow or dead share must not
// hold the few threads that every other channel lives on.

/// <summary>Writes messages to files.</summary>
public sealed class FileDestination(FileDestinationConfig config, DestinationHost host) : IBatchDestination
{
    private const int MostNumbers = 10_000;

    /// <summary>From this many files on, one sync of their whole file system is quicker than one of each.</summary>
    private const int WorthOneSync = 4;

    private readonly ValueTemplate _name = config.Name ?? ValueTemplate.Parse($"${{message.id}}{config.Format.Extension}");

    /// <inheritdoc />
    public async Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken stopping) => (await SendAllAsync([message], stopping))[0];

    /// <inheritdoc />
    public Task<IReadOnlyList<DeliveryResult>> SendAllAsync(IReadOnlyList<OutboundMessage> messages, CancellationToken stopping) =>
        Task.Factory.StartNew<IReadOnlyList<DeliveryResult>>(() => Send(messages), stopping, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(stopping);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private List<DeliveryResult> Send(IReadOnlyList<OutboundMessage> messages)
    {
        try
        {
            List<NamedMessage> named = [];
            foreach (OutboundMessage message in messages)
            {
                if (TryName(message, out string name) is not { } refused)
                    named.Add(new(name, message));
                else if (named.Count == 0)
                    return [refused];
                else
                    break; // It is told when it is the first.
            }

            FolderSync.Create(config.Folder);
            return config.Mode == FileMode.Append ? Append(named) : Write(named);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Those that are in place already are found there by the next try.
            return [DeliveryResult.Retry($"The folder {config.Folder} could not be written: {exception.Message} Give this user the right to write there, or make room.")];
        }
    }

    private DeliveryResult? TryName(OutboundMessage message, out string name)
    {
        name = "";
        try
        {
            name = NameOf(message);
            return name.Length > 0 ? null : DeliveryResult.Refused("The file name made by \"name\" is empty for this message. Put ${message.id} into it and replay the message.");
        }
        catch (Exception exception) when (exception is Hl7FormatException or DocumentException)
        {
            return DeliveryResult.Refused($"The file name could not be made: {exception.Message}");
        }
    }

    private List<DeliveryResult> Write(List<NamedMessage> messages)
    {
        bool oneSync = messages.Count >= WorthOneSync && FolderSync.CanFlushFileSystem;
        foreach (NamedMessage message in messages)
        {
            using SafeFileHandle file = IoFile.OpenHandle(Temporary(message), System.IO.FileMode.Create, FileAccess.Write);
            RandomAccess.Write(file, message.Content, 0);
            if (!oneSync)
                RandomAccess.FlushToDisk(file);
        }

        if (oneSync)
            FolderSync.FlushFileSystem(config.Folder);
        List<DeliveryResult> results = [];
        foreach (NamedMessage message in messages)
        {
            results.Add(Place(message));
            if (results[^1].Verdict != DeliveryVerdict.Sent)
                break;
        }

        foreach (NamedMessage untried in messages.Skip(results.Count))
            IoFile.Delete(Temporary(untried));
        FolderSync.Flush(config.Folder);
        return results;
    }

    private DeliveryResult Place(NamedMessage message)
    {
        string? final = FindFree(message.Name, message.Content, out bool written);
        if (final is not null && !written)
        {
            IoFile.Move(Temporary(message), final, overwrite: config.OnExisting == OnExisting.Overwrite);
            return DeliveryResult.Sent();
        }

        IoFile.Delete(Temporary(message));
        return written
            ? DeliveryResult.Sent()
            : DeliveryResult.Refused($"The folder {config.Folder} has a file {message.Name} with other content, and onExisting is park. Move it away and replay the message.");
    }

    // Messages that follow one another into the same file go into it together.
    private List<DeliveryResult> Append(List<NamedMessage> messages)
    {
        for (int first = 0, next; first < messages.Count; first = next)
        {
            for (next = first + 1; next < messages.Count && messages[next].Name == messages[first].Name; next++)
            {
            }

            AppendedFile.Add(config.Folder, messages[first].Name, messages[first..next].ConvertAll(message => message.Message.Content));
        }

        return messages.ConvertAll(_ => DeliveryResult.Sent());
    }

    private string Temporary(NamedMessage message) => Path.Combine(config.Folder, $".{message.Message.Delivery}.part");

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

    private readonly record struct NamedMessage(string Name, OutboundMessage Message)
    {
        public ReadOnlySpan<byte> Content => Message.Content.Span;
    }
}
