using System.Text.Json;

namespace Hub.Engine.Templates;

/// <summary>The half of a template that brings messages in.</summary>
/// <param name="Name">Its name in the template's name, and the type of the source.</param>
/// <param name="Means">What it is, to choose by.</param>
/// <param name="Port">The port that is tried first; null when it listens nowhere.</param>
/// <param name="Members">The members of <c>source</c> after its type, as JSON, by the draft.</param>
/// <param name="Send">A command that sends a message, by the draft, the channel file and the message's file.</param>
internal sealed record SourcePart(string Name, string Means, int? Port, Func<ChannelDraft, string> Members, Func<ChannelDraft, string, string, string> Send)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SourcePart> All { get; } =
    [
        new("mllp", "HL7 v2 over MLLP", 2575, Listen, (draft, _, file) => $"hub send {file} --to mllp://{draft.Listen}"),
        new("http", "HL7 v2 over HTTP", 8080, draft => $"{Listen(draft)}, \"path\": {Json($"/{draft.Id}")}", (draft, _, file) => $"curl --data-binary @{file} -H 'Content-Type: application/hl7-v2' http://{draft.Listen}/{draft.Id}"),
        new("tcp", "HL7 v2 over bare TCP (STX, ETX)", 2600, draft => $"{Listen(draft)}, {Frame}", (draft, _, file) => $"(printf '\\002'; cat {file}; printf '\\003') | curl -s -m 5 telnet://{draft.Listen} | od -c"),
        new("channel", "what another channel hands over", null, _ => "", (_, channel, file) => $"hub try {channel} {file}"),
    ];

    /// <summary>How messages on bare TCP are told apart unless somebody says otherwise.</summary>
    public const string Frame = """
        "framing": { "type": "startEnd", "start": "\u0002", "end": "\u0003" }
        """;

    private static string Listen(ChannelDraft draft) => $", \"listen\": {Json(draft.Listen)}";

    private static string Json(string text) => JsonSerializer.Serialize(text, ChannelDraft.Readable);
}
