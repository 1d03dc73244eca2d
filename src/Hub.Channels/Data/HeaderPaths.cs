using Hub.Contracts;
using Hub.Formats.Documents;

namespace Hub.Channels.Data;

/// <summary>Where messages that are not HL7 v2 say what the journal keeps of them.</summary>
internal sealed class HeaderPaths
{
    // The journal shows these in lists; nobody names a sender in more.
    private const int Longest = 250;

    private MessagePath? Type { get; init; }

    private MessagePath? Sender { get; init; }

    private MessagePath? Version { get; init; }

    public MessagePath? ControlId { get; private init; }

    public static HeaderPaths From(HeaderPathsConfig? config, MessageFormat format) => config is null ? new() : new()
    {
        ControlId = Read(config.ControlId, format),
        Type = Read(config.Type, format),
        Sender = Read(config.Sender, format),
        Version = Read(config.Version, format),
    };

    /// <exception cref="DocumentException">A place cannot be read.</exception>
    public MessageHeader Read(Document document) => new()
    {
        ControlId = Text(document, ControlId),
        Type = Text(document, Type),
        Sender = Text(document, Sender),
        Version = Text(document, Version),
    };

    private static MessagePath? Read(string? text, MessageFormat format) =>
        text is not null && MessagePath.TryParse(text, format, out MessagePath? path, out _) ? path : null;

    private static string Text(Document document, MessagePath? path)
    {
        string text = path?.Place is { } place ? document.GetText(place, null) : "";
        if (text.Length > Longest)
            text = text[..Longest];
        // Lists and logs show one line each.
        return text.Any(char.IsControl) ? string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)) : text;
    }
}
