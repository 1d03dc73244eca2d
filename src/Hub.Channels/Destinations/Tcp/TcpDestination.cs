using System.Buffers;
using Hub.Channels.Destinations.Connections;
using Hub.Channels.Destinations.Mllp;
using Hub.Channels.Destinations.Replies;
using Hub.Contracts;
using Hub.Contracts.Tcp;
using Hub.Formats.Framing;
using Hub.Formats.Hl7V2;

namespace Hub.Channels.Destinations.Tcp;

/// <summary>Sends messages in frames over TCP, one at a time, and believes nothing but an answer that accepts (protocol S01 to S06).</summary>
public sealed class TcpDestination : IDestination
{
    private const byte Nak = 0x15;
    private const int FrameKept = 64 * 1024;
    private static readonly byte[] s_ack = [0x06];

    private readonly TcpDestinationConfig _config;
    private readonly ReplyRules _rules;
    private readonly MessageFraming _framing;
    private readonly FramedClient _client;
    private readonly ReadOnlyMemory<byte> _accepted;
    private ArrayBufferWriter<byte> _frame = new(4 * 1024);

    /// <summary>Makes it; it connects when it first sends.</summary>
    /// <param name="config">Its object of the channel file, checked.</param>
    /// <param name="host">What it may use.</param>
    public TcpDestination(TcpDestinationConfig config, DestinationHost host)
    {
        _config = config;
        _rules = new(config.Replies);
        _framing = config.Framing.Build(config.Answer == TcpReply.Hl7);
        _accepted = config.Accepted?.Bytes ?? s_ack;
        MllpDestinationConfig.TryReadEndpoint(config.Endpoint, out string name, out int port);
        Connector connector = new(config.Tls, TimeSpan.FromSeconds(config.ConnectTimeoutSeconds), host);
        _client = new(name, port, connector, _framing, TimeSpan.FromSeconds(config.AnswerTimeoutSeconds), host.Clock);
    }

    /// <inheritdoc />
    public async Task<DeliveryResult> SendAsync(OutboundMessage message, CancellationToken stopping)
    {
        stopping.ThrowIfCancellationRequested();
        if (Frame(message.Content.Span) is { } refusal)
            return DeliveryResult.Refused(refusal);
        return await Exchange.RunAsync(_config.Endpoint, () => _client.Reach, _client.Close, async () =>
        {
            byte[]? answer = await _client.SendAsync(_frame.WrittenMemory, _config.WaitForAnswer ? block => IsAnswer(block, message) : null, stopping);
            return answer is null ? DeliveryResult.Sent() : Judge(answer);
        });
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Puts the message into its frame.</summary>
    /// <returns>Why it has no place there; null when it has.</returns>
    private string? Frame(ReadOnlySpan<byte> content)
    {
        // The room that one large message needed is not kept for the small ones after it.
        if (_frame.Capacity > FrameKept)
            _frame = new(4 * 1024);
        _frame.ResetWrittenCount();
        if (content.IsEmpty)
            return "The message is empty, and a frame without content is no message.";
        // A receiver may take start bytes inside a message for a new message, as this Hub does (F05).
        bool holdsStart = _config.Framing.Start is { } start && content.IndexOf(start.Bytes.Span) >= 0;
        if (!holdsStart && _framing.TryWrite(_frame, content))
            return null;
        return _config.Framing.Type == TcpFramingType.LengthPrefix
            ? $"The message has {content.Length} bytes, more than a length of {_config.Framing.LengthBytes ?? 4} bytes can say. Agree on a longer one with the receiver (\"lengthBytes\"), or make the message shorter with steps."
            : "The message holds the bytes that begin or end a message on this connection, so the receiver would cut it there. Take them out with a step, or agree on another framing with the receiver, and replay the message.";
    }

    // S03; an answer of text is for the one message that was sent.
    private bool IsAnswer(byte[] block, OutboundMessage message)
    {
        if (_config.Answer != TcpReply.Hl7)
            return true;
        if (!AnswerView.TryRead(block, out AnswerView view))
            throw new ExchangeException($"{_config.Endpoint} sent something that is not an HL7 answer. The connection is closed and the message sent again.");
        return view.IsFor(message.Content.Span);
    }

    private DeliveryResult Judge(byte[] answer)
    {
        AnswerView view = default;
        if (_config.Answer == TcpReply.Hl7)
            AnswerView.TryRead(answer, out view);
        Reply reply = new(_config.Endpoint, view.Code, null, answer);
        if ((_rules.Judge(reply) ?? (_config.Answer == TcpReply.Hl7 ? Hl7Codes.Judge(reply) : JudgeText(answer))) is { } result)
            return result;
        // S04: an answer that is none.
        _client.Close();
        return _config.Answer == TcpReply.Hl7
            ? Hl7Codes.Unknown(reply)
            : DeliveryResult.Retry($"The receiver {_config.Endpoint} answered something else than what \"accepted\" says. Its answer is kept (hub show); if it means more than that it is to be sent again, say so in \"replies\".", null, answer);
    }

    private DeliveryResult? JudgeText(byte[] answer)
    {
        if (answer.AsSpan().SequenceEqual(_accepted.Span))
            return DeliveryResult.Sent(answer is [0x06] ? "ACK" : null, answer);
        return answer is [Nak] ? DeliveryResult.Retry($"The receiver {_config.Endpoint} answered NAK: it does not take the message now. It is sent again.", "NAK", answer) : null;
    }
}
