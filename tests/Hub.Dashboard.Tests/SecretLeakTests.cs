using Hub.Dashboard.Access;
using Hub.Testing;

namespace Hub.Dashboard.Tests;

/// <summary>What was written into a channel file though it is a secret, on every way to what such a file says.</summary>
public sealed class SecretLeakTests
{
    [Theory]
    [InlineData("""{ "bearer": "sesame" }""")]
    [InlineData("""{ "basic": { "user": "hub", "password": "sesame\"77" } }""")]
    [InlineData("""{ "header": { "name": "X-Key", "value": "sesame" } }""")]
    public async Task A_secret_that_stands_openly_in_a_file_HUB1430_is_shown_to_nobody(string authentication)
    {
        string Openly(string folder) => $$"""
            {
              "id": "adt",
              "description": "{{folder}}",
              "source": { "type": "mllp", "listen": "127.0.0.1:0" },
              "destinations": [ { "id": "out", "type": "http", "endpoint": "https://lab.example/{{folder}}",
                "authentication": {{authentication}} } ]
            }
            """;
        TestFolder folder = new();
        await using HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", FreePort.Take()));
        await hub.ChangeFilesAsync(() => folder.WriteChannel(Openly("ward")));
        await hub.VersionsKeptAsync();
        await hub.ChangeFilesAsync(() => folder.WriteChannel(Openly("clinic")));
        await hub.VersionsKeptAsync();
        Assert.Contains(hub.Status("adt").Problems, problem => problem.ToString()!.Contains("HUB1430", StringComparison.Ordinal));

        foreach (Role role in new[] { Role.Viewer, Role.Auditor, Role.Administrator })
        {
            using Visitor visitor = await Visitor.AsAsync(hub, role);
            foreach (string path in new[]
            {
                "/", "/channels", "/channels/adt", "/channels/adt?version=2", "/channels/adt?version=3", "/estate", "/settings", "/api/v1/channels", "/api/v1/channels/adt", "/api/v1/channels/adt/file",
                "/api/v1/channels/adt/problems", "/api/v1/channels/adt/versions", "/api/v1/channels/adt/versions/2", "/api/v1/channels/adt/versions/3", "/api/v1/channels/adt/diff?from=1&to=2", "/api/v1/channels/adt/diff?from=2&to=3", "/audit",
            })
                Assert.False((await visitor.GetAsync(path)).Text.Contains("sesame", StringComparison.Ordinal), $"{role} {path}");
            Assert.Contains("clinic", (await visitor.GetAsync("/api/v1/channels/adt/file")).Text, StringComparison.Ordinal);
            Assert.Contains("\"…\"", (await visitor.GetAsync("/api/v1/channels/adt/versions/2")).Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{ \"bearer\": \"sesame\n")]
    [InlineData("{ \"bearer\": \"${env:NONE}sesame\" }")]
    [InlineData("{ \"bearer\": sesame\" }")]
    [InlineData("{ \"bearer\": sesame }")]
    [InlineData("{ \"bearer\": 'sesame' }")]
    [InlineData("{ 'bearer': \"sesame\" }")]
    [InlineData("{ bearer: \"sesame\" }")]
    [InlineData("{ \"bearer\" = \"sesame\" }")]
    [InlineData("{ \"bearer\": [\"sesame\"] }")]
    [InlineData("{ \"bearer\": [\n\"sesame\"\n] }")]
    [InlineData("{ \"bearer\": \"open\"sesame\" }")]
    [InlineData("{ \"bearer\": \"${env:NONE}\"sesame\" }")]
    [InlineData("{ \"bearer\": \"sesame\\\n }")]
    [InlineData("{ \"basic\": { \"user\": \"hub\", \"password\": \"sesame\"\n \"realm\": \"x\" } }")]
    [InlineData("{ \"basic\": { \"user\": \"hub\", \"password\": { \"is\": \"sesame\" } } }")]
    public async Task A_secret_in_a_file_with_a_slip_is_shown_to_nobody(string authentication)
    {
        TestFolder folder = new();
        await using HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", FreePort.Take()));
        await hub.ChangeFilesAsync(() => folder.Write("channels/adt.json", $$"""
            {
              "id": "adt",
              "source": { "type": "mllp", "listen": "127.0.0.1:0" },
              "destinations": [ { "id": "out", "type": "http", "endpoint": "https://lab.example/ward",
                "authentication": {{authentication}} } ]
            }
            """));
        await hub.VersionsKeptAsync();
        using Visitor visitor = await Visitor.AsAsync(hub, Role.Viewer);
        foreach (string path in new[] { "/channels/adt", "/channels/adt?version=2", "/api/v1/channels/adt/problems", "/api/v1/channels/adt/file", "/api/v1/channels/adt/versions/2", "/api/v1/channels/adt/diff?from=1&to=2" })
        {
            string text = (await visitor.GetAsync(path)).Text;
            Assert.False(text.Contains("sesame", StringComparison.Ordinal), $"{path} {text}");
        }

        Assert.Contains("lab.example/ward", (await visitor.GetAsync("/api/v1/channels/adt/versions/2")).Text, StringComparison.Ordinal);
    }
}
