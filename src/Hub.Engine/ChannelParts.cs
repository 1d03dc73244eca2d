using Hub.Channels;
using Hub.Contracts;
using Hub.Engine.Delivery;
using Hub.Engine.Tls;
using Microsoft.Extensions.Logging;

namespace Hub.Engine;

/// <summary>What every running channel shares.</summary>
/// <param name="Catalog">Makes listeners.</param>
/// <param name="Journal">Keeps everything.</param>
/// <param name="Budget">The memory that waiting content may take.</param>
/// <param name="Waiters">Connections that wait for a destination's answer.</param>
/// <param name="Pauses">Which destinations are paused.</param>
/// <param name="Open">Opens a destination of a channel.</param>
/// <param name="NextControlId">Control ids of answers.</param>
/// <param name="Certificates">What <c>tls</c> names.</param>
/// <param name="Disk">Says when nothing new is taken, because the disk gets full.</param>
/// <param name="Clock">The time.</param>
/// <param name="Loggers">Makes loggers.</param>
internal sealed record ChannelParts(
    ComponentCatalog Catalog,
    IJournal Journal,
    MemoryBudget Budget,
    DeliveryWaiters Waiters,
    Pauses Pauses,
    Func<string, DestinationModel, IDestination> Open,
    Func<string> NextControlId,
    Certificates Certificates,
    DiskGuard Disk,
    TimeProvider Clock,
    ILoggerFactory Loggers);
