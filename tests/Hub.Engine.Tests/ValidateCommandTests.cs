using System.Text.Json;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary><c>hub validate</c> and <c>hub profile</c>, and how the other commands show what validation found.</summary>
public sealed class ValidateCommandTests
{
    private const string Ward = """{ "name": "ward", "fields": [{ "path": "PID-8", "usage": "required" }, { "path": "PV1-2", "values": ["O"], "severity": "warning" }] }""";

    private static readonly string s_wrong = Samples.Adt("2").Replace("19610615", "19611345", StringComparison.Ordinal);

    [Fact]
    public async Task Each_problem_is_a_line_with_file_rule_severity_place_text_and_remedy()
    {
        using TestFolder folder = new();
        string good = folder.Write("good.hl7", Samples.Adt("1"));
        string bad = folder.Write("bad.hl7", s_wrong);

        CommandResult valid = await HubProcess.RunAsync("validate", good);
        CommandResult invalid = await HubProcess.RunAsync("validate", good, bad);

        Assert.Equal((0, "1 message, all valid"), (valid.Exit, valid.Output.Trim()));
        Assert.Equal(1, invalid.Exit);
        string[] lines = invalid.Output.Trim().Split('\n');
        Assert.StartsWith($"{bad}: HUB3130 error PID-7", lines[0], StringComparison.Ordinal);
        Assert.Contains("Send YYYYMMDD", lines[0], StringComparison.Ordinal);
        Assert.Equal("2 messages, 1 not valid (1 error)", lines[^1]);
        Assert.DoesNotContain("19611345", invalid.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_that_names_what_only_a_version_after_2_7_may_have_is_noted_and_used()
    {
        using TestFolder folder = new();
        string profile = folder.Write("channels/later.json.profile", """{ "name": "later", "versions": ["2.8"], "fields": [{ "path": "PID-93", "usage": "optional" }] }""");
        string channel = folder.Write("channels/a.json", """{ "id": "a", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "validate": { "profile": "later.json.profile" }, "destinations": [{ "id": "log", "type": "log" }] }""");
        string message = folder.Write("in.hl7", Samples.Adt("1", version: "2.8"));

        CommandResult check = await HubProcess.RunAsync("check", channel);
        CommandResult validate = await HubProcess.RunAsync("validate", "--profile", profile, message);

        Assert.Equal((0, 0), (check.Exit, validate.Exit));
        Assert.Contains("note: channel a: ", check.Output, StringComparison.Ordinal);
        Assert.Contains("$.fields[0].path: \"PID-93\" is in no version", check.Output, StringComparison.Ordinal);
        Assert.Contains("$.fields[0].path: \"PID-93\" is in no version", validate.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_may_hold_several_messages_frames_or_a_batch_and_what_is_broken_is_told_like_the_rest()
    {
        using TestFolder folder = new();
        folder.Write("in/1-lines.hl7", $"{Samples.Adt("1")}{s_wrong}".Replace('\r', '\n'));
        folder.Write("in/2-frames.hl7", $"\u000b{Samples.Adt("1")}\u001c\r\u000b{s_wrong}\u001c\r");
        folder.Write("in/3-batch.hl7", $"BHS|^~\\&|A|B|C|D|20260301||||B1\r{Samples.Adt("1")}{s_wrong}BTS|2\r");
        folder.Write("in/4-short.hl7", $"BHS|^~\\&|A|B|C|D|20260301||||B1\r{Samples.Adt("1")}BTS|2\r");
        folder.Write("in/5-text.hl7", "Dear colleague,\n");
        folder.Write("in/6-empty.hl7", "");

        CommandResult result = await HubProcess.RunAsync("validate", folder.Path("in"), "--json");

        using JsonDocument document = JsonDocument.Parse(result.Output);
        string[] found =
        [
            .. document.RootElement.GetProperty("messages").EnumerateArray().Select(message =>
                $"{Path.GetFileName(message.GetProperty("file").GetString())} {message.GetProperty("valid")} {string.Join(",", message.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("rule").GetString()))}".Trim()),
        ];
        Assert.Equal((1, false), (result.Exit, document.RootElement.GetProperty("valid").GetBoolean()));
        Assert.Equal(
            [
                "1-lines.hl7[1] True", "1-lines.hl7[2] False HUB3130", "2-frames.hl7[1] True", "2-frames.hl7[2] False HUB3130",
                "3-batch.hl7[1] True", "3-batch.hl7[2] False HUB3130", "4-short.hl7 False HUB3011", "5-text.hl7 False HUB3010", "6-empty.hl7 False HUB3010",
            ],
            found);
    }

    [Fact]
    public async Task Messages_are_taken_from_standard_input()
    {
        using System.Diagnostics.Process hub = HubProcess.Start("validate", "-");
        await hub.StandardInput.WriteAsync(Samples.Adt("1") + s_wrong);
        hub.StandardInput.Close();
        string output = await hub.StandardOutput.ReadToEndAsync();
        await hub.WaitForExitAsync();
        Assert.Equal(1, hub.ExitCode);
        Assert.StartsWith("-[2]: HUB3130 error PID-7", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_level_says_how_much_is_checked()
    {
        using TestFolder folder = new();
        string file = folder.Write("a.hl7", s_wrong.Replace("PV1||I|2W^212\r", "", StringComparison.Ordinal));

        CommandResult lenient = await HubProcess.RunAsync("validate", file, "--level", "lenient");
        CommandResult standard = await HubProcess.RunAsync("validate", file, "--level", "standard");

        Assert.Equal((0, 1), (lenient.Exit, standard.Exit));
        Assert.Contains("HUB3130 warning PID-7", lenient.Output, StringComparison.Ordinal);
        Assert.Contains("HUB3110 error PV1", standard.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--level profile", "--profile")]
    [InlineData("--level standard --profile x.json", "nobody looks at the profile")]
    [InlineData("--level strict", "'standard'")]
    public async Task Options_that_do_not_go_together_end_with_2(string options, string text)
    {
        CommandResult result = await HubProcess.RunAsync(["validate", "a.hl7", .. options.Split(' ')]);
        Assert.Equal(2, result.Exit);
        Assert.Contains(text, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_tightens_and_its_own_mistakes_come_all_at_once()
    {
        using TestFolder folder = new();
        string file = folder.Write("a.hl7", Samples.Adt("1").Replace("|19610615|F", "|19610615", StringComparison.Ordinal));
        string profile = folder.Write("ward.json", Ward);
        string broken = folder.Write("broken.json", """
            {
              "name": "ward",
              "fields": [
                { "path": "PID-8", "usage": "sometimes" },
                { "path": "PID.8" }
              ]
            }
            """);

        CommandResult plain = await HubProcess.RunAsync("validate", file);
        CommandResult tight = await HubProcess.RunAsync("validate", file, "--profile", profile);
        CommandResult mistakes = await HubProcess.RunAsync("validate", file, "--profile", broken);
        CommandResult forPrograms = await HubProcess.RunAsync("validate", file, "--profile", broken, "--json");
        CommandResult missing = await HubProcess.RunAsync("validate", file, "--profile", folder.Path("none.json"));

        Assert.Equal((0, 1, 1, 3), (plain.Exit, tight.Exit, mistakes.Exit, missing.Exit));
        Assert.Contains(" error PID-8: ", tight.Output, StringComparison.Ordinal);
        Assert.Contains(" warning PV1-2: ", tight.Output, StringComparison.Ordinal);
        Assert.EndsWith("1 message, 1 not valid (1 error, 1 warning)", tight.Output.Trim(), StringComparison.Ordinal);
        Assert.Contains("broken.json(4): HUB1024 $.fields[0].usage: ", mistakes.Errors, StringComparison.Ordinal);
        Assert.Contains("HUB1510", missing.Errors, StringComparison.Ordinal);
        Assert.Empty(mistakes.Output);
        using JsonDocument told = JsonDocument.Parse(forPrograms.Output);
        Assert.Contains("HUB1024", told.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Off_asks_only_whether_a_message_can_be_read_as_in_a_channel_file()
    {
        using TestFolder folder = new();
        string wrong = folder.Write("a.hl7", s_wrong);
        string text = folder.Write("b.hl7", "Dear colleague,\n");
        string profile = folder.Write("ward.json", Ward);

        CommandResult off = await HubProcess.RunAsync("validate", wrong, "--level", "off");
        CommandResult with = await HubProcess.RunAsync("validate", wrong, "--level", "off", "--profile", profile);
        CommandResult unread = await HubProcess.RunAsync("validate", text, "--level", "off");

        Assert.Equal((0, "1 message, all valid"), (off.Exit, off.Output.Trim()));
        Assert.Equal((0, "1 message, all valid"), (with.Exit, with.Output.Trim()));
        Assert.Equal(1, unread.Exit);
        Assert.Contains("HUB3010 error", unread.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_that_no_version_has_is_told_with_its_line_and_what_to_do()
    {
        using TestFolder folder = new();
        string file = folder.Write("a.hl7", Samples.Adt("1"));
        string profile = folder.Write("ward.json", "{\n  \"name\": \"ward\",\n  \"fields\": [\n    { \"path\": \"PID-93\", \"usage\": \"required\" },\n    { \"path\": \"PDI-3\", \"usage\": \"required\" }\n  ]\n}");

        CommandResult result = await HubProcess.RunAsync("validate", file, "--profile", profile);

        Assert.Equal(1, result.Exit);
        Assert.Contains("ward.json(4): HUB1511 $.fields[0].path: PID has 40 fields, so \"PID-93\" is in no version from 2.1 to 2.7 of HL7 v2. Correct the path;", result.Errors, StringComparison.Ordinal);
        Assert.Contains("ward.json(5): HUB1511 $.fields[1].path: The segment PDI is in no version from 2.1 to 2.7 of HL7 v2. Correct the name;", result.Errors, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("NO_MSH10", "HUB3100 error MSH-10", true)]
    [InlineData("NO_MSH11", "HUB3100 error MSH-11", true)]
    [InlineData("NO_MSH5", "HUB3125 error MSH-5.2", true)]
    [InlineData("NO_MSH6", "HUB3160 error MSH-6", false)]
    [InlineData("NO_MSH21", "HUB3160 error MSH-21", false)]
    [InlineData("NO_PROFILE_IDENTIFIER", "HUB3160 error MSH-21[2].2", false)]
    [InlineData("OBX2CWE_OBX5ST", "HUB3164 error OBX-5.3", false)]
    [InlineData("DUPLICATE_OBX1", "HUB3166 error OBX[2]-1", false)]
    public async Task The_profile_that_is_shipped_refuses_each_PHLIP_message_for_the_defect_in_its_name(string name, string problem, bool isOfStandard)
    {
        string folder = Corpus.Need("hl7v2/cdc-data-exchange-hl7/phlip-flu-defects");
        string profile = Path.Combine(Repository.Root, "channels", "examples", "profiles", "phlip-flu.json");
        string Named(string defect) => Path.Combine(folder, $"PHLIP_FLU_2.5.1_{defect}.hl7");

        CommandResult refused = await HubProcess.RunAsync("validate", Named(name), "--profile", profile);
        CommandResult standard = await HubProcess.RunAsync("validate", Named(name));
        CommandResult valid = await HubProcess.RunAsync("validate", Named("VALID_MESSAGE"), Named("TWO_OBX_WITH_SAME_OBX3_DIFF_OBX4"), "--profile", profile);

        Assert.Equal((1, isOfStandard ? 1 : 0, 0), (refused.Exit, standard.Exit, valid.Exit));
        Assert.Contains($": {problem}: ", refused.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_that_a_profile_cannot_have_is_told_with_its_line()
    {
        using TestFolder folder = new();
        string file = folder.Write("a.hl7", Samples.Adt("1"));
        string profile = folder.Write("ward.json", "{\n  \"name\": \"ward\",\n  \"fields\": [\n    { \"path\": \"PID-8\", \"pattern\": \"(\" }\n  ]\n}");

        CommandResult result = await HubProcess.RunAsync("validate", file, "--profile", profile);

        Assert.Equal(1, result.Exit);
        Assert.Contains("ward.json(4): HUB1511 $.fields[0].pattern: ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_learned_profile_is_one_that_its_messages_pass_and_others_do_not()
    {
        using TestFolder folder = new();
        folder.Write("in/1.hl7", Samples.Adt("1"));
        folder.Write("in/2.hl7", Samples.Adt("2", patient: "9990000026"));
        string other = folder.Write("other.hl7", Samples.Adt("3", type: "ADT^A03^ADT_A03"));
        string profile = folder.Path("profiles", "ward.json");

        CommandResult learned = await HubProcess.RunAsync("profile", "learn", folder.Path("in"), "--output", profile);
        CommandResult same = await HubProcess.RunAsync("validate", folder.Path("in"), "--profile", profile);
        CommandResult different = await HubProcess.RunAsync("validate", other, "--profile", profile);
        CommandResult again = await HubProcess.RunAsync("profile", "learn", folder.Path("in"));

        Assert.True(learned.Exit == 0, learned.Errors);
        Assert.Contains("Learned from 2 messages: ADT^A01", learned.Output, StringComparison.Ordinal);
        Assert.Equal((0, 1), (same.Exit, different.Exit));
        using JsonDocument document = JsonDocument.Parse(again.Output);
        Assert.Equal(("profile.schema.json", "learned"), (document.RootElement.GetProperty("$schema").GetString(), document.RootElement.GetProperty("name").GetString()));
        Assert.DoesNotContain("9990000018", again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("PRAWF", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_learned_profile_writes_over_a_file_only_when_forced_and_never_over_a_message()
    {
        using TestFolder folder = new();
        string message = folder.Write("in/1.hl7", Samples.Adt("1"));
        string channel = folder.Write("channels/adt.json", "{}");

        CommandResult there = await HubProcess.RunAsync("profile", "learn", message, "--output", channel);
        Assert.Equal((3, "{}"), (there.Exit, File.ReadAllText(channel)));
        Assert.Contains("that file is there already. Name another one, or add --force", there.Errors, StringComparison.Ordinal);

        CommandResult input = await HubProcess.RunAsync("profile", "learn", folder.Path("in"), "--output", message, "--force");
        Assert.Equal((3, Samples.Adt("1")), (input.Exit, File.ReadAllText(message)));
        Assert.Contains("that is one of the files to learn from", input.Errors, StringComparison.Ordinal);

        Assert.Equal(0, (await HubProcess.RunAsync("profile", "learn", message, "--output", channel, "--force")).Exit);
        Assert.Contains("\"adt\"", File.ReadAllText(channel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ADT^A01^ADT_A01|1|P|2.5.1||||||KLINGON\rPID|1||7||J\u00e9", "HUB3010", 103, "MSH-18")]
    [InlineData("ADT^A01^ADT_A01|1|P|2.5.1", "HUB3010", 102, "MSH-2", "MSH|^^\\&")]
    public async Task What_cannot_be_read_has_the_place_and_the_code_that_the_wire_answers(string rest, string rule, int code, string path, string head = "MSH|^~\\&")
    {
        using TestFolder folder = new();
        string file = folder.Path("a.hl7");
        await File.WriteAllBytesAsync(file, System.Text.Encoding.Latin1.GetBytes($"{head}|A|B|C|D|2026||{rest}\r"));
        CommandResult result = await HubProcess.RunAsync("validate", file, "--json");
        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement problem = document.RootElement.GetProperty("messages")[0].GetProperty("problems")[0];
        Assert.Equal((rule, code, path), (problem.GetProperty("rule").GetString(), problem.GetProperty("code").GetInt32(), problem.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task What_learned_messages_break_of_the_standard_is_loosened_where_they_do()
    {
        using TestFolder folder = new();
        folder.Write("in/1.hl7", s_wrong);
        string other = folder.Write("other.hl7", Samples.Adt("3").Replace("PV1||I|2W^212", "PV1||I|2W^212|||||||||||||||||||||||||||||||||||||||||19611345", StringComparison.Ordinal));
        string profile = folder.Path("ward.json");

        CommandResult learned = await HubProcess.RunAsync("profile", "learn", folder.Path("in"), "--output", profile);
        CommandResult same = await HubProcess.RunAsync("validate", folder.Path("in"), "--profile", profile);
        CommandResult elsewhere = await HubProcess.RunAsync("validate", other, "--profile", profile);

        Assert.Contains("Loosened to a warning, because these messages break it: HUB3130 PID-7", learned.Output, StringComparison.Ordinal);
        Assert.Equal(0, same.Exit);
        Assert.Contains("HUB3130 warning PID-7", same.Output, StringComparison.Ordinal);
        Assert.Contains("HUB3130 error PV1-44", elsewhere.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_learned_profile_cannot_be_written_is_told_with_what_to_do()
    {
        using TestFolder folder = new();
        string file = folder.Write("a.hl7", Samples.Adt("1"));

        CommandResult isFolder = await HubProcess.RunAsync("profile", "learn", file, "--output", folder.Path());
        CommandResult underFile = await HubProcess.RunAsync("profile", "learn", file, "--output", Path.Combine(file, "ward.json"));
        CommandResult blank = await HubProcess.RunAsync("profile", "learn", file, "--output", "");
        CommandResult nameless = await HubProcess.RunAsync("profile", "learn", file, "--output", folder.Path(".json"));
        CommandResult used = await HubProcess.RunAsync("validate", file, "--profile", folder.Path(".json"));

        Assert.Equal((3, 3, 2, 0, 0), (isFolder.Exit, underFile.Exit, blank.Exit, nameless.Exit, used.Exit));
        Assert.Contains($"The profile cannot be written to {folder.Path()}: that is a folder. Name a file in it", isFolder.Errors, StringComparison.Ordinal);
        Assert.Contains($"The profile cannot be written to {Path.Combine(file, "ward.json")}: ", underFile.Errors, StringComparison.Ordinal);
        Assert.Contains("Name a file in a folder where you may write", underFile.Errors, StringComparison.Ordinal);
        Assert.Contains("--output is blank. Give a file, or leave --output out.", blank.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_learned_from_what_cannot_be_read()
    {
        using TestFolder folder = new();
        folder.Write("in/1.hl7", Samples.Adt("1"));
        folder.Write("in/2.hl7", "Dear colleague,\n");

        CommandResult result = await HubProcess.RunAsync("profile", "learn", folder.Path("in"), "--output", folder.Path("p.json"));

        Assert.Equal((1, false), (result.Exit, File.Exists(folder.Path("p.json"))));
        Assert.Contains("2.hl7: HUB3010 error", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_schema_of_profiles_names_what_they_may_hold()
    {
        CommandResult schema = await HubProcess.RunAsync("schema", "--profile");
        CommandResult both = await HubProcess.RunAsync("schema", "--profile", "--case");
        using JsonDocument document = JsonDocument.Parse(schema.Output);
        Assert.Equal((0, 2), (schema.Exit, both.Exit));
        Assert.Equal(["name"], document.RootElement.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        foreach (string word in (string[])["segments", "requiredOrEmpty", "pattern", "valueSets", "Whether it is populated"])
            Assert.Contains(word, schema.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_show_and_try_tell_what_was_found()
    {
        await using MllpReceiver receiver = new();
        using TestFolder folder = new();
        folder.Write("channels/profiles/ward.json", Ward);
        string channel = folder.WriteChannel(Samples.PassThrough("adt", receiver.Port, destination: """, "validate": { "profile": "profiles/ward.json" }""")
            .Replace("\"steps\":", "\"validate\": { \"profile\": \"profiles/ward.json\", \"onFailure\": \"flag\" }, \"steps\":", StringComparison.Ordinal));
        string file = folder.Write("a.hl7", Samples.Adt("1").Replace("|19610615|F", "|19610615", StringComparison.Ordinal));
        await using (HubProcess hub = await HubProcess.StartAsync(folder))
        {
            CommandResult sent = await HubProcess.RunAsync("send", file, "--to", $"mllp://127.0.0.1:{hub.Port("adt")}");
            Assert.Equal(0, sent.Exit);
            await hub.TerminateAsync();
        }

        CommandResult list = await HubProcess.RunAsync("messages", "--data", folder.Path("data"));
        CommandResult parked = await HubProcess.RunAsync("messages", "--delivery", "Parked", "--data", folder.Path("data"), "--json");
        CommandResult shown = await HubProcess.RunAsync("show", "1", "--data", folder.Path("data"));
        CommandResult tried = await HubProcess.RunAsync("try", channel, file);
        CommandResult json = await HubProcess.RunAsync("try", channel, file, "--json");

        Assert.Contains("Accepted, 2 errors, 2 warnings", list.Output, StringComparison.Ordinal);
        Assert.Matches("Problem      101 PID-8 HUB31[0-9]{2}: ", shown.Output);
        Assert.Matches("Warning      103 PV1-2 HUB31[0-9]{2}: ", shown.Output);
        Assert.Contains("Delivery     out Parked: Not valid for this destination: HUB31", shown.Output, StringComparison.Ordinal);
        Assert.Contains("   problem 101 PID-8 HUB31", tried.Output, StringComparison.Ordinal);
        Assert.Contains("   destinations[0] out validate\n     HUB31", tried.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("-- to out, parked: Not valid", tried.Output, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(parked.Output);
        JsonElement problem = document.RootElement[0].GetProperty("problems")[0];
        Assert.Equal(("Error", 101, "PID-8"), (problem.GetProperty("severity").GetString(), problem.GetProperty("code").GetInt32(), problem.GetProperty("path").GetString()));
        Assert.StartsWith("HUB31", problem.GetProperty("rule").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(problem.GetProperty("remedy").GetString()!);
        using JsonDocument trial = JsonDocument.Parse(json.Output);
        Assert.StartsWith("Not valid", trial.RootElement[0].GetProperty("deliveries")[0].GetProperty("parkedFor").GetString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Every_message_of_NIST_is_valid()
    {
        string folder = Corpus.Need("hl7v2/nist-syndromic-surveillance");
        CommandResult result = await HubProcess.RunAsync(["validate", .. Directory.EnumerateFiles(folder, "*.hl7").Order(StringComparer.Ordinal), "--json"]);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        string[] wrong = [.. document.RootElement.GetProperty("messages").EnumerateArray().Where(message => !message.GetProperty("valid").GetBoolean()).Select(message => message.GetProperty("file").GetString()!)];
        Assert.Empty(wrong);
        Assert.Equal(0, result.Exit);
        Assert.InRange(document.RootElement.GetProperty("messages").GetArrayLength(), 10, 100);
    }
}
