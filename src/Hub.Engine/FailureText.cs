using System.Data.Common;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Hub.Channels.Destinations.Connections;
using Hub.Channels.Destinations.Tls;
using Hub.Contracts;
using Serilog.Core;
using Serilog.Events;

namespace Hub.Engine;

/// <summary>
/// What the log says of an exception: its type and where it was thrown, and its text only where that is known to hold no content.
/// Any other may repeat what it was about: "The input string 'Jones' was not in a correct format." The one place that decides this;
/// output templates write <c>{Failure}</c> and never <c>{Exception}</c>.
/// </summary>
internal sealed class FailureText : ILogEventEnricher
{
    /// <summary>The name of the log's property.</summary>
    public const string Property = "Failure";

    /// <summary>An exception in a few words, for the text of a line.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>Its text where that is safe, else its type.</returns>
    public static string Line(Exception exception) => IsSafe(exception) ? exception.Message : exception.GetType().Name;

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        if (logEvent.Exception is { } exception)
            logEvent.AddOrUpdateProperty(new(Property, new ScalarValue(Of(exception))));
    }

    private static string Of(Exception exception)
    {
        StringBuilder text = new();
        for (Exception? next = exception; next is not null; next = next.InnerException)
        {
            text.Append(next == exception ? "" : " ---> ").Append(next.GetType().FullName);
            if (IsSafe(next))
                text.Append(": ").Append(next.Message);
            text.AppendLine().AppendLine(next.StackTrace);
        }

        return text.ToString();
    }

    // Texts of our own, and those that name addresses and no more. Those about files are none: names of files may be made of content.
    private static bool IsSafe(Exception exception) => exception
        is JournalException or ExchangeException or TlsException
        or SocketException or IOException { InnerException: SocketException } or AuthenticationException or HttpRequestException
        or DbException or OperationCanceledException or TimeoutException;
}
