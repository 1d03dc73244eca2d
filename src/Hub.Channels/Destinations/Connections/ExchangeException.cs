namespace Hub.Channels.Destinations.Connections;

/// <summary>A message could not be sent, or its answer did not come. The text says where, what and what to do.</summary>
public sealed class ExchangeException : IOException
{
    /// <summary>Makes one without a text; for the runtime.</summary>
    public ExchangeException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">Where, what, and what to do.</param>
    public ExchangeException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    /// <param name="message">Where, what, and what to do.</param>
    /// <param name="innerException">What was thrown below.</param>
    public ExchangeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What came instead of an answer, if anything did.</summary>
    public ReadOnlyMemory<byte> Answer { get; init; }
}
