using System.Text.Json;
using System.Text.Unicode;
using Hub.Formats.Documents;

namespace Hub.Formats.Json;

/// <summary>Checks JSON in one pass that keeps nothing, and reads what was checked into items. O(n) in bytes.</summary>
internal static class JsonReading
{
    /// <summary>How deep objects and lists may nest: far more than records of patients need, far less than a stack takes.</summary>
    public const int Deepest = 64;

    /// <summary>How many values a text may hold, so that a list of millions of noughts cannot take many times its size in memory.</summary>
    public const int MostValues = 2_000_000;

    // One deeper than is taken, so that the limit is told in our words.
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = Deepest + 1 };

    /// <summary>What is wrong with a text; null when nothing is.</summary>
    public static DocumentFault? Check(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            return new(0, 0, "The message is not JSON in UTF-8. Send UTF-8.");
        Utf8JsonReader reader = new(json, s_options);
        try
        {
            return Check(ref reader, json);
        }
        catch (JsonException mistake)
        {
            return new((int)(mistake.LineNumber ?? 0) + 1, (int)(mistake.BytePositionInLine ?? 0) + 1, "The message is not JSON here. Look for a missing quote, comma or bracket, or for what stands after the end.");
        }
    }

    /// <summary>Reads a text that was checked.</summary>
    public static JsonItem Read(ReadOnlyMemory<byte> json)
    {
        Utf8JsonReader reader = new(json.Span, s_options);
        reader.Read();
        return ReadItem(ref reader, json);
    }

    private static DocumentFault? Check(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        Stack<HashSet<string>> objects = [];
        int values = 0;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= Deepest)
                return At(reader, json, $"Objects and lists are nested more than {Deepest} deep here. Send flatter JSON.");
            if (reader.TokenType == JsonTokenType.StartObject)
                objects.Push([]);
            else if (reader.TokenType == JsonTokenType.EndObject)
                objects.Pop();
            else if (reader.TokenType == JsonTokenType.PropertyName && !TryAddName(ref reader, objects.Peek(), out string? wrong))
                return At(reader, json, wrong!);
            bool isValue = reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.EndObject or JsonTokenType.EndArray);
            if (isValue && ++values > MostValues)
                return At(reader, json, $"The message has more than {MostValues} values. Split it at the sender.");
        }

        return null;
    }

    // Two members of one name: receivers disagree about which one holds, so neither is taken.
    private static bool TryAddName(ref Utf8JsonReader reader, HashSet<string> names, out string? wrong)
    {
        try
        {
            wrong = names.Add(reader.GetString()!) ? null : "The object has this name already. Give each name once.";
        }
        catch (InvalidOperationException)
        {
            wrong = "The name holds half a character (\\ud800 to \\udfff alone).";
        }

        return wrong is null;
    }

    private static DocumentFault At(in Utf8JsonReader reader, ReadOnlySpan<byte> json, string what)
    {
        ReadOnlySpan<byte> before = json[..(int)reader.TokenStartIndex];
        return new(before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'), what);
    }

    private static JsonItem ReadItem(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        int start = (int)reader.TokenStartIndex;
        JsonTokenType kind = reader.TokenType;
        if (kind is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return new(kind, json[start..(int)reader.BytesConsumed]);
        List<JsonPart> parts = ReadParts(ref reader, json);
        JsonItem item = new(kind, json[start..(int)reader.BytesConsumed]);
        foreach (JsonPart part in parts)
            item.Take(part);
        return item;
    }

    private static List<JsonPart> ReadParts(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        List<JsonPart> parts = [];
        int from = (int)reader.BytesConsumed;
        while (reader.Read())
        {
            int start = (int)reader.TokenStartIndex;
            ReadOnlyMemory<byte> between = json[from..start];
            bool ends = reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
            int comma = between.Span.IndexOf((byte)',');
            if (parts.Count > 0)
                parts[^1].After = ends ? between : between[..comma];
            if (ends)
                break;
            string? name = reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;
            if (name is not null)
                reader.Read();
            ReadOnlyMemory<byte> key = json[start..(int)reader.TokenStartIndex];
            parts.Add(new(between[(comma + 1)..], key, name, ReadItem(ref reader, json)));
            from = (int)reader.BytesConsumed;
        }

        return parts;
    }
}
