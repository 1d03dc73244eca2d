using System.Text.Json;
using Hub.Testing;

namespace Hub.Engine.Tests;

/// <summary><c>hub convert</c> and <c>hub fhir coverage</c>, with their unhappy paths.</summary>
public sealed class ConvertCommandTests
{
    [Fact]
    public async Task Each_file_is_a_line_in_order_and_one_that_cannot_be_converted_an_empty_line_with_the_reason()
    {
        using TestFolder folder = new();
        string first = folder.Write("1.hl7", Samples.Adt("1"));
        string broken = folder.Write("2.hl7", "Dear colleague,\n");
        string third = folder.Write("3.hl7", "\uFEFF" + Samples.Adt("3"));

        CommandResult run = await HubProcess.RunAsync("convert", "--to", "fhir-r4", first, broken, third);

        string[] lines = run.Output.ReplaceLineEndings("\n").Split('\n');
        Assert.Equal((1, 4), (run.Exit, lines.Length));
        Assert.Equal("", lines[1]);
        Assert.Contains($"{broken}: HUB3200 This message cannot be converted:", run.Errors, StringComparison.Ordinal);
        Assert.Equal(("1", "3"), (ControlId(lines[0]), ControlId(lines[2])));
    }

    [Fact]
    public async Task A_sites_rules_are_used_and_their_mistakes_told_with_file_and_line()
    {
        using TestFolder folder = new();
        string message = folder.Write("1.hl7", Samples.Adt("1"));
        string rules = Path.GetDirectoryName(folder.Write("maps/own.map", "segment PID Patient\nrule PID-3 | | language | | | \"en\"\n"))!;

        CommandResult good = await HubProcess.RunAsync("convert", "--to", "fhir-r4", "--maps", rules, message);
        folder.Write("maps/own.map", "segment PID Patient\nrule PID-3 | | langage\n");
        CommandResult bad = await HubProcess.RunAsync("convert", "--to", "fhir-r4", "--maps", rules, message);

        Assert.True(good.Exit == 0, good.Errors);
        Assert.Contains("\"language\":\"en\"", good.Output, StringComparison.Ordinal);
        Assert.Equal((1, ""), (bad.Exit, bad.Output));
        Assert.Contains("own.map(2): HUB3201 Patient of FHIR R4 has no langage.", bad.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resources_become_messages_and_one_that_cannot_is_told_with_its_file_and_place()
    {
        using TestFolder folder = new();
        string first = folder.Write("1.json", """{ "resourceType": "Patient", "name": [{ "family": "Mole" }], "photo": [{ "title": "me" }] }""");
        string stray = folder.Write("2.json", """{ "resourceType": "Observation", "status": "final", "code": { "text": "secret" }, "subject": { "reference": "Patient/9" } }""");
        string third = folder.Write("3.json", """{ "resourceType": "Patient", "name": [{ "family": "Vole" }] }""");

        CommandResult run = await HubProcess.RunAsync("convert", "--to", "hl7v2", "--event", "A08", "--sender", "HUB|NORTH", "--receiver", "LAB", first, stray, third);
        CommandResult told = await HubProcess.RunAsync("convert", "--to", "hl7v2", "--problems", first);

        string[] messages = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((1, 2), (run.Exit, messages.Length));
        Assert.All(messages, message => Assert.Matches(@"^MSH\|\^~\\&\|HUB\|NORTH\|LAB\|\|\d{14}[+-]\d{4}\|\|ADT\^A08\^ADT_A01\|", message));
        Assert.Contains("Mole", messages[0], StringComparison.Ordinal);
        Assert.Contains("Vole", messages[1], StringComparison.Ordinal);
        Assert.Contains($"{stray}: Observation.subject: HUB3207 The patient that it names is not there.", run.Errors, StringComparison.Ordinal);
        Assert.Contains($"{first}: 2 notes on places that no message carries", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, told.Exit);
        Assert.Contains("Patient.photo[0].title: No field of the message takes it.", told.Errors, StringComparison.Ordinal);
        Assert.Contains("PID-3: Patient Identifier List is empty", told.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, "There is no file", "convert", "--to", "fhir-r4", "nowhere.hl7")]
    [InlineData(3, "There is no folder", "convert", "--to", "fhir-r4", "--maps", "nowhere", "README.md")]
    [InlineData(2, "fhir-r4", "convert", "--to", "fhir-r9", "a.hl7")]
    [InlineData(2, "--to", "convert", "a.hl7")]
    [InlineData(2, "--assembler: Write the name of the organization", "convert", "--to", "fhir-r4", "--assembler", "Ward^2.16", "a.hl7")]
    [InlineData(2, "there is no time zone \"Mars\"", "convert", "--to", "fhir-r4", "--zone", "Mars", "a.hl7")]
    [InlineData(2, "\"Z99\" is no event", "convert", "--to", "hl7v2", "--event", "Z99", "a.json")]
    [InlineData(2, "there is no dictionary of HL7 v9", "convert", "--to", "hl7v2", "--hl7-version", "9", "a.json")]
    [InlineData(2, "\"KLINGON\" is no character set", "convert", "--to", "hl7v2", "--charset", "KLINGON", "a.json")]
    [InlineData(1, "There is no table PID.Nothing", "fhir", "coverage", "--rules", "PID.Nothing")]
    public async Task A_wrong_command_says_what_to_do(int exit, string text, params string[] arguments)
    {
        CommandResult run = await HubProcess.RunAsync(arguments);
        Assert.Equal(exit, run.Exit);
        Assert.Contains(text, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Coverage_counts_every_row_and_gives_reasons()
    {
        CommandResult json = await HubProcess.RunAsync("fhir", "coverage", "--json");
        JsonElement counts = JsonDocument.Parse(json.Output).RootElement;
        Assert.Equal(counts.GetProperty("rows").GetInt32(), counts.GetProperty("done").GetInt32() + counts.GetProperty("notApplicable").GetInt32() + counts.GetProperty("notDone").GetInt32());
        CommandResult reasons = await HubProcess.RunAsync("fhir", "coverage", "--rules", "PID.Patient");
        Assert.Contains("not applicable: PID-10 local implementation: The guide leaves it to the realm", reasons.Output, StringComparison.Ordinal);
    }

    private static string ControlId(string line) => JsonDocument.Parse(line).RootElement.GetProperty("identifier").GetProperty("value").GetString()!;
}
