using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Contracts;
using Hub.Contracts.Tls;
using Hub.Dashboard.Api;

namespace Hub.Engine;

/// <summary>How a command on the same machine reaches a running Hub: written beside the journal, readable by its owner alone.</summary>
/// <param name="Url">The admin address.</param>
/// <param name="Token">What a request has to carry.</param>
/// <param name="ProcessId">The running process.</param>
internal sealed record AdminAddress(string Url, string Token, int ProcessId)
{
    /// <summary>SHA-256 of the certificate that the Hub shows there, in hexadecimal; null where the address is plain http.</summary>
    public string? Fingerprint { get; init; }

    private const string FileName = "hub.admin.json";
    // A Hub on a machine with much to do answers late. Where none runs, nobody takes the connection, which is known at once.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Reads the address that a running Hub left in its data folder.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="IOException">It is damaged.</exception>
    public static AdminAddress? Read(string data)
    {
        string path = Path.Combine(data, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            if (JsonSerializer.Deserialize<AdminAddress>(File.ReadAllText(path)) is { Token: not null } address && Uri.TryCreate(address.Url, UriKind.Absolute, out _))
                return address with { Data = data };
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new IOException($"{path} is damaged, so the Hub of this folder cannot be reached. Restart the Hub, which writes it anew; when none runs, delete it.");
    }

    /// <summary>Finds the Hub that runs with a data folder.</summary>
    /// <returns>Null when none runs; what it left there after a crash is nothing to go by.</returns>
    /// <exception cref="IOException">Its address is damaged.</exception>
    public static async Task<AdminAddress?> FindAsync(string data, CancellationToken stopping) =>
        Read(data) is { } address && await address.IsThereAsync(stopping) ? address : null;

    /// <summary>The folder that it was read from; null when it was not.</summary>
    [JsonIgnore]
    public string? Data { get; init; }

    public static void Delete(string data) => File.Delete(Path.Combine(data, FileName));

    public void Write(string data)
    {
        // Under another name first: nobody reads half of it.
        string path = Path.Combine(data, $"{FileName}.part");
        File.Delete(path);
        FileStreamOptions mode = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (FileStream file = new(path, mode))
            JsonSerializer.Serialize(file, this);
        File.Move(path, Path.Combine(data, FileName), overwrite: true);
    }

    /// <summary>A client whose requests show that they come from this data folder.</summary>
    public HttpClient CreateClient()
    {
        // The Hub is known by the very certificate that it wrote down, whatever names are in it: this is its own machine.
        SocketsHttpHandler handler = new();
        if (Fingerprint is not null)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is X509Certificate2 shown && IsKnown(CertificateFingerprint.Of(shown).Hex);
        HttpClient client = new(handler) { BaseAddress = new(Url) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        return client;
    }

    /// <summary>Asks the API of the Hub for something. It takes as long as it takes; a Hub that ends meanwhile closes the connection.</summary>
    /// <typeparam name="TResult">What it answers.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="path">The address under <c>/api/v1</c>, with its slash.</param>
    /// <param name="request">What is asked for; null to look only.</param>
    /// <param name="doubt">What to tell when it is not known what the Hub did: a sentence that says how to find out.</param>
    /// <param name="stopping">Fires when it is given up.</param>
    /// <exception cref="JournalException">It was refused, or what became of it is not known; the text says which.</exception>
    public async Task<TResult> AskAsync<TResult>(HttpMethod method, string path, object? request, string doubt, CancellationToken stopping)
    {
        using HttpClient client = CreateClient();
        client.Timeout = Timeout.InfiniteTimeSpan;
        using HttpRequestMessage message = new(method, new Uri($"/api/v1{path}", UriKind.Relative));
        message.Headers.Add(ApiCaller.ByHeader, Uri.EscapeDataString(Environment.UserName));
        if (request is not null)
            message.Content = JsonContent.Create(request, request.GetType(), options: ApiJson.Writing);
        try
        {
            using HttpResponseMessage response = await client.SendAsync(message, stopping);
            if (response.IsSuccessStatusCode)
                return (await response.Content.ReadFromJsonAsync<TResult>(ApiJson.Writing, stopping))!;
            throw new JournalException(await ProblemAsync(response, stopping));
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException || (exception is TaskCanceledException && !stopping.IsCancellationRequested))
        {
            throw new JournalException($"The running Hub did not answer as it should ({exception.Message}). {doubt}", exception);
        }
    }

    private static async Task<string> ProblemAsync(HttpResponseMessage response, CancellationToken stopping) =>
        response.Content.Headers.ContentType?.MediaType == "application/problem+json" && await response.Content.ReadFromJsonAsync<ApiProblem>(ApiJson.Writing, stopping) is { } problem
            ? problem.Detail
            : $"The running Hub did not do it (HTTP {(int)response.StatusCode}). Its log says why.";

    /// <summary>Asks the API of the Hub for all pages of a list.</summary>
    /// <typeparam name="TItem">What it lists.</typeparam>
    /// <param name="path">The address under <c>/api/v1</c>, without a query.</param>
    /// <param name="stopping">Fires when it is given up.</param>
    /// <exception cref="JournalException">It was refused, or the Hub did not answer as it should.</exception>
    public async Task<IReadOnlyList<TItem>> ListAsync<TItem>(string path, CancellationToken stopping)
    {
        List<TItem> items = [];
        string? next = null;
        do
        {
            ApiPage<TItem> page = await AskAsync<ApiPage<TItem>>(HttpMethod.Get, $"{path}?limit={ApiQuery.Most}{(next is null ? "" : $"&cursor={next}")}", null, "Ask again, or look at its log.", stopping);
            items.AddRange(page.Items);
            next = page.Next;
        }
        while (next is not null);
        return items;
    }

    // It may have been replaced since this was read.
    private bool IsKnown(string fingerprint) => fingerprint == Fingerprint || (Data is not null && Read(Data)?.Fingerprint == fingerprint);

    /// <summary>Whether the Hub that wrote this still runs there. After a crash another Hub or program may have the address.</summary>
    private async Task<bool> IsThereAsync(CancellationToken stopping)
    {
        using HttpClient client = CreateClient();
        client.Timeout = s_patience;
        try
        {
            return await client.GetStringAsync(new Uri("/health/live", UriKind.Relative), stopping) == AdminApi.Live;
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is TaskCanceledException && !stopping.IsCancellationRequested))
        {
            return false;
        }
    }
}
