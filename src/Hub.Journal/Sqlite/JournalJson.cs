using System.Text.Json;
using System.Text.Json.Serialization;
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

    public static IReadOnlyList<MessageProblem> Problems(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize(json, Default.IReadOnlyListMessageProblem)!;

    public static IReadOnlyList<string> Flags(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize(json, Default.IReadOnlyListString)!;
}
