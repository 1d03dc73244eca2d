using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Tests;

/// <summary>A Hub in this process whose clock and options the test chooses. Its folder is the test's.</summary>
internal sealed class OwnHub : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private OwnHub(HubServer server, ObservedJournal journal) => (Server, Journal) = (server, journal);

    public HubServer Server { get; }

    private IReadOnlyList<ChannelStatus> _statuses = [];

    public ObservedJournal Journal { get; }

    public static HubOptions Options(TestFolder folder) => new()
    {
        Channels = folder.Path("channels"),
        Data = folder.Path("data"),
        Secrets = folder.Path("secrets"),
        Environments = folder.Path("environments"),
        Urls = "http://127.0.0.1:0",
    };

    public static async Task<OwnHub> StartAsync(TestFolder folder, TimeProvider? clock = null, Func<HubOptions, HubOptions>? change = null, ILoggerFactory? loggers = null)
    {
        Directory.CreateDirectory(folder.Path("channels"));
        HubOptions options = change?.Invoke(Options(folder)) ?? Options(folder);
        ObservedJournal journal = new(Wiring.Journal(options.Data, loggers ?? NullLoggerFactory.Instance));
        HubServer server = new(options, journal, clock ?? TimeProvider.System, loggers ?? NullLoggerFactory.Instance);
        return new(server, journal) { _statuses = await server.StartAsync(CancellationToken.None) };
    }

    /// <summary>Stores messages without any Hub, before one is started.</summary>
    public static async Task PrefillAsync(TestFolder folder, params IEnumerable<Func<IJournal, MessageArrived>> messages)
    {
        await using IJournal journal = Wiring.Journal(folder.Path("data"), NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, CancellationToken.None);
        await Task.WhenAll([.. messages.Select(message => journal.AppendAsync(message(journal)))]);
    }

    /// <summary>A message of the channel <c>adt</c> as the samples make it.</summary>
    public static MessageArrived Message(IJournal journal, string controlId, params string[] destinations) =>
        JournalSamples.Accepted(journal.NextMessageId(), controlId, destinations) with { Content = Samples.Bytes(Samples.Adt(controlId)) };

    /// <summary>The port that a channel listens on.</summary>
    public int Port(string channel) => new Uri($"tcp://{_statuses.Single(status => status.Id == channel).Address}").Port;

    public Task UntilAsync(Func<IJournalReader, bool> condition) => Journal.UntilAsync(condition).WaitAsync(s_patience);

    public Task UntilReplayAsync(long id, ReplayState state) => UntilAsync(journal => journal.ReadReplay(id)?.State == state);

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}
