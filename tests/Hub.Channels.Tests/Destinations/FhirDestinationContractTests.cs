using System.Text;
using Hub.Channels.Destinations.Fhir;
using Hub.Channels.Destinations.Replies;
using Hub.Channels.Values;
using Hub.Contracts;
using Hub.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Channels.Tests.Destinations;

/// <summary>The promises of destinations, kept by <c>fhir</c>.</summary>
public sealed class FhirDestinationContractTests : AnsweredDestinationContract, IAsyncLifetime
{
    private readonly int _port = FreePort.Take();
    private HttpReceiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await HttpReceiver.StartAsync(_port);

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    protected override IDestination Open() => OpenTo(_port, TimeProvider.System, []);

    protected override IDestination OpenTo(int port, TimeProvider clock, IReadOnlyList<ReplyRuleConfig> replies) =>
        new FhirDestination(new() { Id = "lab", Type = "fhir", Endpoint = ValueTemplate.Parse($"http://127.0.0.1:{port}/fhir"), Replies = replies }, new("adt", clock, NullLoggerFactory.Instance));

    protected override byte[] Dress(byte[] message) =>
        Encoding.UTF8.GetBytes($$"""{"resourceType":"Binary","id":"b1","contentType":"x-application/hl7-v2+er7","data":"{{Convert.ToBase64String(message)}}","language":"en"}""");

    protected override string EndOfContent => "\"language\":\"en\"}";

    protected override string EndOfRequest => "";

    protected override string Accepting => "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nDONE";

    protected override string Declining => "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nDOWN";

    protected override IReadOnlyList<byte[]> Arrived() => [.. _receiver.Requests.Select(request => request.Body)];

    protected override async Task BreakAsync() => await _receiver.DisposeAsync();

    protected override async Task MendAsync() => _receiver = await HttpReceiver.StartAsync(_port);
}
