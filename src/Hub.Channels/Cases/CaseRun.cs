using Hub.Channels.Data;
using Hub.Contracts;

namespace Hub.Channels.Cases;

/// <summary>What came out of one case.</summary>
/// <param name="Outcome">What the pipeline made of the message.</param>
/// <param name="Input">The message, which deliveries without content of their own are.</param>
/// <param name="Trace">What conditions and steps told.</param>
/// <param name="Model">The channel.</param>
internal sealed record CaseRun(PipelineOutcome Outcome, ReadOnlyMemory<byte> Input, CoverageTrace Trace, ChannelModel Model)
{
    /// <summary>What is sent; what is parked before sending reaches nobody.</summary>
    public IReadOnlyList<NewDelivery> Deliveries { get; } = [.. Outcome.Deliveries.Where(delivery => delivery.ParkedFor is null)];

    /// <summary>What the channel receives.</summary>
    public MessageFormat Received => MessageFormat.Of(Model.Config.Source);

    /// <summary>What one destination gets, in order.</summary>
    public ReadOnlyMemory<byte>[] To(string destination) =>
        [.. Deliveries.Where(delivery => delivery.Destination == destination).Select(delivery => delivery.Content ?? Input)];

    /// <summary>What messages to a destination are.</summary>
    public MessageFormat FormatOf(string destination) => FormatOf(Model, destination);

    /// <summary>What messages to a destination of a channel are; HL7 v2 for one that it does not have.</summary>
    public static MessageFormat FormatOf(ChannelModel model, string destination) =>
        model.Destinations.FirstOrDefault(known => known.Id == destination)?.Config.Format ?? MessageFormat.Hl7;
}
