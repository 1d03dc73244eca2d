using Hub.Contracts.Tls;
using Microsoft.Extensions.Logging;

namespace Hub.Channels.Destinations;

/// <summary>What a destination may use of the engine.</summary>
/// <param name="Channel">The id of the channel that it belongs to.</param>
/// <param name="Clock">The time.</param>
/// <param name="Loggers">Makes loggers.</param>
public sealed record DestinationHost(string Channel, TimeProvider Clock, ILoggerFactory Loggers)
{
    /// <summary>The certificates that its <c>tls</c> names. Default: none, for tests of destinations without TLS.</summary>
    public ICertificates Certificates { get; init; } = ICertificates.None;
}
