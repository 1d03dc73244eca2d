using Hub.Contracts;

namespace Hub.Dashboard;

/// <summary>A channel cannot be started, because its file has problems.</summary>
public sealed class ChannelRefusedException : JournalException
{
    /// <summary>Makes one without a text; for the runtime.</summary>
    public ChannelRefusedException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    public ChannelRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">What was thrown below.</param>
    public ChannelRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The problems of the file, each with its place.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
