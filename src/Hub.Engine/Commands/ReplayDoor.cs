using System.Collections.Concurrent;
using System.Globalization;
using Hub.Channels;
using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Dashboard;
using Hub.Dashboard.Api;
using Microsoft.Extensions.Logging;

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
        if (await AdminAddress.FindAsync(options.Data, stopping) is { } admin)
            return new OfHub(admin);
        IJournal journal = await Wiring.OpenJournalAsync(options, stopping);
        try
        {
            return new OfJournal(options, journal);
        }
        catch
        {
            await journal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether a Hub runs that goes on with what is not done.</summary>
    public static async Task<bool> HubRunsAsync(string data, CancellationToken stopping) => await AdminAddress.FindAsync(data, stopping) is not null;

    /// <summary>What a replay would take up.</summary>
    public abstract Task<ReplayPreview> PreviewAsync(ReplayRequest request, CancellationToken stopping);

    /// <summary>Begins a replay.</summary>
    public abstract Task<ReplayView> BeginAsync(ReplayRequest request, CancellationToken stopping);

    /// <summary>Pauses, resumes or cancels a replay.</summary>
    public abstract Task<ReplayView> ChangeAsync(long id, ReplayChange change, CancellationToken stopping);

    public abstract ValueTask DisposeAsync();

    private static ReplayBody BodyOf(ReplayRequest request) => new()
    {
        Messages = request.Plan.Messages,
        Filter = request.Plan.Query is { } query ? MessageFilterBody.Of(query) : null,
        Files = request.Plan.Files?.Select(file => new ReplayFileBody { Path = file.Path, Bytes = file.Bytes, ChangedAt = file.ChangedAt }).ToList(),
        Channel = request.Plan.Channel,
        Destination = request.Plan.Destination,
        Rate = request.Plan.Rate,
        Confirmed = request.IsConfirmed,
        Waits = request.Waits,
    };

    private sealed class OfHub(AdminAddress admin) : ReplayDoor
    {
        private const string Doubt = "Whether it took the message up is not known: look for a replay of it with hub replays and hub messages.";

        public override Task<ReplayPreview> PreviewAsync(ReplayRequest request, CancellationToken stopping) => admin.AskAsync<ReplayPreview>(HttpMethod.Post, "/replays/preview", BodyOf(request), Doubt, stopping);

        public override Task<ReplayView> BeginAsync(ReplayRequest request, CancellationToken stopping) => admin.AskAsync<ReplayView>(HttpMethod.Post, "/replays", BodyOf(request), Doubt, stopping);

        public override Task<ReplayView> ChangeAsync(long id, ReplayChange change, CancellationToken stopping) =>
            admin.AskAsync<ReplayView>(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"/replays/{id}/{change.ToString().ToLowerInvariant()}"), new ReasonBody(), Doubt, stopping);

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
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
        public override async Task<ReplayView> BeginAsync(ReplayRequest request, CancellationToken stopping)
        {
            await AccessDesk.NoteAsync(_journal, AuditNote.Of(BodyOf(request), _journal));
            return await _replays.BeginAsync(request with { Waits = true }, stopping);
        }

        public override async Task<ReplayView> ChangeAsync(long id, ReplayChange change, CancellationToken stopping)
        {
            if (_journal.ReadReplay(id) is { } batch)
                await AccessDesk.NoteAsync(_journal, AuditNote.Of(id, change, ReplayPlan.ChannelsOf(batch, _journal), null));
            return await (change switch
            {
                ReplayChange.Pause => _replays.PauseAsync(id),
                ReplayChange.Cancel => _replays.CancelAsync(id),
                _ => _replays.ResumeAsync(id, waits: true),
            });
        }

        public override async ValueTask DisposeAsync()
        {
            await _replays.DisposeAsync();
            await _journal.DisposeAsync();
            _loggers.Dispose();
        }
    }
}
