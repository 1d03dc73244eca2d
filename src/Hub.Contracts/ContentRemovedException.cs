using System.Globalization;

namespace Hub.Contracts;

/// <summary>
/// The bytes of a message were removed by retention; what is known about it is still there. It does not pass, so nobody tries again.
/// The text is for a person and says what to do.
/// </summary>
public sealed class ContentRemovedException : JournalException
{
    /// <summary>Makes one without a text; for the runtime.</summary>
    public ContentRemovedException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What was removed and what to do.</param>
    public ContentRemovedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    /// <param name="message">What was removed and what to do.</param>
    /// <param name="innerException">What was thrown below.</param>
    public ContentRemovedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Says that something is removed.</summary>
    /// <param name="what">What: <c>message 17</c>.</param>
    /// <param name="at">When it was removed; null where that is not known any more.</param>
    public static ContentRemovedException Of(string what, DateTimeOffset? at)
    {
        string when = at is { } time ? $" on {time.ToLocalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}" : "";
        return new($"The content of {what} was removed by retention{when}. It cannot be shown or sent again here: let its sender send it again, or restore a backup of before.");
    }
}
