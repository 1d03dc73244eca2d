namespace Hub.Engine;

/// <summary>Where the Hub finds and keeps its things.</summary>
internal sealed record HubOptions
{
    /// <summary>The folder of the channel files. Default <c>channels</c>.</summary>
    public string Channels { get; init; } = "channels";

    /// <summary>The folder of the journal. Default <c>data</c>.</summary>
    public string Data { get; init; } = "data";

    /// <summary>The folder of the journal's keys. Null: the variable <c>HUB_KEYS</c>, else beside the journal: <c>data.keys</c>.</summary>
    public string? Keys { get; init; }

    /// <summary>Whether the journal encrypts what it stores from now on. Null: as it was opened last, and true for a new one.</summary>
    public bool? EncryptsJournal { get; init; }

    /// <summary>Whether an empty journal may be begun where keys say that there was one. Default: false.</summary>
    public bool BeginsNewJournal { get; init; }

    /// <summary>The folder of secrets, one file a secret. Default <c>secrets</c>.</summary>
    public string Secrets { get; init; } = "secrets";

    /// <summary>The environment whose file gives the values of <c>${env:…}</c>; null for none, so that only variables of the process do.</summary>
    public string? Environment { get; init; }

    /// <summary>The folder of environment files. Default <c>environments</c>.</summary>
    public string Environments { get; init; } = "environments";

    /// <summary>The folder of the files that say who is told of what. Default <c>alerts</c>; it need not be there.</summary>
    public string Alerts { get; init; } = "alerts";

    /// <summary>The file that says where the audit is sent to. Default <c>syslog.json</c>; it need not be there.</summary>
    public string Syslog { get; init; } = "syslog.json";

    /// <summary>The file that says how the admin interface is reached. Default <c>admin.json</c>; it need not be there.</summary>
    public string Admin { get; init; } = "admin.json";

    /// <summary>Whether events become incidents and mails. Default true; tests of other things go without.</summary>
    public bool HasAlerts { get; init; } = true;

    /// <summary>Address of the admin interface. Default <c>http://127.0.0.1:2570</c>; port 0 takes a free one.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:2570";

    /// <summary>How many bytes of waiting message content all queues together hold in memory. Default 16 MiB.</summary>
    public long QueueMemoryBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many bytes messages that are still being read hold in memory together, beyond the first 64 KiB of each. Null: an eighth of the memory, at least 64 MiB.</summary>
    public long? ReadingMemoryBytes { get; init; }

    /// <summary>How large the journal's file may be, in bytes; above it the oldest content goes before its time. Null: as large as retention makes it.</summary>
    public long? JournalMaxBytes { get; init; }

    /// <summary>How often retention looks for messages past their time. Default 5 minutes.</summary>
    public TimeSpan RetentionInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long retention waits between two pieces of its work, so that messages pass. Default 10 ms.</summary>
    public TimeSpan RetentionPause { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Below this much free room, in bytes, on the disk of the journal a warning is given. Null: a tenth of the disk, at most 2 GiB.</summary>
    public long? DiskWarnBytes { get; init; }

    /// <summary>Below this much nothing new is taken. Null: a fiftieth of the disk, at most 256 MiB: what the queues in memory and the journal's log can still write.</summary>
    public long? DiskRefuseBytes { get; init; }

    /// <summary>How often the free room is looked at. Default 5 s.</summary>
    public TimeSpan DiskInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stop may take. Three quarters of it are for grace. Default 10 s.</summary>
    public TimeSpan StopDeadline { get; init; } = TimeSpan.FromSeconds(10);
}
