using System.Net;
using Hub.Contracts;

namespace Hub.Listeners.Mllp;

/// <summary>The source of a channel that receives HL7 v2 over MLLP.</summary>
public sealed record MllpListenerConfig : ListenerConfig
{
    /// <summary>Longest message taken, in bytes without the frame. A longer one is answered AR 207 (protocol F06). Default 64 MiB.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long a message may take from its start block to its end, and a sender to take its answers, in seconds (protocol F07). Default 60.</summary>
    public int MaxMessageSeconds { get; init; } = 60;

    /// <summary>Close a connection on which nothing came for this long between messages, in seconds (protocol F08); 0 never. Default 0.</summary>
    public int IdleTimeoutSeconds { get; init; }

    /// <summary>How many senders may be connected at once; more are closed at once. Default 1,000.</summary>
    public int MaxConnections { get; init; } = 1_000;

    /// <inheritdoc />
    public override IEnumerable<ConfigProblem> Check()
    {
        foreach (ConfigProblem problem in base.Check())
            yield return problem;
        if (!TryReadAddress(Listen, out _))
            yield return new(1301, "listen", $"\"{Listen}\" is not an address. Use IP:port with a port from 0 to 65535, for example \"127.0.0.1:2575\"; \"*:2575\" listens on all addresses.");
        if (MaxMessageBytes is < 1 or > 1024 * 1024 * 1024)
            yield return new(1302, "maxMessageBytes", $"{MaxMessageBytes} is not a size. Give 1 to 1073741824 bytes, or leave it out for 64 MiB.");
        if (MaxMessageSeconds < 1)
            yield return new(1303, "maxMessageSeconds", $"{MaxMessageSeconds} is not a time. Give seconds from 1, or leave it out for 60.");
        if (IdleTimeoutSeconds < 0)
            yield return new(1304, "idleTimeoutSeconds", $"{IdleTimeoutSeconds} is not a time. Give seconds, or 0 for never.");
        if (MaxConnections < 1)
            yield return new(1305, "maxConnections", $"{MaxConnections} is not a number of connections. Give 1 or more.");
        if (AcknowledgeTimeoutSeconds < 1)
            yield return new(1306, "acknowledgeTimeoutSeconds", $"{AcknowledgeTimeoutSeconds} is not a time. Give seconds from 1, or leave it out for 20.");
        if (DuplicateWindowHours < 0)
            yield return new(1307, "duplicateWindowHours", $"{DuplicateWindowHours} is not a time. Give hours, or 0 to look for no duplicates.");
    }

    /// <summary>Reads an address to bind.</summary>
    internal static bool TryReadAddress(string text, out IPEndPoint address)
    {
        string ip = text.StartsWith("*:", StringComparison.Ordinal) ? $"0.0.0.0{text[1..]}"
            : text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? $"127.0.0.1{text[9..]}"
            : text;
        bool read = IPEndPoint.TryParse(ip, out IPEndPoint? parsed) && ip.LastIndexOf(':') > ip.LastIndexOf(']') && ip.Contains(':', StringComparison.Ordinal);
        address = parsed ?? new(IPAddress.Loopback, 0);
        return read && ip[^1] != ':';
    }
}
