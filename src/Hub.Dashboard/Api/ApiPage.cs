using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Hub.Dashboard.Api;

/// <summary>A page of a list.</summary>
/// <typeparam name="T">What it lists.</typeparam>
/// <param name="Items">The items of this page.</param>
/// <param name="Next">What to give as <c>cursor</c> for the next page; not there on the last one. The header <c>Link</c> has the whole address.</param>
public sealed record ApiPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>
/// Makes pages. A cursor says after which item the next page begins, so that nothing is doubled or missed when items come and go meanwhile, and which list
/// it is of, so that it is refused with other filters. It is nobody's to read.
/// </summary>
internal static class ApiPages
{
    private const int TagBytes = 6;

    /// <summary>How often more is read for one page when most of it is of channels that may not be seen: then a page is shorter than it may be.</summary>
    private const int MostReads = 20;

    /// <summary>Makes a page.</summary>
    /// <typeparam name="T">What it lists.</typeparam>
    /// <param name="context">The request.</param>
    /// <param name="query">Its query, with all that is wrong told already or to be told here.</param>
    /// <param name="read">Reads items after a place, at most so many; no place for the first ones.</param>
    /// <param name="place">Where an item stands.</param>
    /// <param name="isSeen">Whether whoever asks may see it.</param>
    public static (IReadOnlyList<T> Items, string? Next) Make<T>(HttpContext context, ApiQuery query, Func<string?, int, IReadOnlyList<T>> read, Func<T, string> place, Func<T, bool> isSeen)
    {
        int limit = query.Limit;
        string? after = Read(context, query);
        query.Done();
        List<T> items = [];
        for (int reads = 0; reads < MostReads; reads++)
        {
            IReadOnlyList<T> some = read(after, limit + 1);
            foreach (T item in some)
            {
                if (isSeen(item))
                {
                    if (items.Count == limit)
                        return (items, Next(context, after!));
                    items.Add(item);
                }

                after = place(item);
            }

            if (some.Count <= limit)
                return (items, null);
        }

        return (items, Next(context, after!));
    }

    /// <summary>Makes a page of what is read in one go, which says itself where the next one begins.</summary>
    /// <typeparam name="T">What it lists.</typeparam>
    /// <param name="context">The request.</param>
    /// <param name="query">Its query, with all that is wrong told already or to be told here.</param>
    /// <param name="read">Reads items after a place, at most so many, and tells the place of the next page; null when there is none.</param>
    public static (IReadOnlyList<T> Items, string? Next) MakeOnce<T>(HttpContext context, ApiQuery query, Func<string?, int, (IReadOnlyList<T> Items, string? Place)> read)
    {
        int limit = query.Limit;
        string? after = Read(context, query);
        query.Done();
        (IReadOnlyList<T> items, string? place) = read(after, limit);
        return (items, place is null ? null : Next(context, place));
    }

    /// <summary>A place that is a number.</summary>
    public static long? Number(string? place) => long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static string Next(HttpContext context, string place)
    {
        string cursor = Base64Url.EncodeToString([.. TagOf(context), .. Encoding.UTF8.GetBytes(place)]);
        string others = string.Concat(Others(context).Select(part => $"{part}&"));
        context.Response.Headers.Link = $"<{context.Request.Path}?{others}cursor={cursor}>; rel=\"next\"";
        return cursor;
    }

    private static string? Read(HttpContext context, ApiQuery query)
    {
        if (query.Text(Parameters.Cursor) is not { } text)
            return null;
        byte[] bytes = text.Length <= 1_000 && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : [];
        if (bytes.Length > TagBytes && TagOf(context).AsSpan().SequenceEqual(bytes.AsSpan(0, TagBytes)))
            return Encoding.UTF8.GetString(bytes.AsSpan(TagBytes));
        query.Add(Parameters.Cursor.Name, "This cursor is not one of this list. Give \"next\" of the page before, with the same filters, or none for the first page.");
        return null;
    }

    // The size of the page, and why it is looked at, may change from page to page; the filters may not.
    private static byte[] TagOf(HttpContext context)
    {
        string filters = string.Join('&', Others(context).Where(part => !part.StartsWith("limit=", StringComparison.Ordinal) && !part.StartsWith("reason=", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        return SHA256.HashData(Encoding.UTF8.GetBytes($"{context.Request.Path}?{filters}"))[..TagBytes];
    }

    private static IEnumerable<string> Others(HttpContext context) => context.Request.Query
        .Where(part => part.Key != Parameters.Cursor.Name)
        .SelectMany(part => part.Value.Select(value => $"{Uri.EscapeDataString(part.Key)}={Uri.EscapeDataString(value ?? "")}"));
}
