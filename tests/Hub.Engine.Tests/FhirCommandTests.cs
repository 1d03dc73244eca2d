using System.Text.Json;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary><c>hub fhir</c>, as its users call it.</summary>
public sealed class FhirCommandTests
{
    private const string Good = """{"resourceType":"Patient","id":"p1","gender":"female"}""";
    private const string Wrong = """{"resourceType":"Patient","name":[{"use":"SECRET"}],"nam":1}""";

    [Fact]
    public async Task Each_problem_is_a_line_with_file_rule_severity_place_text_and_remedy()
    {
        using TestFolder folder = new();
        string good = folder.Write("good.json", Good);
        string bad = folder.Write("bad.json", Wrong);

        CommandResult valid = await HubProcess.RunAsync("fhir", "validate", good);
        CommandResult invalid = await HubProcess.RunAsync("fhir", "validate", good, bad);

        Assert.Equal((0, "1 resource, all valid"), (valid.Exit, valid.Output.Trim()));
        Assert.Equal(1, invalid.Exit);
        string[] lines = invalid.Output.Trim().Split('\n');
        Assert.StartsWith($"{bad}: HUB3234 error Patient.nam: Patient has no element of this name. Write \"name\"", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{bad}: HUB3247 error Patient.name[0].use: ", lines[1], StringComparison.Ordinal);
        Assert.Equal("2 resources, 1 not valid (2 errors)", lines[^1]);
        Assert.DoesNotContain("SECRET", invalid.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_may_hold_a_resource_a_line_and_programs_get_JSON()
    {
        using TestFolder folder = new();
        folder.Write("in/1.ndjson", $"{Good}\n{Wrong}\n\n{Good}\n");
        folder.Write("in/2.json", $"{Good}\n{Good}\n");
        folder.Write("in/3.json", Good.Replace(",", ",\n", StringComparison.Ordinal) + "\n");
        folder.Write("in/4.json", "");

        CommandResult result = await HubProcess.RunAsync("fhir", "validate", folder.Path("in"), "--json");

        using JsonDocument document = JsonDocument.Parse(result.Output);
        Assert.Equal((1, false), (result.Exit, document.RootElement.GetProperty("valid").GetBoolean()));
        Assert.Equal(
            ["1.ndjson[1] True", "1.ndjson[2] False HUB3234 HUB3247", "1.ndjson[4] True", "2.json[1] True", "2.json[2] True", "3.json True", "4.json False HUB3230"],
            document.RootElement.GetProperty("resources").EnumerateArray().Select(resource =>
                $"{Path.GetFileName(resource.GetProperty("file").GetString())} {resource.GetProperty("valid")} {string.Join(' ', resource.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("rule").GetString()))}".Trim()));
    }

    [Fact]
    public async Task A_file_that_is_not_there_ends_with_3() =>
        Assert.Equal(3, (await HubProcess.RunAsync("fhir", "validate", "/nowhere/patient.json")).Exit);

    [Fact]
    public async Task Invariants_are_counted()
    {
        CommandResult text = await HubProcess.RunAsync("fhir", "invariants");
        CommandResult json = await HubProcess.RunAsync("fhir", "invariants", "--json");
        Assert.Equal((0, "240 of 240 invariants of R4 (4.0.1) are checked: 206 are errors, the others warnings."), (text.Exit, text.Output.Trim()));
        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.Equal((240, 240), (document.RootElement.GetProperty("count").GetInt32(), document.RootElement.GetProperty("checked").GetInt32()));
    }
}
