using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Testing;

namespace Hub.Dashboard.Tests.Api;

/// <summary>What <c>docs/openapi.json</c> says of each address, which is what the Hub gives (<see cref="ApiDescriptionTests"/>).</summary>
internal static partial class ApiDocument
{
    private static readonly JsonElement s_paths = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "openapi.json"))).RootElement.GetProperty("paths");

    /// <summary>Each operation: its method, its path after <c>/api/v1</c>, with names in place of ids, and whether it takes a body.</summary>
    public static IReadOnlyList<(HttpMethod Method, string Path, bool TakesBody)> Operations =>
    [
        .. s_paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation =>
            (new HttpMethod(operation.Name.ToUpperInvariant()), path.Name["/api/v1".Length..], operation.Value.TryGetProperty("requestBody", out _)))),
    ];

    /// <summary>A path with ids in place of names.</summary>
    public static string Fill(string path, string channel, string destination, string number) =>
        Name().Replace(path.Replace("{channel}", channel, StringComparison.Ordinal).Replace("{destination}", destination, StringComparison.Ordinal), number);

    /// <summary>Asserts that an answer is one that the description says: its status, the type of its body, and the headers that callers go by.</summary>
    public static void Assert(HttpMethod method, string path, ApiAnswer answer)
    {
        string where = $"{method} {path} {answer.Status}";
        JsonElement? place = PlaceOf(path.Split('?')[0]);
        if (place is null || !place.Value.TryGetProperty(method.Method.ToLowerInvariant(), out JsonElement operation))
        {
            // What is no address is in no description; 405 is of an address that takes another method.
            Xunit.Assert.True(answer.Status == (place is null ? 404 : 405), where);
            return;
        }

        Xunit.Assert.True(operation.GetProperty("responses").TryGetProperty($"{answer.Status}", out JsonElement response), $"{where} is not described");
        if (answer.Headers.TryGetValue("Content-Type", out string? type) && answer.Text.Length > 0)
            Xunit.Assert.True(response.GetProperty("content").TryGetProperty(type.Split(';')[0], out _), $"{where}: {type} is not described");
        foreach (string header in new[] { "ETag", "Link", "Location", "Retry-After", "WWW-Authenticate" })
            Xunit.Assert.True(!answer.Headers.ContainsKey(header) || (response.TryGetProperty("headers", out JsonElement headers) && headers.TryGetProperty(header, out _)), $"{where}: {header} is not described");
    }

    // What names nothing stands before what does: /replays/preview is no number.
    private static JsonElement? PlaceOf(string path) => s_paths.EnumerateObject()
        .Where(one => Regex.IsMatch(path.StartsWith("/api", StringComparison.Ordinal) ? path : $"/api/v1{path}", $"^{Name().Replace(one.Name, "[^/]+")}$"))
        .OrderBy(one => one.Name.Count(letter => letter == '{'))
        .Select(one => (JsonElement?)one.Value).FirstOrDefault();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Name();
}
