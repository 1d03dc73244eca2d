using Hub.Contracts;
using Hub.Dashboard.Content;

namespace Hub.Dashboard.Search;

/// <summary>
/// Searches what messages say. It is encrypted, so there is no index of it: messages are opened one by one, newest first, and no more of them than a page may take.
/// Where the search ended is told, and the next one goes on from there.
/// </summary>
public static class ContentSearch
{
    /// <summary>How many messages one page opens: some tenths of a second of decrypting.</summary>
    public const int MostMessages = 2_000;

    /// <summary>Through how many rows one page looks for messages to open: some tenths of a second.</summary>
    public const int MostRows = 100_000;

    /// <summary>How many bytes one page opens, so that a few long messages take no longer.</summary>
    public const long MostBytes = 32 * 1024 * 1024;

    private const int AtOnce = 200;

    /// <summary>Finds messages whose content fits, among those that a query finds.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="query">Which messages are opened; its limit is the size of the page.</param>
    /// <param name="search">What is looked for in them.</param>
    /// <param name="rows">Through how many rows is looked for messages to open.</param>
    public static ContentPage Find(IJournalReader journal, MessageQuery query, MessageSearch search, int rows = MostRows)
    {
        List<StoredMessage> found = [];
        (int opened, int closed, long bytes) = (0, 0, 0);
        StoredMessage? last = null;
        while (true)
        {
            MessagePage page = journal.FindPage(query with { Before = last?.Id ?? query.Before, Limit = AtOnce }, rows);
            foreach (StoredMessage message in page.Messages)
            {
                if (found.Count == query.Limit || opened >= MostMessages || bytes >= MostBytes)
                    return new(new(found, last!.Id, true), opened, closed, last.ReceivedAt);
                last = message;
                opened++;
                bytes += message.Bytes;
                if (Read(journal, message.Id) is not { } content)
                    closed++;
                else if (Fits(content, search))
                    found.Add(message);
            }

            if (page.Next is null || page.IsCut)
                return new(page with { Messages = found }, opened, closed, last?.ReceivedAt);
        }
    }

    private static bool Fits(ReadOnlyMemory<byte> content, MessageSearch search) =>
        (search.Patient.Length == 0 || PatientIds.Has(content, search.Patient))
        && (search.Text.Length == 0 || ContentText.Of(content).Contains(search.Text, StringComparison.OrdinalIgnoreCase));

    // What was removed or is damaged says nothing; the page tells how many.
    private static ReadOnlyMemory<byte>? Read(IJournalReader journal, MessageId id)
    {
        try
        {
            return journal.ReadContent(id);
        }
        catch (JournalException exception) when (!exception.IsTrouble)
        {
            return null;
        }
    }
}

/// <summary>A page of a search in what messages say.</summary>
/// <param name="Page">What was found.</param>
/// <param name="Opened">How many messages were looked into.</param>
/// <param name="Closed">How many of these could not be opened: removed by retention, or damaged.</param>
/// <param name="Oldest">When the oldest of them arrived.</param>
public sealed record ContentPage(MessagePage Page, int Opened, int Closed, DateTimeOffset? Oldest);
