using System.Security.Cryptography;
using System.Text;

namespace Hub.Contracts;

/// <summary>A channel is stopped until it is started again; what is for it waits. Stopping twice is one stop.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="At">When.</param>
/// <param name="By">Who stopped it: the name of a user.</param>
/// <param name="Reason">Why, in that person's words; null when nothing was said.</param>
public sealed record ChannelStopped(string Channel, DateTimeOffset At, string By, string? Reason) : JournalEntry;

/// <summary>A stopped channel runs again. Refused when it is not stopped.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="At">When.</param>
/// <param name="By">Who started it.</param>
/// <param name="Reason">Why, if that was said.</param>
public sealed record ChannelStarted(string Channel, DateTimeOffset At, string By, string? Reason) : JournalEntry;

/// <summary>A stop that was not ended.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="At">Since when.</param>
/// <param name="By">Who stopped it.</param>
/// <param name="Reason">Why, if that was said.</param>
public sealed record ChannelStop(string Channel, DateTimeOffset At, string By, string? Reason);

/// <summary>Another version of a channel's file was found. Its number is the journal's to give.</summary>
/// <param name="Channel">The channel; the file's name when the file gives none.</param>
/// <param name="At">When it was found.</param>
/// <param name="By">Who put it there; <c>file</c> for somebody who wrote to the folder.</param>
/// <param name="IsAccepted">Whether it has no problem.</param>
/// <param name="Text">What the file says. Secrets never stand in channel files.</param>
public sealed record ChannelVersionFound(string Channel, DateTimeOffset At, string By, bool IsAccepted, string Text) : JournalEntry
{
    /// <summary>Most versions that are kept of a channel; the oldest go first. A file that is changed every day has half a year.</summary>
    public const int MostVersions = 200;

    /// <summary>Most bytes that the versions of a channel take together; the oldest go first. Some ten thousand lines, two hundred times.</summary>
    public const long MostBytes = 16 * 1024 * 1024;

    /// <summary>What a version is told by (<see cref="ChannelVersion.Hash"/>).</summary>
    /// <param name="text">What the file says.</param>
    /// <returns>SHA-256 of its bytes, in lower-case hex.</returns>
    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>A version of a channel's file.</summary>
/// <param name="Number">Its number among those of the channel, from 1.</param>
/// <param name="At">When it was found.</param>
/// <param name="By">Who put it there; <c>file</c> for somebody who wrote to the folder.</param>
/// <param name="Hash">SHA-256 of its bytes, in lower-case hex.</param>
/// <param name="IsAccepted">Whether it had no problem, so that the channel could run with it.</param>
public sealed record ChannelVersion(int Number, DateTimeOffset At, string By, string Hash, bool IsAccepted);

public partial interface IJournalReader
{
    /// <summary>Reads which channels people stopped.</summary>
    /// <returns>The stops that were not ended.</returns>
    IReadOnlyList<ChannelStop> ReadChannelStops();

    /// <summary>Reads the versions of a channel's file that are kept, newest first.</summary>
    /// <param name="channel">The channel.</param>
    /// <returns>The versions, at most <see cref="ChannelVersionFound.MostVersions"/>.</returns>
    IReadOnlyList<ChannelVersion> ReadChannelVersions(string channel);

    /// <summary>Reads what a version of a channel's file says.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="number">The version's number.</param>
    /// <returns>The text, or null when no such version is kept.</returns>
    string? ReadChannelVersion(string channel, int number);
}
