using Hub.Channels;
using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Dashboard.Api;
using Hub.Engine.Delivery;
using Microsoft.Extensions.Logging;

namespace Hub.Engine.Commands;

/// <summary>What does things to deliveries and destinations when no Hub runs.</summary>
/// <param name="Deliveries">To deliveries.</param>
/// <param name="Destinations">To destinations.</param>
internal sealed record LoneDesk(DeliveryOperator Deliveries, DestinationOperator Destinations);

/// <summary>Has things done to deliveries and destinations by the running Hub of a data folder, or in its journal when none runs.</summary>
internal static class DeliveryDesk
{
    /// <summary>What a person is told when it is not known what the running Hub did.</summary>
    private const string Doubt = "What it did is not known: see how the deliveries stand with hub deliveries.";

    /// <summary>Has it done.</summary>
    /// <typeparam name="TResult">What it answers.</typeparam>
    /// <param name="options">Where the journal and the channel files are.</param>
    /// <param name="ask">Asks the running Hub, and tells the doubt when what it did is not known.</param>
    /// <param name="note">What the audit keeps of it before it is done when no Hub runs; a running Hub keeps it by itself.</param>
    /// <param name="alone">Does it when no Hub runs.</param>
    /// <param name="stopping">Fires when it is given up.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="JournalException">It was refused, or whether it was done is not known; the text says which.</exception>
    public static async Task<TResult> AskAsync<TResult>(HubOptions options, Func<AdminAddress, string, Task<TResult>> ask, Func<IJournalReader, IEnumerable<AuditNote>> note, Func<LoneDesk, Task<TResult>> alone, CancellationToken stopping)
    {
        if (await AdminAddress.FindAsync(options.Data, stopping) is { } admin)
            return await ask(admin, Doubt);
        await using IJournal journal = await Wiring.OpenJournalAsync(options, stopping);
        ComponentCatalog catalog = Wiring.Catalog();
        LoadedChannels loaded = Wiring.Loader(catalog, options).LoadFolder(options.Channels);
        IEnumerable<ChannelModel> Models() => loaded.Channels.Where(channel => channel.Config is not null && channel.Problems.Count == 0)
            .Select(channel => ChannelModel.Build(channel.Config!, Path.GetDirectoryName(Path.GetFullPath(channel.File))!, catalog));
        using ILoggerFactory loggers = Wiring.Loggers(options);
        Pauses pauses = new();
        foreach (DestinationPause pause in journal.ReadPauses())
            pauses.Add(pause);
        foreach (AuditNote one in note(journal))
            await AccessDesk.NoteAsync(journal, one);
        return await alone(new(
            new(journal, _ => null, _ => false, id => Models().FirstOrDefault(model => model.Id == id), new(), TimeProvider.System, loggers.CreateLogger<DeliveryOperator>()),
            new(journal, pauses, Models, _ => null, TimeProvider.System, loggers.CreateLogger<DestinationOperator>())));
    }
}
