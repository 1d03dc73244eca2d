using Hub.Contracts.Tcp;

namespace Hub.Channels.Tests.Destinations;

/// <summary>Bytes as channel files write them.</summary>
internal static class TestBytes
{
    public static ByteText Of(string text) => ByteText.TryParse(text, out ByteText? bytes, out string? error) ? bytes : throw new FormatException(error);
}
