using System.Buffers;
using Hub.Contracts;
using Hub.Formats.Framing;
using Hub.Listeners.Connections;

namespace Hub.Listeners.Tcp;

/// <summary>Frames and answers as the channel file says (protocol F15).</summary>
internal sealed class TcpProtocol(TcpListenerConfig config, ListenerHost host) : IStreamProtocol
{
    private readonly MessageFraming _framing = config.Framing.Build();
    private readonly TcpAnswersConfig _answers = config.Answers ?? new();

    public bool Answers => config.Answer != TcpAnswer.None;

    public FrameReader CreateReader() => _framing.CreateReader(config.MaxMessageBytes);

    public bool TryAnswer(IBufferWriter<byte> output, ReadOnlySpan<byte> message, Receipt receipt)
    {
        byte[]? answer = config.Answer switch
        {
            TcpAnswer.Text => TextOf(receipt),
            TcpAnswer.Hl7 => Hl7Answer.Build(message, receipt, host.Clock.GetLocalNow(), host.NextControlId()),
            _ => null,
        };
        return answer is null || _framing.TryWrite(output, answer);
    }

    private byte[]? TextOf(Receipt receipt) => receipt.Kind switch
    {
        ReceiptKind.Silent or ReceiptKind.Unknown => null,
        ReceiptKind.Accepted => _answers.Accepted.Write(receipt),
        ReceiptKind.Error => _answers.Error.Write(receipt),
        _ => _answers.Rejected.Write(receipt),
    };
}
