using Hub.Channels.Destinations.Http;
using Hub.Contracts;
using Hub.Formats.Fhir.Outcomes;

namespace Hub.Channels.Destinations.Fhir;

/// <summary>Sends FHIR resources to a server, one at a time (protocol S09). The <c>http</c> destination sends; this one makes the requests and reads what FHIR says in the answers.</summary>
public sealed class FhirDestination : IDestination
{
    private readonly HttpDestination _http;

    /// <summary>Makes it; it connects when it first sends.</summary>
    /// <param name="config">Its object of the channel file, checked.</param>
    /// <param name="host">What it may use.</param>
    public FhirDestination(FhirDestinationConfig config, DestinationHost host) => _http = new(config.Http(), host, new FhirRequestWriter(config, host));

    /// <inheritdoc />
    public async Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken stopping)
    {
        DeliveryResult result = await _http.SendAsync(message, stopping);
        if (result.Answer.IsEmpty)
            return result;
        if (result.Verdict == DeliveryVerdict.Sent)
            return FhirAnswer.Judge(result, FhirHead.Read(message.Content)?.BundleType);
        return FhirOutcome.Read(result.Answer) is { } outcome ? result with { Reason = $"{result.Reason} Its OperationOutcome says: {outcome}." } : result;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _http.DisposeAsync();
}
