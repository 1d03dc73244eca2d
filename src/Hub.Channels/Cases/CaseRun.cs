using Hub.Contracts;

namespace Hub.Channels.Cases;

/// <summary>What came out of one case.</summary>
/// <param name="Outcome">What the pipeline made of the message.</param>
/// <param name="Input">The message, which deliveries without content of their own are.</param>
/// <param name="Trace">What conditions and steps told.</param>
internal sealed record CaseRun(PipelineOutcome Outcome, ReadOnlyMemory<byte> Input, CoverageTrace Trace)
{
    public IReadOnlyList<NewDelivery> Deliveries => Outcome.Deliveries;

    /// <summary>What one destination gets, in order.</summary>
    public ReadOnlyMemory<byte>[] To(string destination) =>
        [.. Deliveries.Where(delivery => delivery.Destination == destination).Select(delivery => delivery.Content ?? Input)];
}
