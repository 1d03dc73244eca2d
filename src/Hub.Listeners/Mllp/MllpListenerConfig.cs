using Hub.Listeners.Connections;

namespace Hub.Listeners.Mllp;

/// <summary>The source of a channel that receives HL7 v2 over MLLP.</summary>
public sealed record MllpListenerConfig : StreamListenerConfig;
