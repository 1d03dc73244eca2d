using System.Diagnostics;
using System.Text.Json;
using Hub.Engine.Templates;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary><c>hub new</c>, as people and scripts use it.</summary>
public sealed class NewCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public NewCommandTests() => Directory.CreateDirectory(_folder.Path("channels"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_each_template_makes_passes_check_and_test_beside_all_the_others()
    {
        HashSet<string> addresses = [];
        foreach (string template in ChannelTemplate.All.Select(template => template.Name))
        {
            CommandResult made = await NewAsync($"a-{template}", "--template", template, "--json");
            Assert.True(made.Exit == 0, made.Errors);
            using JsonDocument document = JsonDocument.Parse(made.Output);
            Assert.Equal(template.StartsWith("channel", StringComparison.Ordinal), !document.RootElement.TryGetProperty("listen", out JsonElement listen) || !addresses.Add(listen.GetString()!));
            Assert.All(document.RootElement.GetProperty("files").EnumerateArray(), file => Assert.True(File.Exists(file.GetString())));
        }

        CommandResult check = await HubProcess.RunAsync("check", _folder.Path("channels"));
        CommandResult test = await HubProcess.RunAsync("test", _folder.Path("channels"), "--min-coverage", "100");

        Assert.True(check.Exit == 0, check.Errors);
        Assert.True(test.Exit == 0, test.Errors + test.Output);
        Assert.Contains($"{ChannelTemplate.All.Count} passed, 0 failed", test.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mllp-to-mllp")]
    [InlineData("mllp-to-file")]
    [InlineData("http-to-mllp")]
    [InlineData("tcp-to-http")]
    [InlineData("mllp-to-http")]
    [InlineData("http-to-file")]
    [InlineData("tcp-to-file")]
    [InlineData("channel-to-mllp")]
    public void The_templates_of_the_first_days_are_there(string name) => Assert.NotNull(ChannelTemplate.Find(name));

    [Fact]
    public async Task The_file_is_written_as_a_person_would_write_it()
    {
        _folder.Write("channels/channel.schema.json", "{}");
        CommandResult made = await NewAsync("adt-to-lab", "--template", "mllp-to-mllp", "--listen", "127.0.0.1:2581", "--endpoint", "lab.example:2575");
        Assert.Equal((0, ""), (made.Exit, made.Errors));
        Assert.Equal(
            """
            {
              "$schema": "channel.schema.json",
              "id": "adt-to-lab",
              "description": "HL7 v2 over MLLP to a receiver over MLLP",
              "source": { "type": "mllp", "listen": "127.0.0.1:2581" },
              "steps": [],
              "destinations": [
                { "id": "receiver", "type": "mllp", "endpoint": "lab.example:2575" }
              ]
            }

            """.ReplaceLineEndings("\n"),
            await File.ReadAllTextAsync(_folder.Path("channels", "adt-to-lab.json")));
        string[] next = made.Output[made.Output.IndexOf("Next:", StringComparison.Ordinal)..].Trim().Split('\n')[1..];
        Assert.Equal(["check", "test", "send"], next.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        Assert.Equal(["admission.in.hl7", "admission.receiver.hl7"], Directory.GetFiles(_folder.Path("channels", "tests", "adt-to-lab")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task The_command_that_it_names_last_sends_the_message_of_the_test()
    {
        List<string> commands = [];
        foreach (string source in (string[])["mllp", "http", "tcp"])
        {
            CommandResult made = await NewAsync($"{source}-in", "--template", $"{source}-to-file", "--folder", _folder.Path("out", source), "--listen", $"127.0.0.1:{FreePort.Take()}", "--json");
            using JsonDocument document = JsonDocument.Parse(made.Output);
            commands.Add(document.RootElement.GetProperty("next")[2].GetString()!);
        }

        await using HubProcess hub = await HubProcess.StartAsync(_folder);
        string[] answers = [.. await Task.WhenAll(commands.Select(ShellAsync))];

        Assert.Contains("MSA|AA|NEW-0001", answers[0], StringComparison.Ordinal);
        Assert.Contains("MSA|AA|NEW-0001", answers[1], StringComparison.Ordinal);
        Assert.Contains("002 006 003", answers[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ports_of_other_channels_are_passed_over_also_of_broken_ones()
    {
        _folder.Write("channels/a.json", Samples.PassThrough("a", 6661).Replace("127.0.0.1:0", "127.0.0.1:2575", StringComparison.Ordinal));
        _folder.Write("channels/b.json", """{ "id": "b", "source": { "type": "mlp", "listen": "*:2576" }, "destinations": [] }""");
        _folder.Write("channels/c.json", "{ this is no JSON");
        await NewAsync("new", "--template", "mllp-to-mllp");
        string file = await File.ReadAllTextAsync(_folder.Path("channels", "new.json"));
        Assert.Contains("127.0.0.1:2577", file, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:6661", file, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new --template mllp-to-flie", "Did you mean mllp-to-file?")]
    [InlineData("new lab", "--template: Say what to make it from")]
    [InlineData("new --template mllp-to-file", "ID: Give the channel an id")]
    [InlineData("new Lab_1 --template http-to-file", "ID: \"Lab_1\" cannot be an id.")]
    [InlineData("new ../lab --template mllp-to-file", "ID: \"../lab\" cannot be an id.")]
    [InlineData("new lab\"x --template http-to-file", "cannot be an id.")]
    [InlineData("new lab --template mllp-to-mllp --endpoint lab", "--endpoint: \"lab\" is not an address.")]
    [InlineData("new lab --template mllp-to-file --listen 2575", "--listen:")]
    [InlineData("new lab --template mllp-to-file --listen 0.0.0.0:2575", "--listen: \"0.0.0.0:2575\" is open to other machines")]
    [InlineData("new lab --template mllp-to-file --endpoint lab:1", "--endpoint: mllp-to-file sends to files")]
    [InlineData("new lab --template mllp-to-mllp --folder out", "--folder: mllp-to-mllp sends to a receiver over MLLP. Use --endpoint.")]
    [InlineData("new lab --template channel-to-file --listen 127.0.0.1:2575", "--listen: A channel from channel-to-file listens nowhere")]
    [InlineData("new lab --template mllp-to-mllp --listen 127.0.0.1:2600 --endpoint 127.0.0.1:2600", "would go round for ever")]
    [InlineData("new taken --template mllp-to-file", "ID:")]
    [InlineData("new other --template mllp-to-file", "already. Give one of the two channels another id.")]
    [InlineData("new tested --template mllp-to-file", "tests/tested is there already")]
    [InlineData("new lab --template mllp-to-file --listen 127.0.0.1:2575", "listens at this port already")]
    [InlineData("new lab --template mllp-to-mllp --endpoint ${env:NO_SUCH_VARIABLE}", "--endpoint:")]
    public async Task What_cannot_be_done_is_told_with_the_option_and_nothing_is_made(string line, string problem)
    {
        _folder.Write("channels/taken.json", Samples.PassThrough("other", 6661).Replace("127.0.0.1:0", "127.0.0.1:2575", StringComparison.Ordinal));
        _folder.Write("channels/tests/tested/a.md", "");
        string[] before = Files();

        CommandResult result = await HubProcess.RunAsync([.. line.Split(' '), "--channels", _folder.Path("channels")]);

        Assert.Equal(2, result.Exit);
        Assert.Contains(problem, result.Errors, StringComparison.Ordinal);
        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task A_folder_that_is_not_there_or_cannot_be_written_ends_with_3_and_a_remedy()
    {
        CommandResult missing = await HubProcess.RunAsync("new", "lab", "--template", "mllp-to-file", "--channels", _folder.Path("nowhere"));
        _folder.Write("channels/tests", "a file where a folder has to be");
        CommandResult blocked = await NewAsync("lab", "--template", "mllp-to-file");

        Assert.Equal((3, 3), (missing.Exit, blocked.Exit));
        Assert.Contains("mkdir", missing.Errors, StringComparison.Ordinal);
        Assert.Contains("Nothing was made. Check the rights of the folder", blocked.Errors, StringComparison.Ordinal);
        Assert.Equal(["tests"], Directory.GetFileSystemEntries(_folder.Path("channels")).Select(Path.GetFileName));
    }

    [SkippableFact]
    public async Task At_a_terminal_it_asks_three_questions()
    {
        Skip.IfNot(File.Exists("/usr/bin/script"), "There is no script(1) to play a terminal.");
        ProcessStartInfo start = new("/usr/bin/script", ["-qec", $"dotnet {Path.Combine(AppContext.BaseDirectory, "hub.dll")} new --channels {_folder.Path("channels")}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process terminal = Process.Start(start)!;
        await terminal.StandardInput.WriteAsync("mllp-to-flie\nmllp-to-file\nLab 1\nlab-1\n\n");
        await terminal.StandardInput.FlushAsync();
        string output = await terminal.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await terminal.WaitForExitAsync();

        Assert.Equal(0, terminal.ExitCode);
        Assert.Contains("Did you mean mllp-to-file?", output, StringComparison.Ordinal);
        Assert.Contains("\"Lab 1\" cannot be an id.", output, StringComparison.Ordinal);
        Assert.Contains("Folder of the files [out/lab-1]:", output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.Path("channels", "lab-1.json")));
    }

    private Task<CommandResult> NewAsync(params string[] arguments) => HubProcess.RunAsync(["new", .. arguments, "--channels", _folder.Path("channels")]);

    private string[] Files() => [.. Directory.EnumerateFileSystemEntries(_folder.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static async Task<string> ShellAsync(string command)
    {
        string hub = $"hub() {{ dotnet '{Path.Combine(AppContext.BaseDirectory, "hub.dll")}' \"$@\"; }}";
        using Process shell = Process.Start(new ProcessStartInfo("bash", ["-c", $"{hub}\n{command}"]) { RedirectStandardOutput = true })!;
        string output = await shell.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await shell.WaitForExitAsync();
        return output;
    }
}
