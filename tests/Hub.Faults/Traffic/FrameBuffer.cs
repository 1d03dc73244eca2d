namespace Hub.Faults.Traffic;

/// <summary>MLLP frames.</summary>
internal sealed class FrameBuffer : WireFrames
{
    /// <summary>Puts bytes into a frame.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> message) => [0x0B, .. message, 0x1C, 0x0D];

    protected override (Range Message, int End)? Find(ReadOnlySpan<byte> bytes, int looked)
    {
        if (bytes[0] != 0x0B)
            throw new InvalidDataException($"A frame begins with 0x{bytes[0]:X2} instead of 0x0B.");
        int end = bytes[looked..].IndexOf((ReadOnlySpan<byte>)[0x1C, 0x0D]) + looked;
        return end < looked ? null : (1..end, end + 2);
    }
}
