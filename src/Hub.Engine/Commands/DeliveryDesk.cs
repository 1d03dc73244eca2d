using System.Net.Http.Json;
using System.Text.Json;
using Hub.Channels;
using Hub.Channels.Config;
using Hub.Contracts;
using Hub.Engine.Delivery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Commands;

/// <summary>Has things done to deliveries by the running Hub of a data folder, or in its journal when none runs.</summary>
internal static class DeliveryDesk
{
    /// <summary>Has it done.</summary>
    /// <typeparam name="TRequest">What the running Hub is sent.</typeparam>
    /// <typeparam name="TResult">What it answers.</typeparam>
    /// <param name="options">Where the journal and the channel files are.</param>
    /// <param name="path">The address at the running Hub.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="alone">Does it when no Hub runs.</param>
    /// <param name="stopping">Fires when it is given up.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="JournalException">It was refused, or whether it was done is not known; the text says which.</exception>
    public static async Task<TResult> AskAsync<TRequest, TResult>(HubOptions options, string path, TRequest request, Func<DeliveryOperator, Task<TResult>> alone, CancellationToken stopping)
    {
        if (AdminAddress.Read(options.Data) is { } admin && await admin.IsThereAsync(stopping))
            return await AskAsync<TRequest, TResult>(admin, path, request, stopping);
        // A folder without a journal is told; opening one to write would make it.
        await Wiring.JournalReader(options.Data).DisposeAsync();
        await using IJournal journal = Wiring.Journal(options.Data, NullLoggerFactory.Instance);
        await journal.OpenAsync(_ => { }, stopping);
        ComponentCatalog catalog = Wiring.Catalog();
        LoadedChannels loaded = Wiring.Loader(catalog, options).LoadFolder(options.Channels);
        ChannelModel? Find(string id) => loaded.Channels.FirstOrDefault(channel => channel.Config?.Id == id && channel.Problems.Count == 0) is { } channel
            ? ChannelModel.Build(channel.Config!, Path.GetDirectoryName(Path.GetFullPath(channel.File))!, catalog)
            : null;
        using ILoggerFactory loggers = Wiring.Loggers(options);
        return await alone(new(journal, _ => null, Find, new(), TimeProvider.System, loggers.CreateLogger<DeliveryOperator>()));
    }

    private static async Task<TResult> AskAsync<TRequest, TResult>(AdminAddress admin, string path, TRequest request, CancellationToken stopping)
    {
        using HttpClient client = admin.CreateClient();
        try
        {
            using HttpResponseMessage response = await client.PostAsJsonAsync(path, request, DeliveryApi.Json, stopping);
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
