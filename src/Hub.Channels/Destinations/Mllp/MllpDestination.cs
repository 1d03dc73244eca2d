using System.Globalization;
using Hub.Channels.Destinations.Connections;
using Hub.Channels.Destinations.Replies;
using Hub.Contracts;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Destinations.Mllp;

/// <summary>Sends HL7 v2 over MLLP on one connection, one message at a time, and believes nothing but a matching answer (protocol S01 to S08, F12).</summary>
public sealed class MllpDestination : IDestination
{
    private readonly MllpDestinationConfig _config;
    private readonly ReplyRules _rules;
    private readonly MllpClient _client;
    private readonly TimeProvider _clock;

    /// <summary>Makes it; it connects when it first sends.</summary>
    /// <param name="config">Its object of the channel file, checked.</param>
    /// <param name="host">What it may use.</param>
    public MllpDestination(MllpDestinationConfig config, DestinationHost host)
    {
        _config = config;
        _rules = new(config.Replies);
        MllpDestinationConfig.TryReadEndpoint(config.Endpoint, out string name, out int port);
        Connector connector = new(config.Tls, TimeSpan.FromSeconds(config.ConnectTimeoutSeconds), host);
        _client = new(name, port, connector, TimeSpan.FromSeconds(config.AckTimeoutSeconds), config.MllpRelease == 2, host.Clock);
        _clock = host.Clock;
    }

    /// <inheritdoc />
    public Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken stopping) => Exchange.RunAsync(_config.Endpoint, () => _client.Reach, _client.Close, async () =>
    {
        Expectation? expected = _config.WaitForAnswer ? Expectation.Of(message.Content.Span, TimeSpan.FromSeconds(_config.ApplicationAckTimeoutSeconds)) : (Expectation?)null;
        byte[]? answer = await _client.SendAsync(message.Content, expected, stopping);
        if (answer is null)
            return DeliveryResult.Sent();
        DeliveryResult result = Judge(answer);
        if (expected!.Value.WaitsForOutcome)
            await TryAcceptAsync(answer, message, stopping);
        return result;
    });

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    // What became of the message is known: whatever befalls the answer to the answer only ends the connection, or the message would be sent again.
    private async Task TryAcceptAsync(byte[] answer, OutboundMessage message, CancellationToken stopping)
    {
        try
        {
            await AcceptAsync(answer, message, stopping);
        }
        catch (Exception)
        {
            _client.Close();
        }
    }

    // A10: an application answer begins an exchange of its own, and may ask to be accepted.
    private async Task AcceptAsync(byte[] answer, OutboundMessage message, CancellationToken stopping)
    {
        AcknowledgmentRequest request = AcknowledgmentRequest.Read(answer);
        if (_config.MllpRelease == 2 || !request.IsEnhanced || !request.WantsAccept(isTaken: true))
            return;
        string controlId = string.Create(CultureInfo.InvariantCulture, $"C{_clock.GetUtcNow().ToUnixTimeMilliseconds():X}{message.Delivery:X}");
        await _client.PostAsync(Acknowledgment.Build(answer, AcknowledgmentCode.CA, [], _clock.GetLocalNow(), controlId), stopping);
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
