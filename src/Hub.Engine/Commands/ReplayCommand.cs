using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Channels;
using Hub.Channels.Config;
using Hub.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Engine.Commands;

/// <summary><c>hub replay</c>: takes stored messages up again, through the running Hub, or in the journal when none runs.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        Argument<long[]> ids = CommonOptions.Ids("The numbers of the messages");
        Option<string?> to = new("--to")
        {
            Description = "Send to this destination again what it was sent, instead of taking the message through its channel anew",
            HelpName = "DESTINATION",
        };
        Option<string> data = CommonOptions.Data();
        Option<bool> json = CommonOptions.Json();
        Command command = new("replay", "Take messages through their channel again, or send them again") { ids, to, data, json };
        SiteOptions site = new(command);
        command.SetAction(async (parsed, stopping) =>
        {
            HubOptions options = site.Read(parsed) with { Data = parsed.GetValue(data)! };
            IReadOnlyList<ReplayResult> results = await ReplayAsync(options, parsed.GetValue(ids)!, parsed.GetValue(to), stopping);
            if (parsed.GetValue(json))
                Output.Json(results);
            else
                Write(results);
            return results.All(result => result.Deliveries > 0) ? ExitCodes.Done : ExitCodes.Problems;
        });
        return command;
    }

    private static async Task<IReadOnlyList<ReplayResult>> ReplayAsync(HubOptions options, long[] ids, string? to, CancellationToken stopping)
    {
        if (AdminAddress.Read(options.Data) is { } admin && await admin.IsThereAsync(stopping))
            return await AskAsync(admin, ids, to, stopping);
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
        Replayer replayer = new(journal, Find, TimeProvider.System, loggers.CreateLogger<Replayer>());
        return await CollectAsync(ids, id => replayer.ReplayAsync(id, to));
    }

    private static async Task<IReadOnlyList<ReplayResult>> AskAsync(AdminAddress admin, long[] ids, string? to, CancellationToken stopping)
    {
        using HttpClient client = admin.CreateClient();
        return await CollectAsync(ids, async id =>
        {
            try
            {
                using HttpResponseMessage response = await client.PostAsJsonAsync("/api/replay", new ReplayRequest(id.Value, to), stopping);
                return response.IsSuccessStatusCode
                    ? (await response.Content.ReadFromJsonAsync<ReplayResult>(stopping))!
                    : throw new JournalException(await ReasonAsync(response, stopping));
            }
            catch (Exception exception) when (exception is HttpRequestException or JsonException || (exception is TaskCanceledException && !stopping.IsCancellationRequested))
            {
                throw new JournalException($"The running Hub did not answer as it should ({exception.Message}). Whether it took the message up is not known: look for a replay of it with hub messages.", exception);
            }
        });
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken stopping) =>
        await response.Content.ReadAsStringAsync(stopping) is { Length: > 0 } text ? text : $"The running Hub failed on it (HTTP {(int)response.StatusCode}). Its log says why.";

    private static async Task<IReadOnlyList<ReplayResult>> CollectAsync(long[] ids, Func<MessageId, Task<ReplayResult>> replay)
    {
        List<ReplayResult> results = [];
        foreach (long id in ids)
        {
            try
            {
                results.Add(await replay(new(id)));
            }
            catch (JournalException exception)
            {
                results.Add(new(new MessageId(id).ToString(), null, 0, exception.Message));
            }
        }

        return results;
    }

    private static void Write(IReadOnlyList<ReplayResult> results)
    {
        foreach (ReplayResult result in results)
        {
            string became = result.NewMessage is null ? "" : $" as message {result.NewMessage}";
            string queued = result.NewMessage is null && result.Deliveries == 0 ? "" : $", {result.Deliveries} deliveries queued";
            Console.Out.WriteLine($"{result.Message}{became}: {result.Outcome}{queued}");
        }
    }
}
