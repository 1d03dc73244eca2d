using Hub.Listeners.Connections;

namespace Hub.Listeners.Mllp;

/// <summary>The source of a channel that receives HL7 v2 over MLLP.</summary>
/// <example><code>{ "type": "mllp", "listen": "127.0.0.1:2575", "accept": { "versions": ["2.4", "2.5.1"], "messages": ["ADT^A01", "ORU"] } }</code></example>
public sealed record MllpListenerConfig : StreamListenerConfig;
