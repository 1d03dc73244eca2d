namespace Hub.Formats.Hl7V2;

/// <summary>A message cannot be read or written as asked. The text says where, what and what to do; it never holds message content.</summary>
public sealed class Hl7FormatException : Exception
{
    /// <summary>Makes one without a text; for the runtime.</summary>
    public Hl7FormatException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">Where, what, and what to do.</param>
    public Hl7FormatException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    /// <param name="message">Where, what, and what to do.</param>
    /// <param name="innerException">What was thrown below.</param>
    public Hl7FormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
