using System.Text.Json;
using Hub.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Hub.Dashboard.Tests.Api;

/// <summary>The description of the API is true, whole and kept in <c>docs/openapi.json</c>.</summary>
public sealed class ApiDescriptionTests
{
    [Fact]
    public async Task The_kept_copy_is_what_the_Hub_gives()
    {
        await using HubHost hub = await HubHost.StartAsync();
        using ApiClient client = new(hub);
        string given = (await client.GetAsync("/openapi.json")).Text.ReplaceLineEndings("\n");
        string copy = Path.Combine(Repository.Root, "docs", "openapi.json");

        Assert.True(File.Exists(copy) && given.TrimEnd() == (await File.ReadAllTextAsync(copy)).ReplaceLineEndings("\n").TrimEnd(), "docs/openapi.json is not what the Hub gives at /api/v1/openapi.json. Save that as docs/openapi.json.");
    }

    [Fact]
    public async Task It_is_valid_OpenAPI()
    {
        await using HubHost hub = await HubHost.StartAsync();
        using ApiClient client = new(hub);

        ReadResult read = OpenApiDocument.Parse((await client.GetAsync("/openapi.json")).Text, "json");

        Assert.Empty(read.Diagnostic!.Errors);
        Assert.NotEmpty(read.Document!.Paths);
    }

    [Fact]
    public async Task Each_address_is_described_with_its_parameters_answers_and_problems()
    {
        await using RoleHub hub = await RoleHub.StartAsync();
        using ApiClient client = new(hub.Url);
        JsonElement paths = (await client.GetAsync("/openapi.json", ("Role", "Viewer")))["paths"];
        RouteEndpoint[] addresses = [.. hub.Addresses.Where(address => address.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal) && address.RoutePattern.RawText != "/api/v1/openapi.json")];
        HashSet<string?> names = [];

        Assert.InRange(addresses.Length, 30, 100);
        foreach (RouteEndpoint address in addresses)
        {
            string path = System.Text.RegularExpressions.Regex.Replace(address.RoutePattern.RawText!, @":\w+\}", "}");
            JsonElement operation = paths.GetProperty(path).GetProperty(address.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single().ToLowerInvariant());
            Assert.True(names.Add(operation.GetProperty("operationId").GetString()), path);
            Assert.True(operation.TryGetProperty("summary", out _), path);
            Assert.Contains("Needs the permission", operation.GetProperty("description").GetString(), StringComparison.Ordinal);
            JsonElement answers = operation.GetProperty("responses");
            Assert.True(answers.TryGetProperty("401", out _) && answers.TryGetProperty("403", out _) && (answers.TryGetProperty("200", out _) || answers.TryGetProperty("201", out _)), path);
            if (operation.TryGetProperty("parameters", out JsonElement parameters))
                Assert.All(parameters.EnumerateArray(), one => Assert.False(string.IsNullOrEmpty(one.GetProperty("description").GetString()), path));
        }
    }
}
