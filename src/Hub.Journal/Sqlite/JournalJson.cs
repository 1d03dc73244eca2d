using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Hub.Contracts;

namespace Hub.Journal.Sqlite;

/// <summary>
/// The lists of a message that nobody searches in are kept as JSON; an empty list as NULL. What is not written is the default of its type,
/// so that rows from before a member was known read as they were meant.
/// </summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(IReadOnlyList<MessageProblem>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class JournalJson : JsonSerializerContext
{
    public static string? Write(IReadOnlyList<MessageProblem> problems) =>
        problems.Count == 0 ? null : JsonSerializer.Serialize(problems, Default.IReadOnlyListMessageProblem);

    public static string? Write(IReadOnlyList<string> flags) =>
        flags.Count == 0 ? null : JsonSerializer.Serialize(flags, Default.IReadOnlyListString);

    /// <summary>Reads problems; null when they are damaged.</summary>
    public static IReadOnlyList<MessageProblem>? Problems(string? json) => Read(json, Default.IReadOnlyListMessageProblem);

    /// <summary>Reads flags; null when they are damaged.</summary>
    public static IReadOnlyList<string>? Flags(string? json) => Read(json, Default.IReadOnlyListString);

    // One row that somebody or a disk changed must not hold up all others.
    private static IReadOnlyList<T>? Read<T>(string? json, JsonTypeInfo<IReadOnlyList<T>> type)
        where T : class
    {
        if (json is null)
            return [];
        try
        {
            return JsonSerializer.Deserialize(json, type) is { } list && list.All(item => item is not null) ? list : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
