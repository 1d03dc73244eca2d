using System.CommandLine;
using System.Net;
using System.Net.Http.Json;

namespace Hub.Engine.Commands;

/// <summary><c>hub health</c>: whether the Hub of a data folder is ready; for health checks of containers and for scripts.</summary>
internal static class HealthCommand
{
    // Below what supervisors wait for an answer.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);

    public static Command Create()
    {
        Option<string> data = CommonOptions.Data();
        Option<bool> live = new("--live") { Description = "Only whether it lives, not whether it is ready" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("health", "Ask the running Hub whether it is ready; exit status 1 when it is not, 3 when none runs") { data, live, json };
        command.SetAction(async (parsed, stopping) =>
        {
            (bool isWell, IReadOnlyList<string> reasons) = await AskAsync(parsed.GetValue(data)!, parsed.GetValue(live) ? "live" : "ready", stopping);
            if (parsed.GetValue(json))
                Output.Json(new { Ready = isWell, Reasons = reasons });
            else
                Console.Out.WriteLine(string.Join(' ', [isWell ? "ready" : "not ready", .. reasons.Select(reason => $"- {reason}")]));
            return isWell ? ExitCodes.Done : ExitCodes.Problems;
        });
        return command;
    }

    private static async Task<(bool IsWell, IReadOnlyList<string> Reasons)> AskAsync(string data, string what, CancellationToken stopping)
    {
        AdminAddress admin = AdminAddress.Read(data)
            ?? throw new IOException($"No Hub runs with the data folder {data}. Start it with: hub run --data {data}");
        using HttpClient client = admin.CreateClient();
        client.Timeout = s_patience;
        try
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri($"/health/{what}", UriKind.Relative), stopping);
            return response.StatusCode != HttpStatusCode.Unauthorized
                ? (response.IsSuccessStatusCode, await ReasonsAsync(response, stopping))
                : throw new IOException($"At {admin.Url} runs the Hub of another data folder; that of {data} does not run. Start it with: hub run --data {data}");
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !stopping.IsCancellationRequested)
        {
            throw new IOException($"The Hub of the data folder {data} does not answer at {admin.Url}: {exception.Message} Look at its log in {Path.Combine(data, "logs")}.", exception);
        }
    }

    // One that goes away while it answers is not ready either.
    private static async Task<IReadOnlyList<string>> ReasonsAsync(HttpResponseMessage response, CancellationToken stopping)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/json")
            return [];
        ReadyReport? report = await response.Content.ReadFromJsonAsync<ReadyReport>(stopping);
        return [.. (report?.Parts ?? []).Select(part => part.Reason).OfType<string>()];
    }
}
