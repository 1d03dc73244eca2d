using Hub.Contracts;
using Hub.Dashboard.Access;

namespace Hub.Dashboard.Search;

/// <summary>
/// The searches that people named, each person's own. They are in the journal, sealed where it is encrypted, because what is looked for may be a patient's; so the
/// audit says that one was made, renamed, replaced or deleted and what kinds of things it asks for, and neither its name nor what is looked for.
/// </summary>
public sealed class SavedSearches
{
    /// <summary>How many a person has at the most: as many as a list is good for.</summary>
    public const int MostSearches = 100;

    /// <summary>How long a name is at the most.</summary>
    public const int MostName = 80;

    /// <summary>How long the address of a search is at the most: what browsers and proxies carry without doubt.</summary>
    public const int MostQuery = 4_000;

    private readonly AccessStore _store;

    internal SavedSearches(AccessStore store) => _store = store;

    /// <summary>The searches of a person, by name.</summary>
    public IReadOnlyList<SavedSearch> Of(string person) => [.. List(person).Searches.OrderBy(search => search.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Keeps a search; one of the same name is replaced.</summary>
    /// <param name="by">Whose it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="search">The search; where a page of it begins is left out.</param>
    /// <returns>Whether one was replaced.</returns>
    /// <exception cref="AccessException">It has no name, asks for nothing, or there is no room for it.</exception>
    public async Task<bool> SaveAsync(Doer by, string name, MessageSearch search)
    {
        (string called, string query) = (Named(name), (search with { Before = null }).ToQueryString());
        if (query.Length == 0)
            throw new AccessException("searches.nothing", "This search asks for nothing. Search for something first, then save it.");
        if (query.Length > MostQuery)
            throw new AccessException("searches.too-long", $"This search is longer than {MostQuery} characters. Ask for less.");
        SavedSearchList list = List(by.Name);
        SavedSearch? before = Find(list, called);
        if (before is null && list.Searches.Count >= MostSearches)
            throw new AccessException("searches.too-many", $"You have {MostSearches} searches. Delete one that you no longer need.");
        await AuditAsync(by, before?.Number ?? list.Last + 1, $"{(before is null ? "made" : "replaced")}, by {Kinds(search)}");
        await ChangeAsync(by.Name, old => Find(old, called) is { } same
            ? old with { Searches = [.. old.Searches.Select(one => one == same ? same with { Name = called, Query = query } : one)] }
            : new(old.Last + 1, [.. old.Searches, new(old.Last + 1, called, query)]));
        return before is not null;
    }

    /// <summary>Gives a search another name.</summary>
    /// <exception cref="AccessException">There is none of that number any more, or the name cannot be, or another one has it.</exception>
    public async Task RenameAsync(Doer by, long number, string name)
    {
        string called = Named(name);
        SavedSearchList list = List(by.Name);
        Require(list, number);
        if (Find(list, called) is { } other && other.Number != number)
            throw new AccessException("searches.name-taken", "Another one of your searches has this name. Choose another name, or delete that search first.");
        await AuditAsync(by, number, "renamed");
        await ChangeAsync(by.Name, old => old with { Searches = [.. old.Searches.Select(one => one.Number == number ? one with { Name = called } : one)] });
    }

    /// <summary>Deletes a search.</summary>
    /// <exception cref="AccessException">There is none of that number any more.</exception>
    public async Task RemoveAsync(Doer by, long number)
    {
        Require(List(by.Name), number);
        await AuditAsync(by, number, "deleted");
        await ChangeAsync(by.Name, old => old with { Searches = [.. old.Searches.Where(one => one.Number != number)] });
    }

    private SavedSearchList List(string person) => _store.Read<SavedSearchList>(AccessKind.Searches, person) ?? new(0, []);

    private Task<SavedSearchList?> ChangeAsync(string person, Func<SavedSearchList, SavedSearchList> change) =>
        _store.ChangeAsync<SavedSearchList>(AccessKind.Searches, person, old => change(old ?? new(0, [])));

    private Task AuditAsync(Doer by, long number, string what) => _store.AuditAsync(AuditAct.Changed, by, $"saved search {number}: {what}");

    private static SavedSearch? Find(SavedSearchList list, string name) => list.Searches.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase));

    private static void Require(SavedSearchList list, long number)
    {
        if (list.Searches.All(one => one.Number != number))
            throw new AccessException("searches.gone", "This search is there no more: it was deleted meanwhile.");
    }

    private static string Named(string name) => name.Trim() is { Length: > 0 and <= MostName } called && !called.Any(char.IsControl)
        ? called
        : throw new AccessException("searches.no-name", $"Give the search a name of 1 to {MostName} characters.");

    private static string Kinds(MessageSearch search) => string.Join(", ", search.Parts().Where(part => part.Value.Length > 0 && part.Name != "before").Select(part => part.Name == "q" ? "words" : part.Name));
}
