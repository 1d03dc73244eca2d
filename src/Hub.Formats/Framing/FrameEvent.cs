namespace Hub.Formats.Framing;

/// <summary>What <see cref="FrameReader.Read"/> came to.</summary>
public enum FrameEvent
{
    /// <summary>All bytes are taken; more are needed.</summary>
    NeedMore,

    /// <summary>A block is complete: <see cref="FrameReader.Take"/> gives it.</summary>
    Message,

    /// <summary>A block was cut short by the start of another; it is dropped (protocol F05).</summary>
    Torn,

    /// <summary>The block is longer than the limit; <see cref="FrameReader.Take"/> gives its head, the rest is discarded (protocol F06).</summary>
    TooLarge,

    /// <summary>More than 64 KiB came without the start of a block (protocol F02).</summary>
    TooMuchJunk,

    /// <summary>What came is no frame, and where the next one begins cannot be known: the connection is of no more use.</summary>
    Malformed,
}
