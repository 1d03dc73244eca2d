using System.Net;
using System.Net.Sockets;

namespace Hub.Testing;

/// <summary>A port that nobody listens on, for receivers that come later. Below 32768: above are the clients' own.</summary>
public static class FreePort
{
    private static int s_next = 20_000 + (Environment.ProcessId % 500 * 20);

    /// <summary>Takes one; it is not given again in this process.</summary>
    public static int Take()
    {
        while (true)
        {
            int port = Interlocked.Increment(ref s_next);
            try
            {
                using TcpListener probe = new(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
