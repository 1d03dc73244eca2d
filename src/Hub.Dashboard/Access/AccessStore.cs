using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Contracts;

namespace Hub.Dashboard.Access;

/// <summary>Reads and writes what the journal keeps for access, and the audit of it.</summary>
/// <param name="journal">Where it is read.</param>
/// <param name="append">Appends to it, and ends when the disk has it.</param>
/// <param name="clock">The time.</param>
internal sealed class AccessStore(IJournalReader journal, Func<JournalEntry, Task> append, TimeProvider clock)
{
    /// <summary>How often a change is made anew from what somebody else made of the same meanwhile.</summary>
    private const int MostTries = 5;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() }, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Reads one; null when there is none, or it is damaged.</summary>
    public T? Read<T>(AccessKind kind, string id)
        where T : class => journal.ReadAccess(kind, id) is [var row] ? Of<T>(row) : null;

    /// <summary>Reads all of a kind; those that are damaged are left out.</summary>
    public IReadOnlyList<T> ReadAll<T>(AccessKind kind)
        where T : class => [.. journal.ReadAccess(kind).Select(Of<T>).OfType<T>()];

    /// <summary>Changes one, whoever else does at the same time.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="id">Which.</param>
    /// <param name="change">Makes the new value from the one that is there, or null. It may be called again; null leaves what is there.</param>
    /// <returns>The new value; null when nothing was changed.</returns>
    /// <exception cref="JournalException">It cannot be stored.</exception>
    public async Task<T?> ChangeAsync<T>(AccessKind kind, string id, Func<T?, T?> change)
        where T : class
    {
        for (int tries = 1; ; tries++)
        {
            AccessRow? row = journal.ReadAccess(kind, id) is [var found] ? found : null;
            if (change(row is null ? null : Of<T>(row)) is not { } value)
                return null;
            try
            {
                await append(new AccessChanged(kind, id, JsonSerializer.Serialize(value, s_json)) { Version = row?.Version ?? 0 });
                return value;
            }
            catch (AccessConflictException) when (tries < MostTries)
            {
                // Made anew from what is there now.
            }
        }
    }

    /// <summary>Removes one.</summary>
    public Task RemoveAsync(AccessKind kind, string id) => append(new AccessChanged(kind, id, null));

    /// <summary>Keeps that somebody did something; nothing is done before it is kept.</summary>
    public Task AuditAsync(AuditAct act, Doer by, string text) =>
        append(new AuditRecord { At = clock.GetUtcNow(), Who = by.Name, From = by.From, Act = act, Text = by.Person is null ? text : $"{text}, by {by.Person}" });

    private static T? Of<T>(AccessRow row)
        where T : class
    {
        try
        {
            return row.Value.Length == 0 ? null : JsonSerializer.Deserialize<T>(row.Value, s_json);
        }
        catch (JsonException)
        {
            // Somebody or a disk changed it: hub journal check tells. It lets nobody in.
            return null;
        }
    }
}

/// <summary>Who does something, and from where.</summary>
/// <param name="Name">The account, the token, or <c>local</c>.</param>
/// <param name="From">The address; empty for the machine itself.</param>
public sealed record Doer(string Name, string From)
{
    /// <summary>Who gave the command, as the machine knows the person; null where the name says it.</summary>
    public string? Person { get; init; }

    /// <summary>A command of the machine itself.</summary>
    public static Doer Local { get; } = new("local", "");
}

/// <summary>What was asked for cannot be; nothing was done. The key is of the words that say why.</summary>
/// <param name="key">The key of the words.</param>
/// <param name="message">The same in English, for commands.</param>
public sealed class AccessException(string key, string message) : JournalException(message)
{
    /// <summary>The key of the words.</summary>
    public string Key { get; } = key;
}
