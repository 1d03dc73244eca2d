using System.Buffers;
using Hub.Contracts;
using Hub.Formats.Framing;
using Hub.Formats.Mllp;
using Hub.Listeners.Connections;

namespace Hub.Listeners.Mllp;

/// <summary>Frames of MLLP, answered with HL7 acknowledgments (protocol F01 to F05, A02 to A08).</summary>
internal sealed class MllpProtocol(MllpListenerConfig config, ListenerHost host) : IStreamProtocol
{
    public bool Answers => true;

    public FrameReader CreateReader() => new MllpFrameReader(config.MaxMessageBytes);

    public bool TryAnswer(IBufferWriter<byte> output, ReadOnlySpan<byte> message, Receipt receipt)
    {
        if (Hl7Answer.Build(message, receipt, host.Clock.GetLocalNow(), host.NextControlId()) is { } answer)
            MllpFrame.Write(output, answer);
        return true;
    }
}
