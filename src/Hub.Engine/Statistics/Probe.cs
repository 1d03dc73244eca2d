using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Hub.Contracts;
using Hub.Contracts.Tls;

namespace Hub.Engine.Statistics;

/// <summary>
/// Knocks at a listener's door as a sender would, without a message. Over HTTP the answer to <c>OPTIONS *</c> (RFC 9110 §9.3.7) shows that requests are taken. MLLP and
/// framed TCP know nothing that is answered and is no message; there, that the connection stays open for a moment shows that the listener has room for a sender.
/// </summary>
internal static class Probe
{
    /// <summary>How long a connection that says nothing has to stay: a listener that has no room ends it at once.</summary>
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(200);

    /// <summary>Knocks.</summary>
    /// <param name="address">Where the channel listens.</param>
    /// <param name="source">Its source.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <returns>Why nobody was let in; null when it was.</returns>
    [SuppressMessage("Security", "CA5359", Justification = "It is asked whether somebody answers at an address of this machine. Nothing is sent that anybody may not know; whose certificate that is, senders check.")]
    public static async Task<string?> TryAsync(IPEndPoint address, ListenerConfig source, TimeSpan timeout)
    {
        // A door is a door of this machine: its clock is the machine's.
        using CancellationTokenSource patience = new(timeout);
        try
        {
            using Socket socket = new(Near(address).AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(Near(address), patience.Token);
            await using NetworkStream plain = new(socket);
            if (source.Tls is null)
                return await LookAsync(plain, source, patience.Token);
            if (source.Tls.ClientCertificates == ClientCertificates.Required)
                return null;
            await using SslStream secure = new(plain, leaveInnerStreamOpen: true, (_, _, _, _) => true);
            await secure.AuthenticateAsClientAsync(new() { TargetHost = "localhost" }, patience.Token);
            return await LookAsync(secure, source, patience.Token);
        }
        catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException)
        {
            return exception.Message;
        }
        catch (OperationCanceledException)
        {
            return $"Nobody answered within {timeout.TotalSeconds:0} s.";
        }
    }

    private static Task<string?> LookAsync(Stream stream, ListenerConfig source, CancellationToken stopping) =>
        source.Type is "http" or "fhir" ? AskAsync(stream, stopping) : StaysAsync(stream, stopping);

    private static async Task<string?> AskAsync(Stream stream, CancellationToken stopping)
    {
        await stream.WriteAsync("OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray(), stopping);
        byte[] answer = new byte[9];
        int read = await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, stopping);
        return read == answer.Length && Encoding.ASCII.GetString(answer) == "HTTP/1.1 " ? null : "The answer is none of HTTP.";
    }

    private static async Task<string?> StaysAsync(Stream stream, CancellationToken stopping)
    {
        using CancellationTokenSource moment = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        moment.CancelAfter(s_moment);
        try
        {
            return await stream.ReadAsync(new byte[1], moment.Token) == 0 ? "The connection was ended at once: too many senders may be connected." : null;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return null;
        }
    }

    // Bound to all addresses of the machine it is reached at its own.
    private static IPEndPoint Near(IPEndPoint address) =>
        address.Address.Equals(IPAddress.Any) ? new(IPAddress.Loopback, address.Port)
        : address.Address.Equals(IPAddress.IPv6Any) ? new(IPAddress.IPv6Loopback, address.Port)
        : address;
}
