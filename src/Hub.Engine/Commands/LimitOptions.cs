using System.CommandLine;

namespace Hub.Engine.Commands;

/// <summary>The options that say how much of the disk and of the memory the Hub may take.</summary>
internal sealed class LimitOptions
{
    private const int Most = int.MaxValue;

    private readonly Option<int> _journal = CommonOptions.Number("--journal-max-mib", "N", "How large the journal may be; above it the oldest content goes before its time. Default: as large as retention makes it", 16, Most, null);
    private readonly Option<int> _warn = CommonOptions.Number("--disk-warn-mib", "N", "Warn when the disk of the journal has less room. Default: a tenth of the disk, at most 2 GiB", 0, Most, null);
    private readonly Option<int> _refuse = CommonOptions.Number("--disk-refuse-mib", "N", "Take no new message when the disk has less room. Default: a fiftieth of the disk, at most 256 MiB", 0, Most, null);

    private readonly Option<int> _reading = CommonOptions.Number("--reading-memory-mib", "N", "How much memory messages over 64 KiB may hold together while they are read; above it senders wait. Default: an eighth of the memory, at least 64 MiB", 1, Most, null);

    /// <summary>Gives a command the options.</summary>
    public LimitOptions(Command command)
    {
        command.Options.Add(_journal);
        command.Options.Add(_warn);
        command.Options.Add(_refuse);
        command.Options.Add(_reading);
    }

    /// <summary>What was given.</summary>
    public HubOptions Read(ParseResult parsed, HubOptions options) => options with
    {
        JournalMaxBytes = Bytes(parsed, _journal),
        DiskWarnBytes = Bytes(parsed, _warn),
        DiskRefuseBytes = Bytes(parsed, _refuse),
        ReadingMemoryBytes = Bytes(parsed, _reading),
    };

    private static long? Bytes(ParseResult parsed, Option<int> option) => parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) * 1024L * 1024L : null;
}
