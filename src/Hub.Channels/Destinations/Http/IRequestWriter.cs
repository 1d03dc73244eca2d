using Hub.Contracts;

namespace Hub.Channels.Destinations.Http;

/// <summary>Makes the request for a message.</summary>
internal interface IRequestWriter
{
    /// <summary>Makes it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="refusal">Why there is none: this message can never be sent as the file says.</param>
    /// <returns>The request; null when the message is to be parked.</returns>
    HttpRequestMessage? Write(OutboundMessage message, out string? refusal);
}
