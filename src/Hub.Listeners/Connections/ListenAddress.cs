using System.Net;

namespace Hub.Listeners.Connections;

/// <summary>Addresses to bind, as channel files write them.</summary>
internal static class ListenAddress
{
    /// <summary>Reads one: <c>IP:port</c>, <c>localhost:port</c>, or <c>*:port</c> for all addresses.</summary>
    public static bool TryRead(string text, out IPEndPoint address)
    {
        string ip = text.StartsWith("*:", StringComparison.Ordinal) ? $"0.0.0.0{text[1..]}"
            : text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? $"127.0.0.1{text[9..]}"
            : text;
        bool read = IPEndPoint.TryParse(ip, out IPEndPoint? parsed) && ip.LastIndexOf(':') > ip.LastIndexOf(']') && ip.Contains(':', StringComparison.Ordinal);
        address = parsed ?? new(IPAddress.Loopback, 0);
        return read && ip[^1] != ':';
    }
}
