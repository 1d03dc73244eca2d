using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary><c>hub test</c>, as people and CI use it.</summary>
public sealed class TestCommandTests
{
    private const string SetReceiver = """[ { "type": "setField", "path": "MSH-5", "value": "LAB" } ]""";

    [Theory]
    [InlineData("channels", 2)]
    [InlineData("channels/examples", 71)]
    public async Task The_tests_of_what_is_shipped_pass(string folder, int least)
    {
        CommandResult test = await HubProcess.RunAsync("test", Path.Combine(Repository.Root, folder), "--json", "--min-coverage", "100");
        using JsonDocument document = JsonDocument.Parse(test.Output);
        Assert.True(test.Exit == 0, test.Output + test.Errors);
        Assert.True(document.RootElement.GetProperty("cases").GetInt32() >= least);
    }

    [Fact]
    public async Task A_failing_case_is_told_by_field_and_ends_with_1()
    {
        using TestFolder folder = Channel();
        folder.Write("channels/tests/adt/good.in.hl7", Samples.Adt("1"));
        folder.Write("channels/tests/adt/good.lab.hl7", Samples.Adt("1").Replace("|MPI|", "|LAB|", StringComparison.Ordinal));
        folder.Write("channels/tests/adt/bad.in.hl7", Samples.Adt("2"));
        folder.Write("channels/tests/adt/bad.lab.hl7", Samples.Adt("2"));

        CommandResult test = await HubProcess.RunAsync("test", folder.Path("channels"), "--verbose", "--coverage");
        CommandResult one = await HubProcess.RunAsync("test", folder.Path("channels", "adt.json"), "--case", "go*");

        Assert.Equal((1, 0), (test.Exit, one.Exit));
        Assert.Contains("FAIL adt bad", test.Output, StringComparison.Ordinal);
        Assert.Contains("to lab MSH-5  expected \"MPI\"  was \"LAB\"", test.Output, StringComparison.Ordinal);
        Assert.Contains("steps[0] setField", test.Output, StringComparison.Ordinal);
        Assert.Contains("ok   adt good", test.Output, StringComparison.Ordinal);
        Assert.Contains("Every step ran", test.Output, StringComparison.Ordinal);
        Assert.Contains("1 passed, 1 failed", test.Output, StringComparison.Ordinal);
        Assert.Contains("1 passed, 0 failed", one.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_whose_id_holds_a_setting_has_its_tests_under_the_name_of_its_file()
    {
        using TestFolder folder = new();
        folder.Write("channels/adt.json", Samples.PassThrough("adt-${env:SITE}", 1));
        folder.Write("channels/tests/adt/a.in.hl7", Samples.Adt("1"));
        folder.Write("channels/tests/adt/a.out.hl7", Samples.Adt("1"));

        CommandResult test = await HubProcess.RunAsync("test", folder.Path("channels"));

        Assert.True(test.Exit == 0, test.Output + test.Errors);
        Assert.Contains("1 passed, 0 failed", test.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_is_in_the_order_of_names_however_many_cases_run_at_once()
    {
        using TestFolder folder = Channel();
        string[] names = [.. Enumerable.Range(0, 60).Select(i => $"c{i:00}")];
        foreach (string name in names)
            folder.Write($"channels/tests/adt/{name}.in.hl7", Samples.Adt(name));

        CommandResult test = await HubProcess.RunAsync("test", folder.Path("channels"), "--json");

        using JsonDocument document = JsonDocument.Parse(test.Output);
        Assert.Equal(names, document.RootElement.GetProperty("channels")[0].GetProperty("cases").EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        Assert.Equal(60, document.RootElement.GetProperty("failed").GetInt32());
    }

    [Fact]
    public async Task JUnit_has_a_suite_for_each_channel_and_a_test_for_each_case()
    {
        using TestFolder folder = Channel();
        folder.Write("channels/tests/adt/a.in.hl7", Samples.Adt("1"));
        folder.Write("channels/tests/adt/a.lab.hl7", Samples.Adt("1").Replace("Gwen", "G\u0001wen", StringComparison.Ordinal));
        folder.Write("channels/tests/adt/b.json", "{ \"imput\": {} }");
        folder.Write("channels/tests/adt/stray.hl7", "x");

        CommandResult test = await HubProcess.RunAsync("test", folder.Path("channels"), "--junit", folder.Path("out", "junit.xml"));

        Assert.Equal(1, test.Exit);
        using XmlReader reader = XmlReader.Create(folder.Path("out", "junit.xml"));
        XElement suite = XDocument.Load(reader).Root!.Element("testsuite")!;
        Assert.Equal(("adt", "3", "1", "2"), ((string?)suite.Attribute("name"), (string?)suite.Attribute("tests"), (string?)suite.Attribute("failures"), (string?)suite.Attribute("errors")));
        XElement a = suite.Elements("testcase").First();
        Assert.Equal(("adt", "a"), ((string?)a.Attribute("classname"), (string?)a.Attribute("name")));
        Assert.Contains("PID-5.2  expected \"G·wen\"", a.Element("failure")!.Value, StringComparison.Ordinal);
        Assert.Contains("HUB1020", suite.Elements("testcase").ElementAt(1).Element("error")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accept_shows_the_differences_and_writes_only_when_told()
    {
        using TestFolder folder = Channel();
        string expected = folder.Write("channels/tests/adt/a.lab.hl7", Samples.Adt("1"));
        folder.Write("channels/tests/adt/a.in.hl7", Samples.Adt("1"));

        CommandResult asked = await HubProcess.RunAsync("test", folder.Path("channels"), "--accept");
        Assert.Equal(Samples.Adt("1"), await File.ReadAllTextAsync(expected));
        CommandResult told = await HubProcess.RunAsync("test", folder.Path("channels"), "--accept", "--yes");
        CommandResult again = await HubProcess.RunAsync("test", folder.Path("channels"));

        Assert.Equal((1, 0, 0), (asked.Exit, told.Exit, again.Exit));
        Assert.Contains("--yes", asked.Errors, StringComparison.Ordinal);
        Assert.Contains("MSH-5", told.Output, StringComparison.Ordinal);
        Assert.Contains("wrote ", told.Output, StringComparison.Ordinal);
        Assert.Contains("|LAB|", await File.ReadAllTextAsync(expected), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_tests_it_says_where_to_put_one_and_how_to_begin()
    {
        using TestFolder folder = Channel();
        CommandResult test = await HubProcess.RunAsync("test", folder.Path("channels"));
        Assert.Equal(1, test.Exit);
        Assert.Contains("channels/tests/adt/NAME.in.hl7", test.Errors, StringComparison.Ordinal);
        Assert.Contains("--accept", test.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_tests_for_no_channel_is_a_problem()
    {
        using TestFolder folder = Channel();
        folder.Write("channels/tests/adt/a.json", """{ "input": { "text": "MSH|" }, "expect": { "outcome": "rejected" } }""");
        folder.Write("channels/tests/atd/a.json", "{}");
        CommandResult test = await HubProcess.RunAsync("test", folder.Path("channels"));
        Assert.Equal(1, test.Exit);
        Assert.Contains("HUB1126", test.Errors, StringComparison.Ordinal);
        Assert.Contains("atd", test.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_little_coverage_fails_when_it_is_asked_for()
    {
        using TestFolder folder = Channel();
        folder.Write("channels/tests/adt/a.json", """{ "input": { "text": "MSH|" }, "expect": { "outcome": "rejected" } }""");
        CommandResult free = await HubProcess.RunAsync("test", folder.Path("channels"));
        CommandResult bound = await HubProcess.RunAsync("test", folder.Path("channels"), "--min-coverage", "50");
        Assert.Equal((0, 1), (free.Exit, bound.Exit));
        Assert.Contains("0% of channel adt", bound.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "test --accept --json")]
    [InlineData(2, "test --min-coverage 101")]
    [InlineData(3, "test no-such-folder")]
    public async Task A_command_line_that_cannot_be_done_says_so(int exit, string line)
    {
        CommandResult result = await HubProcess.RunAsync(line.Split(' '));
        Assert.Equal(exit, result.Exit);
        Assert.NotEmpty(result.Errors);
    }

    [Fact]
    public async Task The_schema_of_cases_is_written_beside_that_of_channels()
    {
        CommandResult schema = await HubProcess.RunAsync("schema", "--case");
        using JsonDocument document = JsonDocument.Parse(schema.Output);
        Assert.True(document.RootElement.GetProperty("properties").TryGetProperty("expect", out _));
    }

    private static TestFolder Channel()
    {
        TestFolder folder = new();
        folder.WriteChannel($$"""
            { "id": "adt", "source": { "type": "mllp", "listen": "127.0.0.1:0" }, "steps": {{SetReceiver}},
              "destinations": [ { "id": "lab", "type": "mllp", "endpoint": "${env:LAB_HOST}:2575" } ] }
            """);
        return folder;
    }
}
