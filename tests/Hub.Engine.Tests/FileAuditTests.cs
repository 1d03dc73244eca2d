using System.Globalization;
using System.Security.Cryptography;
using Hub.Contracts;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>What somebody changes in the files of a site is in the audit, with the difference.</summary>
public sealed class FileAuditTests
{
    private const string Mail = """{ "servers": [{ "host": "127.0.0.1", "port": 25, "allowPlaintext": true }], "from": "hub@hospital.example", "to": ["mair@hospital.example"] }""";

    [Fact]
    public async Task A_changed_channel_file_is_in_the_audit_with_its_difference_and_the_chain_is_whole()
    {
        TestFolder folder = new();
        await using HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", 1));
        Assert.Empty(hub.Journal.FindAudit(new() { Act = AuditAct.Changed }));

        await hub.ChangeFilesAsync(() => folder.WriteChannel(Samples.PassThrough("adt", 2)));
        await hub.VersionsKeptAsync();

        AuditRecord kept = Assert.Single(hub.Journal.FindAudit(new() { Act = AuditAct.Changed })).Record;
        IReadOnlyList<ChannelVersion> versions = hub.Journal.ReadChannelVersions("adt");
        Assert.Equal(("local", "adt"), (kept.Who, kept.Channel));
        Assert.StartsWith($"channels/adt.json: {versions[1].Hash[..12]} → {versions[0].Hash[..12]}, by somebody who wrote the file\n", kept.Text, StringComparison.Ordinal);
        Assert.Contains("\n-", kept.Text, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:2\"", kept.Text, StringComparison.Ordinal);
        CommandResult listed = await HubProcess.RunAsync("audit", "list", "--act", "Changed", "--data", folder.Path("data"));
        Assert.Contains("127.0.0.1:2\"", listed.Output, StringComparison.Ordinal);
        Assert.True(hub.Journal.VerifyAudit([], CancellationToken.None).IsWhole);
    }

    [Fact]
    public async Task A_channel_file_that_comes_or_goes_is_in_the_audit()
    {
        TestFolder folder = new();
        await using HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", 1));

        await hub.ChangeFilesAsync(() => folder.WriteChannel(Samples.PassThrough("lab", 1)));
        await hub.ChangeFilesAsync(() => File.Delete(folder.Path("channels", "lab.json")));
        await hub.ChangeFilesAsync(() => folder.WriteChannel(Samples.PassThrough("lab", 1)));
        await hub.VersionsKeptAsync();

        string hash = hub.Journal.ReadChannelVersions("lab").Single().Hash[..12];
        Assert.Equal(
            [$"channels/lab.json: new → {hash}", $"channels/lab.json: {hash} → gone", $"channels/lab.json: new → {hash}"],
            hub.Journal.FindAudit(new() { Act = AuditAct.Changed, Channel = "lab" }).Reverse().Select(one => one.Record.Text.Split(',')[0]));
    }

    [Fact]
    public async Task A_file_that_was_changed_while_no_Hub_ran_is_in_the_audit_of_the_next_start()
    {
        using TestFolder folder = new();
        folder.Write("alerts/mail.json", Mail);
        folder.WriteChannel(Samples.PassThrough("adt", 1));
        HubOptions Options(HubOptions options) => options with { Alerts = folder.Path("alerts"), Admin = folder.Path("admin.json") };
        await using (OwnHub first = await OwnHub.StartAsync(folder, change: Options))
        {
            Assert.Empty(first.Journal.FindAudit(new()));
            // Whoever has used the Hub has a record in the audit.
            await first.Journal.AppendAsync(new AuditRecord { At = TimeProvider.System.GetUtcNow(), Who = "local", Act = AuditAct.SawAudit });
        }

        folder.Write("alerts/mail.json", Mail.Replace("mair@", "sian@", StringComparison.Ordinal));
        folder.Write("admin.json", """{ "reasonFor": ["analyst"] }""");
        folder.WriteChannel(Samples.PassThrough("adt", 2));
        await using OwnHub second = await OwnHub.StartAsync(folder, change: Options);

        await second.UntilAsync(journal => journal.FindAudit(new() { Act = AuditAct.Changed }).Count == 3);

        Assert.Equal(["admin.json", "alerts/mail.json", "channels/adt.json"], second.Journal.FindAudit(new() { Act = AuditAct.Changed }).Select(one => one.Record.Text.Split(':')[0]).Order());
    }

