using Hub.Contracts.Tcp;
using Hub.Formats.Framing;

namespace Hub.Channels.Destinations.Tcp;

/// <summary>Makes the framing that channel files describe.</summary>
internal static class TcpFramings
{
    /// <summary>The framing that a record without problems stands for.</summary>
    public static MessageFraming Build(this TcpFramingConfig config) => config.Type switch
    {
        TcpFramingType.StartEnd => new MarkFraming(config.Start!.Bytes.Span, config.End!.Bytes.Span),
        TcpFramingType.Delimiter => new MarkFraming([], config.End!.Bytes.Span),
        TcpFramingType.LengthPrefix => new LengthFraming(config.LengthBytes ?? 4, config.ByteOrder == ByteOrder.LittleEndian, config.CountsItself ?? false),
        _ => new WholeStreamFraming(),
    };
}
