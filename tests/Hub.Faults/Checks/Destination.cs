using Hub.Faults.Traffic;

namespace Hub.Faults.Checks;

/// <summary>A destination of the site's channel, with what came to it.</summary>
/// <param name="Id">Its id in the channel file.</param>
/// <param name="Lane">The lane of a message; null keeps no order.</param>
/// <param name="MostRepeats">How many deliveries may be repeated because a Hub ended: those that were on their way to the disk or in hand. In the first run none. Null has no bound.</param>
/// <param name="Arrivals">What came, in order.</param>
internal sealed record Destination(string Id, Func<NumberedMessage, string>? Lane, int? MostRepeats, IReadOnlyList<Arrival> Arrivals);
