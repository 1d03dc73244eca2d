using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Alerts.Tests;

/// <summary>A Hub with a mail server and a clock that a test moves. Everything is the product's own, and the mail server is a real one.</summary>
public sealed class AlertSite : IAsyncDisposable
{
    /// <summary>A channel that takes version 2.5 alone, so that any other is rejected, and has a runbook.</summary>
    public const string Picky = """
        {
          "id": "adt", "runbook": "Call the ward desk.\nThen call <integration>.",
          "source": { "type": "mllp", "listen": "127.0.0.1:0", "accept": { "versions": ["2.5"] } },
          "destinations": [ { "id": "files", "type": "file", "folder": "out", "name": "${message.id}" } ]
        }
        """;

    private AlertSite(SmtpPeer smtp, TestFolder folder) => (Smtp, Folder) = (smtp, folder);

    /// <summary>The mail server.</summary>
    public SmtpPeer Smtp { get; private set; }

    /// <summary>The folder of the Hub.</summary>
    public TestFolder Folder { get; }

    /// <summary>The clock.</summary>
    public ManualTime Time { get; } = new();

    /// <summary>The Hub.</summary>
    public HubHost Hub { get; private set; } = null!;

    /// <summary>Starts a mail server and a Hub.</summary>
    /// <param name="rules">The file of rules; null for none.</param>
    /// <param name="channels">The channel files.</param>
    public static Task<AlertSite> StartAsync(string? rules, params string[] channels) => PreparedAsync(_ => { }, rules, channels);

    /// <summary>Starts a mail server, and a Hub in a folder that has more than channels.</summary>
    public static Task<AlertSite> PreparedAsync(Action<TestFolder> prepare, string? rules, params string[] channels) => InZoneAsync(TimeZoneInfo.Utc, prepare, rules, channels);

    /// <summary>Starts a mail server, and a Hub on a machine of another time zone.</summary>
    public static Task<AlertSite> InZoneAsync(TimeZoneInfo zone, Action<TestFolder> prepare, string? rules, params string[] channels) => StartAsync(zone, prepare, rules, warnsBelow: null, channels);

    /// <summary>Starts a mail server, and a Hub whose disk has less room than it is to have.</summary>
    public static Task<AlertSite> OnLittleDiskAsync(Action<TestFolder> prepare, string? rules, params string[] channels) => StartAsync(TimeZoneInfo.Utc, prepare, rules, warnsBelow: 1L << 60, channels);

    private static async Task<AlertSite> StartAsync(TimeZoneInfo zone, Action<TestFolder> prepare, string? rules, long? warnsBelow, string[] channels)
    {
        AlertSite site = new(await SmtpPeer.StartAsync(), new());
        site.Time.Zone = zone;
        site.WriteMail();
        prepare(site.Folder);
        if (rules is not null)
            site.Folder.Write("alerts/rules.json", rules);
        site.Hub = await HubHost.StartAsync(site.Folder, site.Time, NullLoggerFactory.Instance, warnsBelow, channels);
        return site;
    }

    /// <summary>Stops the Hub and starts it again.</summary>
    public async Task RestartAsync()
    {
        await Hub.StopAsync();
        Hub = await HubHost.StartAsync(Folder, Time, NullLoggerFactory.Instance);
    }

    /// <summary>Stops the mail server.</summary>
    public async Task<IReadOnlyList<ReceivedMail>> StopMailAsync() => await Smtp.EndAsync();

    /// <summary>Starts it again at the same port.</summary>
    public async Task StartMailAsync() => Smtp = await SmtpPeer.StartAsync(Smtp.Port);

    /// <summary>Sends messages one by one.</summary>
    public async Task SendAsync(string version, int count = 1, string channel = "adt")
    {
        using MllpSender sender = await MllpSender.ConnectAsync(Hub.Port(channel));
        for (int i = 0; i < count; i++)
            await sender.SendAsync(Samples.Adt($"M{_sent++}", version: version));
    }

    /// <summary>Does something to the channel files and waits until the Hub has followed, for which they have to rest for a moment of its time.</summary>
    public async Task ChangeFilesAsync(Action change)
    {
        Task followed = Hub.ChangeFilesAsync(change);
        Task? ended = null;
        while (ended != followed)
        {
            Task next = Time.NextTimerAsync();
            Time.Advance(TimeSpan.FromMilliseconds(50));
            ended = await Task.WhenAny(followed, next);
        }

        await followed;
    }

    private int _sent;

    /// <summary>Waits until the journal holds a condition.</summary>
    public Task UntilAsync(Func<IJournalReader, bool> condition) => Hub.UntilAsync(condition);

    /// <summary>Lets time go by until the journal holds a condition: for what takes several steps, and threads of its own.</summary>
    /// <param name="condition">What is waited for.</param>
    /// <param name="step">How much goes by between two looks. Default a minute.</param>
    public async Task PassUntilAsync(Func<IJournalReader, bool> condition, TimeSpan? step = null)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(5));
        while (!condition(Hub.Journal))
        {
            patience.Token.ThrowIfCancellationRequested();
            Time.Leap(step ?? TimeSpan.FromMinutes(1));
            await Hub.MinuteAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        await Smtp.DisposeAsync();
    }

    private void WriteMail() => Folder.Write("alerts/mail.json", $$"""
        { "servers": [{ "host": "127.0.0.1", "port": {{Smtp.Port}} }], "from": "hub@hospital.example", "to": ["team@hospital.example"] }
        """);
}
