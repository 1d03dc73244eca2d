using System.Net;
using System.Text;
using System.Text.Json;
using Hub.Testing;

namespace Hub.Dashboard.Tests.Api;

/// <summary>An answer of the API.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Text">Its body.</param>
/// <param name="Headers">Its headers, those of the body with them.</param>
internal sealed record ApiAnswer(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>A member of the body.</summary>
    public JsonElement this[string member] => Json.GetProperty(member);

    /// <summary>The items of a page.</summary>
    public IReadOnlyList<JsonElement> Items => [.. this["items"].EnumerateArray()];

    /// <summary>The cursor of the next page; null on the last.</summary>
    public string? Next => Json.TryGetProperty("next", out JsonElement next) ? next.GetString() : null;
}

/// <summary>Asks the API as a program does.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient _client;

    public ApiClient(HubHost hub)
        : this(hub.AdminUrl) => _client.DefaultRequestHeaders.Add("Authorization", hub.AdminAuthorization);

    public ApiClient(string url) => _client = new() { BaseAddress = new(url) };

    /// <summary>Looks.</summary>
    public Task<ApiAnswer> GetAsync(string path, params (string Name, string Value)[] headers) => AskAsync(HttpMethod.Get, path, null, "application/json", headers);

    /// <summary>Asks for something to be done.</summary>
    public Task<ApiAnswer> PostAsync(string path, string json = "{}") => AskAsync(HttpMethod.Post, path, json);

    /// <summary>Asks for something to be changed.</summary>
    public Task<ApiAnswer> PutAsync(string path, string json, params (string Name, string Value)[] headers) => AskAsync(HttpMethod.Put, path, json, "application/json", headers);

    /// <summary>Asks.</summary>
    public async Task<ApiAnswer> AskAsync(HttpMethod method, string path, string? body, string type = "application/json", params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, new Uri(path.StartsWith("/api", StringComparison.Ordinal) ? path : $"/api/v1{path}", UriKind.Relative));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, type);
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = await _client.SendAsync(request);
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>All items of a list, page by page.</summary>
    /// <param name="path">The list, with its filters and the size of a page.</param>
    /// <param name="between">Called after each page.</param>
    public async Task<IReadOnlyList<JsonElement>> WalkAsync(string path, Func<Task>? between = null)
    {
        List<JsonElement> items = [];
        string? next = null;
        do
        {
            ApiAnswer page = await GetAsync(next is null ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={next}");
            Assert.Equal(HttpStatusCode.OK, (HttpStatusCode)page.Status);
            items.AddRange(page.Items);
            next = page.Next;
            Assert.Equal(next is not null, page.Headers.ContainsKey("Link"));
            if (between is not null)
                await between();
        }
        while (next is not null);
        return items;
    }

    public void Dispose() => _client.Dispose();
}
