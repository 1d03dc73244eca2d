using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Contracts;

namespace Hub.Channels.Config;

/// <summary>Writes the parts of the schema, and remembers which records they refer to.</summary>
internal sealed class SchemaParts(ComponentCatalog catalog)
{
    private readonly Dictionary<string, Func<JsonObject>> _wanted = [];

    /// <summary>All records and kinds that were referred to, and those that they refer to in turn.</summary>
    public JsonObject Definitions()
    {
        JsonObject definitions = [];
        while (_wanted.FirstOrDefault(wanted => !definitions.ContainsKey(wanted.Key)) is { Key: not null } next)
            definitions[next.Key] = next.Value();
        return definitions;
    }

    /// <summary>The schema of a record; of a component, with the one <c>type</c> that picks it.</summary>
    public JsonObject OfRecord(Type type, string? component = null)
    {
        RecordShape shape = RecordShape.Of(type);
        object defaults = Activator.CreateInstance(type)!;
        JsonObject properties = [];
        foreach (RecordMember member in shape.Members)
        {
            properties[member.Name] = component is not null && member.Name == "type"
                ? new JsonObject { ["const"] = component }
                : OfMember(member, defaults);
        }

        JsonObject schema = new()
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = Words(shape.Members.Where(member => member.IsRequired).Select(member => member.Name)),
            ["additionalProperties"] = false,
        };
        if (RecordDocs.ExampleOf(type) is { } example)
            schema["examples"] = new JsonArray(JsonNode.Parse(example));
        return Described(RecordDocs.Of(type), schema);
    }

    private JsonObject OfMember(RecordMember member, object defaults)
    {
        JsonObject schema = Described(RecordDocs.Of(member.Property), OfType(member.Type));
        JsonNode? value = member.IsRequired ? null : Default(member.Property.GetValue(defaults));
        if (value is not null)
            schema["default"] = value;
        return schema;
    }

    private static JsonNode? Default(object? value) => value switch
    {
        string or bool or int or long or double or decimal => JsonSerializer.SerializeToNode(value),
        Enum word => RecordShape.Word(word),
        not null when TextType.Of(value.GetType()) is not null => value.ToString(),
        _ => null,
    };

    private JsonObject OfType(Type type)
    {
        if (type == typeof(bool))
            return OrSetting("boolean");
        if (ScalarBinder.IsNumber(type))
            return OrSetting(ScalarBinder.IsWhole(type) ? "integer" : "number");
        if (type.IsEnum)
            return new() { ["enum"] = Words(Enum.GetValues(type).Cast<object>().Select(RecordShape.Word)) };
        if (ScalarBinder.Takes(type))
            return new() { ["type"] = "string" };
        if (RecordShape.ItemOf(type) is { } item)
            return new() { ["type"] = "array", ["items"] = OfType(item) };
        if (RecordShape.NamedValueOf(type) is { } value)
            return new() { ["type"] = "object", ["additionalProperties"] = OfType(value) };
        return ComponentKinds.Of(type) is { } kind
            ? Reference(kind, () => OfKind(kind, type))
            : Reference(JsonNamingPolicy.CamelCase.ConvertName(type.Name), () => OfRecord(type));
    }

    // The pattern concerns text alone.
    private static JsonObject OrSetting(string type) => new() { ["type"] = Words([type, "string"]), ["pattern"] = @"^\$\{env:[^}]+\}$" };

    private JsonObject Reference(string name, Func<JsonObject> write)
    {
        _wanted.TryAdd(name, write);
        return new() { ["$ref"] = $"#/$defs/{name}" };
    }

    // if and then, not oneOf: an editor then complains about the member that is wrong and not about every kind that does not fit.
    private JsonObject OfKind(string kind, Type type)
    {
        Component[] components = [.. catalog.Of(kind)];
        JsonArray choices = [];
        foreach (Component component in components)
        {
            choices.Add(new JsonObject
            {
                ["if"] = new JsonObject { ["properties"] = new JsonObject { ["type"] = new JsonObject { ["const"] = component.Name } } },
                ["then"] = Reference($"{kind}.{component.Name}", () => OfRecord(component.ConfigType, component.Name)),
            });
        }

        return Described(RecordDocs.Of(type), new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["type"] = new JsonObject { ["enum"] = Words(components.Select(component => component.Name)) } },
            ["required"] = Words(["type"]),
            ["allOf"] = choices,
        });
    }

    private static JsonArray Words(IEnumerable<string> words) => [.. words.Select(word => (JsonNode)word)];

    private static JsonObject Described(string? text, JsonObject schema)
    {
        if (text is not null)
            schema.Insert(0, "description", text);
        return schema;
    }
}
