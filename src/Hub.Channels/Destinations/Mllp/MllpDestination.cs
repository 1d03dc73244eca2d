using Hub.Channels.Destinations.Connections;
using Hub.Channels.Destinations.Replies;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Destinations.Mllp;

/// <summary>Sends HL7 v2 over MLLP on one connection, one message at a time, and believes nothing but a matching answer (protocol S01 to S08).</summary>
public sealed class MllpDestination : IDestination
{
    private readonly MllpDestinationConfig _config;
    private readonly ReplyRules _rules;
    private readonly MllpClient _client;

    /// <summary>Makes it; it connects when it first sends.</summary>
    /// <param name="config">Its object of the channel file, checked.</param>
    /// <param name="host">What it may use.</param>
    public MllpDestination(MllpDestinationConfig config, DestinationHost host)
    {
        _config = config;
        _rules = new(config.Replies);
        MllpDestinationConfig.TryReadEndpoint(config.Endpoint, out string name, out int port);
        Connector connector = new(config.Tls, TimeSpan.FromSeconds(config.ConnectTimeoutSeconds), host);
        _client = new(name, port, connector, TimeSpan.FromSeconds(config.AckTimeoutSeconds), host.Clock);
    }

    /// <inheritdoc />
    public Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken stopping) => Exchange.RunAsync(_config.Endpoint, _client.Close, async () =>
    {
        byte[]? controlId = _config.WaitForAnswer ? Hl7Header.Field(message.Content.Span, 10).ToArray() : null;
        byte[]? answer = await _client.SendAsync(message.Content, controlId, stopping);
        return answer is null ? DeliveryResult.Sent() : Judge(answer);
    });

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private DeliveryResult Judge(byte[] answer)
    {
        AnswerView.TryRead(answer, out AnswerView view);
        Reply reply = new(_config.Endpoint, view.Code, null, answer);
        if ((_rules.Judge(reply) ?? Hl7Codes.Judge(reply, _config.OnError == OnError.Park)) is { } result)
            return result;
        // S04: an answer that is none.
        _client.Close();
        return Hl7Codes.Unknown(reply);
    }
}
