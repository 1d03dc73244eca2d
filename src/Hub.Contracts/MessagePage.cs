namespace Hub.Contracts;

/// <summary>A page of a search for messages: what was found, and how far was looked.</summary>
/// <param name="Messages">The messages, newest first, without attempts.</param>
/// <param name="Next">The next page begins with what is older than this one; null when nothing older is left.</param>
/// <param name="IsCut">
/// Whether looking ended at its limit of rows: older messages may be found, and were not looked at. False when the page is full, or nothing older is left.
/// </param>
public sealed record MessagePage(IReadOnlyList<StoredMessage> Messages, MessageId? Next, bool IsCut);

public partial interface IJournalReader
{
    /// <summary>
    /// Finds a page of messages, newest first, within a bounded time however many there are: what no index answers is looked for in the newest rows of the range only.
    /// Times are found by numbers, as messages arrive in the order of both; one that a clock set back put a thousand places off may be missed.
    /// </summary>
    /// <param name="query">Which ones; <see cref="MessageQuery.Limit"/> is the size of the page.</param>
    /// <param name="rows">Through how many messages is looked, at most, where no index says which.</param>
    /// <returns>The page.</returns>
    MessagePage FindPage(MessageQuery query, int rows);
}
