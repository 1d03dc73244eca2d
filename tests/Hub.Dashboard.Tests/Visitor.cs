using System.Net;
using System.Text.RegularExpressions;
using Hub.Dashboard.Access;
using Hub.Testing;

namespace Hub.Dashboard.Tests;

/// <summary>Somebody with a role, as a browser without script comes: it keeps cookies, and sends forms with what the page gave.</summary>
internal sealed partial class Visitor : IDisposable
{
    private readonly HttpClient _client;

    private Visitor(HubHost hub, string token)
    {
        _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new() }) { BaseAddress = new(hub.AdminUrl) };
        _client.DefaultRequestHeaders.Add("Authorization", $"Bearer {token}");
    }

    public static async Task<Visitor> AsAsync(HubHost hub, Role role, params string[] channels) =>
        new(hub, await hub.Access.Tokens.AddAsync(role.ToString(), role, channels, 1, Doer.Local));

    public async Task<(HttpStatusCode Status, string Text)> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(path, UriKind.Relative));
        foreach ((string name, string value) in headers)
            request.Headers.Add(name, value);
        using HttpResponseMessage response = await _client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<(HttpStatusCode Status, string Text)> PostAsync(string path, string handler, params (string Name, string Value)[] fields)
    {
        // The page to log in has a form for everybody, whose token is as good for all.
        string token = Token().Match((await GetAsync("/login")).Text).Groups["token"].Value;
        Assert.NotEmpty(token);
        using FormUrlEncodedContent form = new([.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), KeyValuePair.Create("_handler", handler), KeyValuePair.Create("__RequestVerificationToken", WebUtility.HtmlDecode(token))]);
        using HttpResponseMessage response = await _client.PostAsync(new Uri(path, UriKind.Relative), form);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"")]
    private static partial Regex Token();
}