    [Fact]
    public async Task A_secret_that_somebody_wrote_openly_does_not_get_into_the_audit()
    {
        const string Open = """
            {
              "servers": [{ "host": "127.0.0.1", "port": 25, "allowPlaintext": true, "user": "hub",
                "password": "sesame\"77" }],
              "from": "hub@hospital.example", "to": ["mair@hospital.example"]
            }
            """;
        TestFolder folder = new();
        folder.Write("alerts/mail.json", Open);
        await using HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", 1));

        Assert.True(await hub.ChangeAlertsAsync(() => folder.Write("alerts/mail.json", Open.Replace("sesame", "simsim", StringComparison.Ordinal).Replace("mair@", "sian@", StringComparison.Ordinal))));

        await hub.UntilAsync(journal => journal.FindAudit(new() { Act = AuditAct.Changed }).Count == 1);
        string text = hub.Journal.FindAudit(new() { Act = AuditAct.Changed })[0].Record.Text;
        Assert.DoesNotContain("sesame", text, StringComparison.Ordinal);
        Assert.DoesNotContain("simsim", text, StringComparison.Ordinal);
        Assert.Contains("\"password\": \"…\"", text, StringComparison.Ordinal);
        Assert.Contains("sian@hospital.example", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_file_that_is_too_long_to_be_kept_is_in_the_audit_with_both_hashes_and_sizes_also_after_a_restart()
    {
        using TestFolder folder = new();
        folder.WriteChannel("""
            { "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "steps": [{ "type": "mapTable", "path": "PV1-3.1", "table": "tables/wards.csv", "otherwise": "keep" }],
              "destinations": [{ "id": "out", "type": "file", "folder": "out", "name": "${message.id}" }] }
            """);
        string Table(int rows) => folder.Write("channels/tables/wards.csv", string.Concat(Enumerable.Range(0, rows).Select(i => $"W{i:0000000},WARD NUMBER {i:0000000} OF THE SITE\n")));
        string Sums(string file) => string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))[..12]} ({new FileInfo(file).Length:N0} bytes)");
        List<string> sums = [Sums(Table(40_000))];
        await using (OwnHub first = await OwnHub.StartAsync(folder))
        {
            await first.Journal.AppendAsync(new AuditRecord { At = TimeProvider.System.GetUtcNow(), Who = "local", Act = AuditAct.SawAudit });
            await first.UntilAsync(journal => journal.ReadChannelVersions("file channels/tables/wards.csv").Count == 1);
        }

        foreach (int rows in new[] { 40_001, 3 })
        {
            sums.Add(Sums(Table(rows)));
            await using OwnHub next = await OwnHub.StartAsync(folder);
            await next.UntilAsync(journal => journal.FindAudit(new() { Act = AuditAct.Changed }).Count == sums.Count - 1);
            Assert.Equal($"channels/tables/wards.csv: {sums[^2]} → {sums[^1]}, by somebody who wrote the file; it is longer than is kept, so its difference is not", next.Journal.FindAudit(new() { Act = AuditAct.Changed })[0].Record.Text);
        }
    }

    [Theory]
    [InlineData("""{ "bearer": "sesame" }""", "\"bearer\": \"…\"")]
    [InlineData("""{ "header": { "name": "X-Key", "value": "sesame" } }""", "\"value\": \"…\"")]
    [InlineData("""{ "header": { "value": "sesame\"77", "name": "X-Key" } }""", "\"value\": \"…\"")]
    [InlineData("""{ "basic": { "user": "hub", "password": "sesame" } }""", "\"password\": \"…\"")]
    [InlineData("""{ "type": "apiKey", "key": "sesame" }""", "\"key\": \"…\"")]
    public async Task A_secret_that_somebody_wrote_openly_into_a_channel_file_does_not_get_into_the_audit(string authentication, string masked)
    {
        TestFolder folder = new();
        await using HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", 1));

        // Refused (HUB1430), and in the audit all the same.
        await hub.ChangeFilesAsync(() => folder.WriteChannel($$"""
            { "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "steps": [ { "type": "setField", "path": "MSH-5", "value": "LAB" } ],
              "destinations": [ { "id": "out", "type": "http", "endpoint": "https://lab.example", "authentication": {{authentication}} } ] }
            """));
        await hub.VersionsKeptAsync();

        string text = hub.Journal.FindAudit(new() { Act = AuditAct.Changed }).Single().Record.Text;
        Assert.Contains("it has problems", text, StringComparison.Ordinal);
        Assert.Contains(masked, text, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", text, StringComparison.Ordinal);
        // What is no secret is told.
        Assert.Contains("\"value\": \"LAB\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alerts/mail.json")]
    [InlineData("environments/live.json")]
    [InlineData("channels/tables/wards.csv")]
    public async Task A_changed_file_of_the_site_is_in_the_audit_with_its_difference(string file)
    {
        const string Channel = """
            { "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "steps": [{ "type": "mapTable", "path": "PV1-3.1", "table": "tables/wards.csv", "otherwise": "keep" }],
              "destinations": [{ "id": "out", "type": "file", "folder": "out", "name": "${message.id}" }] }
            """;
        (string before, string after) = file switch
        {
            "alerts/mail.json" => (Mail, Mail.Replace("mair@", "sian@", StringComparison.Ordinal)),
            "environments/live.json" => ("""{ "values": { "to": "mair@hospital.example" } }""", """{ "values": { "to": "sian@hospital.example" } }"""),
            _ => ("from,to\nA,mair@hospital.example\n", "from,to\nA,sian@hospital.example\n"),
        };
        TestFolder folder = new();
        folder.Write("channels/tables/wards.csv", "from,to\nA,B\n");
        folder.Write("alerts/mail.json", Mail);
        folder.Write(file, before);
        await using HubHost hub = await HubHost.StartAsync(folder, Channel);

        if (file.StartsWith("alerts", StringComparison.Ordinal))
            Assert.True(await hub.ChangeAlertsAsync(() => folder.Write(file, after)));
        else
            await hub.ChangeFilesAsync(() => folder.Write(file, after));

        await hub.UntilAsync(journal => journal.FindAudit(new() { Act = AuditAct.Changed }).Count == 1);
        string text = hub.Journal.FindAudit(new() { Act = AuditAct.Changed })[0].Record.Text;
        Assert.Contains($"{Path.GetFileName(file)}: ", text, StringComparison.Ordinal);
        Assert.Contains("mair@hospital.example", text, StringComparison.Ordinal);
        Assert.Contains("sian@hospital.example", text, StringComparison.Ordinal);
    }
}
