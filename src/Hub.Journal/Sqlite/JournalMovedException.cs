using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>The journal's file was moved, removed or replaced under the Hub that writes to it.</summary>
internal sealed class JournalMovedException : JournalException
{
    /// <summary>Makes one by what stands in its place.</summary>
    /// <param name="file">Where it was.</param>
    public JournalMovedException(string file)
        : base(File.Exists(file)
            ? $"HUB5025 {file} is not the file any longer that this Hub writes to: it was replaced. The Hub ends, and nothing it was sent since was acknowledged. Bring the file back that was there, or move {file}-wal, which belongs to that one, away with it; then start the Hub."
            : $"HUB5026 {file} was moved or removed while the Hub wrote to it, and nothing is acknowledged until it is back. Move it back, where it still is, and the Hub goes on by itself. Where it is gone, stop the Hub and restore a backup (hub journal restore).") =>
        (IsTrouble, IsLost) = (true, File.Exists(file));
}
