namespace Hub.Contracts;

/// <summary>
/// Stored bytes are gone or are not what was stored. Unlike any other trouble with the journal it does not pass, so nobody tries again.
/// The text is for a person and says what to do; it never holds message content.
/// </summary>
public sealed class DamagedContentException : JournalException
{
    /// <summary>Makes one without a text; for the runtime.</summary>
    public DamagedContentException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What is damaged and what to do.</param>
    public DamagedContentException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    /// <param name="message">What is damaged and what to do.</param>
    /// <param name="innerException">What was thrown below.</param>
    public DamagedContentException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
