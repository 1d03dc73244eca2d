using System.Net.Sockets;
using Hub.Channels.Destinations.Tls;
using Hub.Contracts;

namespace Hub.Channels.Destinations.Connections;

/// <summary>One message and its answer over a connection that is kept for the next.</summary>
internal static class Exchange
{
    /// <summary>All was sent, and the wait for the answer was given up: the receiver may have the message.</summary>
    /// <param name="receiver">The receiver, for people.</param>
    public static DeliveryResult GivenUp(string receiver) =>
        DeliveryResult.Retry($"The Hub was stopped before {receiver} answered. Whether it has the message is not known.") with { Reach = SendReach.Whole };

    /// <summary>Runs it. Whatever fails closes the connection, so that nothing of this message is taken for an answer to the next (protocol S04).</summary>
    /// <param name="endpoint">The receiver, for people.</param>
    /// <param name="reach">How far the message came; asked when something failed.</param>
    /// <param name="close">Closes the connection.</param>
    /// <param name="exchange">Sends, waits and judges.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="OperationCanceledException">It was given up before all was sent.</exception>
    public static async Task<DeliveryResult> RunAsync(string endpoint, Func<SendReach> reach, Action close, Func<Task<DeliveryResult>> exchange)
    {
        try
        {
            DeliveryResult result = await exchange();
            return result.Verdict == DeliveryVerdict.Retry ? result with { Reach = SendReach.Answered } : result;
        }
        catch (ExchangeException exception)
        {
            close();
            return DeliveryResult.Retry(exception.Message, null, exception.Answer) with { Reach = reach() };
        }
        catch (TlsException exception)
        {
            close();
            return DeliveryResult.Retry(exception.Message) with { Reach = reach() };
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            close();
            return DeliveryResult.Retry($"The connection to {endpoint} broke ({exception.Message}). It is made anew for the next try.") with { Reach = reach() };
        }
        catch (OperationCanceledException)
        {
            close();
            if (reach() != SendReach.Whole)
                throw;
            return GivenUp(endpoint);
        }
    }
}
