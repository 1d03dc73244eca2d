using Hub.Contracts;

namespace Hub.Listeners.Connections;

/// <summary>What must hold in the sources of all listeners.</summary>
internal static class ListenerChecks
{
    /// <summary>A day: who is silent for longer is not there any more.</summary>
    public const int LongestSeconds = 86_400;

    /// <summary>The most connections or requests at once: the machine has no more ports for one peer.</summary>
    public const int MostAtOnce = 65_535;

    /// <summary>Ten years, longer than a journal is kept; much more has no place in a date.</summary>
    private const int LongestWindowHours = 87_600;

    public static IEnumerable<ConfigProblem> Check(ListenerConfig config, int maxMessageBytes, int maxMessageSeconds)
    {
        if (!ListenAddress.TryRead(config.Listen, out _))
            yield return new(1301, "listen", $"\"{config.Listen}\" is not an address. Use IP:port with a port from 0 to 65535, for example \"127.0.0.1:2575\"; \"*:2575\" listens on all addresses.");
        if (maxMessageBytes is < 1 or > 1024 * 1024 * 1024)
            yield return new(1302, "maxMessageBytes", $"{maxMessageBytes} is not a size. Give 1 to 1073741824 bytes, or leave it out for 64 MiB.");
        if (maxMessageSeconds is < 1 or > LongestSeconds)
            yield return new(1303, "maxMessageSeconds", $"{maxMessageSeconds} is not a time for a message. Give 1 to 86400 seconds, or leave it out for 60.");
        if (config.AcknowledgeTimeoutSeconds is < 1 or > LongestSeconds)
            yield return new(1306, "acknowledgeTimeoutSeconds", $"{config.AcknowledgeTimeoutSeconds} is not a time to wait for an answer. Give 1 to 86400 seconds, or leave it out for 20.");
        if (config.DuplicateWindowHours is < 0 or > LongestWindowHours)
            yield return new(1307, "duplicateWindowHours", $"{config.DuplicateWindowHours} is not a time to look back. Give 1 to 87600 hours, or 0 to look for no duplicates.");
        if (config.ReassembleTimeoutSeconds is < 1 or > LongestSeconds)
            yield return new(1361, "reassembleTimeoutSeconds", $"{config.ReassembleTimeoutSeconds} is not a time to wait for the next part of a message. Give 1 to 86400 seconds, or leave it out for 600.");
        if (config.ApplicationAckWantsAnswer && config.ApplicationAck == ListenerConfig.SameConnection)
            yield return new(1362, "applicationAckWantsAnswer", "An answer that goes back on the sender's connection is not acknowledged again. Leave it out, or name a destination in \"applicationAck\".");
    }
}
