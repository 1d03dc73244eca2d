using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hub.Channels.Tests.Config;

/// <summary>Checks a file against a schema, as far as our schema goes: the keywords that <see cref="Channels.Config.ChannelSchema"/> writes.</summary>
internal static class SchemaReader
{
    /// <summary>The paths of a file that do not agree with the schema.</summary>
    public static IEnumerable<string> Disagreements(JsonObject schema, string file) => Check(schema, schema, JsonNode.Parse(file), "$").Distinct();

    private static IEnumerable<string> Check(JsonObject root, JsonObject schema, JsonNode? value, string path)
    {
        if ((string?)schema["$ref"] is { } reference)
            return Check(root, root["$defs"]![reference["#/$defs/".Length..]]!.AsObject(), value, path);
        if (!Types(schema).Any(type => IsType(type, value)) || !FitsPattern(schema, value) || (schema["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value))) || (schema["const"] is { } word && !JsonNode.DeepEquals(word, value)))
            return [path];
        IEnumerable<string> found = value switch
        {
            JsonObject members => CheckObject(root, schema, members, path),
            JsonArray items when schema["items"] is JsonObject item => items.SelectMany((one, index) => Check(root, item, one, $"{path}[{index}]")),
            _ => [],
        };
        return found.Concat((schema["allOf"] as JsonArray ?? []).SelectMany(choice => CheckChoice(root, choice!.AsObject(), value, path)));
    }

    private static IEnumerable<string?> Types(JsonObject schema) =>
        schema["type"] is JsonArray several ? several.Select(type => (string?)type) : [(string?)schema["type"]];

    private static bool FitsPattern(JsonObject schema, JsonNode? value) =>
        schema["pattern"] is not { } pattern || value?.GetValueKind() != JsonValueKind.String || Regex.IsMatch((string)value!, (string)pattern!);

    private static IEnumerable<string> CheckChoice(JsonObject root, JsonObject choice, JsonNode? value, string path) =>
        Check(root, choice["if"]!.AsObject(), value, path).Any() ? [] : Check(root, choice["then"]!.AsObject(), value, path);

    private static IEnumerable<string> CheckObject(JsonObject root, JsonObject schema, JsonObject members, string path)
    {
        foreach (JsonNode? name in schema["required"] as JsonArray ?? [])
        {
            if (!members.ContainsKey((string)name!))
                yield return $"{path}.{name}";
        }

        foreach ((string name, JsonNode? value) in members)
        {
            JsonNode? member = schema["properties"]?[name] ?? schema["additionalProperties"];
            if (member is JsonValue)
                yield return $"{path}.{name}";
            foreach (string below in member is JsonObject known ? Check(root, known, value, $"{path}.{name}") : [])
                yield return below;
        }
    }

    private static bool IsType(string? type, JsonNode? value) => (type, value?.GetValueKind()) switch
    {
        (null, _) => true,
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) => true,
        ("number" or "integer", JsonValueKind.Number) or ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        _ => false,
    };
}
