using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hub.Engine.Templates;

/// <summary>A channel that is to be made.</summary>
/// <param name="Template">What it is made from.</param>
/// <param name="Id">The channel's id, as it was given.</param>
/// <param name="Listen">Where it listens; empty when it listens nowhere.</param>
/// <param name="Target">Where it sends to, an address or a folder.</param>
internal sealed record ChannelDraft(ChannelTemplate Template, string Id, string Listen, string Target)
{
    /// <summary>The name of its first test.</summary>
    public const string CaseName = "admission";

    /// <summary>How values are written into files that people read.</summary>
    public static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // An invented patient, and MSH-11 says training, so that no receiver takes it for a real one. No step of a template changes the
    // message, so it is also what is expected.
    private const string Message =
        "MSH|^~\\&|PAS|WARD|RECEIVER|HOSPITAL|20260105091500+0000||ADT^A01^ADT_A01|NEW-0001|T|2.5.1|||||GBR|UNICODE UTF-8\r" +
        "EVN||20260105091500+0000\r" +
        "PID|1||9990000018^^^NHS^NH~H0001^^^PAS^PI||PRAWF^Enghraifft^^^MS||19800214|F|||1 Ffordd Prawf^^Caerdydd^^ZZ1 1ZZ^GBR^H||07700900123^PRN^PH\r" +
        "PV1|1|I|WARD1^BAY2^3|||||||||||||||||V0001\r";

    /// <summary>The name of the file with the message of its first test.</summary>
    public static string InputFile => $"{CaseName}.in.hl7";

    /// <summary>The files of its tests: names and content.</summary>
    public IReadOnlyList<(string Name, string Content)> Tests => [(InputFile, Message), ($"{CaseName}.{Template.Destination.Id}.hl7", Message)];

    /// <summary>The channel file.</summary>
    /// <param name="schema">The schema beside it; null when there is none.</param>
    public string ToJson(string? schema)
    {
        DestinationPart destination = Template.Destination;
        string first = schema is null ? "" : $"  \"$schema\": {Quote(schema)},\n";
        return $$"""
            {
            {{first}}  "id": {{Quote(Id)}},
              "description": {{Quote($"{char.ToUpperInvariant(Template.Means[0])}{Template.Means[1..]}")}},
              "source": { "type": "{{Template.Source.Name}}"{{Template.Source.Members(this)}} },
              "steps": [],
              "destinations": [
                { "id": "{{destination.Id}}", "type": "{{destination.Name}}", "{{destination.Member}}": {{Quote(Target)}}{{destination.More}} }
              ]
            }

            """.ReplaceLineEndings("\n");
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text, Readable);
}
