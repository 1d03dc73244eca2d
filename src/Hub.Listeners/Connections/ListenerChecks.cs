using Hub.Contracts;

namespace Hub.Listeners.Connections;

/// <summary>What must hold in the sources of all listeners.</summary>
internal static class ListenerChecks
{
    public static IEnumerable<ConfigProblem> Check(ListenerConfig config, int maxMessageBytes, int maxMessageSeconds)
    {
        if (!ListenAddress.TryRead(config.Listen, out _))
            yield return new(1301, "listen", $"\"{config.Listen}\" is not an address. Use IP:port with a port from 0 to 65535, for example \"127.0.0.1:2575\"; \"*:2575\" listens on all addresses.");
        if (maxMessageBytes is < 1 or > 1024 * 1024 * 1024)
            yield return new(1302, "maxMessageBytes", $"{maxMessageBytes} is not a size. Give 1 to 1073741824 bytes, or leave it out for 64 MiB.");
        if (maxMessageSeconds < 1)
            yield return new(1303, "maxMessageSeconds", $"{maxMessageSeconds} is not a time. Give seconds from 1, or leave it out for 60.");
        if (config.AcknowledgeTimeoutSeconds < 1)
            yield return new(1306, "acknowledgeTimeoutSeconds", $"{config.AcknowledgeTimeoutSeconds} is not a time. Give seconds from 1, or leave it out for 20.");
        if (config.DuplicateWindowHours < 0)
            yield return new(1307, "duplicateWindowHours", $"{config.DuplicateWindowHours} is not a time. Give hours, or 0 to look for no duplicates.");
    }
}
