using System.Text.Json;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary>The command line, as people and scripts use it.</summary>
public sealed class CommandTests
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
    public async Task Send_shows_the_answer_and_its_exit_status_tells_it_too()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        string file = folder.Write("a.hl7", Samples.Adt("1"));

        CommandResult taken = await HubProcess.RunAsync("send", file, "--to", $"mllp://127.0.0.1:{receiver.Port}");
        receiver.Answer = _ => "AE";
        CommandResult refused = await HubProcess.RunAsync("send", file, "--to", $"mllp://127.0.0.1:{receiver.Port}", "--json");
        CommandResult nobody = await HubProcess.RunAsync("send", file, "--to", $"mllp://127.0.0.1:{FreePort.Take()}");

        Assert.Equal((0, 1, 3), (taken.Exit, refused.Exit, nobody.Exit));
        Assert.Contains("a.hl7: AA", taken.Output, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(refused.Output);
        Assert.Equal("AE", document.RootElement[0].GetProperty("code").GetString());
        Assert.Contains("refused the connection", nobody.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_over_several_connections_sends_every_file_once()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        for (int i = 0; i < 60; i++)
            folder.Write($"many/{i:00}.hl7", Samples.Adt($"{i}"));

        CommandResult sent = await HubProcess.RunAsync("send", folder.Path("many"), "--to", $"mllp://127.0.0.1:{receiver.Port}", "--connections", "4");

        Assert.Equal(0, sent.Exit);
        Assert.Equal(60, receiver.Messages.Select(message => Convert.ToHexString(message)).Distinct().Count());
    }

    [Theory]
    [InlineData("AA")]
    [InlineData("AE")]
    [InlineData("AR")]
    public async Task Listen_answers_as_told_and_shows_what_comes(string answer)
    {
        int port = FreePort.Take();
        using System.Diagnostics.Process listen = HubProcess.Start("listen", "--mllp", $"{port}", "--answer", answer);
        await listen.StandardError.ReadLineAsync();
        using MllpSender sender = await MllpSender.ConnectAsync(port);

        Assert.Equal(answer, (await sender.SendAsync(Samples.Adt("1"))).Code);
        Assert.Contains("bytes from", await listen.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        listen.Kill();
    }

    [Fact]
    public async Task Try_explains_conditions_and_steps_and_shows_answer_and_content()
    {
        using TestFolder folder = new();
        string channel = folder.WriteChannel(Samples.PassThrough("adt", 2576, steps: """
            [ { "type": "filter", "when": { "path": "PID-8", "equals": "M" } }, { "type": "setField", "path": "MSH-5", "value": "LAB" } ]
            """));
        string woman = folder.Write("woman.hl7", Samples.Adt("1"));
        string man = folder.Write("man.hl7", Samples.Adt("2").Replace("|F\r", "|M\r", StringComparison.Ordinal));

        CommandResult tried = await HubProcess.RunAsync("try", channel, woman, man);
        CommandResult raw = await HubProcess.RunAsync("try", channel, man, "--destination", "out", "--raw");

        Assert.Equal((0, 0), (tried.Exit, raw.Exit));
        Assert.Contains("PID-8 was \"F\", wanted \"M\"", tried.Output, StringComparison.Ordinal);
        Assert.Contains("MSH-5 \"MPI\" → \"LAB\"", tried.Output, StringComparison.Ordinal);
        Assert.Contains("Filtered", tried.Output, StringComparison.Ordinal);
        Assert.Contains("MSA|AA|2", tried.Output, StringComparison.Ordinal);
        Assert.Equal(Samples.Adt("2").Replace("|F\r", "|M\r", StringComparison.Ordinal).Replace("|MPI|", "|LAB|", StringComparison.Ordinal), raw.Output);
    }

    [Fact]
    public async Task Messages_show_and_replay_work_beside_a_running_Hub_and_without_one()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        string data = folder.Path("data");
        await using (HubProcess hub = await HubProcess.StartAsync(folder))
        {
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
            await sender.SendAsync(Samples.Adt("find-me"));
            await receiver.NextAsync();
            await LookAsync(folder, data);
            Assert.Equal(Samples.Adt("find-me"), System.Text.Encoding.UTF8.GetString(await receiver.NextAsync()));
            await hub.TerminateAsync();
        }

        await LookAsync(folder, data);
        await using HubProcess again = await HubProcess.StartAsync(folder);
        Assert.Equal(Samples.Adt("find-me"), System.Text.Encoding.UTF8.GetString(await receiver.NextAsync()));
    }

    [Fact]
    public async Task A_command_on_a_folder_without_a_journal_says_so()
    {
        using TestFolder folder = new();
        CommandResult result = await HubProcess.RunAsync("messages", "--data", folder.Path("nothing"));
        Assert.Equal(3, result.Exit);
        Assert.Contains("nothing", result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Path("nothing")));
    }

    [Theory]
    [InlineData("send x.hl7 --to mllp://127.0.0.1:2575 --timeout -5", "--timeout")]
    [InlineData("send x.hl7 --to mllp://127.0.0.1:2575 --connections 0", "--connections")]
    [InlineData("messages --since 99999999d", "99999999d")]
    [InlineData("messages --since 2147483647m", "2147483647m")]
    [InlineData("messages --limit 0", "--limit")]
    [InlineData("listen --mllp 99999", "65535")]
    [InlineData("listen --mllp -1", "65535")]
    [InlineData("schema --json --reference", "Markdown")]
    public async Task A_number_that_is_not_possible_is_a_wrong_command_line(string line, string told)
    {
        CommandResult result = await HubProcess.RunAsync(line.Split(' '));
        Assert.Equal(2, result.Exit);
        Assert.Contains(told, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_of_an_empty_folder_says_so()
    {
        using TestFolder folder = new();
        Directory.CreateDirectory(folder.Path("empty"));
        CommandResult result = await HubProcess.RunAsync("send", folder.Path("empty"), "--to", "mllp://127.0.0.1:2575");
        Assert.Equal(3, result.Exit);
        Assert.Contains("holds no file", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AR", 1, "does not take it")]
    [InlineData("AE", 1, "finds the content wrong")]
    [InlineData(null, 3, "wait longer with --timeout")]
    public async Task Send_says_what_happened_without_the_words_of_a_queue(string? answer, int exit, string told)
    {
        await using MllpReceiver receiver = new() { Answer = _ => answer };
        using TestFolder folder = new();
        CommandResult result = await HubProcess.RunAsync("send", folder.Write("a.hl7", Samples.Adt("1")), "--to", $"mllp://127.0.0.1:{receiver.Port}", "--timeout", "1");
        Assert.Equal(exit, result.Exit);
        Assert.Contains(told, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("again", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("ackTimeoutSeconds", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hub show", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_on_a_folder_without_a_journal_says_so_and_makes_none()
    {
        using TestFolder folder = new();
        CommandResult result = await HubProcess.RunAsync("replay", "1", "--data", folder.Path("typo"));
        Assert.Equal(3, result.Exit);
        Assert.Contains("typo", result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Path("typo")));
    }

    [Fact]
    public async Task Replay_and_health_tell_a_Hub_from_that_of_another_data_folder()
    {
        await using MllpReceiver receiver = new();
        using TestFolder crashed = new();
        using TestFolder other = new();
        crashed.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        other.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        string left = crashed.Path("data", "hub.admin.json");
        await using (HubProcess hub = await HubProcess.StartAsync(crashed))
        {
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
            await sender.SendAsync(Samples.Adt("1"));
            await receiver.NextAsync();
            await hub.KillAsync();
        }

        await using HubProcess running = await HubProcess.StartAsync(other);
        string token = JsonDocument.Parse(await File.ReadAllTextAsync(left)).RootElement.GetProperty("Token").GetString()!;
        string there = await File.ReadAllTextAsync(other.Path("data", "hub.admin.json"));
        await File.WriteAllTextAsync(left, there.Replace(JsonDocument.Parse(there).RootElement.GetProperty("Token").GetString()!, token, StringComparison.Ordinal));

        CommandResult replay = await HubProcess.RunAsync("replay", "1", "--to", "out", "--data", crashed.Path("data"), "--channels", crashed.Path("channels"));
        CommandResult health = await HubProcess.RunAsync("health", "--data", crashed.Path("data"));
        CommandResult well = await HubProcess.RunAsync("health", "--data", other.Path("data"));

        Assert.Equal((0, 3, 0), (replay.Exit, health.Exit, well.Exit));
        Assert.Contains("queued again for out, 1 deliveries queued", replay.Output, StringComparison.Ordinal);
        Assert.Contains("another data folder", health.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"Url\": ")]
    [InlineData("null")]
    [InlineData("{ \"Url\": \"x\", \"Token\": \"y\", \"ProcessId\": 1 }")]
    public async Task A_damaged_address_file_is_told_with_what_to_do(string content)
    {
        using TestFolder folder = new();
        folder.Write("data/hub.admin.json", content);
        foreach (string command in (string[])["replay 1", "health"])
        {
            CommandResult result = await HubProcess.RunAsync([.. command.Split(' '), "--data", folder.Path("data")]);
            Assert.Equal(3, result.Exit);
            Assert.Contains("hub.admin.json is damaged", result.Errors, StringComparison.Ordinal);
        }
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
    public async Task Messages_for_a_program_are_a_line_each_and_a_monstrous_control_id_is_cut()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("a-channel-with-a-rather-long-name-from-the-north", receiver.Port));
        await using HubProcess hub = await HubProcess.StartAsync(folder);
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("a-channel-with-a-rather-long-name-from-the-north"));
        await sender.SendAsync(Samples.Adt(new string('x', 5_000)));
        await sender.SendAsync(Samples.Adt("\u001b[2Jnormal"));
        await receiver.NextAsync();

        CommandResult list = await HubProcess.RunAsync("messages", "--data", folder.Path("data"));

        string[] lines = list.Output.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.True(line.Length < 300, line));
        Assert.Contains("xxx…", lines[2], StringComparison.Ordinal);
        Assert.Contains("·[2Jnormal", lines[1], StringComparison.Ordinal);
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

    private static async Task LookAsync(TestFolder folder, string data)
    {
        CommandResult found = await HubProcess.RunAsync("messages", "--data", data, "--control-id", "find-me", "--json");
        Assert.True(found.Exit == 0, found.Errors);
        using JsonDocument messages = JsonDocument.Parse(found.Output);
        string id = messages.RootElement.EnumerateArray().Last().GetProperty("id").GetRawText();
        CommandResult list = await HubProcess.RunAsync("messages", "--data", data);
        Assert.Contains("find-me", list.Output, StringComparison.Ordinal);
        CommandResult shown = await HubProcess.RunAsync("show", id, "--data", data);
        Assert.Contains("Delivery     out", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("PRAWF", shown.Output, StringComparison.Ordinal);
        CommandResult content = await HubProcess.RunAsync("show", id, "--data", data, "--content");
        Assert.Matches("PID-5\\.1 +Family Name +PRAWF", content.Output);
        CommandResult diff = await HubProcess.RunAsync("diff", id, $"{id}:out", "--data", data);
        Assert.Equal((0, "No differences."), (diff.Exit, diff.Output.Trim()));
        CommandResult raw = await HubProcess.RunAsync("show", id, "--data", data, "--raw");
        Assert.Equal(Samples.Adt("find-me"), raw.Output);
        CommandResult replayed = await HubProcess.RunAsync("replay", id, "--to", "out", "--data", data, "--channels", folder.Path("channels"), "--json");
        Assert.True(replayed.Exit == 0, replayed.Errors + replayed.Output);
        CommandResult wrong = await HubProcess.RunAsync("replay", id, "--to", "nowhere", "--data", data, "--channels", folder.Path("channels"));
        Assert.Equal(1, wrong.Exit);
        Assert.Contains("nowhere", wrong.Output, StringComparison.Ordinal);
    }
}
