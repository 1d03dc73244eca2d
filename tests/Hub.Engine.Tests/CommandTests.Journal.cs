using System.Text.Json;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <content>Commands that look into the journal, or ask the running Hub.</content>
public sealed partial class CommandTests
{
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
    public async Task D04_a_Hub_whose_journal_is_replaced_by_another_one_acknowledges_nothing_and_ends_with_the_reason()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        string other = folder.Path("other.db");
        await using (HubProcess first = await HubProcess.StartAsync(folder))
            await first.TerminateAsync();
        File.Move(folder.Path("data/journal.db"), other);
        await using HubProcess hub = await HubProcess.StartAsync(folder, "--new-journal");
        using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
        Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
        await receiver.NextAsync();

        File.Move(other, folder.Path("data/journal.db"), overwrite: true);
        await sender.PostAsync(Samples.Bytes(Samples.Adt("2")));
        TestAnswer? answer = await sender.AnswerAsync();

        Assert.NotEqual("AA", answer?.Code);
        Assert.Equal(3, await hub.EndedAsync());
        Assert.Contains("HUB5025", hub.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task D04_while_the_file_of_the_journal_is_moved_away_nothing_is_acknowledged_and_the_Hub_goes_on_when_it_is_back()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        await using (HubProcess hub = await HubProcess.StartAsync(folder))
        {
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port("adt"));
            Assert.Equal("AA", (await sender.SendAsync(Samples.Adt("1"))).Code);
            File.Move(folder.Path("data/journal.db"), folder.Path("elsewhere.db"));
            TestAnswer refused = await sender.SendAsync(Samples.Adt("2"));
            Assert.Equal("AR", refused.Code);
            Assert.Equal("AR", (await sender.SendAsync(Samples.Adt("3"))).Code);
            Assert.Contains("HUB5026", hub.Errors, StringComparison.Ordinal);

            File.Move(folder.Path("elsewhere.db"), folder.Path("data/journal.db"));
            foreach (string id in (string[])["2", "3", "4"])
                Assert.Equal("AA", (await sender.SendAsync(Samples.Adt(id))).Code);
            List<string> arrived = [];
            while (arrived.Count < 4)
                arrived.Add(System.Text.Encoding.UTF8.GetString(await receiver.NextAsync()));
            Assert.Equal([Samples.Adt("1"), Samples.Adt("2"), Samples.Adt("3"), Samples.Adt("4")], arrived);
            await hub.TerminateAsync();
        }

        CommandResult check = await HubProcess.RunAsync("journal", "check", "--data", folder.Path("data"));
        Assert.True(check.Exit == 0, check.Output + check.Errors);
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
        Assert.Matches(@"Times {8}waited 0\.0 ms, processed in \d+\.\d{1,3} ms", shown.Output);
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
