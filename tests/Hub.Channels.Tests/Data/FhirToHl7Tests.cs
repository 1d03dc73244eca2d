using System.Text;
using Hub.Channels.Config;
using Hub.Contracts;

namespace Hub.Channels.Tests.Data;

/// <summary>The step that makes HL7 v2 of FHIR, where it works and where it does not.</summary>
public sealed class FhirToHl7Tests
{
    private const string Mole = """{"resourceType":"Patient","id":"1","name":[{"family":"Mole"}]}""";
    private const string Vole = """{"resourceType":"Patient","id":"2","name":[{"family":"Vole"}]}""";

    [Fact]
    public void A_resource_becomes_a_message_and_the_steps_after_it_see_HL7()
    {
        PipelineOutcome outcome = Run("""{ "type": "convert", "to": "hl7v2", "hl7": { "event": "A08", "sendingApplication": "HUB", "version": "2.4" } }, { "type": "setField", "path": "PID-8", "value": "F" }""", Mole);
        Assert.True(outcome.State == MessageState.Accepted, string.Join('\n', outcome.Problems));
        string message = Encoding.UTF8.GetString(outcome.Deliveries[0].Content!.Value.Span);
        Assert.StartsWith("MSH|^~\\&|HUB||||20260301101530+0100||ADT^A08^ADT_A", message, StringComparison.Ordinal);
        Assert.Contains("|P|2.4\r", message, StringComparison.Ordinal);
        Assert.Contains("\rPID|1||||Mole|||F\r", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"resourceType":"Organization","name":"secret"}""", "HUB3207 Organization: There is no Patient")]
    [InlineData("""{"name":"secret"}""", "HUB3205 resourceType: ")]
    [InlineData($$"""{"resourceType":"Bundle","type":"collection","entry":[{"resource":{{Mole}}},{"resource":{{Vole}}}]}""", "HUB3211: The bundle becomes 2 messages")]
    public void What_is_no_one_message_is_rejected_with_the_reason_and_without_content(string json, string reason)
    {
        PipelineOutcome outcome = Run("""{ "type": "convert", "to": "hl7v2", "hl7": {} }""", json);
        Assert.Equal((MessageState.Rejected, 207), (outcome.State, outcome.Problems[0].Code));
        Assert.Contains(reason, outcome.Problems[0].Text, StringComparison.Ordinal);
        Assert.All((string[])["secret", "Mole", "Vole"], text => Assert.DoesNotContain(text, outcome.Problems[0].Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "type": "convert", "to": "hl7v2", "hl7": { "event": "Z99" } }""", "$.steps[0].hl7.event", "no event that FHIR resources become")]
    [InlineData("""{ "type": "convert", "to": "hl7v2", "hl7": { "version": "9" } }""", "$.steps[0].hl7.version", "no dictionary of HL7 v9")]
    [InlineData("""{ "type": "convert", "to": "hl7v2", "hl7": { "characterSet": "KLINGON" } }""", "$.steps[0].hl7.characterSet", "no character set")]
    [InlineData("""{ "type": "convert", "to": "xml", "hl7": {} }""", "$.steps[0].hl7", "another conversion")]
    public void A_wrong_setting_is_a_mistake_of_the_file(string steps, string path, string remedy)
    {
        (int Code, string Path, string Text) problem = Assert.Single(TestChannels.Problems(Text(steps), out ChannelConfig? _));
        Assert.Equal((ProblemCodes.FhirConversion, path), (problem.Code, problem.Path));
        Assert.Contains(remedy, problem.Text, StringComparison.Ordinal);
    }

    private static PipelineOutcome Run(string steps, string json) => TestChannels.Make(Text(steps)).Pipeline.Run(new(7), Encoding.UTF8.GetBytes(json), TestChannels.Now);

    private static string Text(string steps) =>
        $$"""{ "id": "test", "source": { "type": "mllp", "listen": "127.0.0.1:0", "dataType": "json" }, "steps": [{{steps}}], "destinations": [{ "id": "out", "type": "file", "folder": "out" }] }""";
}
