using Hub.Channels.Config;

namespace Hub.Channels.Destinations.Log;

/// <summary>A destination for trying channels: writes a line about each message to the Hub's log and takes it for delivered.</summary>
/// <example><code>{ "id": "seen", "type": "log" }</code></example>
public sealed record LogDestinationConfig : DestinationConfig
{
    /// <summary>Writes the content too, its first 16 KiB. It is patient data, and logs are read by more people than the journal and kept outside its encryption: for invented messages alone. Default false.</summary>
    public bool ShowContent { get; init; }

    /// <inheritdoc />
    public override string? FindCaution() => ShowContent ? "it writes the content of messages, patient data, to the log. Leave \"showContent\" out unless all messages are invented." : null;
}
