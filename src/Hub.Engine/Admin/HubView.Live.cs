using System.Reflection;
using Hub.Contracts;
using Hub.Dashboard;
using Hub.Listeners;

namespace Hub.Engine.Admin;

/// <content>What keeps pages fresh, and what the Hub was started with.</content>
internal sealed partial class HubView
{
    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private long _followed;

    /// <summary>Where the Hub finds and keeps its things.</summary>
    public HubOptions Options { get; init; } = new();

    public long Changes => journal.Commits + Interlocked.Read(ref _followed);

    public HubSettings Settings => new(Version, _startedAt, Options.Environment, [.. Folders(), .. Limits()])
    {
        Retention = [.. parts.Channels.Models.Select(model => new ChannelRetention(model.Id, model.Config.Retention.Content.ToString(), model.Config.Retention.Record.ToString())).OrderBy(kept => kept.Channel, StringComparer.Ordinal)],
    };

    public IReadOnlyList<CertificateView> Certificates => certificates.All();

    private static string Version => typeof(HubView).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public IReadOnlyList<MinuteStatistics> CountUnwritten() => journal.CountUnwritten();

    private IEnumerable<(string, string)> Folders() =>
    [
        ("channels", Path.GetFullPath(Options.Channels)),
        ("data", Path.GetFullPath(Options.Data)),
        ("secrets", Path.GetFullPath(Options.Secrets)),
        ("environments", Path.GetFullPath(Options.Environments)),
        ("alerts", Path.GetFullPath(Options.Alerts)),
        ("urls", Options.Urls),
    ];

    private IEnumerable<(string, string)> Limits() =>
    [
        ("queueMemory", $"{Options.QueueMemoryBytes / 1024 / 1024} MiB"),
        ("readingMemory", $"{(Options.ReadingMemoryBytes ?? ListenerCatalog.DefaultReadingBytes) / 1024 / 1024} MiB"),
        ("journalMax", Options.JournalMaxBytes is { } most ? $"{most / 1024 / 1024} MiB" : ""),
        ("retentionInterval", $"{Options.RetentionInterval.TotalMinutes:0.##} min"),
        ("stopDeadline", $"{Options.StopDeadline.TotalSeconds:0.##} s"),
        ("zone", clock.LocalTimeZone.Id),
    ];
}
