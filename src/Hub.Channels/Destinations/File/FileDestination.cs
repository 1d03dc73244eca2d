using System.Runtime.InteropServices;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Formats.Documents;
using Hub.Formats.Hl7V2;
using Microsoft.Win32.SafeHandles;
using IoFile = System.IO.File;

namespace Hub.Channels.Destinations.File;

// S10: a message is written under a temporary name in the same folder, synced, renamed, and the folder synced, so that no
// partial file is ever seen under a final name. Several that wait in a lane share the syncs, each step for all of them before
// the next. A retry that finds a file of its name with its very bytes takes it for its own work of before a crash. Appending cannot be repeated that way: after a crash between the write and its record the
// message stands in the file twice (delivery is at least once). A crash within the write leaves nothing of it: AppendedFile.
// Files are written on a thread of their own: the platform's file calls block, and a folder on a slow or dead share must not
// hold the few threads that every other channel lives on.

/// <summary>Writes messages to files.</summary>
public sealed class FileDestination(FileDestinationConfig config, DestinationHost host) : IBatchDestination
{
    private const int MostNumbers = 10_000;

    // Facilities of HRESULT: 0 is errno, 7 Windows; the platform's own (0x13) have no number of the system in them.
    private const int OfPlatform = 0x7FFF0000;
    private const int OfWindows = 0x00070000;

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

    // Whatever hinders one message in the middle is told when that one is the first of a batch; those before it are done.
    private List<DeliveryResult> Send(IReadOnlyList<OutboundMessage> messages)
    {
        List<NamedMessage> named = [];
        foreach (OutboundMessage message in messages)
        {
            if (TryName(message, out string name) is not { } refused)
                named.Add(new(name, message));
            else if (named.Count == 0)
                return [refused];
            else
                break;
        }

        try
        {
            FolderSync.Create(config.Folder);
            return config.Mode == FileMode.Append ? Append(named) : Write(named);
        }
        catch (Exception exception) when (IsTrouble(exception))
        {
            return [DeliveryResult.Retry($"The file named by {_name} could not be written in the folder {config.Folder}: {Cause(exception, named)}. Give this user the right to write there, make room, or move away what stands in its place.")];
        }
    }

    // Reasons stand in the log, and the name of a file may be made of a patient's: what the platform says names the path, so its number alone is told.
    private static string Cause(Exception exception, List<NamedMessage> named) => exception switch
    {
        UnauthorizedAccessException => "access is denied",
        DirectoryNotFoundException => "the folder is not there",
        PathTooLongException => "the path is too long",
        _ when (exception.HResult & OfPlatform) == 0 || (exception.HResult & OfPlatform) == OfWindows => Marshal.GetPInvokeErrorMessage(exception.HResult & 0xFFFF),
        _ when named.Exists(message => exception.Message.Contains(message.Name, StringComparison.Ordinal)) => "the disk or the share fails",
        _ => exception.Message.TrimEnd('.'),
    };

    private static bool IsTrouble(Exception exception) => exception is IOException or UnauthorizedAccessException;

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
        List<DeliveryResult> results = [];
        try
        {
            int written = WriteTemporary(messages);
            foreach (NamedMessage message in messages[..written])
            {
                results.Add(Place(message));
                if (results[^1].Verdict != DeliveryVerdict.Sent)
                    break;
            }
        }
        catch (Exception exception) when (results.Count > 0 && IsTrouble(exception))
        {
            // What is in place is done.
        }
        finally
        {
            foreach (NamedMessage left in messages.Skip(results.Count))
                Remove(Temporary(left));
        }

        FolderSync.Flush(config.Folder);
        return results;
    }

    /// <summary>Writes messages under their temporary names and syncs them.</summary>
    /// <returns>How many, from the first on, are on the disk.</returns>
    private int WriteTemporary(List<NamedMessage> messages)
    {
        // Opened before anything is written: a sync tells of the faults since then.
        using FileSystemSync? sync = messages.Count >= WorthOneSync ? FileSystemSync.Open(config.Folder) : null;
        int written = 0;
        try
        {
            for (; written < messages.Count; written++)
            {
                using SafeFileHandle file = CreateTemporary(Temporary(messages[written]));
                RandomAccess.Write(file, messages[written].Content, 0);
                if (sync is null)
                    RandomAccess.FlushToDisk(file);
            }
        }
        catch (Exception exception) when (written > 0 && IsTrouble(exception))
        {
            // Those before it go on.
        }

        sync?.Flush();
        return written;
    }

    // Not FileMode.Create: it cuts the file to nothing, and ext4 writes a file that was cut when it is closed, each for itself.
    private static SafeFileHandle CreateTemporary(string path)
    {
        try
        {
            return IoFile.OpenHandle(path, System.IO.FileMode.CreateNew, FileAccess.Write);
        }
        catch (IOException) when (IoFile.Exists(path))
        {
            // A kill left it behind (S10: a retry overwrites its own temporary name).
            return IoFile.OpenHandle(path, System.IO.FileMode.Create, FileAccess.Write);
        }
    }

    private static void Remove(string temporary)
    {
        try
        {
            IoFile.Delete(temporary);
        }
        catch (Exception exception) when (IsTrouble(exception))
        {
            // The next try writes over it.
        }
    }

    private DeliveryResult Place(NamedMessage message)
    {
        string? final = FindFree(message.Name, message.Content, out bool written);
        if (final is not null && !written)
        {
            // Without "overwrite" the platform looks whether the file is there, as was just done.
            IoFile.Move(Temporary(message), final, overwrite: true);
            return DeliveryResult.Sent();
        }

        Remove(Temporary(message));
        return written
            ? DeliveryResult.Sent()
            : DeliveryResult.Refused($"The folder {config.Folder} has the file named by {_name} with other content, and onExisting is park. Move it away and replay the message.");
    }

    // Messages that follow one another into the same file go into it together.
    private List<DeliveryResult> Append(List<NamedMessage> messages)
    {
        List<DeliveryResult> results = [];
        while (results.Count < messages.Count)
        {
            string name = messages[results.Count].Name;
            NamedMessage[] together = [.. messages.Skip(results.Count).TakeWhile(message => message.Name == name)];
            try
            {
                AppendedFile.Add(config.Folder, name, [.. together.Select(message => message.Message.Content)]);
            }
            catch (Exception exception) when (results.Count > 0 && IsTrouble(exception))
            {
                break;
            }

            results.AddRange(together.Select(_ => DeliveryResult.Sent()));
        }

        return results;
    }

    private string Temporary(NamedMessage message) => Path.Combine(config.Folder, $".{message.Message.Delivery}.part");

    /// <summary>The path to write to; null when it is taken for good. <paramref name="written"/> when the very bytes stand there already.</summary>
    private string? FindFree(string name, ReadOnlySpan<byte> content, out bool written)
    {
        written = false;
        for (int number = 1; number <= MostNumbers; number++)
        {
            string path = Path.Combine(config.Folder, number == 1 ? name : $"{Path.GetFileNameWithoutExtension(name)}-{number}{Path.GetExtension(name)}");
            if (!Path.Exists(path))
                return path;
            written = IoFile.Exists(path) && HasContent(path, content);
            if (written || config.OnExisting == OnExisting.Overwrite)
                return path;
            if (config.OnExisting == OnExisting.Park)
                return null;
        }

        throw new IOException($"There are over {MostNumbers} files named by {_name} that are alike.");
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
