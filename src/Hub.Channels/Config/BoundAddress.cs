using System.Globalization;

namespace Hub.Channels.Config;

/// <summary>An address that a channel listens at, as far as two of them can be compared.</summary>
/// <param name="Host">The host without brackets, in small letters; empty for all addresses of the machine.</param>
/// <param name="Port">The port, from 1.</param>
public sealed record BoundAddress(string Host, int Port)
{
    private static readonly string[] s_all = ["0.0.0.0", "::", "*", "+"];

    /// <summary>Reads an address of a channel file.</summary>
    /// <param name="listen">The address, <c>host:port</c>.</param>
    /// <returns>Null when it is none, which the listener tells, and for port 0, which takes a free one.</returns>
    public static BoundAddress? Of(string listen)
    {
        int colon = listen.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(listen.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port == 0)
            return null;
        string host = listen[..colon].Trim('[', ']').ToLowerInvariant();
        return new(s_all.Contains(host) ? "" : host == "localhost" ? "127.0.0.1" : host, port);
    }

    /// <summary>Whether both cannot be bound at once.</summary>
    /// <param name="other">The other address.</param>
    /// <returns>Whether they share port and host.</returns>
    public bool Overlaps(BoundAddress other) => Port == other.Port && (Host == other.Host || Host.Length == 0 || other.Host.Length == 0);
}
