using System.Buffers;
using Hub.Contracts;
using Hub.Formats.Framing;
using Hub.Formats.Hl7V2;
using Hub.Listeners.Connections;

namespace Hub.Listeners.Tcp;

/// <summary>Frames and answers as the channel file says (protocol F15).</summary>
internal sealed class TcpProtocol(TcpListenerConfig config, ListenerHost host) : IStreamProtocol
{
    private readonly MessageFraming _framing = config.Framing.Build(config.DataType == DataType.Hl7v2);
    private readonly TcpAnswersConfig _answers = config.Answers ?? new();
    private readonly Hl7Answers _hl7 = new(config, host);

    public bool Answers => config.Answer != TcpAnswer.None;

    public FrameReader CreateReader() => _framing.CreateReader(config.MaxMessageBytes);

    public AcknowledgmentRequest RequestOf(ReadOnlySpan<byte> message) => config.Answer == TcpAnswer.Hl7 ? _hl7.Read(message) : AcknowledgmentRequest.Original;

    public byte[]? First(AcknowledgmentRequest request, ReadOnlySpan<byte> message, Receipt receipt) => config.Answer switch
    {
        TcpAnswer.Text => TextOf(receipt),
        TcpAnswer.Hl7 => _hl7.First(request, message, receipt),
        _ => null,
    };

    public byte[]? Second(AcknowledgmentRequest request, ReadOnlySpan<byte> message, Receipt receipt, Receipt outcome) =>
        config.Answer == TcpAnswer.Hl7 ? _hl7.Second(request, message, receipt, outcome) : null;

    public bool TryWrite(IBufferWriter<byte> output, ReadOnlySpan<byte> answer) => _framing.TryWrite(output, answer);

    private byte[]? TextOf(Receipt receipt) => receipt.Kind switch
    {
        _ when receipt.IsOfAnswer => null,
        ReceiptKind.Silent or ReceiptKind.Unknown => null,
        ReceiptKind.Accepted => _answers.Accepted.Write(receipt),
        ReceiptKind.Error => _answers.Error.Write(receipt),
        _ => _answers.Rejected.Write(receipt),
    };
}
