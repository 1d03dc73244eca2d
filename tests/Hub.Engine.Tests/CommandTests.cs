using System.Text.Json;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>The command line, as people and scripts use it.</summary>
public sealed partial class CommandTests
{
    [Fact]
    public async Task Help_names_every_command_and_the_exit_statuses()
    {
        CommandResult help = await HubProcess.RunAsync("--help");
        Assert.Equal(0, help.Exit);
        foreach (string command in (string[])["run", "new", "check", "test", "schema", "send", "listen", "try", "messages", "show", "replay", "deliveries", "destinations", "health"])
            Assert.Contains($"  {command} ", help.Output, StringComparison.Ordinal);
        Assert.Contains("Exit status", help.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sned")]
    [InlineData("send --to mllp://127.0.0.1:2575")]
    [InlineData("send x.hl7 --to 127.0.0.1:2575")]
    [InlineData("show --part 2 17")]
    [InlineData("messages --since yesterday")]
    [InlineData("try a b --raw")]
    public async Task A_wrong_command_line_ends_with_2_and_says_why(string line)
    {
        CommandResult result = await HubProcess.RunAsync(line.Split(' '));
        Assert.Equal(2, result.Exit);
        Assert.NotEmpty(result.Errors);
    }

    [Fact]
    public async Task Check_for_all_environments_tells_what_is_wrong_in_which()
    {
        using TestFolder folder = new();
        folder.Write("channels/adt.json", Samples.PassThrough("adt", 6661).Replace("127.0.0.1:6661", "${env:LAB}", StringComparison.Ordinal));
        folder.Write("environments/production.json", """{ "description": "the real one", "values": { "LAB": "lab.example:2575" } }""");
        folder.Write("environments/test.json", """{ "values": { "LBA": "lab.test.example:2575" } }""");
        string[] site = [folder.Path("channels"), "--environments", folder.Path("environments")];
        CommandResult all = await HubProcess.RunAsync(["check", .. site, "--all-environments"]);
        CommandResult one = await HubProcess.RunAsync(["check", .. site, "--environment", "production"]);
        CommandResult wrong = await HubProcess.RunAsync(["check", .. site, "--environment", "prodction"]);

        Assert.Equal((1, 0, 3), (all.Exit, one.Exit, wrong.Exit));
        Assert.Contains("test.json has no value \"LAB\"", Assert.Single(all.Errors.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.EndsWith(" [test]", all.Errors.Trim(), StringComparison.Ordinal);
        Assert.Contains("no problem in environment production", all.Output, StringComparison.Ordinal);
        Assert.Contains("There is no environment \"prodction\". Did you mean \"production\"?", wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_for_all_environments_notes_a_secret_that_this_machine_does_not_hold()
    {
        using TestFolder folder = new();
        folder.Write("channels/adt.json", """
            { "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:6661" },
              "destinations": [ { "id": "lab", "type": "http", "endpoint": "http://lab.example/in", "authentication": { "bearer": "${secret:lab-token}" } } ] }
            """);
        folder.Write("environments/production.json", """{ "values": {} }""");
        string[] site = [folder.Path("channels"), "--environments", folder.Path("environments"), "--secrets", folder.Path("secrets")];
        CommandResult all = await HubProcess.RunAsync(["check", .. site, "--all-environments"]);
        CommandResult one = await HubProcess.RunAsync(["check", .. site, "--environment", "production"]);
        folder.Write("channels/wrong.json", """{ "id": "wrong", "source": { "type": "http", "listen": "127.0.0.1:6662", "authentication": { "type": "apiKey", "key": "${secret:a b}" } }, "destinations": [ { "id": "out", "type": "file", "folder": "out" } ] }""");
        CommandResult wrong = await HubProcess.RunAsync(["check", .. site, "--all-environments"]);

        Assert.Equal((0, 1, 1), (all.Exit, one.Exit, wrong.Exit));
        Assert.Empty(all.Errors);
        Assert.Contains("note: ", all.Output, StringComparison.Ordinal);
        Assert.Contains("The secret \"lab-token\" is neither in the file", all.Output, StringComparison.Ordinal);
        Assert.Contains("1 channel files, no problem in environment production", all.Output, StringComparison.Ordinal);
        Assert.Contains("\"a b\" is not a name of a secret.", Assert.Single(wrong.Errors.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_tells_five_mistakes_at_once_with_file_line_code_path_and_remedy()
    {
        using TestFolder folder = new();
        folder.Write("channels/five.json", """
            {
              "id": "five",
              "source": { "type": "mllp", "listen": "127.0.0.1:99999" },
              "steps": [
                { "type": "setFeld", "path": "MSH-5", "value": "X" },
                { "type": "setField", "path": "PID.3", "value": "X" },
                { "type": "mapTable", "path": "PV1-2", "table": "tables/missing.csv" }
              ],
              "destinations": [ { "id": "out", "type": "mllp", "endpiont": "lab:2575" } ]
            }
            """);

        CommandResult check = await HubProcess.RunAsync("check", folder.Path("channels"));
        CommandResult json = await HubProcess.RunAsync("check", folder.Path("channels"), "--json");

        Assert.Equal((1, 1), (check.Exit, json.Exit));
        foreach ((int number, string part) in ((int, string)[])[(3, "127.0.0.1:99999"), (5, "setField"), (6, "PID-3"), (7, "missing.csv"), (9, "endpoint")])
            Assert.Contains(check.Errors.Split('\n'), line => line.Contains($"five.json({number}): HUB1", StringComparison.Ordinal) && line.Contains("channel five $.", StringComparison.Ordinal) && line.Contains(part, StringComparison.Ordinal));
        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.True(document.RootElement.GetArrayLength() >= 5);
    }

    [Fact]
    public async Task Check_passes_what_is_shipped()
    {
        foreach (string folder in (string[])["channels", "channels/examples"])
        {
            CommandResult check = await HubProcess.RunAsync("check", Path.Combine(Repository.Root, folder));
            Assert.True(check.Exit == 0, check.Errors);
        }
    }

    [Fact]
    public async Task Check_tells_a_secret_that_is_not_there_and_never_shows_one_that_is()
    {
        using TestFolder folder = new();
        folder.Write("secrets/there", "hunter2-value");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.Path("secrets", "there"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        folder.WriteChannel("""
            { "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" },
              "steps": [ { "type": "setField", "path": "MSH-8", "value": "${secret:absent}" } ],
              "destinations": [ { "id": "out", "type": "mllp", "endpoint": "${secret:there}" } ] }
            """);

        CommandResult check = await HubProcess.RunAsync("check", folder.Path("channels"), "--secrets", folder.Path("secrets"));

        Assert.Equal(1, check.Exit);
        Assert.Contains("absent", check.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2-value", check.Errors + check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schema_is_JSON_and_names_what_channel_files_may_hold()
    {
        CommandResult schema = await HubProcess.RunAsync("schema");
        Assert.Equal(0, schema.Exit);
        using JsonDocument document = JsonDocument.Parse(schema.Output);
        foreach (string word in (string[])["mllp", "setField", "mapTable", "ackTimeoutSeconds", "destinations"])
            Assert.Contains($"\"{word}\"", schema.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_reference_page_is_what_the_code_says()
    {
        CommandResult reference = await HubProcess.RunAsync("schema", "--reference");
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "channel-files.md")), reference.Output);
    }

    [Fact]
    public async Task Run_and_schema_write_JSON_when_asked()
    {
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", 2576));
        using System.Diagnostics.Process run = HubProcess.Start("run", "--json", "--channels", folder.Path("channels"), "--data", folder.Path("data"), "--urls", "http://127.0.0.1:0");
        using JsonDocument channel = JsonDocument.Parse((await run.StandardOutput.ReadLineAsync())!);
        using JsonDocument ready = JsonDocument.Parse((await run.StandardOutput.ReadLineAsync())!);
        run.Kill();
        await run.WaitForExitAsync();

        Assert.Equal(("adt", "Running"), (channel.RootElement.GetProperty("id").GetString(), channel.RootElement.GetProperty("state").GetString()));
        Assert.True(ready.RootElement.GetProperty("ready").GetBoolean());
        Assert.StartsWith("http://127.0.0.1:", ready.RootElement.GetProperty("admin").GetString(), StringComparison.Ordinal);
        CommandResult schema = await HubProcess.RunAsync("schema", "--json");
        Assert.Equal(0, schema.Exit);
        JsonDocument.Parse(schema.Output).Dispose();
    }

    [Fact]
    public async Task A_mistake_in_the_Hub_ends_with_4_and_a_trace_without_what_it_was_about()
    {
        using StringWriter errors = new();
        int exit = await Hub.Engine.Commands.HubCommand.GuardAsync(() => throw new InvalidOperationException("PRAWF^Gwen"), errors);
        Assert.Equal(4, exit);
        Assert.Contains("HUB3060 This is a mistake in the Hub (InvalidOperationException)", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("   at Hub.Engine", errors.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("PRAWF", errors.ToString(), StringComparison.Ordinal);
    }
}
