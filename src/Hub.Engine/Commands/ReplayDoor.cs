using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Channels;
using Hub.Channels.Config;
using Hub.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Commands;

/// <summary>How commands reach replays: those of the running Hub, or, when none runs, in the journal itself, which is then theirs until they end.</summary>
internal abstract class ReplayDoor : IAsyncDisposable
{
    /// <summary>Finds the way.</summary>
    /// <param name="options">The folders.</param>
    /// <param name="stopping">Fires when the command is to end.</param>
    /// <exception cref="JournalException">There is no journal in the folder, or another program has it.</exception>
    public static async Task<ReplayDoor> OpenAsync(HubOptions options, CancellationToken stopping)
    {
        if (AdminAddress.Read(options.Data) is { } admin && await admin.IsThereAsync(stopping))
            return new OfHub(admin);
        // A folder without a journal is told; opening one to write would make it.
        await Wiring.JournalReader(options.Data).DisposeAsync();
        IJournal journal = Wiring.Journal(options.Data, NullLoggerFactory.Instance);
        try
        {
            await journal.OpenAsync(_ => { }, stopping);
            return new OfJournal(options, journal);
        }
        catch
        {
            await journal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether a Hub runs that goes on with what is not done.</summary>
    public static async Task<bool> HubRunsAsync(string data, CancellationToken stopping) => AdminAddress.Read(data) is { } admin && await admin.IsThereAsync(stopping);

    /// <summary>What a replay would take up.</summary>
    public abstract Task<ReplayPreview> PreviewAsync(ReplayRequest request, CancellationToken stopping);

    /// <summary>Begins a replay.</summary>
    public abstract Task<ReplayView> BeginAsync(ReplayRequest request, CancellationToken stopping);

    /// <summary>Pauses, resumes or cancels a replay.</summary>
    public abstract Task<ReplayView> ChangeAsync(long id, string action, CancellationToken stopping);

    public abstract ValueTask DisposeAsync();

    private sealed class OfHub(AdminAddress admin) : ReplayDoor
    {
        private readonly HttpClient _client = CreateClient(admin);

        public override Task<ReplayPreview> PreviewAsync(ReplayRequest request, CancellationToken stopping) => AskAsync<ReplayPreview>("/api/replays", request, stopping);

        public override Task<ReplayView> BeginAsync(ReplayRequest request, CancellationToken stopping) => AskAsync<ReplayView>("/api/replays", request, stopping);

        public override Task<ReplayView> ChangeAsync(long id, string action, CancellationToken stopping) =>
            AskAsync<ReplayView>(string.Create(CultureInfo.InvariantCulture, $"/api/replays/{id}/{action}"), new { }, stopping);

        public override ValueTask DisposeAsync()
        {
            _client.Dispose();
            return ValueTask.CompletedTask;
        }

        // A replay that is waited for takes as long as it takes; the Hub that ends meanwhile closes the connection.
        private static HttpClient CreateClient(AdminAddress admin)
        {
            HttpClient client = admin.CreateClient();
            client.Timeout = Timeout.InfiniteTimeSpan;
            return client;
        }

        private async Task<T> AskAsync<T>(string path, object request, CancellationToken stopping)
        {
            try
            {
                using HttpResponseMessage response = await _client.PostAsJsonAsync(path, request, stopping);
                return response.IsSuccessStatusCode
                    ? (await response.Content.ReadFromJsonAsync<T>(stopping))!
                    : throw new JournalException(await response.Content.ReadAsStringAsync(stopping) is { Length: > 0 } text ? text : $"The running Hub failed on it (HTTP {(int)response.StatusCode}). Its log says why.");
            }
            catch (Exception exception) when (exception is HttpRequestException or JsonException || (exception is TaskCanceledException && !stopping.IsCancellationRequested))
            {
                throw new JournalException($"The running Hub did not answer as it should ({exception.Message}). Whether it took the message up is not known: look for a replay of it with hub replays and hub messages.", exception);
            }
        }
    }

    private sealed class OfJournal : ReplayDoor
    {
        private readonly IJournal _journal;
        private readonly ILoggerFactory _loggers;
        private readonly ReplayBatches _replays;

        public OfJournal(HubOptions options, IJournal journal)
        {
            ComponentCatalog catalog = Wiring.Catalog();
            LoadedChannels loaded = Wiring.Loader(catalog, options).LoadFolder(options.Channels);
            ConcurrentDictionary<string, ChannelModel> made = [];
            ChannelModel? Find(string id)
            {
                if (!made.ContainsKey(id) && loaded.Channels.FirstOrDefault(channel => channel.Config?.Id == id && channel.Problems.Count == 0) is { } channel)
                    made.TryAdd(id, ChannelModel.Build(channel.Config!, Path.GetDirectoryName(Path.GetFullPath(channel.File))!, catalog));
                return made.GetValueOrDefault(id);
            }

            _journal = journal;
            _loggers = Wiring.Loggers(options);
            Replayer replayer = new(journal, Find, TimeProvider.System, _loggers.CreateLogger<Replayer>());
            _replays = new(journal, replayer, Find, () => null, TimeProvider.System, _loggers.CreateLogger<ReplayBatches>());
        }

        public override Task<ReplayPreview> PreviewAsync(ReplayRequest request, CancellationToken stopping) => Task.FromResult(_replays.Preview(request.Plan));

        // Nobody else would carry it out: a command that is ended leaves it to the next start of the Hub.
        public override Task<ReplayView> BeginAsync(ReplayRequest request, CancellationToken stopping) => _replays.BeginAsync(request with { Waits = true }, stopping);

        public override Task<ReplayView> ChangeAsync(long id, string action, CancellationToken stopping) => action switch
        {
            "pause" => _replays.PauseAsync(id),
            "cancel" => _replays.CancelAsync(id),
            _ => _replays.ResumeAsync(id, waits: true),
        };

        public override async ValueTask DisposeAsync()
        {
            await _replays.DisposeAsync();
            await _journal.DisposeAsync();
            _loggers.Dispose();
        }
    }
}
