using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Hub.Dashboard.Search;

/// <summary>A search for messages that a person named.</summary>
/// <param name="Number">Its number among those of the person, from 1; it is never given again.</param>
/// <param name="Name">Its name, of the person's choice.</param>
/// <param name="Query">The search, as the address of the page of messages says it behind its path.</param>
public sealed record SavedSearch(long Number, string Name, string Query)
{
    /// <summary>The search itself.</summary>
    public MessageSearch ToSearch() => MessageSearch.Read(new QueryCollection(QueryHelpers.ParseQuery(Query)));
}

/// <summary>The searches of one person, as they are kept.</summary>
/// <param name="Last">The last number that was given.</param>
/// <param name="Searches">The searches.</param>
public sealed record SavedSearchList(long Last, IReadOnlyList<SavedSearch> Searches);
