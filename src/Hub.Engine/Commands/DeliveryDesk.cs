using System.Net.Http.Json;
using System.Text.Json;
using Hub.Channels;
using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Engine.Delivery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Commands;

/// <summary>What does things to deliveries and destinations when no Hub runs.</summary>
/// <param name="Deliveries">To deliveries.</param>
/// <param name="Destinations">To destinations.</param>
internal sealed record LoneDesk(DeliveryOperator Deliveries, DestinationOperator Destinations);

/// <summary>Has things done to deliveries and destinations by the running Hub of a data folder, or in its journal when none runs.</summary>
internal static class DeliveryDesk
{
    /// <summary>Has it done.</summary>
    /// <typeparam name="TRequest">What the running Hub is sent.</typeparam>
    /// <typeparam name="TResult">What it answers.</typeparam>
    /// <param name="options">Where the journal and the channel files are.</param>
    /// <param name="path">The address at the running Hub.</param>
    /// <param name="request">What is asked for; null to ask without saying anything.</param>
    /// <param name="alone">Does it when no Hub runs.</param>
    /// <param name="stopping">Fires when it is given up.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="JournalException">It was refused, or whether it was done is not known; the text says which.</exception>
    public static async Task<TResult> AskAsync<TRequest, TResult>(HubOptions options, string path, TRequest request, Func<LoneDesk, Task<TResult>> alone, CancellationToken stopping)
    {
        if (AdminAddress.Read(options.Data) is { } admin && await admin.IsThereAsync(stopping))
            return await AskAsync<TRequest, TResult>(admin, path, request, stopping);
        // A folder without a journal is told; opening one to write would make it.
        await Wiring.JournalReader(options.Data).DisposeAsync();
        await using IJournal journal = Wiring.Journal(options.Data, NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, stopping);
        ComponentCatalog catalog = Wiring.Catalog();
        LoadedChannels loaded = Wiring.Loader(catalog, options).LoadFolder(options.Channels);
        IEnumerable<ChannelModel> Models() => loaded.Channels.Where(channel => channel.Config is not null && channel.Problems.Count == 0)
            .Select(channel => ChannelModel.Build(channel.Config!, Path.GetDirectoryName(Path.GetFullPath(channel.File))!, catalog));
        using ILoggerFactory loggers = Wiring.Loggers(options);
        Pauses pauses = new();
        foreach (DestinationPause pause in journal.ReadPauses())
            pauses.Add(pause);
        return await alone(new(
            new(journal, _ => null, id => Models().FirstOrDefault(model => model.Id == id), new(), TimeProvider.System, loggers.CreateLogger<DeliveryOperator>()),
            new(journal, pauses, Models, _ => null, TimeProvider.System, loggers.CreateLogger<DestinationOperator>())));
    }

    /// <summary>Asks a running Hub.</summary>
    public static async Task<TResult> AskAsync<TRequest, TResult>(AdminAddress admin, string path, TRequest request, CancellationToken stopping)
    {
        using HttpClient client = admin.CreateClient();
        try
        {
            using HttpResponseMessage response = request is null
                ? await client.GetAsync(new Uri(path, UriKind.Relative), stopping)
                : await client.PostAsJsonAsync(path, request, DeliveryApi.Json, stopping);
            if (response.IsSuccessStatusCode)
                return (await response.Content.ReadFromJsonAsync<TResult>(DeliveryApi.Json, stopping))!;
            throw new JournalException(await response.Content.ReadAsStringAsync(stopping) is { Length: > 0 } text
                ? text
                : $"The running Hub did not do it (HTTP {(int)response.StatusCode}). Its log says why.");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException || (exception is TaskCanceledException && !stopping.IsCancellationRequested))
        {
            throw new JournalException($"The running Hub did not answer as it should ({exception.Message}). What it did is not known: see how the deliveries stand with hub deliveries.", exception);
        }
    }
}
