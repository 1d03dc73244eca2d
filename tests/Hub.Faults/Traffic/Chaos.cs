namespace Hub.Faults.Traffic;

/// <summary>What a proxy does with one message and its answer.</summary>
internal enum Chaos
{
    /// <summary>All goes well.</summary>
    Pass,

    /// <summary>The answer comes in single bytes.</summary>
    Slow,

    /// <summary>The connection is reset and for a moment no new one is taken.</summary>
    Refuse,

    /// <summary>The message is swallowed, and nothing is said.</summary>
    Hang,

    /// <summary>The message gets through, and nothing is said.</summary>
    HangAfter,

    /// <summary>The message is swallowed and the receiver's side of the connection ends.</summary>
    HalfOpen,

    /// <summary>The line is cut within the message.</summary>
    CutMessage,

    /// <summary>The line is cut within the answer: after each byte in turn.</summary>
    CutAnswer,

    /// <summary>The answer comes after the Hub has given up.</summary>
    Late,

    /// <summary>The answer to another message comes instead.</summary>
    Swapped,

    /// <summary>The answer to another message comes before the right one.</summary>
    SwappedFirst,

    /// <summary>Something comes that is no HL7.</summary>
    Junk,
}
