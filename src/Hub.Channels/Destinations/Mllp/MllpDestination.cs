using System.Net.Sockets;
using Hub.Channels.Destinations.Replies;
using Hub.Channels.Destinations.Tls;
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
        _client = new(name, port, TimeSpan.FromSeconds(config.ConnectTimeoutSeconds), TimeSpan.FromSeconds(config.AckTimeoutSeconds), host.Clock, config.Tls, host.Certificates);
    }

    /// <inheritdoc />
    public async Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken stopping)
    {
        try
        {
            byte[]? controlId = _config.WaitForAnswer ? Hl7Header.Field(message.Content.Span, 10).ToArray() : null;
            byte[]? answer = await _client.SendAsync(message.Content, controlId, stopping);
            return answer is null ? DeliveryResult.Sent() : Judge(answer);
        }
        catch (MllpException exception)
        {
            _client.Close();
            return DeliveryResult.Retry(exception.Message, null, exception.Answer);
        }
        catch (TlsException exception)
        {
            _client.Close();
            return DeliveryResult.Retry(exception.Message);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            _client.Close();
            return DeliveryResult.Retry($"The connection to {_config.Endpoint} broke ({exception.Message}). It is made anew for the next try.");
        }
        catch (OperationCanceledException)
        {
            _client.Close();
            throw;
        }
    }

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
