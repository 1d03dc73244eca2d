namespace Hub.Formats.Documents;

/// <summary>A document cannot be read, written or converted as asked. The text says where, what and what to do; it never holds message content.</summary>
public sealed class DocumentException : Exception
{
    /// <summary>Makes one without a text; for the runtime.</summary>
    public DocumentException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">Where, what, and what to do.</param>
    public DocumentException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    /// <param name="message">Where, what, and what to do.</param>
    /// <param name="innerException">What was thrown below.</param>
    public DocumentException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
