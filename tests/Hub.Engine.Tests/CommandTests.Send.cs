using System.Diagnostics;
using System.Text.Json;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <content>Commands that send and listen.</content>
public sealed partial class CommandTests
{
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

    [Theory]
    [InlineData("BHS|^~\\&|PAS|H|HUB|C|2026||||B77\r", "BTS|2\r")]
    [InlineData("BHS|^~\\&|PAS|H|HUB|C|2026||||B77\r", "BTS|2\r", true)]
    [InlineData("FHS|^~\\&|PAS|H|HUB|C|2026||||F1\rBHS|^~\\&|PAS|H|HUB|C|2026||||B77\r", "BTS|2\rFTS|1\r")]
    [InlineData("BHS|^~\\&|PAS|H|HUB|C|2026\r", "BTS|2\r")]
    [InlineData("", "")]
    public async Task B04_send_whole_tells_what_was_said_to_each_message_of_a_batch(string before, string after, bool isOverHttp = false)
    {
        await using MllpReceiver receiver = new();
        string channel = Samples.PassThrough("batches", receiver.Port, steps: """[ { "type": "splitMessage", "by": "batch" }, { "type": "filter", "when": { "path": "MSH-10", "in": ["a", "b"] }, "otherwise": "reject" } ]""");
        string http = channel.Replace("\"source\": { \"type\": \"mllp\"", "\"source\": { \"type\": \"http\", \"path\": \"/batches\"", StringComparison.Ordinal);
        await using HubHost hub = await HubHost.StartAsync(isOverHttp ? http : channel);
        using TestFolder folder = new();
        string to = isOverHttp ? $"http://127.0.0.1:{hub.Port("batches")}/batches" : $"mllp://127.0.0.1:{hub.Port("batches")}";

        CommandResult taken = await HubProcess.RunAsync("send", folder.Write("good.hl7", $"{before}{Samples.Adt("a")}{Samples.Adt("b")}{after}"), "--whole", "--to", to);
        string bad = folder.Write("bad.hl7", $"{before}{Samples.Adt("x")}{Samples.Adt("a")}{after}");
        CommandResult refused = await HubProcess.RunAsync("send", bad, "--whole", "--to", to);
        CommandResult json = await HubProcess.RunAsync("send", bad, "--whole", "--to", to, "--json");

        Assert.Equal((0, ""), (taken.Exit, taken.Errors));
        Assert.Contains("good.hl7: AA (2 AA)", taken.Output, StringComparison.Ordinal);
        Assert.Contains("MSA|AA|a", taken.Output, StringComparison.Ordinal);
        Assert.Equal(1, refused.Exit);
        Assert.Contains("bad.hl7: AE (1 AE, 1 AR)", refused.Output, StringComparison.Ordinal);
        Assert.Contains("bad.hl7: message x: AE", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("bad.hl7: message a: AR", refused.Errors, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.Equal(["x", "a"], document.RootElement[0].GetProperty("answers").EnumerateArray().Select(one => one.GetProperty("controlId").GetString()!));
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

    [Theory]
    [InlineData("""{ "type": "filter", "when": { "path": "MSH-10", "equals": "${secret:token}" } }""", "MSH-10 was \"guess\", wanted \"${secret:token}\"")]
    [InlineData("""{ "type": "filter", "when": { "path": "MSH-10", "in": ["a", "${secret:token}"] } }""", "MSH-10 was \"guess\", wanted one of \"a\", \"${secret:token}\"")]
    [InlineData("""{ "type": "filter", "when": { "path": "MSH-10", "matches": "^${secret:token}$" } }""", "wanted a match of \"^${secret:token}$\"")]
    [InlineData("""{ "type": "setVariable", "name": "t", "value": "is ${secret:token}" }, { "type": "filter", "when": { "variable": "t", "exists": true } }""", "variable t = \"is ${secret:token}\"")]
    [InlineData("""{ "type": "setVariable", "name": "t", "value": "${secret:token}" }, { "type": "filter", "when": { "variable": "t", "equals": "x" } }""", "variable t was \"${secret:token}\", wanted \"x\"")]
    [InlineData("""{ "type": "setField", "path": "MSH-10", "value": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!" }, { "type": "filter", "when": { "path": "MSH-10", "matches": "^(?=((A+)+)+$)${secret:token}$" } }""", "problem 207  steps[1] filter: The pattern \"^(?=((A+)+)+$)${secret:token}$\" took longer")]
    [InlineData("""{ "type": "setVariable", "name": "t", "value": "${secret:token}" }, { "type": "script", "code": "Reject(Variables[\"t\"]);" }""", "problem 207  steps[1] script: ${secret:token}\n")]
    public async Task Try_names_a_secret_and_never_shows_it(string steps, string told)
    {
        using TestFolder folder = new();
        folder.WriteSecret("token", "sesame-77");
        string channel = folder.WriteChannel(Samples.PassThrough("adt", 2576, steps: $"[ {steps} ]"));
        string message = folder.Write("a.hl7", Samples.Adt("guess"));

        CommandResult tried = await HubProcess.RunAsync("try", channel, message, "--secrets", folder.Path("secrets"));

        Assert.Contains(told, tried.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", tried.Output + tried.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Try_masks_a_secret_also_where_its_delimiters_are_escaped()
    {
        using TestFolder folder = new();
        folder.WriteSecret("token", @"ses|ame&77\z");
        string channel = folder.WriteChannel(Samples.PassThrough("adt", 2576, steps: """[ { "type": "setField", "path": "MSH-5", "value": "${secret:token}" }, { "type": "filter", "when": { "path": "MSH-5", "equals": "x" } } ]"""));
        string message = folder.Write("a.hl7", Samples.Adt("1"));

        CommandResult tried = await HubProcess.RunAsync("try", channel, message, "--secrets", folder.Path("secrets"));

        Assert.Contains("MSH-5 \"MPI\" → \"${secret:token}\"", tried.Output, StringComparison.Ordinal);
        Assert.Contains("MSH-5 was \"${secret:token}\"", tried.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ame", tried.Output.Replace("name", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_problem_that_is_kept_with_a_message_shows_a_secret()
    {
        const string Steps = """[ { "type": "setVariable", "name": "t", "value": "${secret:token}" }, { "type": "script", "code": "Reject(Variables[\"t\"]);" } ]""";
        TestFolder folder = new(); // the Hub's from here on
        folder.WriteSecret("token", "sesame-77");
        await using HubHost hub = await HubHost.StartAsync(folder, Samples.PassThrough("adt", 1, steps: Steps), Samples.PassThrough("divided", 1, steps: $"[ {{ \"type\": \"splitMessage\", \"by\": \"batch\" }}, {Steps.TrimStart('[')}"));
        foreach ((string channel, string message) in ((string, string)[])[("adt", Samples.Adt("1")), ("divided", $"BHS|^~\\&|A\r{Samples.Adt("2")}BTS|1\r")])
        {
            using MllpSender sender = await MllpSender.ConnectAsync(hub.Port(channel));
            Assert.Contains("|AE|", (await sender.SendAsync(message)).Text, StringComparison.Ordinal);
        }

        long[] numbers = [.. hub.Journal.Find(new()).Select(found => found.Id.Value)];
        Assert.Equal(2, numbers.Length);
        foreach (long number in numbers)
        {
            CommandResult shown = await HubProcess.RunAsync("show", $"{number}", "--data", folder.Path("data"));
            Assert.Contains("script: ${secret:token}", shown.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("sesame", shown.Output + shown.Errors, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task Try_ends_when_it_is_told_to_whatever_a_script_does()
    {
        Skip.If(OperatingSystem.IsWindows(), "Signals.");
        using TestFolder folder = new();
        // One call of .NET that nothing watches: more values than anybody waits for.
        folder.WriteChannel(Samples.PassThrough("adt", 1, steps: """[ { "type": "script", "code": "object o = null; for (int i = 0; i < 90; i++) o = (o, o); o.GetHashCode();" } ]"""));
        using Process hub = HubProcess.Start("try", folder.Path("channels", "adt.json"), "-");
        // More than a pipe holds, so that it is read when it is written.
        await hub.StandardInput.WriteAsync(Samples.Adt("1") + $"NTE|1||{new string('x', 1_000_000)}\r");
        hub.StandardInput.Close();
        try
        {
            using Process kill = Process.Start("kill", $"{hub.Id}");
            await hub.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(3, hub.ExitCode);
        }
        finally
        {
            hub.Kill();
        }
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
}
