using Hub.Contracts;

namespace Hub.Engine.Alerting;

/// <summary>What is asked to be done to an incident.</summary>
/// <param name="Incident">Its number.</param>
/// <param name="Operation">What.</param>
/// <param name="By">Who asks.</param>
/// <param name="Hours">With Mute, for how long. Default 4.</param>
internal sealed record IncidentRequest(long Incident, IncidentOperation Operation, string By, double? Hours = null)
{
    /// <summary>The entry of the journal that does it.</summary>
    public IncidentOperated ToEntry(DateTimeOffset now) => new(Incident, Operation, By, now, Operation == IncidentOperation.Mute ? now.AddHours(Math.Clamp(Hours ?? 4, 0.1, 24 * 90)) : null);
}
