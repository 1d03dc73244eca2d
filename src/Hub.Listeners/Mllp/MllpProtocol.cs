using System.Buffers;
using Hub.Contracts;
using Hub.Formats.Framing;
using Hub.Formats.Hl7V2;
using Hub.Formats.Mllp;
using Hub.Listeners.Connections;

namespace Hub.Listeners.Mllp;

/// <summary>Frames of MLLP, answered with HL7 acknowledgments (protocol F01 to F05, F12, A01 to A11).</summary>
internal sealed class MllpProtocol(MllpListenerConfig config, ListenerHost host) : IStreamProtocol
{
    private readonly Hl7Answers _answers = new(config, host);

    public bool Answers => true;

    public bool Commits => config.MllpRelease == 2;

    public FrameReader CreateReader() => new MllpFrameReader(config.MaxMessageBytes);

    public AcknowledgmentRequest RequestOf(ReadOnlySpan<byte> message) => _answers.Read(message);

    public byte[]? First(AcknowledgmentRequest request, ReadOnlySpan<byte> message, Receipt receipt) => _answers.First(request, message, receipt);

    public byte[]? Second(AcknowledgmentRequest request, ReadOnlySpan<byte> message, Receipt receipt, Receipt outcome) => _answers.Second(request, message, receipt, outcome);

    public bool TryWrite(IBufferWriter<byte> output, ReadOnlySpan<byte> answer)
    {
        MllpFrame.Write(output, answer);
        return true;
    }

    public bool TryReadCommit(ReadOnlySpan<byte> block, out bool isStored) => MllpFrame.TryReadCommit(block, out isStored);

    public void WriteCommit(IBufferWriter<byte> output, bool isStored) => MllpFrame.WriteCommit(output, isStored);
}
