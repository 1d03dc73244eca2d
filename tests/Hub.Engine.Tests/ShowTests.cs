using System.Text.Json;
using Hub.Engine.Commands;
using Hub.Formats.Hl7V2;
using Hub.Formats.Hl7V2.Outline;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary><c>hub show</c> of files, and the tree that it writes.</summary>
public sealed class ShowTests
{
    private const string Head = "MSH|^~\\&|A|B|C|D|2026||ADT^A04|1|P|2.5.1\r";

    [Fact]
    public async Task A_file_is_shown_with_names_and_meanings()
    {
        using TestFolder folder = new();
        CommandResult shown = await HubProcess.RunAsync("show", folder.Write("a.hl7", $"{Head}PID|1||7^^^X||PRAWF^Gwen||19800101|F\rZPI|1\rPRT|1\rNTE|1||a||||b\r"));
        Assert.True(shown.Exit == 0, shown.Errors);
        string[] lines = Lines(shown.Output);
        Assert.Equal("ADT^A04: ADT_A01, Admit/visit notification; HL7 v2.5.1; ASCII", lines[0]);
        Assert.Contains("PID  Patient Identification", lines);
        Assert.Contains("    PID-5.1  Family Name              PRAWF", lines);
        Assert.Contains("  PID-8      Administrative Sex       F  (Female)", lines);
        Assert.Contains("ZPI  [a segment of the site: HL7 leaves Z segments to it]", lines);
        Assert.Contains("PRT  [not a segment of version 2.5.1]", lines);
        Assert.Contains(lines, line => line.EndsWith("b  [NTE of version 2.5.1 has 4 fields]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Json_has_the_whole_tree()
    {
        using TestFolder folder = new();
        CommandResult shown = await HubProcess.RunAsync("show", folder.Write("a.hl7", $"{Head}PID||||||||F\r"), "--json");
        using JsonDocument document = JsonDocument.Parse(shown.Output);
        JsonElement outline = document.RootElement.GetProperty("messages")[0].GetProperty("outline");
        JsonElement sex = outline.GetProperty("segments")[1].GetProperty("fields")[0];
        Assert.Equal("ADT_A01", outline.GetProperty("structure").GetString());
        Assert.Equal(("PID-8", "IS", "F", "Female"), (sex.GetProperty("path").GetString(), sex.GetProperty("type").GetString(), sex.GetProperty("value").GetString(), sex.GetProperty("meaning").GetString()));
    }

    [Theory]
    [InlineData("{ \"a\": 1 }", "! not a message of HL7 v2 that can be read: ", "{ \"a\": 1 }")]
    [InlineData("MSH|\rPID|1\r", "! not a message of HL7 v2 that can be read: ", "PID|1")]
    [InlineData("\u0001\u001b[31mred", "! not a message of HL7 v2 that can be read: ", "··[31mred")]
    public async Task What_is_no_message_is_shown_as_it_is_with_the_reason(string content, string reason, string line)
    {
        using TestFolder folder = new();
        CommandResult shown = await HubProcess.RunAsync("show", folder.Write("x.txt", content));
        Assert.Equal(1, shown.Exit);
        Assert.StartsWith(reason, shown.Output, StringComparison.Ordinal);
        Assert.Contains(line, Lines(shown.Output));
    }

    [Fact]
    public async Task The_messages_of_a_batch_are_shown_one_by_one()
    {
        using TestFolder folder = new();
        string file = folder.Write("b.hl7", $"BHS|^~\\&|A\r{Head}PID|1\r{Head}PID|2\rBTS|2\r");
        CommandResult shown = await HubProcess.RunAsync("show", file);
        Assert.Equal(0, shown.Exit);
        Assert.Contains($"-- {file}, message 1 of 2", Lines(shown.Output));
        Assert.Contains($"-- {file}, message 2 of 2", Lines(shown.Output));
        Assert.Equal(2, Lines(shown.Output).Count(line => line == "PID  Patient Identification"));
        CommandResult wrong = await HubProcess.RunAsync("show", folder.Write("c.hl7", $"BHS|^~\\&|A\r{Head}BTS|7\r"));
        Assert.Equal(1, wrong.Exit);
        Assert.Contains("BTS-1", Lines(wrong.Output)[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_only_file_of_a_folder_is_named()
    {
        using TestFolder folder = new();
        string file = folder.Write("in/a.hl7", $"{Head}PID|1\r");
        CommandResult shown = await HubProcess.RunAsync("show", folder.Path("in"));
        CommandResult empty = await HubProcess.RunAsync("show", Directory.CreateDirectory(folder.Path("none")).FullName);
        Assert.Equal((0, 3), (shown.Exit, empty.Exit));
        Assert.Equal($"-- {file}", Lines(shown.Output)[0]);
        Assert.Contains($"The folder {folder.Path("none")} holds no file. Put files", empty.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_is_shown_by_its_record_alone_and_the_destinations_there_are_are_named_when_another_is_asked_for()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        folder.WriteChannel(Samples.PassThrough("adt", receiver.Port));
        await using (HubProcess hub = await HubProcess.StartAsync(folder))
        {
            await HubProcess.RunAsync("send", folder.Write("a.hl7", Samples.Adt("1")), "--to", $"mllp://127.0.0.1:{hub.Port("adt")}");
            await HubProcess.RunAsync("send", folder.Write("b.hl7", Samples.Adt("2").Replace("ADT^A01^ADT_A01", "ACK", StringComparison.Ordinal)), "--to", $"mllp://127.0.0.1:{hub.Port("adt")}", "--timeout", "1");
            await hub.TerminateAsync();
        }

        string data = folder.Path("data");
        CommandResult wrong = await HubProcess.RunAsync("show", "1", "--raw", "--sent", "lab", "--data", data);
        CommandResult diff = await HubProcess.RunAsync("diff", "1", "1:lab", "--data", data);
        CommandResult nowhere = await HubProcess.RunAsync("show", "2", "--raw", "--sent", "out", "--data", data);

        CommandResult record = await HubProcess.RunAsync("show", "1", "--data", data);
        CommandResult json = await HubProcess.RunAsync("show", "1", "--json", "--data", data);

        // Content is asked for, and what is not asked for is not called unreadable.
        Assert.StartsWith("  try 1", Lines(record.Output)[^1], StringComparison.Ordinal);
        Assert.False(JsonDocument.Parse(json.Output).RootElement.TryGetProperty("content", out JsonElement content) && content.ValueKind != JsonValueKind.Null, json.Output);
        Assert.All([wrong, diff, nowhere], result => Assert.Equal(3, result.Exit));
        Assert.All([wrong, diff], result => Assert.Contains("Message 1 has no delivery to lab. Its destinations: out.", result.Errors, StringComparison.Ordinal));
        Assert.Contains("It went to no destination: it is Rejected.", nowhere.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show nothing.hl7", 3, "\"nothing.hl7\" is neither a file nor the number of a message")]
    [InlineData("show 0", 3, "\"0\" is neither a file nor the number of a message")]
    [InlineData("show 17 --data nowhere", 3, "There is no journal in nowhere")]
    [InlineData("diff 17:lab 17 --data nowhere", 3, "There is no journal in nowhere")]
    [InlineData("show 17 --sent lab", 2, "Add one of them")]
    [InlineData("show 17 --raw --part 2", 2, "Name the destination with --sent")]
    [InlineData("show . --raw --sent lab", 2, "Give its number instead of a file")]
    [InlineData("diff :lab 17", 3, "\":lab\" is neither a file nor the number of a message")]
    public async Task What_is_not_there_is_told(string line, int exit, string told)
    {
        CommandResult result = await HubProcess.RunAsync(line.Split(' '));
        Assert.Equal(exit, result.Exit);
        Assert.True(exit == 2 || result.Errors.TrimEnd().Split('\n').Length == 1, result.Errors);
        Assert.Contains(told, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_parser_noticed_is_marked_at_its_place()
    {
        string[] lines = Tree($"{Head}NTE|1||caf\u00e9\r", null, ShownProblem.Problems);
        Assert.Contains("  ! warning MSH-18: MSH-18 names no character set and the bytes are not UTF-8; they are read as 8859/1. The sender has to name its set.", lines);
    }

    [Fact]
    public void E19_Bytes_that_are_no_text_are_shown_as_they_came_under_the_name_of_the_set_that_the_message_names()
    {
        string[] lines = Tree("MSH|^~\\&|A|B|C|D|2026||ADT^A04|1|P|2.5.1||||||SHIFT_JIS\rNTE|1||\u0095\\\u00ff\r", null, ShownProblem.Problems);
        Assert.EndsWith("; SHIFT_JIS", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("Some bytes are not text in SHIFT_JIS, which MSH-18 names.", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("\u8868\\XFF\\  [not text in SHIFT_JIS: bytes that stand for nothing are shown in hex]", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("UTF-8", StringComparison.Ordinal));
    }

    [Fact]
    public void What_breaks_the_standard_is_marked_at_its_place()
    {
        string[] lines = Tree($"{Head}PID|1||77^^^NORTH^MR||PRAWF^Gwen||19611345\r", null, ShownProblem.Problems);
        int at = Array.FindIndex(lines, line => line.Contains("! error HUB3130", StringComparison.Ordinal));
        Assert.True(at > 0, string.Join('\n', lines));
        Assert.StartsWith("  PID-7 ", lines[at - 1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PID-3[1].4", "    PID-3.4", "      ! error HUB3120 PID-3[1].4: wrong")]
    [InlineData("PID-3.4", "    PID-3.4", "      ! error HUB3120 wrong")]
    [InlineData("PID-3.4.2", "    PID-3.4", "      ! error HUB3120 PID-3.4.2: wrong")]
    [InlineData("PID[1]-3.9", "  PID-3", "    ! error HUB3120 PID[1]-3.9: wrong")]
    [InlineData("PID-5", "PID  ", "  ! error HUB3120 PID-5: wrong")]
    [InlineData("PV1", "ADT", "! error HUB3120 PV1: wrong")]
    [InlineData(null, "ADT", "! error HUB3120 wrong")]
    public void A_problem_is_marked_at_the_nearest_place_that_is_shown(string? path, string before, string mark)
    {
        string[] lines = Tree($"{Head}PID|||1^^^X\r", null, _ => [new("error", "HUB3120", path, "wrong")]);
        int at = Array.IndexOf(lines, mark);
        Assert.True(at > 0, string.Join('\n', lines));
        Assert.StartsWith(before, lines[at - 1], StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_cut_to_a_window_and_else_whole()
    {
        string content = $"{Head}NTE|1||{new string('x', 500)}\r";
        Assert.Contains(Tree(content, null, _ => []), line => line.Length > 500);
        string[] cut = Tree(content, 60, _ => []);
        Assert.All(cut, line => Assert.InRange(line.Length, 0, 60));
        Assert.Contains(cut, line => line.EndsWith("x…", StringComparison.Ordinal));
        Assert.Equal("a…", ShownTree.Cut("a\ud83d\ude00bc", 3));
    }

    private static string[] Tree(string content, int? width, Func<Hl7Message, IReadOnlyList<ShownProblem>> problems)
    {
        Hl7Message message = Hl7Message.Parse(System.Text.Encoding.Latin1.GetBytes(content), out _)!;
        using StringWriter output = new();
        new ShownTree(output, width).Write(Hl7Outline.Of(message), problems(message));
        return Lines(output.ToString());
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
}
