using Hub.Contracts.Tcp;
using Hub.Formats.Framing;

namespace Hub.Channels.Destinations.Tcp;

/// <summary>Makes the framing that channel files describe.</summary>
internal static class TcpFramings
{
    /// <summary>The framing that a record without problems stands for.</summary>
    /// <param name="config">The record.</param>
    /// <param name="isHl7">Whether what comes in these frames is HL7 v2, so that a torn message is told from the next one (protocol F05).</param>
    public static MessageFraming Build(this TcpFramingConfig config, bool isHl7) => config.Type switch
    {
        TcpFramingType.StartEnd => new MarkFraming(config.Start!.Bytes.Span, config.End!.Bytes.Span, isHl7),
        TcpFramingType.Delimiter => new MarkFraming([], config.End!.Bytes.Span),
        TcpFramingType.LengthPrefix => new LengthFraming(config.LengthBytes ?? 4, config.ByteOrder == ByteOrder.LittleEndian, config.CountsItself ?? false),
        _ => new WholeStreamFraming(),
    };
}
